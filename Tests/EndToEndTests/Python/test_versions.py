"""One store, three versions: what is written in one is read and changed in the others, and nothing is lost."""

import grafeas.grafeas_v1 as v1
import pytest

import records
from kinds import CPE, DERIVED, FLAW, HINT, KINDS, PGP_SIGNED, PROVENANCE, VERSIONS, create, found, get
from records import IMAGE, without_output_only


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


# Reading

@pytest.mark.parametrize("written", VERSIONS)
def test_what_one_version_writes_every_version_reads(rest, project, kind, written):
    made = create(rest, written, project, "n", kind.note(written), kind.occurrence(written, project))
    for version in VERSIONS:
        note, occurrence = (get(rest, version, name) for name in (made["noteName"], made["name"]))
        assert without_output_only(note) == kind.note(version)
        assert without_output_only(occurrence) == kind.occurrence(version, project)
        assert note["kind"] == occurrence["kind"] == kind.names[version]
        assert (occurrence["createTime"], occurrence["updateTime"]) == (made["createTime"], made["updateTime"])
        assert get(rest, version, f"{made['name']}/notes") == note


def test_the_official_client_reads_what_kritis_wrote(rest, grpc_client, project):
    kind = KINDS["vulnerability"]
    made = create(rest, "v1beta1", project, "n", kind.note("v1beta1"), kind.occurrence("v1beta1", project))
    seen = grpc_client.get_occurrence(name=made["name"])
    assert (seen.kind, seen.resource_uri) == (v1.NoteKind.VULNERABILITY, IMAGE)
    issue, = seen.vulnerability.package_issue
    assert (issue.affected_package, issue.fixed_version.name, issue.fix_available) == ("openssl", "3.0.9", True)


@pytest.mark.parametrize("fixed, is_fixable", [
    ({"name": "3.0.9", "kind": "NORMAL"}, True), ({"kind": "MINIMUM"}, True), ({"kind": "MAXIMUM"}, False)])
def test_what_is_fixable_for_kritis_is_fixable_in_v1(rest, project, fixed, is_fixable):
    body = records.beta_vulnerability(project, "n")
    body["vulnerability"]["packageIssue"][0]["fixedLocation"]["version"] = fixed
    made = create(rest, "v1beta1", project, "n", records.beta_vulnerability_note(), body)
    seen = get(rest, "v1", made["name"])["vulnerability"]
    assert seen.get("fixAvailable", False) == is_fixable
    assert seen["packageIssue"][0].get("fixAvailable", False) == is_fixable


def test_a_generic_attestation_is_payload_and_signatures_in_v1(rest, project):
    signed = {"serializedPayload": "e30=", "signatures": [{"signature": "AP9y", "publicKeyId": "a"},
                                                          {"signature": "c2ln", "publicKeyId": "b"}]}
    made = create(rest, "v1beta1", project, "n", records.beta_authority(), {
        "resource": {"uri": IMAGE}, "noteName": f"projects/{project}/notes/n",
        "attestation": {"attestation": {"genericSignedAttestation": {"contentType": "SIMPLE_SIGNING_JSON", **signed}}}})
    assert get(rest, "v1", made["name"])["attestation"] == signed


# Changing

def test_every_version_changes_what_another_wrote(rest, project, kind):
    made = create(rest, "v1beta1", project, "n", kind.note("v1beta1"), kind.occurrence("v1beta1", project))
    times = [made["updateTime"]]
    for version in VERSIONS:
        changed = rest.done("PATCH", f"/{version}/{made['name']}", {"remediation": f"by {version}"},
                            params={"updateMask": "remediation"})
        times.append(changed["updateTime"])
        for reader in VERSIONS:
            seen = get(rest, reader, made["name"])
            assert without_output_only(seen) == {
                **kind.occurrence(reader, project), "remediation": f"by {version}"}
    assert len(set(times)) == len(times)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_whole_note_written_back_is_a_change_of_what_it_says(rest, project, kind, version):
    made = create(rest, "v1", project, "n", kind.note("v1"), kind.occurrence("v1", project))
    seen = get(rest, version, made["noteName"])
    rest.done("PATCH", f"/{version}/{made['noteName']}", {**seen, "longDescription": "changed"})
    for reader in VERSIONS:
        assert without_output_only(get(rest, reader, made["noteName"])) == {
            **kind.note(reader), "longDescription": "changed"}


