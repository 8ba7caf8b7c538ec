"""Every method of v1beta1 over gRPC, by a client whose message classes come from the server's own reflection."""

import grpc
import pytest

import records
import reflected
from records import image, without_output_only
from reflected import refused, violations

METHODS = {
    "GetOccurrence", "ListOccurrences", "DeleteOccurrence", "CreateOccurrence", "BatchCreateOccurrences",
    "UpdateOccurrence", "GetOccurrenceNote", "GetNote", "ListNotes", "DeleteNote", "CreateNote", "BatchCreateNotes",
    "UpdateNote", "ListNoteOccurrences", "GetVulnerabilityOccurrencesSummary",
}


@pytest.fixture
def parent(project):
    return f"projects/{project}"


@pytest.fixture
def note(beta, parent):
    return beta.CreateNote(parent=parent, noteId="CVE-2019-18276", note=records.beta_vulnerability_note())


@pytest.fixture
def stored(beta, project, parent, note):
    return beta.CreateOccurrence(parent=parent, occurrence=records.beta_vulnerability(project))


def names(entries):
    return [entry.name for entry in entries]


def test_reflection_has_the_fifteen_methods(beta):
    assert set(beta.methods) == METHODS


# Notes

def test_create_and_get_note(beta, parent):
    body = records.beta_vulnerability_note()
    made = beta.CreateNote(parent=parent, noteId="CVE-2019-18276", note=body)
    assert made.name == f"{parent}/notes/CVE-2019-18276"
    assert without_output_only(beta.as_json(made)) == body
    assert beta.as_json(made)["kind"] == "VULNERABILITY"
    assert beta.GetNote(name=made.name) == made


def test_list_notes(beta, parent):
    for number in range(5):
        beta.CreateNote(parent=parent, noteId=f"n-{number}", note=records.beta_authority())
    pages = [names(page.notes) for page in beta.pages("ListNotes", parent=parent, pageSize=2)]
    assert pages == [[f"{parent}/notes/n-{number}" for number in page] for page in ([4, 3], [2, 1], [0])]


def test_update_note(beta, note):
    changed = beta.UpdateNote(
        name=note.name, note={"shortDescription": "not meant", "longDescription": "new"}, updateMask="longDescription")
    assert (changed.short_description, changed.long_description) == ("a flaw", "new")
    assert changed.vulnerability == note.vulnerability
    assert beta.GetNote(name=note.name) == changed


def test_delete_note_only_when_nothing_hangs_on_it(beta, note, stored):
    error = refused(grpc.StatusCode.FAILED_PRECONDITION, beta.DeleteNote, name=note.name)
    assert "1 occurrence" in error.details()
    beta.DeleteOccurrence(name=stored.name)
    beta.DeleteNote(name=note.name)
    refused(grpc.StatusCode.NOT_FOUND, beta.GetNote, name=note.name)


def test_batch_create_notes(beta, parent):
    made = beta.BatchCreateNotes(parent=parent, notes={f"n-{n}": records.beta_authority(str(n)) for n in range(3)})
    assert {n.name: n.attestation_authority.hint.human_readable_name for n in made.notes} == {
        f"{parent}/notes/n-{n}": str(n) for n in range(3)}


def test_a_note_id_is_taken_once(beta, parent, note):
    error = refused(grpc.StatusCode.ALREADY_EXISTS, beta.CreateNote,
                    parent=parent, noteId="CVE-2019-18276", note=records.beta_authority())
    assert note.name in error.details()


# Occurrences

def test_create_and_get_occurrence(beta, project, parent, note):
    body = records.beta_vulnerability(project)
    made = beta.CreateOccurrence(parent=parent, occurrence={**body, "name": "ignored", "kind": "BUILD"})
    assert made.name.startswith(f"{parent}/occurrences/")
    assert without_output_only(beta.as_json(made)) == body
    assert beta.as_json(made)["kind"] == "VULNERABILITY"
    assert beta.GetOccurrence(name=made.name) == made


