"""Export and import through the program and real servers: nothing that any version of the API says is lost."""

import base64
import json
import subprocess

import grafeion_server


def grafeion(server, *arguments):
    """Runs the program against a server; its output, if it succeeds."""
    done = subprocess.run(
        [grafeion_server.executable(), arguments[0], "--server", server.url, *arguments[1:]],
        capture_output=True, text=True, timeout=60, env=grafeion_server.own_environment())
    assert done.returncode == 0, done.stderr
    return done.stdout


def fill(rest, project):
    """A record that v1 can say, one that says more, and one of a kind that v1 does not know."""
    rest.done("POST", f"/v1/projects/{project}/notes?noteId=built", {"build": {"builderVersion": "1"}})
    rest.done("POST", f"/v1beta1/projects/{project}/notes?noteId=step",
              {"intoto": {"stepName": "build", "threshold": "1"}})
    for resource, note, detail in [
        ({"uri": "plain"}, "built", {"build": {}}),
        ({"uri": "more", "name": "a name that v1 has no place for"}, "built", {"build": {}}),
        ({"uri": "link"}, "step", {"intoto": {"signed": {"command": ["make"]}}}),
    ]:
        rest.done("POST", f"/v1beta1/projects/{project}/occurrences",
                  {"resource": resource, "noteName": f"projects/{project}/notes/{note}", **detail})


def everything(rest, project, version):
    return [rest.every(f"/{version}/projects/{project}/{collection}", collection)
            for collection in ("notes", "occurrences")]


def test_a_project_moves_whole_between_servers(launch, tmp_path, project):
    first, second = launch(), launch(database=tmp_path / "other.db")
    fill(first.rest(), project)
    file = tmp_path / "export.ndjson"
    grafeion(first, "export", "--project", project, "--output", str(file))
    grafeion(second, "import", "--file", str(file))
    for version in ("v1", "v1beta1", "v1alpha1"):
        assert everything(second.rest(), project, version) == everything(first.rest(), project, version)
    links = second.rest().every(f"/v1beta1/projects/{project}/occurrences", "occurrences", filter='kind="INTOTO"')
    assert [link["intoto"] for link in links] == [{"signed": {"command": ["make"]}}]


def test_importing_again_changes_nothing(launch, tmp_path, project):
    server = launch()
    fill(server.rest(), project)
    before = everything(server.rest(), project, "v1beta1")
    file = tmp_path / "export.ndjson"
    grafeion(server, "export", "--project", project, "--output", str(file))
    reply = server.rest().done("POST", f"/grafeion/v1/projects/{project}:import", body_of(file))
    assert reply == {"unchanged": 5}
    assert everything(server.rest(), project, "v1beta1") == before


def test_what_no_export_has_written_is_refused(rest, project):
    note = {"name": f"projects/{project}/notes/n", "build": {"builderVersion": "1"}}
    # Bytes that are nothing; kinds that are no foreign ones; a foreign kind beside a detail of v1; a name within.
    for kept in ({"otherVersions": "/////w=="}, {"kind": 7}, {"kind": 100}, {"kind": 109},
                 {"otherVersions": base64.b64encode(b"\x0a\x0a\x08\x02\x12\x00\x1a\x04\x0a\x02ab").decode()}):
        error = rest.refused("INVALID_ARGUMENT", "POST", f"/grafeion/v1/projects/{project}:import",
                             {"notes": [note], "kept": [{"name": note["name"], **kept}]})
        assert "is not as an export has it" in error["message"]
    assert rest.every(f"/v1/projects/{project}/notes", "notes") == []


def body_of(file):
    """The lines of an export as one request of the import method."""
    body = {"notes": [], "occurrences": [], "kept": []}
    for line in file.read_text().splitlines():
        record = json.loads(line)
        for member, collection in (("note", "notes"), ("occurrence", "occurrences"), ("kept", "kept")):
            if member in record:
                body[collection].append(record[member])
    return body
