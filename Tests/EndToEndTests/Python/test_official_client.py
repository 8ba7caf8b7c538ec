"""The official Python client drives every method, over gRPC and over REST, and sees the same.

Its REST transport knows an error's HTTP status only, so the exceptions expected here are those of HTTP
(`BadRequest`, `Conflict`), which the gRPC ones (`InvalidArgument`, `AlreadyExists`) inherit from.
"""

import socket

import grafeas.grafeas_v1 as v1
import grpc
import pytest
from google.api_core import exceptions
from google.protobuf import field_mask_pb2, json_format
from google.rpc import error_details_pb2
from grafeas.grafeas_v1.services.grafeas.transports import GrafeasGrpcTransport

import records


@pytest.fixture(scope="module", params=["grpc", "rest"])
def client(request, server):
    return server.grpc_client() if request.param == "grpc" else server.rest_client()


def note(**fields):
    return v1.Note(short_description="a note", vulnerability=v1.VulnerabilityNote(severity=v1.Severity.HIGH), **fields)


def occurrence(project, note_id="CVE-2019-18276", uri=records.IMAGE, package="openssl", **fields):
    issue = v1.VulnerabilityOccurrence.PackageIssue(
        affected_cpe_uri="cpe:/o:debian:debian_linux:12", affected_package=package,
        affected_version=v1.Version(name="1.0", kind=v1.Version.VersionKind.NORMAL))
    return v1.Occurrence(
        resource_uri=uri, note_name=f"projects/{project}/notes/{note_id}",
        vulnerability=v1.VulnerabilityOccurrence(severity=v1.Severity.HIGH, package_issue=[issue]), **fields)


@pytest.fixture
def stored_note(client, project):
    return client.create_note(parent=f"projects/{project}", note_id="CVE-2019-18276", note=note())


@pytest.fixture
def stored(client, project, stored_note):
    return client.create_occurrence(parent=f"projects/{project}", occurrence=occurrence(project))


def detail(error, kind):
    """The error's detail of a type; the REST transport leaves details as JSON."""
    for found in error.details:
        if isinstance(found, kind):
            return found
        if isinstance(found, dict) and found["@type"].endswith(kind.DESCRIPTOR.full_name):
            return json_format.ParseDict({key: found[key] for key in found if key != "@type"}, kind())
    raise AssertionError(f"no {kind.DESCRIPTOR.full_name} in {error.details}")


def violations(error):
    return {found.field: found.description for found in detail(error, error_details_pb2.BadRequest).field_violations}


def resource(error):
    return detail(error, error_details_pb2.ResourceInfo)


def test_create_and_get_note(client, project):
    made = client.create_note(
        parent=f"projects/{project}", note_id="CVE-2019-18276",
        note=note(name="projects/other/notes/ignored", kind=v1.NoteKind.BUILD))
    assert made.name == f"projects/{project}/notes/CVE-2019-18276"
    assert made.kind == v1.NoteKind.VULNERABILITY
    assert made.create_time == made.update_time
    assert client.get_note(name=made.name) == made


def test_create_and_get_occurrence(client, project, stored_note):
    made = client.create_occurrence(
        parent=f"projects/{project}", occurrence=occurrence(project, name="ignored", remediation="update"))
    assert made.name.startswith(f"projects/{project}/occurrences/")
    assert made.kind == v1.NoteKind.VULNERABILITY
    assert made.remediation == "update"
    assert client.get_occurrence(name=made.name) == made


def test_get_occurrence_note(client, stored, stored_note):
    assert client.get_occurrence_note(name=stored.name) == stored_note


def test_delete_occurrence(client, stored):
    client.delete_occurrence(name=stored.name)
    with pytest.raises(exceptions.NotFound) as refusal:
        client.get_occurrence(name=stored.name)
    assert stored.name in refusal.value.message
    with pytest.raises(exceptions.NotFound):
        client.delete_occurrence(name=stored.name)


def test_delete_note_only_when_nothing_hangs_on_it(client, stored, stored_note):
    with pytest.raises(exceptions.GoogleAPICallError) as refusal:
        client.delete_note(name=stored_note.name)
    assert refusal.value.reason == "FAILED_PRECONDITION"
    assert "1 occurrence" in refusal.value.message
    assert client.get_note(name=stored_note.name) == stored_note
    client.delete_occurrence(name=stored.name)
    client.delete_note(name=stored_note.name)
    with pytest.raises(exceptions.NotFound) as refusal:
        client.get_note(name=stored_note.name)
    assert resource(refusal.value).resource_name == stored_note.name


def test_batch_create_notes(client, project):
    notes = {f"CVE-2020-{number:04}": note(long_description=str(number)) for number in range(25)}
    made = client.batch_create_notes(parent=f"projects/{project}", notes=notes).notes
    assert sorted(n.name for n in made) == [f"projects/{project}/notes/{key}" for key in sorted(notes)]
    listed = list(client.list_notes(parent=f"projects/{project}"))
    assert sorted(n.name for n in listed) == sorted(n.name for n in made)
    assert {n.name.rsplit("/")[-1]: n.long_description for n in listed} == {
        key: value.long_description for key, value in notes.items()}