def test_get_occurrence_note(beta, note, stored):
    assert beta.GetOccurrenceNote(name=stored.name) == note


def test_list_occurrences(beta, project, parent, note):
    made = [beta.CreateOccurrence(parent=parent, occurrence=records.beta_vulnerability(project, uri=image(number)))
            for number in range(5)]
    pages = [names(page.occurrences) for page in beta.pages("ListOccurrences", parent=parent, pageSize=2)]
    newest_first = names(reversed(made))
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:]]


def test_list_note_occurrences_of_every_project(beta, project, parent, note, stored):
    other = beta.CreateOccurrence(parent=f"{parent}-other", occurrence=records.beta_vulnerability(project))
    pages = [names(page.occurrences) for page in beta.pages("ListNoteOccurrences", name=note.name, pageSize=1)]
    assert pages == [[other.name], [stored.name]]


def test_update_occurrence(beta, stored):
    changed = beta.UpdateOccurrence(name=stored.name, occurrence={"remediation": "upgrade"}, updateMask="remediation")
    assert changed.remediation == "upgrade"
    assert changed.vulnerability == stored.vulnerability
    assert changed.update_time.ToDatetime() > stored.update_time.ToDatetime()
    assert beta.GetOccurrence(name=stored.name) == changed


def test_delete_occurrence(beta, stored):
    beta.DeleteOccurrence(name=stored.name)
    error = refused(grpc.StatusCode.NOT_FOUND, beta.GetOccurrence, name=stored.name)
    assert stored.name in error.details()


def test_batch_create_occurrences_keeps_the_order(beta, project, parent, note):
    bodies = [records.beta_vulnerability(project, package=f"package-{number}") for number in range(5)]
    made = beta.BatchCreateOccurrences(parent=parent, occurrences=bodies).occurrences
    assert [without_output_only(beta.as_json(entry)) for entry in made] == bodies


def test_get_vulnerability_occurrences_summary(beta, parent, stored):
    counts = beta.GetVulnerabilityOccurrencesSummary(parent=parent).counts
    assert [beta.as_json(count) for count in counts if count.severity] == [
        {"resource": {"uri": records.IMAGE}, "severity": "HIGH", "fixableCount": "1", "totalCount": "1"}]


def test_locations_are_a_part_of_the_name(beta, parent):
    parent = f"{parent}/locations/europe-west3"
    note = beta.CreateNote(parent=parent, noteId="authority", note=records.beta_authority())
    assert note.name == f"{parent}/notes/authority"
    made = beta.CreateOccurrence(
        parent=parent, occurrence={**records.beta_pgp_attestation("p"), "noteName": note.name})
    assert made.name.startswith(f"{parent}/occurrences/")
    assert names(beta.every("ListOccurrences", "occurrences", parent=parent)) == [made.name]


# Projects

def test_projects(server, project):
    projects = reflected.Service(server.channel(), "grafeas.v1beta1.project.Projects")
    assert set(projects.methods) == {"CreateProject", "GetProject", "ListProjects", "DeleteProject"}
    made = projects.CreateProject(project={"name": f"projects/{project}"})
    assert made.name == f"projects/{project}"
    assert projects.GetProject(name=made.name) == made
    assert made.name in names(projects.every("ListProjects", "projects", pageSize=100))
    projects.DeleteProject(name=made.name)
    refused(grpc.StatusCode.NOT_FOUND, projects.GetProject, name=made.name)


# Paths as v1beta1 spells them

@pytest.mark.parametrize("mask", [
    "vulnerability.package_issue", "vulnerability.packageIssue", "vulnerability.package_issue,remediation"])
