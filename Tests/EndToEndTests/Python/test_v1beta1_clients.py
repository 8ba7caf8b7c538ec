"""What the clients of v1beta1 send, call by call: Kritis and Rode over gRPC, Voucher and plain HTTP over REST."""

import base64
import types
import uuid

import grpc
import pytest

import grafeion_server
import records
import reflected
from grafeion_server import wait_until
from records import image, without_output_only
from reflected import refused

IMG, OTHER = image(1), image(2)
FINAL = {"FINISHED_SUCCESS", "FINISHED_FAILED", "FINISHED_UNSUPPORTED"}


# Kritis: gRPC with mutual TLS or over a unix socket, pages of 100

class Kritis:
    """The calls of Kritis' Grafeas back end, which keeps everything in projects/kritis."""

    PARENT = "projects/kritis"
    PAGE = 100

    def __init__(self, channel):
        self.service = reflected.Service(channel, "grafeas.v1beta1.GrafeasV1Beta1")

    def vulnerabilities(self, uri):
        return self.service.every(
            "ListOccurrences", "occurrences", parent=self.PARENT, pageSize=self.PAGE,
            filter=f'resource_url="{uri}" AND kind="PACKAGE_VULNERABILITY"')

    def attestations(self, note, uri):
        return self.service.every(
            "ListNoteOccurrences", "occurrences", name=note.name, pageSize=self.PAGE,
            filter=f'resource_url="{uri}" AND kind="ATTESTATION_AUTHORITY"')

    def scans(self, uri):
        return self.service.every(
            "ListOccurrences", "occurrences", parent=self.PARENT, pageSize=self.PAGE,
            filter=f'resourceUrl="{uri}" AND noteProjectId="kritis" AND noteId="PACKAGE_VULNERABILITY"')

    def note(self, body):
        return self.service.CreateNote(parent=self.PARENT, noteId=f"n-{uuid.uuid4().hex[:8]}", note=body)

    def create(self, body):
        return self.service.CreateOccurrence(parent=self.PARENT, occurrence=body)

    def status(self, scan):
        details = self.service.GetOccurrence(name=scan.name).discovered.discovered
        return self.service.as_json(details)["analysisStatus"]


@pytest.fixture(scope="module")
def mutual_tls(tmp_path_factory, certificates):
    running = grafeion_server.Server(
        tmp_path_factory.mktemp("mutual-tls"), "--tls-cert", certificates.certificate, "--tls-key", certificates.key,
        "--client-ca", certificates.authority, scheme="https")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def over_mutual_tls(mutual_tls, certificates):
    credentials = grpc.ssl_channel_credentials(
        certificates.authority.read_bytes(), certificates.client_key.read_bytes(),
        certificates.client_certificate.read_bytes())
    with grpc.secure_channel(mutual_tls.target, credentials) as channel:
        yield Kritis(channel)


@pytest.fixture(scope="module")
def over_a_unix_socket(tmp_path_factory):
    directory = tmp_path_factory.mktemp("unix")
    running = grafeion_server.Server(directory, "--listen", f"unix:{directory}/socket")
    with grpc.insecure_channel(f"unix:{directory}/socket") as channel:
        yield Kritis(channel)
    assert running.stop() == 0