def test_an_update_mask_reaches_what_another_version_wrote(rest, project):
    kind = KINDS["image"]
    made = create(rest, "v1", project, "n", kind.note("v1"), kind.occurrence("v1", project))
    rest.done("PATCH", f"/v1beta1/{made['name']}", {"derivedImage": {"derivedImage": {"distance": 3}}},
              params={"updateMask": "derived_image.derived_image.distance"})
    assert get(rest, "v1", made["name"])["image"] == {**DERIVED, "distance": 3}
    rest.done("PATCH", f"/v1alpha1/{made['name']}", {"derivedImageDetails": {"distance": 4}},
              params={"updateMask": "derivedImageDetails.distance"})
    assert get(rest, "v1", made["name"])["image"] == {**DERIVED, "distance": 4}


def test_what_one_version_deletes_is_gone_in_all(rest, project, kind):
    made = create(rest, "v1alpha1", project, "n", kind.note("v1alpha1"), kind.occurrence("v1alpha1", project))
    rest.done("DELETE", f"/v1beta1/{made['name']}")
    rest.done("DELETE", f"/v1/{made['noteName']}")
    for version in VERSIONS:
        rest.refused("NOT_FOUND", "GET", f"/{version}/{made['name']}")
        rest.refused("NOT_FOUND", "GET", f"/{version}/{made['noteName']}")


# What only one version can say

ONLY_V1BETA1 = {
    "resource": (
        {"build": {"builderVersion": "7", "signature": {
            "publicKey": "key", "signature": "c2ln", "keyId": "k", "keyType": "PKIX_PEM"}}},
        {"build": {"provenance": PROVENANCE}}),
    "attestation": (
        {"attestationAuthority": HINT},
        {"attestation": {"attestation": {"pgpSignedAttestation": {
            **PGP_SIGNED["pgpSignedAttestation"], "contentType": "SIMPLE_SIGNING_JSON"}}}}),
    "vulnerability": (
        {"vulnerability": {**FLAW, "cwe": ["CWE-79", "CWE-89"]}},
        {"vulnerability": {"severity": "HIGH", "packageIssue": [
            {**found("v1beta1")["packageIssue"][0], "severityName": "urgent"},
            {"affectedLocation": {"package": "bash"}, "severityName": "later"}]}}),
    "discovery": (
        {"discovery": {"analysisKind": "VULNERABILITY"}},
        {"discovered": {"discovered": {"analysisStatus": "SCANNING", "lastAnalysisTime": "2024-01-02T03:04:05Z"}}}),
}

ONLY_V1 = {
    "vulnerability": (
        {"vulnerability": FLAW},
        {"vulnerability": {
            "severity": "HIGH", "fixAvailable": True, "risk": {"epss": {"percentile": 0.5, "score": 0.25}},
            "packageIssue": [{**found("v1")["packageIssue"][0], "fileLocation": [
                {"filePath": "/usr/lib/libssl.so", "layerDetails": {"index": 3, "command": "RUN make"}}]}]}}),
    "attestation": (
        {"attestation": HINT},
        {"attestation": {"serializedPayload": "e30=", "signatures": [{"signature": "c2ln", "publicKeyId": "k"}],
                         "jwts": [{"compactJwt": "a.b.c"}]}}),
    "build": (
        {"build": {"builderVersion": "7"}},
        {"build": {"provenance": PROVENANCE, "intotoStatement": {
            "_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v0.2",
            "subject": [{"name": "cart", "digest": {"sha256": "1a"}}]}}}),
    "discovery": (
        {"discovery": {"analysisKind": "VULNERABILITY"}},
        {"discovery": {"analysisStatus": "SCANNING", "cpe": CPE, "archiveTime": "2024-01-02T03:04:05Z"}}),
}


@pytest.fixture(params=ONLY_V1BETA1)
def only_v1beta1(rest, project, request):
    note, detail = ONLY_V1BETA1[request.param]
    resource = {"uri": IMAGE, "name": "cart", "contentHash": {"type": "SHA256", "value": "3q2+7w=="}}
    return create(rest, "v1beta1", project, "n", note, {
        "resource": resource, "noteName": f"projects/{project}/notes/n", **detail})


