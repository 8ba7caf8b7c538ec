"""Small notes and occurrences that tests are made of, as JSON."""

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
