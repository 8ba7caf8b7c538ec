"""Idempotency keys, concurrent updates, locations, and projects: promises about writes."""

import concurrent.futures
import uuid

import grafeas.grafeas_v1 as v1
import pytest

import records
from records import image


@pytest.fixture
def with_note(rest, project):
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    return f"/v1/projects/{project}"


def key():
    return {"x-idempotency-key": uuid.uuid4().hex}


def test_the_same_key_writes_once_and_answers_the_same(rest, project, with_note):
    headers = key()
    replies = [
        rest.done("POST", f"{with_note}/occurrences", records.build(project), headers=headers) for _ in range(3)]
    assert replies[0] == replies[1] == replies[2]
    assert [o["name"] for o in rest.every(f"{with_note}/occurrences", "occurrences")] == [replies[0]["name"]]
    other = rest.done("POST", f"{with_note}/occurrences", records.build(project), headers=key())
    assert other["name"] != replies[0]["name"]


def test_the_same_key_with_another_body_is_already_exists_and_writes_nothing(rest, project, with_note):
    headers = key()
    first = rest.done("POST", f"{with_note}/occurrences", records.build(project), headers=headers)
    error = rest.refused("ALREADY_EXISTS", "POST", f"{with_note}/occurrences",
                         records.build(project, identifier="another"), headers=headers)
    assert "idempotency" in error["message"]
    assert [o["name"] for o in rest.every(f"{with_note}/occurrences", "occurrences")] == [first["name"]]


def test_a_key_holds_over_both_transports_and_a_restart(launch, project):
    server = launch()
    rest = server.rest()
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    metadata = list(key().items())
    request = {"parent": f"projects/{project}", "occurrence": v1.Occurrence(
        resource_uri=records.IMAGE, note_name=f"projects/{project}/notes/builds",
        build=v1.BuildOccurrence(provenance=v1.BuildProvenance(id="x")))}
    first = server.grpc_client().create_occurrence(**request, metadata=metadata)
    assert server.grpc_client().create_occurrence(**request, metadata=metadata) == first
    over_rest = rest.done("POST", f"/v1/projects/{project}/occurrences", {
        "resourceUri": records.IMAGE, "noteName": f"projects/{project}/notes/builds",
        "build": {"provenance": {"id": "x"}}}, headers=dict(metadata))
    assert over_rest["name"] == first.name
    server.kill()
    again = launch(database=server.database).grpc_client()
    assert again.create_occurrence(**request, metadata=metadata) == first
    assert [o.name for o in again.list_occurrences(parent=f"projects/{project}")] == [first.name]


def test_a_batch_a_note_an_update_and_a_delete_take_keys_too(rest, project, with_note):
    headers, body = key(), {"occurrences": [records.build(project, uri=image(n)) for n in range(5)]}
    first = rest.done("POST", f"{with_note}/occurrences:batchCreate", body, headers=headers)
    assert rest.done("POST", f"{with_note}/occurrences:batchCreate", body, headers=headers) == first
    assert len(rest.every(f"{with_note}/occurrences", "occurrences")) == 5

    headers = key()
    made = rest.done("POST", f"{with_note}/notes", records.build_note(), params={"noteId": "k"}, headers=headers)
    again = rest.done("POST", f"{with_note}/notes", records.build_note(), params={"noteId": "k"}, headers=headers)
    assert again == made
    rest.refused("ALREADY_EXISTS", "POST", f"{with_note}/notes", records.build_note(), params={"noteId": "k"},
                 headers=key())

    headers, mask = key(), {"updateMask": "shortDescription"}
    changed = rest.done("PATCH", f"{with_note}/notes/k", {"shortDescription": "1"}, params=mask, headers=headers)
    rest.done("PATCH", f"{with_note}/notes/k", {"shortDescription": "2"}, params=mask)
    again = rest.done("PATCH", f"{with_note}/notes/k", {"shortDescription": "1"}, params=mask, headers=headers)
    assert again == changed
    assert rest.done("GET", f"{with_note}/notes/k")["shortDescription"] == "2"

    headers = key()
    assert rest.done("DELETE", f"{with_note}/notes/k", headers=headers) == {}
    assert rest.done("DELETE", f"{with_note}/notes/k", headers=headers) == {}
    rest.refused("NOT_FOUND", "DELETE", f"{with_note}/notes/k")


def test_a_refused_write_leaves_its_key_free(rest, project, with_note):
    headers = key()
    rest.refused("NOT_FOUND", "POST", f"{with_note}/occurrences", records.build(project, note="later"), headers=headers)
    rest.done("POST", f"{with_note}/notes", records.build_note(), params={"noteId": "later"})
    made = rest.done("POST", f"{with_note}/occurrences", records.build(project, note="later"), headers=headers)
    assert rest.done("GET", f"/v1/{made['name']}") == made


def test_the_same_key_at_the_same_moment_writes_once(server, project, with_note):
    headers = key()

    def create(_):
        return server.rest().done("POST", f"{with_note}/occurrences", records.build(project), headers=headers)["name"]

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        names = set(pool.map(create, range(32)))
    assert len(names) == 1
    assert len(server.rest().every(f"{with_note}/occurrences", "occurrences")) == 1


