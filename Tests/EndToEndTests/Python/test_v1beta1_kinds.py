"""What only v1beta1 has: JSON names of its own, and kinds that v1 knows nothing of and yet never loses."""

import grafeas.grafeas_v1 as v1
import pytest

import records
from records import IMAGE, without_output_only

LINK = {
    "signed": {
        "command": ["make", "all"],
        "materials": [{"resourceUri": "git://shop/cart", "hashes": {"sha256": "1a"}}],
        "products": [{"resourceUri": IMAGE, "hashes": {"sha256": "2b"}}],
        "byproducts": {"customValues": {"stdout": "done"}}, "environment": {"customValues": {"CC": "clang"}},
    },
    "signatures": [{"keyid": "key-1", "sig": "MEUCIQ"}],
}

# The note's and the occurrence's detail of each kind, by the kind's name.
FOREIGN = {
    "INTOTO": (
        {"intoto": {"stepName": "compile", "expectedCommand": ["make", "all"], "threshold": "2",
                    "signingKeys": [{"keyId": "key-1", "keyType": "ed25519", "publicKeyValue": "abc"}],
                    "expectedMaterials": [{"artifactRule": ["MATCH", "*", "WITH", "PRODUCTS", "FROM", "fetch"]}]}},
        {"intoto": LINK}),
    "SBOM": (
        {"sbom": {"spdxVersion": "SPDX-2.3", "dataLicence": "CC0-1.0"}},
        {"sbom": {"id": "SPDXRef-DOCUMENT", "title": "cart", "creators": ["Tool: scanner"],
                  "createTime": "2024-01-02T03:04:05Z"}}),
    "SPDX_PACKAGE": (
        {"spdxPackage": {"title": "openssl", "version": "3.0.1", "licenseDeclared": {"expression": "Apache-2.0"},
                         "externalRefs": [{"category": "SECURITY", "locator": "cpe:2.3:a:openssl"}]}},
        {"spdxPackage": {"id": "SPDXRef-openssl", "filename": "libssl.so", "licenseConcluded": {"expression": "MIT"}}}),
    "SPDX_FILE": (
        {"spdxFile": {"title": "main.c", "fileType": "SOURCE", "checksum": ["SHA1: 1a"]}},
        {"spdxFile": {"id": "SPDXRef-main", "copyright": "Example", "contributors": ["Ann"]}}),
    "SPDX_RELATIONSHIP": (
        {"spdxRelationship": {"type": "DEPENDS_ON"}},
        {"spdxRelationship": {"source": "SPDXRef-cart", "target": "SPDXRef-openssl", "comment": "at run time"}}),
}


class Foreign:
    """A note and an occurrence of a kind that v1 does not know."""

    def __init__(self, rest, project, kind):
        note_detail, detail = FOREIGN[kind]
        self.note_body = {"shortDescription": "only v1beta1 knows it", **note_detail}
        self.body = {
            "resource": {"uri": IMAGE}, "noteName": f"projects/{project}/notes/n", "remediation": "none", **detail}
        self.note = rest.done("POST", f"/v1beta1/projects/{project}/notes", self.note_body, params={"noteId": "n"})
        self.occurrence = rest.done("POST", f"/v1beta1/projects/{project}/occurrences", self.body)
        self.kind = kind


@pytest.fixture(params=FOREIGN)
def foreign(rest, project, request):
    return Foreign(rest, project, request.param)


def kind_of(message):
    return message.get("kind", "NOTE_KIND_UNSPECIFIED")


# JSON names

def test_intoto_links_use_the_names_of_intoto(rest, project):
    """`signed`, `command`, `keyid` and `sig` are no camel cases of the fields' names."""
    made = Foreign(rest, project, "INTOTO").occurrence
    assert made["intoto"] == LINK
    assert rest.done("GET", f"/v1beta1/{made['name']}")["intoto"] == LINK


def test_intoto_links_over_grpc_are_the_same_message(rest, beta, project):
    made = Foreign(rest, project, "INTOTO").occurrence
    details = beta.GetOccurrence(name=made["name"]).intoto
    assert list(details.link.effective_command) == ["make", "all"]
    assert [(signature.key_id, signature.signature) for signature in details.signatures] == [("key-1", "MEUCIQ")]


