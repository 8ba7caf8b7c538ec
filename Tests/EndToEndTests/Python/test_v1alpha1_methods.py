"""v1alpha1 over gRPC, by a client made from the server's own reflection; operations and projects over both doors."""

import uuid

import grpc
import pytest

import records
import reflected
from records import image, without_output_only
from reflected import refused, violations


@pytest.fixture
def parent(project):
    return f"projects/{project}"


@pytest.fixture
def note(alpha, parent):
    return alpha.CreateNote(parent=parent, noteId="production", note=records.alpha_authority())


def names(entries):
    return [entry.name for entry in entries]


# Notes and occurrences

def test_reflection_has_the_methods(alpha):
    assert set(alpha.methods) == {
        "GetOccurrence", "ListOccurrences", "DeleteOccurrence", "CreateOccurrence", "UpdateOccurrence",
        "GetOccurrenceNote", "GetNote", "ListNotes", "DeleteNote", "CreateNote", "UpdateNote", "ListNoteOccurrences",
        "CreateOperation", "UpdateOperation"}


def test_create_get_update_and_delete_a_note(alpha, parent):
    body = records.alpha_authority()
    made = alpha.CreateNote(parent=parent, noteId="production", note=body)
    assert made.name == f"{parent}/notes/production"
    assert without_output_only(alpha.as_json(made)) == body
    assert alpha.as_json(made)["kind"] == "ATTESTATION_AUTHORITY"
    changed = alpha.UpdateNote(name=made.name, note={"shortDescription": "signs"}, updateMask="shortDescription")
    assert changed.short_description == "signs"
    assert changed.attestation_authority == made.attestation_authority
    assert alpha.GetNote(name=made.name) == changed
    alpha.DeleteNote(name=made.name)
    refused(grpc.StatusCode.NOT_FOUND, alpha.GetNote, name=made.name)


def test_create_get_update_and_delete_an_occurrence(alpha, project, parent, note):
    body = records.alpha_attestation(project)
    made = alpha.CreateOccurrence(parent=parent, occurrence=body)
    assert without_output_only(alpha.as_json(made)) == body
    assert alpha.GetOccurrence(name=made.name) == made
    assert alpha.GetOccurrenceNote(name=made.name) == note
    changed = alpha.UpdateOccurrence(name=made.name, occurrence={"remediation": "sign"}, updateMask="remediation")
    assert (changed.remediation, changed.attestation_details) == ("sign", made.attestation_details)
    alpha.DeleteOccurrence(name=made.name)
    refused(grpc.StatusCode.NOT_FOUND, alpha.GetOccurrence, name=made.name)


def test_lists_follow_pages(alpha, project, parent, note):
    made = [alpha.CreateOccurrence(parent=parent, occurrence=records.alpha_attestation(project, uri=image(number)))
            for number in range(5)]
    newest_first = names(reversed(made))
    expected = [newest_first[:2], newest_first[2:4], newest_first[4:]]
    for method, fields in (("ListOccurrences", {"parent": parent}), ("ListNoteOccurrences", {"name": note.name})):
        pages = [names(page.occurrences) for page in alpha.pages(method, pageSize=2, **fields)]
        assert pages == expected
    assert names(alpha.every("ListNotes", "notes", parent=parent, pageSize=1)) == [note.name]


def test_filters_take_the_names_of_v1alpha1(alpha, project, parent, note):
    made = [alpha.CreateOccurrence(parent=parent, occurrence=records.alpha_attestation(project, uri=image(number)))
            for number in range(2)]
    text = f'resource_url="{image(1)}" AND kind="ATTESTATION_AUTHORITY"'
    assert names(alpha.every("ListOccurrences", "occurrences", parent=parent, filter=text)) == [made[1].name]


@pytest.mark.parametrize("prefix", ["projects", "providers"])
def test_a_note_is_named_by_its_project_or_its_provider(alpha, project, parent, note, prefix):
    body = {**records.alpha_attestation(project), "noteName": f"{prefix}/{project}/notes/production"}
    made = alpha.CreateOccurrence(parent=parent, occurrence=body)
    assert alpha.GetOccurrenceNote(name=made.name) == note
    assert without_output_only(alpha.as_json(made)) == body


def test_a_note_is_read_under_its_provider(alpha, project, parent, note):
    name = f"providers/{project}/notes/production"
    made = alpha.CreateOccurrence(parent=parent, occurrence=records.alpha_attestation(project))
    assert alpha.GetNote(name=name) == note
    assert alpha.every("ListNoteOccurrences", "occurrences", name=name) == [made]


def test_the_attestation_has_two_names_in_json(rest, project, note):
    """The field is `attestation_details`; the first users of the version called it `attestation`."""
    body = records.alpha_attestation(project)
    by_field = {key: value for key, value in body.items() if key != "attestation"}
    made = rest.done("POST", f"/v1alpha1/projects/{project}/occurrences", {
        **by_field, "attestation_details": body["attestation"]})
    assert without_output_only(made) == body


def test_an_error_names_each_field_by_its_v1alpha1_path(alpha, project, parent, note):
    error = refused(grpc.StatusCode.INVALID_ARGUMENT, alpha.CreateOccurrence, parent=parent, occurrence={
        "noteName": note.name,
        "vulnerabilityDetails": {"packageIssue": [{"affectedLocation": {"cpeUri": "cpe:/o:x:y:1"}}]}})
    assert violations(error) == {
        "occurrence.resource_url", "occurrence.vulnerability_details.package_issue[0].affected_location.package"}