def test_update_mask_in_both_spellings(rest, beta, project, stored, mask):
    issue = records.beta_vulnerability(project, package="bash")["vulnerability"]["packageIssue"]
    changed = rest.done("PATCH", f"/v1beta1/{stored.name}", {"vulnerability": {"packageIssue": issue}},
                        params={"updateMask": mask})
    assert changed["vulnerability"] == {"severity": "HIGH", "effectiveSeverity": "HIGH", "packageIssue": issue}


@pytest.mark.parametrize("mask", [
    "discovered.discovered.analysis_status", "discovered.discovered.analysisStatus"])
def test_update_mask_reaches_into_what_v1_does_not_wrap(rest, project, mask):
    parent = f"/v1beta1/projects/{project}"
    rest.done("POST", f"{parent}/notes", records.discovery_note(), params={"noteId": "PACKAGE_VULNERABILITY"})
    made = rest.done("POST", f"{parent}/occurrences", records.beta_discovery(project, status="SCANNING"))
    changed = rest.done("PATCH", f"/v1beta1/{made['name']}", {"discovered": {"discovered": {
        "analysisStatus": "FINISHED_FAILED", "continuousAnalysis": "INACTIVE"}}}, params={"updateMask": mask})
    assert changed["discovered"] == {
        "discovered": {"continuousAnalysis": "ACTIVE", "analysisStatus": "FINISHED_FAILED"}}


@pytest.mark.parametrize("mask", ["resource_uri", "image", "vulnerability.cvssv3", "discovery"])
def test_update_mask_does_not_know_the_names_of_v1(rest, beta, stored, mask):
    error = rest.refused(
        "INVALID_ARGUMENT", "PATCH", f"/v1beta1/{stored.name}", {"remediation": "x"}, params={"updateMask": mask})
    assert mask.rpartition(".")[2] in error["message"]
    assert beta.GetOccurrence(name=stored.name) == stored


@pytest.mark.parametrize("mask, change", [
    ("resource.uri", {"resource": {"uri": image(7)}}), ("resource", {"resource": {"uri": image(7)}}),
    ("noteName", {"noteName": "projects/x/notes/y"})])
def test_the_resource_and_the_note_cannot_change(rest, stored, mask, change):
    error = rest.refused("INVALID_ARGUMENT", "PATCH", f"/v1beta1/{stored.name}", change, params={"updateMask": mask})
    expected = "occurrence.note_name" if mask == "noteName" else "occurrence.resource.uri"
    assert expected in error["message"]


def test_an_error_names_each_field_by_its_v1beta1_path(beta, project, parent, note):
    body = records.beta_vulnerability(project, uri="", package="")
    error = refused(grpc.StatusCode.INVALID_ARGUMENT, beta.CreateOccurrence, parent=parent, occurrence=body)
    expected = {"occurrence.resource.uri", "occurrence.vulnerability.package_issue[0].affected_location.package"}
    assert violations(error) == expected
    assert all(path in error.details() for path in expected)


def test_a_batch_names_the_entry_and_the_v1beta1_path(beta, project, parent, note):
    bodies = [records.beta_vulnerability(project) for _ in range(3)]
    bodies[2]["vulnerability"]["packageIssue"].append({"affectedLocation": {"cpeUri": "cpe:/o:x:y:1"}})
    error = refused(grpc.StatusCode.INVALID_ARGUMENT, beta.BatchCreateOccurrences, parent=parent, occurrences=bodies)
    assert violations(error) == {"occurrences[2].vulnerability.package_issue[1].affected_location.package"}
    assert beta.every("ListOccurrences", "occurrences", parent=parent) == []


def test_a_value_of_the_wrong_type_is_named_by_its_v1beta1_path(rest, project):
    error = rest.refused("INVALID_ARGUMENT", "POST", f"/v1beta1/projects/{project}/occurrences", {
        "resource": {"uri": image(1)}, "noteName": f"projects/{project}/notes/n",
        "derivedImage": {"derivedImage": {"distance": "far"}}})
    assert "derived_image.derived_image.distance" in error["message"]