def test_a_key_that_is_too_long_is_refused(rest, project, with_note):
    error = rest.refused("INVALID_ARGUMENT", "POST", f"{with_note}/occurrences", records.build(project),
                         headers={"x-idempotency-key": "k" * 129})
    assert "128" in error["message"]
    rest.done("POST", f"{with_note}/occurrences", records.build(project),
              headers={"x-idempotency-key": uuid.uuid4().hex * 4})


def test_concurrent_updates_with_disjoint_masks_both_apply(server, project):
    """Each of four fields has its own writer; whatever the interleaving, none of them undoes another."""
    rest = server.rest()
    rest.done("POST", f"/v1/projects/{project}/notes", records.vulnerability_note(), params={"noteId": "n"})
    path, rounds = f"/v1/projects/{project}/notes/n", 25

    writers = {
        "shortDescription": lambda n: {"shortDescription": str(n)},
        "longDescription": lambda n: {"longDescription": str(n)},
        "vulnerability.cvssScore": lambda n: {"vulnerability": {"cvssScore": n + 0.5}},
        "vulnerability.cvssV3.baseScore": lambda n: {"vulnerability": {"cvssV3": {"baseScore": n + 0.25}}},
    }

    def run(field):
        mine = server.rest()
        for number in range(rounds):
            mine.done("PATCH", path, writers[field](number), params={"updateMask": field})

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for part in [pool.submit(run, field) for field in writers]:
            part.result()
    last = rounds - 1
    note = rest.done("GET", path)
    assert (note["shortDescription"], note["longDescription"]) == (str(last), str(last))
    assert note["vulnerability"]["cvssScore"] == last + 0.5
    assert note["vulnerability"]["cvssV3"]["baseScore"] == last + 0.25
    assert note["vulnerability"]["details"] == records.vulnerability_note()["vulnerability"]["details"]


def test_update_time_moves_and_create_time_does_not(rest, project, with_note):
    made = rest.done("POST", f"{with_note}/occurrences", records.build(project))
    previous = made
    for number in range(3):
        changed = rest.done("PATCH", f"/v1/{made['name']}", {
            **records.build(project), "remediation": str(number), "createTime": "2001-01-01T00:00:00Z",
            "updateTime": "2001-01-01T00:00:00Z",
            "kind": "IMAGE", "name": "projects/x/occurrences/y"})
        assert changed["createTime"] == made["createTime"]
        assert changed["updateTime"] > previous["updateTime"]
        assert (changed["name"], changed["kind"]) == (made["name"], "BUILD")
        previous = changed


@pytest.mark.parametrize("mask, body, word", [
    ("noteName", {"noteName": "projects/p/notes/other"}, "note_name"),
    ("resourceUri", {"resourceUri": image(9)}, "resource_uri"),
    ("image", {"image": {"distance": 1}}, "BUILD"),
    ("remediation,nothing", {}, "nothing"),
    ("build.provenance.nothing", {}, "nothing"),
    ("build..provenance", {}, "mask"),
])
def test_masks_that_cannot_be_are_refused_and_change_nothing(rest, project, with_note, mask, body, word):
    made = rest.done("POST", f"{with_note}/occurrences", records.build(project))
    error = rest.refused("INVALID_ARGUMENT", "PATCH", f"/v1/{made['name']}", body, params={"updateMask": mask})
    assert word in error["message"]
    assert rest.done("GET", f"/v1/{made['name']}") == made


def test_a_star_replaces_all_that_may_change(rest, project, with_note):
    made = rest.done("POST", f"{with_note}/occurrences", {**records.build(project), "remediation": "goes"})
    changed = rest.done("PATCH", f"/v1/{made['name']}", {"build": {"provenance": {"id": "only"}}},
                        params={"updateMask": "*"})
    assert records.without_output_only(changed) == {
        "resourceUri": made["resourceUri"], "noteName": made["noteName"], "build": {"provenance": {"id": "only"}}}


def test_every_locations_binding_is_bound(rest, project):
    parent = f"/v1/projects/{project}/locations/europe-west3"
    rest.done("POST", f"{parent}/notes", records.build_note(), params={"noteId": "one"})
    batch = rest.done("POST", f"{parent}/notes:batchCreate", {
        "parent": f"projects/{project}/locations/europe-west3", "notes": {"two": records.build_note()}})
    assert batch["notes"][0]["name"].endswith("locations/europe-west3/notes/two")
    entry = {**records.build(project), "noteName": f"projects/{project}/locations/europe-west3/notes/one"}
    made = rest.done("POST", f"{parent}/occurrences", entry)
    rest.done("POST", f"{parent}/occurrences:batchCreate", {"occurrences": [entry, entry]})
    path = f"/v1/{made['name']}"
    assert path.startswith(f"{parent}/occurrences/")
    assert rest.done("GET", path) == made
    assert rest.done("GET", f"{path}/notes")["name"].endswith("/notes/one")
    assert rest.done("PATCH", path, {"remediation": "x"}, params={"updateMask": "remediation"})["remediation"] == "x"
    assert len(rest.every(f"{parent}/occurrences", "occurrences")) == 3
    assert len(rest.every(f"{parent}/notes/one/occurrences", "occurrences")) == 3
    assert len(rest.every(f"{parent}/notes", "notes")) == 2
    assert rest.done("PATCH", f"{parent}/notes/two", {"shortDescription": "y"},
                     params={"updateMask": "shortDescription"})["shortDescription"] == "y"
    assert rest.done("DELETE", f"{parent}/notes/two") == {}
    assert rest.done("DELETE", path) == {}