# Operations

METADATA = {
    "@type": "type.googleapis.com/grafeas.v1alpha1.api.OperationMetadata", "createTime": "2017-10-17T09:11:53Z"}


@pytest.fixture
def operations(server):
    return reflected.Service(server.channel(), "google.longrunning.Operations")


def test_operations_are_created_and_updated_and_read_over_grpc(alpha, operations, parent):
    made = alpha.CreateOperation(parent=parent, operationId="scan-1", operation={"metadata": METADATA})
    assert made.name == f"{parent}/operations/scan-1"
    assert alpha.as_json(made) == {"name": made.name, "metadata": METADATA}
    done = {"metadata": {**METADATA, "endTime": "2017-10-17T09:12:00Z"}, "done": True,
            "error": {"code": 9, "message": "no such image"}}
    changed = alpha.UpdateOperation(name=made.name, operation=done)
    assert alpha.as_json(changed) == {"name": made.name, **done}
    read = operations.GetOperation(name=made.name)
    assert (read.name, read.done, read.error.message) == (made.name, True, "no such image")


def test_operations_are_created_and_updated_and_read_over_rest(rest, project):
    path = f"/v1alpha1/projects/{project}/operations"
    made = rest.done("POST", path, {"operationId": "scan-1", "operation": {"metadata": METADATA}})
    assert made == {"name": f"projects/{project}/operations/scan-1", "metadata": METADATA}
    changed = rest.done("PATCH", f"{path}/scan-1", {"operation": {"done": True, "metadata": METADATA}})
    assert changed == {**made, "done": True}
    assert rest.done("GET", f"{path}/scan-1") == changed
    rest.done("POST", path, {"operationId": "scan-2", "operation": {}})
    listed = rest.every(path, "operations", page_size=1)
    assert [operation["name"].rpartition("/")[2] for operation in listed] == ["scan-2", "scan-1"]


def test_operations_are_listed_over_grpc(alpha, operations, parent):
    for number in range(3):
        alpha.CreateOperation(parent=parent, operationId=f"scan-{number}", operation={})
    listed = operations.every("ListOperations", "operations", name=parent, pageSize=2)
    assert names(listed) == [f"{parent}/operations/scan-{number}" for number in (2, 1, 0)]


def test_an_operation_without_an_id_is_given_one(alpha, parent):
    made = [alpha.CreateOperation(parent=parent, operation={}).name for _ in range(2)]
    assert len(set(made)) == 2
    assert all(name.startswith(f"{parent}/operations/") for name in made)


def test_an_operation_that_is_not_there_or_is_taken(alpha, operations, parent):
    name = f"{parent}/operations/scan-1"
    assert name in refused(grpc.StatusCode.NOT_FOUND, operations.GetOperation, name=name).details()
    assert name in refused(grpc.StatusCode.NOT_FOUND, alpha.UpdateOperation, name=name, operation={}).details()
    alpha.CreateOperation(parent=parent, operationId="scan-1", operation={})
    error = refused(grpc.StatusCode.ALREADY_EXISTS, alpha.CreateOperation,
                    parent=parent, operationId="scan-1", operation={})
    assert name in error.details()


def test_records_keep_the_name_of_their_operation(rest, alpha, project, parent):
    """`operation_name` is a field that only v1alpha1 has."""
    operation = f"{parent}/operations/scan-1"
    note = alpha.CreateNote(parent=parent, noteId="production", note={
        **records.alpha_authority(), "operationName": operation})
    made = alpha.CreateOccurrence(
        parent=parent, occurrence={**records.alpha_attestation(project), "operationName": operation})
    rest.done("PATCH", f"/v1/{made.name}", {"remediation": "x"}, params={"updateMask": "remediation"})
    assert alpha.GetOccurrence(name=made.name).operation_name == operation
    assert alpha.GetNote(name=note.name).operation_name == operation


# Projects

def test_projects_over_grpc(server):
    projects = reflected.Service(server.channel(), "grafeas.v1alpha1.api.GrafeasProjects")
    assert set(projects.methods) == {"CreateProject", "GetProject", "ListProjects", "DeleteProject"}
    name = f"projects/p-{uuid.uuid4().hex[:12]}"
    reply = projects.CreateProject(project={"name": name})
    assert reply.DESCRIPTOR.full_name == "google.protobuf.Empty"
    assert reply.ByteSize() == 0
    assert projects.GetProject(name=name).name == name
    assert name in names(projects.every("ListProjects", "projects", pageSize=100))
    projects.DeleteProject(name=name)
    refused(grpc.StatusCode.NOT_FOUND, projects.GetProject, name=name)


def test_projects_over_rest(rest, project):
    name = f"projects/{project}"
    assert rest.done("POST", "/v1alpha1/projects", {"name": name}) == {}
    rest.refused("ALREADY_EXISTS", "POST", "/v1alpha1/projects", {"name": name})
    assert rest.done("GET", f"/v1alpha1/{name}") == rest.done("GET", f"/v1/{name}") == {"name": name}
    assert {"name": name} in rest.every("/v1alpha1/projects", "projects")
    assert rest.done("DELETE", f"/v1alpha1/{name}") == {}
    rest.refused("NOT_FOUND", "GET", f"/v1beta1/{name}")