def test_batch_create_occurrences_keeps_the_order(client, project, stored_note):
    entries = [occurrence(project, package=f"package-{number}") for number in range(30)]
    made = client.batch_create_occurrences(parent=f"projects/{project}", occurrences=entries).occurrences
    packages = [o.vulnerability.package_issue[0].affected_package for o in made]
    assert packages == [f"package-{number}" for number in range(30)]
    listed = [o.name for o in client.list_occurrences(parent=f"projects/{project}")]
    assert sorted(listed) == sorted(o.name for o in made)


def test_batch_with_faults_names_each_and_writes_nothing(client, project, stored_note):
    entries = [occurrence(project) for _ in range(4)]
    entries[1].resource_uri = ""
    entries[3].vulnerability.package_issue[0].affected_package = ""
    with pytest.raises(exceptions.BadRequest) as refusal:
        client.batch_create_occurrences(parent=f"projects/{project}", occurrences=entries)
    assert set(violations(refusal.value)) == {
        "occurrences[1].resource_uri", "occurrences[3].vulnerability.package_issue[0].affected_package"}
    assert list(client.list_occurrences(parent=f"projects/{project}")) == []


def test_update_note_with_a_field_mask(client, stored_note):
    change = v1.Note(short_description="not meant", long_description="new")
    changed = client.update_note(
        name=stored_note.name, note=change, update_mask=field_mask_pb2.FieldMask(paths=["long_description"]))
    assert (changed.short_description, changed.long_description) == ("a note", "new")
    assert changed.vulnerability == stored_note.vulnerability
    assert changed.create_time == stored_note.create_time
    assert changed.update_time > stored_note.update_time
    assert client.get_note(name=stored_note.name) == changed


def test_update_occurrence_with_a_nested_field_mask(client, stored):
    change = v1.Occurrence(
        remediation="not meant", vulnerability=v1.VulnerabilityOccurrence(short_description="new"))
    mask = field_mask_pb2.FieldMask(paths=["vulnerability.short_description"])
    changed = client.update_occurrence(name=stored.name, occurrence=change, update_mask=mask)
    assert changed.vulnerability.short_description == "new"
    assert changed.vulnerability.package_issue == stored.vulnerability.package_issue
    assert changed.remediation == ""
    assert client.get_occurrence(name=stored.name) == changed


def test_update_without_a_mask_replaces_what_may_change(client, project, stored):
    replacement = occurrence(project, package="bash", remediation="all of it")
    changed = client.update_occurrence(name=stored.name, occurrence=replacement)
    assert changed.remediation == "all of it"
    assert changed.vulnerability.package_issue[0].affected_package == "bash"
    assert changed.create_time == stored.create_time


@pytest.mark.parametrize("path, value", [
    ("resource_uri", v1.Occurrence(resource_uri="https://other.example/x")),
    ("no_such_field", v1.Occurrence()),
])
def test_update_mask_refusals_change_nothing(client, stored, path, value):
    with pytest.raises(exceptions.BadRequest) as refusal:
        client.update_occurrence(
            name=stored.name, occurrence=value, update_mask=field_mask_pb2.FieldMask(paths=[path]))
    assert path in refusal.value.message
    assert client.get_occurrence(name=stored.name) == stored


def test_page_iterators_cross_pages(client, project, stored_note):
    uris = [records.image(number) for number in range(1, 48)]
    made = client.batch_create_occurrences(
        parent=f"projects/{project}", occurrences=[occurrence(project, uri=uri) for uri in uris]).occurrences
    for request, call in (
        (v1.ListOccurrencesRequest(parent=f"projects/{project}", page_size=10), client.list_occurrences),
        (v1.ListNoteOccurrencesRequest(name=stored_note.name, page_size=10), client.list_note_occurrences),
    ):
        pages = list(call(request=request).pages)
        assert [len(page.occurrences) for page in pages] == [10, 10, 10, 10, 7]
        names = [o.name for page in pages for o in page.occurrences]
        assert sorted(names) == sorted(o.name for o in made)
        # Newest first: within a batch by id, and ids are in time's order.
        assert names == sorted(names, reverse=True)


def test_default_page_size_is_twenty(client, project):
    client.batch_create_notes(
        parent=f"projects/{project}", notes={f"n-{number}": note() for number in range(45)})
    pages = list(client.list_notes(parent=f"projects/{project}").pages)
    assert [len(page.notes) for page in pages] == [20, 20, 5]


def test_filter_on_each_list_method(client, project, stored_note):
    for package in ("openssl", "bash", "curl"):
        client.create_occurrence(parent=f"projects/{project}", occurrence=occurrence(project, package=package))
    filter_text = 'vulnerability.package_issue.affected_package="bash"'
    for found in (
        client.list_occurrences(parent=f"projects/{project}", filter=filter_text),
        client.list_note_occurrences(name=stored_note.name, filter=filter_text),
    ):
        assert [o.vulnerability.package_issue[0].affected_package for o in found] == ["bash"]
    assert list(client.list_notes(parent=f"projects/{project}", filter='kind="BUILD"')) == []
    assert [n.name for n in client.list_notes(parent=f"projects/{project}", filter='kind="VULNERABILITY"')] == [
        stored_note.name]