def test_slsa_statements_use_the_type_with_an_underscore(rest, project):
    statement = {
        "_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"name": "cart", "digest": {"sha256": "1a"}}],
        "predicate": {
            "buildDefinition": {"buildType": "https://example.com/build/v1", "externalParameters": {"ref": "main"}},
            "runDetails": {"builder": {"id": "https://example.com/builder"}}},
    }
    parent = f"/v1beta1/projects/{project}"
    rest.done("POST", f"{parent}/notes", records.build_note(), params={"noteId": "builds"})
    made = rest.done("POST", f"{parent}/occurrences", {
        "resource": {"uri": IMAGE}, "noteName": f"projects/{project}/notes/builds",
        "build": {"inTotoSlsaProvenanceV1": statement}})
    assert made["build"] == {"inTotoSlsaProvenanceV1": statement}
    assert rest.done("GET", f"/v1/{made['name']}")["build"] == {"inTotoSlsaProvenanceV1": statement}


def test_sbom_references_use_the_type_with_an_underscore(rest, project):
    parent, reference = f"/v1beta1/projects/{project}", {
        "payload": {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://example.com/sbom",
                    "subject": [{"name": "cart", "digest": {"sha256": "1a"}}],
                    "predicate": {"referrerId": "scanner", "location": "gs://sboms/cart.json"}},
        "payloadType": "application/vnd.in-toto+json", "signatures": [{"keyid": "key-1", "sig": "c2ln"}],
    }
    note = {"sbomReference": {"format": "spdx", "version": "2.3"}}
    rest.done("POST", f"{parent}/notes", note, params={"noteId": "n"})
    made = rest.done("POST", f"{parent}/occurrences", {
        "resource": {"uri": IMAGE}, "noteName": f"projects/{project}/notes/n", "sbomReference": reference})
    assert made["sbomReference"] == reference
    over_v1 = rest.done("GET", f"/v1/{made['name']}")
    assert (over_v1["kind"], over_v1["sbomReference"]) == ("SBOM_REFERENCE", reference)


# Kinds

def test_a_kind_that_only_v1beta1_knows_reads_back_there(rest, foreign):
    assert without_output_only(foreign.note) == foreign.note_body
    assert without_output_only(foreign.occurrence) == foreign.body
    assert foreign.note["kind"] == foreign.occurrence["kind"] == foreign.kind
    assert rest.done("GET", f"/v1beta1/{foreign.note['name']}") == foreign.note
    assert rest.done("GET", f"/v1beta1/{foreign.occurrence['name']}") == foreign.occurrence


def test_v1_reads_the_common_fields_and_no_kind(rest, project, foreign):
    seen = rest.done("GET", f"/v1/{foreign.occurrence['name']}")
    assert kind_of(seen) == "NOTE_KIND_UNSPECIFIED"
    assert without_output_only(seen) == {
        "resourceUri": IMAGE, "noteName": f"projects/{project}/notes/n", "remediation": "none"}
    assert seen["createTime"] == foreign.occurrence["createTime"]
    seen = rest.done("GET", f"/v1/{foreign.note['name']}")
    assert kind_of(seen) == "NOTE_KIND_UNSPECIFIED"
    assert without_output_only(seen) == {"shortDescription": "only v1beta1 knows it"}


def test_the_official_client_sees_no_kind_of_the_same_number(grpc_client, foreign):
    """8 is UPGRADE in v1 and INTOTO in v1beta1."""
    seen = grpc_client.get_occurrence(name=foreign.occurrence["name"])
    assert seen.kind == v1.NoteKind.NOTE_KIND_UNSPECIFIED
    assert grpc_client.get_occurrence_note(name=seen.name).kind == v1.NoteKind.NOTE_KIND_UNSPECIFIED


def test_v1alpha1_reads_the_common_fields_and_no_kind(rest, project, foreign):
    seen = rest.done("GET", f"/v1alpha1/{foreign.occurrence['name']}")
    assert seen.get("kind", "KIND_UNSPECIFIED") == "KIND_UNSPECIFIED"
    assert without_output_only(seen) == {
        "resourceUrl": IMAGE, "noteName": f"projects/{project}/notes/n", "remediation": "none"}