@pytest.fixture(params=["over_mutual_tls", "over_a_unix_socket"])
def kritis(request):
    """Both of the ways in which Kritis connects."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def uri():
    """An image that no other test knows."""
    return image(uuid.uuid4().int)


@pytest.fixture
def authority(kritis):
    return kritis.note(records.beta_authority("qa"))


def test_kritis_needs_a_client_certificate(mutual_tls, certificates):
    credentials = grpc.ssl_channel_credentials(certificates.authority.read_bytes())
    with grpc.secure_channel(mutual_tls.target, credentials) as channel:
        get = channel.unary_unary("/grafeas.v1beta1.GrafeasV1Beta1/GetNote")
        with pytest.raises(grpc.RpcError) as refusal:
            get(b"", timeout=10)
    assert refusal.value.code() == grpc.StatusCode.UNAVAILABLE


def test_kritis_creates_a_note_with_nothing_but_a_hint(kritis):
    made = kritis.note({"attestationAuthority": {"hint": {"humanReadableName": "qa"}}})
    assert kritis.service.GetNote(name=made.name) == made
    assert kritis.service.as_json(made)["kind"] == "ATTESTATION"
    assert made.attestation_authority.hint.human_readable_name == "qa"


def test_kritis_learns_that_a_note_is_not_there(kritis):
    refused(grpc.StatusCode.NOT_FOUND, kritis.service.GetNote, name="projects/kritis/notes/no-such-note")


def test_kritis_stores_and_finds_a_pgp_attestation(kritis, authority, uri):
    body = {
        "resource": {"uri": uri}, "noteName": authority.name,
        "attestation": {"attestation": {"pgpSignedAttestation": {
            "signature": "-----BEGIN PGP MESSAGE-----\n…\n-----END PGP MESSAGE-----\n",
            "contentType": "SIMPLE_SIGNING_JSON", "pgpKeyId": "24FF6481B76AC91E66A00AC657A93A81EF3AE6FB"}}},
    }
    made = kritis.create(body)
    kritis.create({**body, "resource": {"uri": OTHER}})
    assert without_output_only(kritis.service.as_json(made)) == body
    assert kritis.attestations(authority, uri) == [made]


def test_kritis_stores_and_finds_a_generic_attestation(kritis, authority, uri):
    payload = b'{"critical":{"type":"atomic container signature"}}'
    body = {
        "resource": {"uri": uri}, "noteName": authority.name,
        "attestation": {"attestation": {"genericSignedAttestation": {
            "contentType": "SIMPLE_SIGNING_JSON", "serializedPayload": base64.b64encode(payload).decode(),
            "signatures": [{"publicKeyId": "key-1", "signature": base64.b64encode(b"\x00\xffraw").decode()},
                           {"publicKeyId": "key-2", "signature": base64.b64encode(b"second").decode()}]}}},
    }
    made = kritis.create(body)
    assert without_output_only(kritis.service.as_json(made)) == body
    assert kritis.attestations(authority, uri) == [made]
    assert made.attestation.attestation.generic_signed_attestation.serialized_payload == payload


def test_kritis_reads_all_vulnerabilities_in_pages_of_100(kritis, uri):
    note = kritis.note(records.beta_vulnerability_note())
    bodies = [{**records.beta_vulnerability("kritis", uri=uri, package=f"package-{number}"), "noteName": note.name}
              for number in range(130)]
    kritis.service.BatchCreateOccurrences(parent=Kritis.PARENT, occurrences=bodies)
    kritis.create({**bodies[0], "resource": {"uri": OTHER}})
    found = kritis.vulnerabilities(uri)
    assert len({occurrence.name for occurrence in found}) == len(found) == 130
    assert {o.vulnerability.package_issue[0].affected_location.package for o in found} == {
        f"package-{number}" for number in range(130)}


def test_kritis_tells_what_is_fixable_by_the_kind_of_the_fixed_version(kritis, uri):
    note = kritis.note(records.beta_vulnerability_note())
    for package, fixed in (("with-a-fix", "NORMAL"), ("without-a-fix", "MAXIMUM")):
        body = records.beta_vulnerability("kritis", uri=uri, package=package, fixed=fixed)
        kritis.create({**body, "noteName": note.name})
    fixable = set()
    for occurrence in kritis.vulnerabilities(uri):
        issue = kritis.service.as_json(occurrence.vulnerability.package_issue[0])
        if issue["fixedLocation"]["version"]["kind"] != "MAXIMUM":
            fixable.add(issue["affectedLocation"]["package"])
    assert fixable == {"with-a-fix"}


def test_kritis_waits_until_the_scan_is_finished(kritis, uri):
    try:
        kritis.service.CreateNote(
            parent=Kritis.PARENT, noteId="PACKAGE_VULNERABILITY", note={"discovery": {"analysisKind": "VULNERABILITY"}})
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.ALREADY_EXISTS
    kritis.create(records.beta_discovery("kritis", uri=uri, status="SCANNING"))
    scan, = kritis.scans(uri)
    assert kritis.status(scan) not in FINAL
    kritis.service.UpdateOccurrence(
        name=scan.name, occurrence={"discovered": {"discovered": {"analysisStatus": "FINISHED_SUCCESS"}}},
        updateMask="discovered.discovered.analysisStatus")
    wait_until(lambda: kritis.status(scan) in FINAL)


def test_kritis_deletes_an_attestation(kritis, authority, uri):
    made = kritis.create({**records.beta_pgp_attestation("kritis", uri=uri), "noteName": authority.name})
    kritis.service.DeleteOccurrence(name=made.name)
    assert kritis.attestations(authority, uri) == []
    refused(grpc.StatusCode.NOT_FOUND, kritis.service.DeleteOccurrence, name=made.name)


# Voucher: REST, pages of 50

@pytest.fixture(scope="module")
def voucher(server):
    """A project with two images of each kind, and what the filters of Voucher find in it."""
    rest, project = server.rest(), f"voucher-{uuid.uuid4().hex[:8]}"
    parent = f"/v1beta1/projects/{project}"
    for note, body in (
        ("diy", records.beta_authority("diy")), ("builds", records.build_note()),
        ("CVE-2019-18276", records.beta_vulnerability_note()), ("PACKAGE_VULNERABILITY", records.discovery_note()),
    ):
        rest.done("POST", f"{parent}/notes", body, params={"noteId": note})
    for uri in (IMG, OTHER):
        for body in (
            records.beta_pgp_attestation(project, "diy", uri), records.beta_build(project, uri=uri),
            *(records.beta_vulnerability(project, uri=uri, package=f"package-{n}") for n in range(60)),
            records.beta_discovery(project, uri=uri),
        ):
            rest.done("POST", f"{parent}/occurrences", body)

    def listed(text):
        return rest.every(f"{parent}/occurrences", "occurrences", page_size=50, filter=text)

    return types.SimpleNamespace(rest=rest, project=project, parent=parent, listed=listed)


@pytest.mark.parametrize("kind, count", [("ATTESTATION", 1), ("VULNERABILITY", 60), ("BUILD", 1)])
def test_voucher_lists_an_images_entries_of_a_kind(voucher, kind, count):
    found = voucher.listed(f'resourceUrl="{IMG}" AND kind="{kind}"')
    assert [(o["kind"], o["resource"]["uri"]) for o in found] == [(kind, IMG)] * count


def test_voucher_asks_for_the_note_of_each_attestation(voucher):
    found = voucher.listed(f'resourceUrl="{IMG}" AND kind="ATTESTATION"')
    notes = [voucher.rest.done("GET", f"/v1beta1/{occurrence['name']}/notes") for occurrence in found]
    assert [note["attestationAuthority"]["hint"]["humanReadableName"] for note in notes] == ["diy"]


def test_voucher_finds_the_finished_scan(voucher):
    text = (f'resourceUrl="{IMG}" AND kind="DISCOVERY" AND noteProjectId="goog-analysis"'
            ' AND noteId="PACKAGE_VULNERABILITY"')
    assert voucher.listed(text) == []
    found, = voucher.listed(text.replace("goog-analysis", voucher.project))
    assert found["discovered"] == {
        "discovered": {"continuousAnalysis": "ACTIVE", "analysisStatus": "FINISHED_SUCCESS"}}


def test_voucher_sends_its_page_token_alone(voucher):
    """It asks for the next page without the size, in snake_case, and with the type of a body that it does not send."""
    json_type, path = {"Content-Type": "application/json"}, f"{voucher.parent}/occurrences"
    found, page = [], voucher.rest.done("GET", path, headers=json_type)
    while True:
        found += [occurrence["name"] for occurrence in page["occurrences"]]
        if not page.get("nextPageToken"):
            break
        page = voucher.rest.done("GET", path, params={"page_token": page["nextPageToken"]}, headers=json_type)
    assert len(set(found)) == len(found) == 2 * 63


def test_voucher_attests_a_check_once_or_more(voucher):
    """Go writes its zero times out; the answer that it already exists is one that Voucher can live with."""
    zero, uri = "0001-01-01T00:00:00Z", image(uuid.uuid4().int)
    body = {
        "resource": {"uri": uri}, "noteName": f"projects/{voucher.project}/notes/diy", "kind": "ATTESTATION",
        "createTime": zero, "updateTime": zero,
        "attestation": {"attestation": {"genericSignedAttestation": {
            "contentType": "SIMPLE_SIGNING_JSON",
            "signatures": [{"signature": "MEUCIQ==", "publicKeyId": "//cloudkms.googleapis.com/v1/projects/p/k"}]}}},
    }
    for _ in range(2):
        reply = voucher.rest.post(f"{voucher.parent}/occurrences", body)
        assert reply.status_code == 200 or grafeion_server.error_of(reply, "ALREADY_EXISTS")
    found = voucher.listed(f'resourceUrl="{uri}" AND kind="ATTESTATION"')
    assert 1 <= len(found) <= 2
    assert all(o["attestation"] == body["attestation"] and o["createTime"] > zero for o in found)


def test_voucher_creates_its_notes_and_findings_in_batches(voucher):
    """The body of a batch has the parent in it once more."""
    parent, note = f"projects/{voucher.project}", f"CVE-{uuid.uuid4().hex[:8]}"
    body = {"parent": parent, "notes": {note: records.beta_vulnerability_note()}}
    made = voucher.rest.done("POST", f"{voucher.parent}/notes:batchCreate", body)
    assert [n["name"] for n in made["notes"]] == [f"{parent}/notes/{note}"]
    voucher.rest.refused("ALREADY_EXISTS", "POST", f"{voucher.parent}/notes:batchCreate", body)
    body = {"parent": parent, "occurrences": [records.beta_vulnerability(voucher.project, note, image(9))]}
    made = voucher.rest.done("POST", f"{voucher.parent}/occurrences:batchCreate", body)
    assert [o["noteName"] for o in made["occurrences"]] == [f"{parent}/notes/{note}"]


# Rode: gRPC, CEL, pages of 1000

class Rode:
    """Builds of three images and notes of two prefixes in projects/rode; nobody else writes there."""

    PARENT = "projects/rode"

    def __init__(self, service):
        self.service = service
        service.BatchCreateNotes(parent=self.PARENT, notes={
            note: records.build_note() for note in ("x-builds", "x-scans", "y-builds")})
        service.BatchCreateOccurrences(parent=self.PARENT, occurrences=[
            records.beta_build("rode", "x-builds", "git://shop/cart@1", "built by resource"),
            records.beta_build("rode", "x-builds", "git://shop/cart@2", "built as artifact", [OTHER, IMG]),
            records.beta_build("rode", "y-builds", "git://shop/till@1", "another", [OTHER]),
        ])

    def builds(self, text):
        found = self.service.every("ListOccurrences", "occurrences", parent=self.PARENT, pageSize=1000, filter=text)
        return {occurrence.build.provenance.id for occurrence in found}

    def notes(self, text):
        found = self.service.every("ListNotes", "notes", parent=self.PARENT, pageSize=1000, filter=text)
        return {note.name.rpartition("/")[2] for note in found}


@pytest.fixture(scope="module")
def rode(beta):
    return Rode(beta)


def test_rode_finds_the_builds_of_a_resource_or_an_artifact(rode):
    text = 'kind == "BUILD" && (resource.uri == "U" || build.provenance.builtArtifacts.nestedFilter(id == "U"))'
    assert rode.builds(text) == set()
    assert rode.builds(text.replace('"U"', '"git://shop/cart@1"')) == {"built by resource"}
    assert rode.builds(text.replace('"U"', f'"{IMG}"')) == {"built as artifact"}
    assert rode.builds(text.replace('"U"', f'"{OTHER}"')) == {"built as artifact", "another"}


def test_rode_finds_notes_by_the_beginning_of_their_names(rode):
    assert rode.notes('name.startsWith("projects/rode/notes/x-")') == {"x-builds", "x-scans"}


@pytest.mark.parametrize("text, expected", [
    ('resource.uri.startsWith("git://shop/cart")', {"built by resource", "built as artifact"}),
    ('resource.uri.endsWith("@1")', {"built by resource", "another"}),
    ('resource.uri.contains("till")', {"another"}),
    ('!(resource.uri.contains("till"))', {"built by resource", "built as artifact"}),
    ('kind == "BUILD" && resource.uri != "git://shop/cart@1"', {"built as artifact", "another"}),
    ('resource.uri == "git://shop/cart@1" || resource.uri == "git://shop/till@1"', {"built by resource", "another"}),
])
def test_rode_spells_filters_as_cel(rode, text, expected):
    assert rode.builds(text) == expected


# grafeas-cli and curl

def test_curl_writes_snake_case_and_reads_camel_case(rest, project):
    parent = f"/v1beta1/projects/{project}"
    note = rest.call("POST", f"{parent}/notes?note_id=qa", data=(
        '{"attestation_authority": {"hint": {"human_readable_name": "qa"}}, "short_description": "checks"}'))
    assert without_output_only(note.json()) == {
        "shortDescription": "checks", "attestationAuthority": {"hint": {"humanReadableName": "qa"}}}
    made = rest.done("POST", f"{parent}/occurrences", {
        "resource": {"uri": IMG}, "note_name": f"projects/{project}/notes/qa",
        "attestation": {"attestation": {"pgp_signed_attestation": {
            "signature": "c2ln", "content_type": "SIMPLE_SIGNING_JSON", "pgp_key_id": "8C20F5A94B54E4B4"}}}})
    assert without_output_only(made) == records.beta_pgp_attestation(project, "qa", IMG, "c2ln")


@pytest.mark.parametrize("parameters", [{"noteId": "n"}, {"note_id": "n"}])
def test_the_note_id_has_two_spellings(rest, project, parameters):
    made = rest.done("POST", f"/v1beta1/projects/{project}/notes", records.build_note(), params=parameters)
    assert made["name"] == f"projects/{project}/notes/n"


@pytest.mark.parametrize("parameters", [
    {"page_size": 2, "filter": 'kind="IMAGE_BASIS"'}, {"pageSize": 2, "filter": 'kind="IMAGE"'}])
def test_list_parameters_have_two_spellings(rest, project, parameters):
    parent = f"/v1beta1/projects/{project}"
    rest.done("POST", f"{parent}/notes", records.build_note(), params={"noteId": "builds"})
    for number in range(3):
        rest.done("POST", f"{parent}/notes", {"base_image": {"resource_url": image(number)}},
                  params={"noteId": f"base-{number}"})
    page = rest.done("GET", f"{parent}/notes", params=parameters)
    assert [note["baseImage"]["resourceUrl"] for note in page["notes"]] == [image(2), image(1)]
    page = rest.done("GET", f"{parent}/notes", params={**parameters, "page_token": page["nextPageToken"]})
    assert [note["baseImage"]["resourceUrl"] for note in page["notes"]] == [image(0)]


def test_every_success_is_200(rest, project):
    parent = f"/v1beta1/projects/{project}"
    replies = [
        rest.post(f"{parent}/notes", records.build_note(), params={"noteId": "builds"}),
        rest.post(f"{parent}/occurrences", records.beta_build(project)),
        rest.patch(f"{parent}/notes/builds", {"shortDescription": "x"}, params={"updateMask": "shortDescription"}),
    ]
    replies.append(rest.delete(f"/v1beta1/{replies[1].json()['name']}"))
    replies.append(rest.delete(f"{parent}/notes/builds"))
    assert [reply.status_code for reply in replies] == [200] * 5
    assert replies[3].json() == replies[4].json() == {}