@pytest.fixture(params=ONLY_V1)
def only_v1(rest, project, request):
    note, detail = ONLY_V1[request.param]
    return create(rest, "v1", project, "n", note, {
        "resourceUri": IMAGE, "noteName": f"projects/{project}/notes/n", **detail})


def written_back(rest, version, name):
    """What a client does that reads a record, changes it and sends all of it."""
    seen = get(rest, version, name)
    rest.done("PATCH", f"/{version}/{name}", {**seen, "remediation": "changed"})


def masked(rest, version, name):
    rest.done("PATCH", f"/{version}/{name}", {"remediation": "changed"}, params={"updateMask": "remediation"})


def note_written_back(rest, version, name):
    seen = get(rest, version, name)
    rest.done("PATCH", f"/{version}/{name}", {**seen, "longDescription": "changed"})


UPDATES = pytest.mark.parametrize("update", [masked, written_back])


@UPDATES
@pytest.mark.parametrize("version", ["v1", "v1alpha1"])
def test_an_update_keeps_what_only_v1beta1_can_say(rest, only_v1beta1, version, update):
    update(rest, version, only_v1beta1["name"])
    assert without_output_only(get(rest, "v1beta1", only_v1beta1["name"])) == {
        **without_output_only(only_v1beta1), "remediation": "changed"}


@UPDATES
@pytest.mark.parametrize("version", ["v1beta1", "v1alpha1"])
def test_an_update_keeps_what_only_v1_can_say(rest, only_v1, version, update):
    update(rest, version, only_v1["name"])
    assert without_output_only(get(rest, "v1", only_v1["name"])) == {
        **without_output_only(only_v1), "remediation": "changed"}


@pytest.mark.parametrize("version", ["v1", "v1alpha1"])
def test_a_note_written_back_keeps_what_only_v1beta1_can_say(rest, only_v1beta1, version):
    before = get(rest, "v1beta1", only_v1beta1["noteName"])
    note_written_back(rest, version, before["name"])
    assert without_output_only(get(rest, "v1beta1", before["name"])) == {
        **without_output_only(before), "longDescription": "changed"}


def test_a_change_of_one_package_keeps_what_is_said_of_it_elsewhere(rest, project):
    """v1beta1 changes the fix; the file's place, which it cannot say, stays with the package."""
    note, detail = ONLY_V1["vulnerability"]
    made = create(rest, "v1", project, "n", note, {
        "resourceUri": IMAGE, "noteName": f"projects/{project}/notes/n", **detail})
    issue = get(rest, "v1beta1", made["name"])["vulnerability"]["packageIssue"][0]
    issue["fixedLocation"]["version"]["name"] = "3.0.10"
    rest.done("PATCH", f"/v1beta1/{made['name']}", {"vulnerability": {"packageIssue": [issue]}},
              params={"updateMask": "vulnerability.packageIssue"})
    seen = get(rest, "v1", made["name"])["vulnerability"]
    assert seen["packageIssue"][0]["fixedVersion"]["name"] == "3.0.10"
    assert seen["packageIssue"][0]["fileLocation"] == detail["vulnerability"]["packageIssue"][0]["fileLocation"]
    assert seen["risk"] == detail["vulnerability"]["risk"]


def issues(**severity_names):
    """Packages with what only v1beta1 says of them: the name of a severity, None for nothing."""
    return [{"affectedLocation": {"package": package}, **({"severityName": name} if name else {})}
            for package, name in severity_names.items()]


@pytest.mark.parametrize("left", [
    {"zlib": "no"}, {"zlib": "no", "bash": "urgent"}, {"zlib": "no", "curl": "later", "bash": "urgent"},
    {"openssl": None, "bash": "urgent", "curl": "later", "zlib": "no"},
    {"bash": "urgent", "openssl": None, "zlib": "no"},
], ids=str)
def test_what_is_kept_of_a_package_stays_with_it_when_packages_move(rest, project, left):
    """v1 drops packages, adds some and changes their order; what it cannot say of each follows, never to another."""
    made = create(rest, "v1beta1", project, "n", records.beta_vulnerability_note(), {
        "resource": {"uri": IMAGE}, "noteName": f"projects/{project}/notes/n",
        "vulnerability": {"packageIssue": issues(bash="urgent", curl="later", zlib="no")}})
    rest.done("PATCH", f"/v1/{made['name']}", {"vulnerability": {"packageIssue": [
        {"affectedPackage": package} for package in left]}}, params={"updateMask": "vulnerability.packageIssue"})
    assert get(rest, "v1beta1", made["name"])["vulnerability"]["packageIssue"] == issues(**left)