def test_an_update_through_v1_loses_nothing(rest, foreign):
    path = foreign.occurrence["name"]
    rest.done("PATCH", f"/v1/{path}", {"remediation": "some"}, params={"updateMask": "remediation"})
    assert without_output_only(rest.done("GET", f"/v1beta1/{path}")) == {**foreign.body, "remediation": "some"}
    path = foreign.note["name"]
    rest.done("PATCH", f"/v1/{path}", {"shortDescription": "changed"}, params={"updateMask": "shortDescription"})
    changed = rest.done("GET", f"/v1beta1/{path}")
    assert without_output_only(changed) == {**foreign.note_body, "shortDescription": "changed"}
    assert changed["kind"] == foreign.kind


def test_writing_back_through_v1_what_v1_read_loses_nothing(rest, foreign):
    seen = rest.done("GET", f"/v1/{foreign.occurrence['name']}")
    rest.done("PATCH", f"/v1/{seen['name']}", {**seen, "remediation": "some"})
    changed = rest.done("GET", f"/v1beta1/{seen['name']}")
    assert without_output_only(changed) == {**foreign.body, "remediation": "some"}
    assert changed["kind"] == foreign.kind


@pytest.mark.parametrize("version", ["v1", "v1beta1", "v1alpha1"])
def test_a_filter_finds_it_by_its_kind_in_every_version(rest, project, foreign, version):
    parent = f"/{version}/projects/{project}"
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    rest.done("POST", f"/v1/projects/{project}/occurrences", records.build(project))
    found = rest.every(f"{parent}/occurrences", "occurrences", filter=f'kind="{foreign.kind}"')
    assert [occurrence["name"] for occurrence in found] == [foreign.occurrence["name"]]
    found = rest.every(f"{parent}/notes", "notes", filter=f'kind="{foreign.kind}"')
    assert [note["name"] for note in found] == [foreign.note["name"]]


def test_v1beta1_lists_it_among_others(rest, project, foreign):
    assert rest.every(f"/v1beta1/projects/{project}/occurrences", "occurrences") == [foreign.occurrence]
    assert rest.every(f"/v1beta1/{foreign.note['name']}/occurrences", "occurrences") == [foreign.occurrence]


# Kinds that only v1 knows

ONLY_V1 = {
    "UPGRADE": ({"upgrade": {"package": "openssl", "version": {"name": "3.0.9", "kind": "NORMAL"}}},
                {"upgrade": {"package": "openssl", "parsedVersion": {"name": "3.0.9", "kind": "NORMAL"}}}),
    "COMPLIANCE": ({"compliance": {"title": "no root", "cisBenchmark": {"profileLevel": 1, "severity": "HIGH"}}},
                   {"compliance": {"nonComplianceReason": "runs as root"}}),
    "DSSE_ATTESTATION": ({"dsseAttestation": {"hint": {"humanReadableName": "qa"}}},
                         {"dsseAttestation": {"envelope": {
                             "payload": "e30=", "payloadType": "application/vnd.in-toto+json",
                             "signatures": [{"sig": "c2ln", "keyid": "key-1"}]}}}),
}


@pytest.mark.parametrize("kind", ONLY_V1)
def test_a_kind_that_only_v1_knows_survives_an_update_through_v1beta1(rest, project, kind):
    note, detail = ONLY_V1[kind]
    rest.done("POST", f"/v1/projects/{project}/notes", note, params={"noteId": "n"})
    body = {"resourceUri": IMAGE, "noteName": f"projects/{project}/notes/n", **detail}
    made = rest.done("POST", f"/v1/projects/{project}/occurrences", body)
    seen = rest.done("GET", f"/v1beta1/{made['name']}")
    assert kind_of(seen) == "NOTE_KIND_UNSPECIFIED"
    assert without_output_only(seen) == {"resource": {"uri": IMAGE}, "noteName": body["noteName"]}
    rest.done("PATCH", f"/v1beta1/{made['name']}", {"remediation": "some"}, params={"updateMask": "remediation"})
    changed = rest.done("GET", f"/v1/{made['name']}")
    assert without_output_only(changed) == {**body, "remediation": "some"}
    assert changed["kind"] == kind