def test_projects_come_with_their_first_write_unless_they_must_be_made(launch, server, rest, project):
    assert rest.every(f"/v1/projects/{project}/occurrences", "occurrences") == []
    rest.refused("NOT_FOUND", "GET", f"/v1/projects/{project}")
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "n"})
    assert rest.done("GET", f"/v1/projects/{project}")["name"] == f"projects/{project}"
    assert f"projects/{project}" in [p["name"] for p in rest.every("/v1/projects", "projects")]

    strict = launch("--explicit-projects").rest()
    error = strict.refused("NOT_FOUND", "POST", f"/v1/projects/{project}/notes", records.build_note(),
                           params={"noteId": "n"})
    assert f"projects/{project}" in error["message"]
    assert strict.done("POST", "/v1/projects", {"name": f"projects/{project}"})["name"] == f"projects/{project}"
    strict.refused("ALREADY_EXISTS", "POST", "/v1/projects", {"name": f"projects/{project}"})
    strict.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "n"})
    strict.done("DELETE", f"/v1/projects/{project}/notes/n")
    assert strict.done("DELETE", f"/v1/projects/{project}") == {}
    strict.refused("NOT_FOUND", "GET", f"/v1/projects/{project}")


def test_of_many_who_create_the_same_note_one_wins(server, project):
    def create(number):
        body = {**records.build_note(), "longDescription": str(number)}
        reply = server.rest().post(f"/v1/projects/{project}/notes", body, params={"noteId": "contested"})
        assert reply.status_code in (200, 409), reply.text
        return reply.json() if reply.status_code == 200 else None

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        won = [note for note in pool.map(create, range(32)) if note is not None]
    assert len(won) == 1
    assert server.rest().done("GET", f"/v1/projects/{project}/notes/contested") == won[0]


def test_no_occurrence_is_left_without_its_note_when_both_are_fought_over(server, project):
    """Some hang occurrences on a note while others delete it; whoever wins, what is stored fits together."""
    rest, rounds = server.rest(), 30
    for number in range(rounds):
        rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": f"n{number}"})

    def hang(number):
        return server.rest().post(f"/v1/projects/{project}/occurrences", records.build(project, note=f"n{number}"))

    def delete(number):
        return server.rest().delete(f"/v1/projects/{project}/notes/n{number}")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        pairs = [(pool.submit(hang, n), pool.submit(delete, n)) for n in range(rounds)]
        outcomes = [(hung.result().status_code, deleted.result().status_code) for hung, deleted in pairs]
    assert set(outcomes) <= {(200, 400), (404, 200)}, outcomes
    notes = {note["name"] for note in rest.every(f"/v1/projects/{project}/notes", "notes")}
    occurrences = rest.every(f"/v1/projects/{project}/occurrences", "occurrences")
    assert len(occurrences) == sum(hung == 200 for hung, _ in outcomes) == len(notes)
    assert {occurrence["noteName"] for occurrence in occurrences} == notes


def test_json_is_lenient_where_real_clients_are_loose(rest, project, with_note):
    entry = {
        **records.build(project), "unknownField": {"a": [1, None]}, "remediation": None,
        "build": {"provenance": {
            "id": "x", "create_time": "2024-02-29T12:00:00.000000001+02:00", "colour": "red",
            "builtArtifacts": [{"checksum": "c", "names": ["a", "b"]}], "buildOptions": {"k": "v"}}},
    }
    made = rest.done("POST", f"{with_note}/occurrences", entry)
    assert made["build"] == {"provenance": {
        "id": "x", "createTime": "2024-02-29T10:00:00.000000001Z",
        "builtArtifacts": [{"checksum": "c", "names": ["a", "b"]}], "buildOptions": {"k": "v"}}}
    note = {**records.vulnerability_note(), "kind": "NO_SUCH_KIND"}
    note["vulnerability"]["severity"] = "TERRIBLE"
    made = rest.done("POST", f"{with_note}/notes", note, params={"noteId": "loose"})
    assert "severity" not in made["vulnerability"] and made["kind"] == "VULNERABILITY"
    note["vulnerability"]["severity"] = 4
    made = rest.done("POST", f"{with_note}/notes", note, params={"noteId": "by-number"})
    assert made["vulnerability"]["severity"] == "HIGH"
