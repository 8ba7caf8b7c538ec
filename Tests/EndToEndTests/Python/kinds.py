"""The same notes and occurrences of each kind, as each version of the API writes them."""

import base64

from records import IMAGE

VERSIONS = ["v1", "v1beta1", "v1alpha1"]
CPE = "cpe:/o:debian:debian_linux:12"
PGP = "-----BEGIN PGP MESSAGE-----\nowGbwMvM\n-----END PGP MESSAGE-----\n"


class Kind:
    """How each version writes the same note and the same occurrence of a kind."""

    def __init__(self, names, notes, details):
        self.names = dict(zip(VERSIONS, names))
        self.notes = dict(zip(VERSIONS, notes))
        self.details = dict(zip(VERSIONS, details))

    def note(self, version):
        return {"shortDescription": "the same everywhere", **self.notes[version]}

    def occurrence(self, version, project, uri=IMAGE):
        resource = {"v1": {"resourceUri": uri}, "v1beta1": {"resource": {"uri": uri}}, "v1alpha1": {"resourceUrl": uri}}
        return {
            **resource[version], "noteName": f"projects/{project}/notes/n", "remediation": "none",
            **self.details[version]}


HINT = {"hint": {"humanReadableName": "qa"}}
PGP_SIGNED = {"pgpSignedAttestation": {"signature": PGP, "pgpKeyId": "8C20F5A94B54E4B4"}}
PROVENANCE = {
    "id": "b-1", "creator": "ci@example.com", "builtArtifacts": [{"id": IMAGE, "checksum": "1a", "names": ["cart:1"]}],
    "startTime": "2024-01-02T03:04:05Z", "buildOptions": {"cloud": "yes"},
}
DERIVED = {
    "fingerprint": {"v1Name": "a", "v2Blob": ["b", "c"]}, "distance": 2,
    "baseResourceUrl": "https://registry.example/base", "layerInfo": [{"directive": "RUN", "arguments": "make"}],
}
DEPLOYED = {
    "userEmail": "ann@example.com", "deployTime": "2024-01-02T03:04:05Z", "config": "{}", "platform": "GKE",
    "resourceUri": [IMAGE],
}


def located(version, affected, fixed):
    """Where a package is and is fixed: v1 says it in one message, the others in three.

    NORMAL is v1alpha1's zero, which JSON leaves out.
    """
    if version == "v1":
        return {"affectedCpeUri": CPE, "affectedPackage": "openssl", "affectedVersion": affected,
                "fixedCpeUri": CPE, "fixedPackage": "openssl", "fixedVersion": fixed, "fixAvailable": True}
    if version == "v1alpha1":
        affected, fixed = ({key: v for key, v in text.items() if key != "kind"} for text in (affected, fixed))
    return {"affectedLocation": {"cpeUri": CPE, "package": "openssl", "version": affected},
            "fixedLocation": {"cpeUri": CPE, "package": "openssl", "version": fixed}}


def found(version):
    issue = located(version, {"name": "3.0.1", "kind": "NORMAL"}, {"epoch": 1, "name": "3.0.9", "kind": "NORMAL"})
    return {"type": "OS", "severity": "HIGH", "cvssScore": 7.5, "packageIssue": [issue],
            **({"fixAvailable": True} if version == "v1" else {})}


FLAW = {"severity": "HIGH", "cvssScore": 7.5}

KINDS = {
    "attestation": Kind(
        ["ATTESTATION", "ATTESTATION", "ATTESTATION_AUTHORITY"],
        [{"attestation": HINT}, {"attestationAuthority": HINT}, {"attestationAuthority": HINT}],
        [{"attestation": {"signatures": [
            {"signature": base64.b64encode(PGP.encode()).decode(), "publicKeyId": "8C20F5A94B54E4B4"}]}},
         {"attestation": {"attestation": PGP_SIGNED}}, {"attestation": PGP_SIGNED}]),
    "vulnerability": Kind(
        ["VULNERABILITY", "VULNERABILITY", "PACKAGE_VULNERABILITY"],
        [{"vulnerability": FLAW}, {"vulnerability": FLAW}, {"vulnerabilityType": FLAW}],
        [{"vulnerability": found("v1")}, {"vulnerability": found("v1beta1")},
         {"vulnerabilityDetails": found("v1alpha1")}]),
    "build": Kind(
        ["BUILD", "BUILD", "BUILD_DETAILS"],
        [{key: {"builderVersion": "7"}} for key in ("build", "build", "buildType")],
        [{"build": {"provenance": {**PROVENANCE, "endTime": "2024-01-02T03:05:00Z", "logsUri": "gs://logs"}}},
         {"build": {"provenance": {**PROVENANCE, "endTime": "2024-01-02T03:05:00Z", "logsUri": "gs://logs"}}},
         {"buildDetails": {"provenance": {
             **PROVENANCE, "finishTime": "2024-01-02T03:05:00Z", "logsBucket": "gs://logs"}}}]),
    "image": Kind(
        ["IMAGE", "IMAGE", "IMAGE_BASIS"],
        [{key: {"resourceUrl": "https://registry.example/base", "fingerprint": {"v1Name": "a", "v2Blob": ["b"]}}}
         for key in ("image", "baseImage", "baseImage")],
        [{"image": DERIVED}, {"derivedImage": {"derivedImage": DERIVED}}, {"derivedImageDetails": DERIVED}]),
    "package": Kind(
        ["PACKAGE", "PACKAGE", "PACKAGE_MANAGER"],
        [{"package": {"name": "openssl", "distribution": [{"cpeUri": CPE, "architecture": "X64"}]}}] * 3,
        [{"package": {"name": "openssl", "location": [{"cpeUri": CPE, "path": "/usr/lib"}]}},
         {"installation": {"installation": {"name": "openssl", "location": [{"cpeUri": CPE, "path": "/usr/lib"}]}}},
         {"installationDetails": {"name": "openssl", "location": [{"cpeUri": CPE, "path": "/usr/lib"}]}}]),
    "deployment": Kind(
        ["DEPLOYMENT", "DEPLOYMENT", "DEPLOYABLE"],
        [{key: {"resourceUri": [IMAGE]}} for key in ("deployment", "deployable", "deployable")],
        [{"deployment": DEPLOYED}, {"deployment": {"deployment": DEPLOYED}}, {"deploymentDetails": DEPLOYED}]),
    "discovery": Kind(
        ["DISCOVERY"] * 3,
        [{"discovery": {"analysisKind": "VULNERABILITY"}}, {"discovery": {"analysisKind": "VULNERABILITY"}},
         {"discovery": {"analysisKind": "PACKAGE_VULNERABILITY"}}],
        [{"discovery": {}}, {"discovered": {"discovered": {}}}, {"discoveredDetails": {}}]),
}


def create_note(rest, version, project, note_id, note):
    return rest.done("POST", f"/{version}/projects/{project}/notes", note, params={"noteId": note_id})


def create(rest, version, project, note_id, note, occurrence):
    """Writes a note and an occurrence of it; the occurrence as it is answered."""
    create_note(rest, version, project, note_id, note)
    return rest.done("POST", f"/{version}/projects/{project}/occurrences", occurrence)


def get(rest, version, name):
    return rest.done("GET", f"/{version}/{name}")
