"""Small notes and occurrences that tests are made of, as JSON."""

import copy

IMAGE = "https://registry.example/shop/cart@sha256:" + "a" * 64


def image(number, repository="shop/cart"):
    return f"https://registry.example/{repository}@sha256:{number:064x}"


def build_note():
    return {"shortDescription": "builds", "build": {"builderVersion": "7"}}


def build(project, note="builds", uri=IMAGE, identifier="b-1"):
    return {
        "resourceUri": uri, "noteName": f"projects/{project}/notes/{note}",
        "build": {"provenance": {"id": identifier, "creator": "ci@example.com"}},
    }


def vulnerability_note(severity="HIGH", package="openssl"):
    return {
        "shortDescription": "a flaw",
        "vulnerability": {
            "severity": severity, "cvssScore": 7.5,
            "details": [{
                "affectedCpeUri": "cpe:/o:debian:debian_linux:12", "affectedPackage": package,
                "affectedVersionStart": {"kind": "MINIMUM"}, "affectedVersionEnd": {"kind": "MAXIMUM"},
            }],
        },
    }


def vulnerability(project, note="CVE-2019-18276", uri=IMAGE, severity="HIGH", package="openssl"):
    return {
        "resourceUri": uri, "noteName": f"projects/{project}/notes/{note}",
        "vulnerability": {
            "severity": severity, "effectiveSeverity": severity,
            "packageIssue": [{
                "affectedCpeUri": "cpe:/o:debian:debian_linux:12", "affectedPackage": package,
                "affectedVersion": {"name": "3.0.1", "kind": "NORMAL"},
                "fixedVersion": {"name": "3.0.9", "kind": "NORMAL"}, "fixAvailable": True,
            }],
        },
    }


def discovery_note():
    return {"discovery": {"analysisKind": "VULNERABILITY"}}


def discovery(project, note="PACKAGE_VULNERABILITY", uri=IMAGE, status="FINISHED_SUCCESS"):
    return {
        "resourceUri": uri, "noteName": f"projects/{project}/notes/{note}",
        "discovery": {"continuousAnalysis": "ACTIVE", "analysisStatus": status},
    }


def attestation_note(name="Authority"):
    return {"attestation": {"hint": {"humanReadableName": name}}}


def attestation(project, note="authority", uri=IMAGE):
    return {
        "resourceUri": uri, "noteName": f"projects/{project}/notes/{note}",
        "attestation": {
            "serializedPayload": "eyJjcml0aWNhbCI6e319",
            "signatures": [{"publicKeyId": "openpgp4fpr:0123456789abcdef", "signature": "c2lnbmF0dXJl"}],
        },
    }


def without_output_only(message):
    """A message less what the server decides."""
    return {key: value for key, value in message.items() if key not in ("name", "kind", "createTime", "updateTime")}


# The same as v1beta1 writes them.

def beta_vulnerability_note(severity="HIGH", package="openssl"):
    return {
        "shortDescription": "a flaw",
        "vulnerability": {
            "severity": severity, "cvssScore": 7.5,
            "details": [{
                "cpeUri": "cpe:/o:debian:debian_linux:12", "package": package,
                "minAffectedVersion": {"kind": "MINIMUM"}, "maxAffectedVersion": {"kind": "MAXIMUM"},
            }],
        },
    }


def beta_authority(name="Authority"):
    return {"attestationAuthority": {"hint": {"humanReadableName": name}}}


def beta_pgp_attestation(project, note="authority", uri=IMAGE, signature="c2lnbmVk", key="8C20F5A94B54E4B4"):
    return {
        "resource": {"uri": uri}, "noteName": f"projects/{project}/notes/{note}",
        "attestation": {"attestation": {"pgpSignedAttestation": {
            "signature": signature, "contentType": "SIMPLE_SIGNING_JSON", "pgpKeyId": key}}},
    }


def beta_build(project, note="builds", uri=IMAGE, identifier="b-1", artifacts=()):
    return {
        "resource": {"uri": uri}, "noteName": f"projects/{project}/notes/{note}",
        "build": {"provenance": {
            "id": identifier, "creator": "ci@example.com",
            "builtArtifacts": [{"id": artifact} for artifact in artifacts]}},
    }


def beta_vulnerability(project, note="CVE-2019-18276", uri=IMAGE, severity="HIGH", package="openssl", fixed="NORMAL"):
    """A vulnerability; Kritis takes it for fixable if the kind of the fixed version is not MAXIMUM."""
    fixed_version = {"name": "3.0.9", "kind": fixed} if fixed == "NORMAL" else {"kind": fixed}
    return {
        "resource": {"uri": uri}, "noteName": f"projects/{project}/notes/{note}",
        "vulnerability": {
            "severity": severity, "effectiveSeverity": severity,
            "packageIssue": [{
                "affectedLocation": {
                    "cpeUri": "cpe:/o:debian:debian_linux:12", "package": package,
                    "version": {"name": "3.0.1", "kind": "NORMAL"}},
                "fixedLocation": {
                    "cpeUri": "cpe:/o:debian:debian_linux:12", "package": package, "version": fixed_version},
            }],
        },
    }


def beta_discovery(project, note="PACKAGE_VULNERABILITY", uri=IMAGE, status="FINISHED_SUCCESS"):
    return {
        "resource": {"uri": uri}, "noteName": f"projects/{project}/notes/{note}",
        "discovered": {"discovered": {"continuousAnalysis": "ACTIVE", "analysisStatus": status}},
    }


# The same as v1alpha1 writes them.

def alpha_authority(name="Authority"):
    return {"attestationAuthority": {"hint": {"humanReadableName": name}}}


def alpha_attestation(project, note="production", uri=IMAGE, signature="c2lnbmVk", key="8C20F5A94B54E4B4"):
    return {
        "resourceUrl": uri, "noteName": f"projects/{project}/notes/{note}",
        "attestation": {"pgpSignedAttestation": {
            "signature": signature, "contentType": "SIMPLE_SIGNING_JSON", "pgpKeyId": key}},
    }


def as_wire_reads_it(message):
    """The message with what the wire cannot tell apart made equal: base64 alphabets and padding, the precision of
    timestamps, defaults written out. Paths below an `Any` are not touched: they are not ours to normalise."""
    message = copy.deepcopy(message)
    envelope = message.get("envelope", {})
    for holder, key in [(envelope, "payload"), *[(signature, "sig") for signature in envelope.get("signatures", [])]]:
        if key in holder:
            holder[key] = holder[key].replace("-", "+").replace("_", "/").rstrip("=")
    return prune(message)


def prune(value):
    """Without members that proto3 JSON leaves out: empty texts, lists and objects are what absence reads as."""
    if isinstance(value, dict):
        if "@type" in value:
            return value
        return {key: prune(member) for key, member in value.items() if member not in ("", [], None)}
    if isinstance(value, list):
        return [prune(member) for member in value]
    return value