def test_errors_come_with_their_details(client, project, stored_note):
    with pytest.raises(exceptions.Conflict) as refusal:
        client.create_note(parent=f"projects/{project}", note_id="CVE-2019-18276", note=note())
    assert resource(refusal.value).resource_name == stored_note.name
    assert refusal.value.reason == "ALREADY_EXISTS"

    with pytest.raises(exceptions.BadRequest) as refusal:
        client.create_occurrence(parent=f"projects/{project}", occurrence=v1.Occurrence())
    assert set(violations(refusal.value)) == {
        "occurrence.resource_uri", "occurrence.note_name", "occurrence.details"}

    with pytest.raises(exceptions.NotFound) as refusal:
        client.create_occurrence(parent=f"projects/{project}", occurrence=occurrence(project, note_id="missing"))
    assert resource(refusal.value).resource_name == f"projects/{project}/notes/missing"

    with pytest.raises(exceptions.BadRequest) as refusal:
        list(client.list_occurrences(parent=f"projects/{project}", filter='severty="HIGH"'))
    assert "severty" in refusal.value.message and "severity" in refusal.value.message


def test_an_occurrence_must_fit_its_notes_kind(client, project, stored_note):
    wrong = v1.Occurrence(
        resource_uri=records.IMAGE, note_name=stored_note.name,
        build=v1.BuildOccurrence(provenance=v1.BuildProvenance(id="b")))
    with pytest.raises(exceptions.BadRequest):
        client.create_occurrence(parent=f"projects/{project}", occurrence=wrong)
    assert list(client.list_occurrences(parent=f"projects/{project}")) == []
    # Hosted scanners hang discoveries on the vulnerability's note.
    discovery = v1.Occurrence(
        resource_uri=records.IMAGE, note_name=stored_note.name,
        discovery=v1.DiscoveryOccurrence(
            analysis_status=v1.DiscoveryOccurrence.AnalysisStatus.FINISHED_SUCCESS))
    made = client.create_occurrence(parent=f"projects/{project}", occurrence=discovery)
    assert made.kind == v1.NoteKind.DISCOVERY


def test_locations_are_a_part_of_the_name(client, project):
    parent = f"projects/{project}/locations/europe-west3"
    made_note = client.create_note(parent=parent, note_id="CVE-2019-18276", note=note())
    assert made_note.name == f"{parent}/notes/CVE-2019-18276"
    entry = occurrence(project)
    entry.note_name = made_note.name
    one = client.create_occurrence(parent=parent, occurrence=entry)
    two = client.batch_create_occurrences(parent=parent, occurrences=[entry]).occurrences[0]
    assert one.name.startswith(f"{parent}/occurrences/")
    assert client.get_occurrence(name=one.name) == one
    assert client.get_occurrence_note(name=one.name) == made_note
    assert [o.name for o in client.list_occurrences(parent=parent)] == [two.name, one.name]
    assert [o.name for o in client.list_note_occurrences(name=made_note.name)] == [two.name, one.name]
    assert [n.name for n in client.list_notes(parent=parent)] == [made_note.name]
    changed = client.update_occurrence(
        name=one.name, occurrence=v1.Occurrence(remediation="x"),
        update_mask=field_mask_pb2.FieldMask(paths=["remediation"]))
    assert (changed.name, changed.remediation) == (one.name, "x")
    with pytest.raises(exceptions.NotFound):
        client.get_occurrence(name=one.name.replace("/locations/europe-west3", ""))
    client.delete_occurrence(name=one.name)
    client.delete_occurrence(name=two.name)
    client.delete_note(name=made_note.name)
    assert list(client.list_notes(parent=parent)) == []


def test_what_one_transport_writes_the_other_reads(server, project):
    over_grpc, over_rest = server.grpc_client(), server.rest_client()
    made_note = over_rest.create_note(parent=f"projects/{project}", note_id="CVE-2019-18276", note=note())
    made = over_grpc.create_occurrence(parent=f"projects/{project}", occurrence=occurrence(project))
    assert over_grpc.get_note(name=made_note.name) == made_note
    assert over_rest.get_occurrence(name=made.name) == made


def test_a_unix_socket_serves_the_same_store(launch, project, tmp_path):
    server = launch("--listen", f"unix:{tmp_path}/socket")
    with grpc.insecure_channel(f"unix:{tmp_path}/socket") as channel:
        client = v1.GrafeasClient(transport=GrafeasGrpcTransport(channel=channel))
        made = client.create_note(parent=f"projects/{project}", note_id="n", note=note())
    assert server.grpc_client().get_note(name=made.name) == made
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(f"{tmp_path}/socket")
        connection.sendall(f"GET /v1/{made.name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200") and made.name.encode() in answer
    assert server.stop() == 0
    assert not (tmp_path / "socket").exists()