@UPDATES
@pytest.mark.parametrize("is_fixable, kind", [(True, "MAXIMUM"), (False, "NORMAL")])
def test_what_v1_says_outright_of_a_fix_stands(rest, project, update, is_fixable, kind):
    """Only v1 has `fix_available`; an update through v1beta1 that leaves the packages alone leaves it alone."""
    stated = {"fixAvailable": True} if is_fixable else {}
    detail = {"packageIssue": [{"affectedPackage": "bash", "fixedVersion": {"kind": kind}, **stated}], **stated}
    made = create(rest, "v1", project, "n", {"vulnerability": FLAW}, {
        "resourceUri": IMAGE, "noteName": f"projects/{project}/notes/n", "vulnerability": detail})
    update(rest, "v1beta1", made["name"])
    assert get(rest, "v1", made["name"])["vulnerability"] == detail


def test_a_change_in_v1_shows_in_the_version_that_wrote_it(rest, project):
    """What is kept of v1beta1 must not hide what v1 says later: two signatures are no PGP attestation any more."""
    made = create(rest, "v1beta1", project, "n", records.beta_authority(), records.beta_pgp_attestation(project, "n"))
    signed = {"serializedPayload": "e30=", "signatures": [
        {"signature": "c2ln", "publicKeyId": "a"}, {"signature": "AP9y", "publicKeyId": "b"}]}
    rest.done("PATCH", f"/v1/{made['name']}", {"attestation": signed}, params={"updateMask": "attestation"})
    assert get(rest, "v1", made["name"])["attestation"] == signed
    assert get(rest, "v1beta1", made["name"])["attestation"] == {"attestation": {"genericSignedAttestation": signed}}


@UPDATES
def test_an_update_keeps_what_only_v1alpha1_can_say(rest, project, update):
    stored = {"bucket": "b", "object": "o", "generation": "7"}
    body = {
        "resourceUrl": IMAGE, "noteName": f"projects/{project}/notes/n", "operationName": "projects/p/operations/1",
        "buildDetails": {"provenance": {
            "id": "b-1", "builtArtifacts": [{"name": "cart", "id": IMAGE}],
            "sourceProvenance": {"storageSource": stored, "artifactStorageSource": stored}}}}
    made = create(rest, "v1alpha1", project, "n", KINDS["build"].note("v1alpha1"), body)
    assert get(rest, "v1", made["name"])["build"]["provenance"]["sourceProvenance"] == {
        "artifactStorageSourceUri": "gs://b/o#7"}
    for version in ("v1", "v1beta1"):
        update(rest, version, made["name"])
        assert without_output_only(get(rest, "v1alpha1", made["name"])) == {**body, "remediation": "changed"}


def test_fields_that_nobody_knows_stay_with_the_version_that_wrote_them(server, rest, project):
    """A newer client's fields: one of the occurrence and one of its build, by numbers that no version has."""
    unknown = b"\xc2\x3e\x05newer"
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "n"})
    call = server.channel().unary_unary

    def field(number, payload):
        return bytes([number << 3 | 2, len(payload)]) + payload

    body = field(2, field(2, b"u")) + field(3, f"projects/{project}/notes/n".encode()) + field(9, unknown) + unknown
    made = call("/grafeas.v1beta1.GrafeasV1Beta1/CreateOccurrence")(
        field(1, f"projects/{project}".encode()) + field(2, body), timeout=20)
    assert made.count(unknown) == 2
    name = rest.done("GET", f"/v1/projects/{project}/occurrences")["occurrences"][0]["name"]
    masked(rest, "v1", name)
    read = call("/grafeas.v1beta1.GrafeasV1Beta1/GetOccurrence")(field(1, name.encode()), timeout=20)
    assert read.count(unknown) == 2
    assert read.count(b"changed") == 1
