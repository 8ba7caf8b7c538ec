"""Every file of real build provenance goes in through REST and comes back as it was, through both doors."""

import copy
import json

import pytest
from google.protobuf import json_format
from grafeas import grafeas_v1

import grafeion_server
from records import as_wire_reads_it, without_output_only

FOLDER = grafeion_server.shared_directory() / "data" / "gcb" / "provenance"
# No JSON at all.
MALFORMED = {"gcloud-container-no-signature.json"}
# JSON, with a signature that is no base64 in any alphabet: it cannot be the bytes that the field holds.
UNREADABLE = {"gcloud-container-invalid-signature-encoding.json"}
FILES = sorted(path.name for path in FOLDER.glob("*.json"))


def occurrences_of(name):
    return json.loads((FOLDER / name).read_text())["provenance_summary"]["provenance"]


def parent_and_id(note_name):
    parent, _, identifier = note_name.partition("/notes/")
    return parent, identifier


@pytest.fixture
def provenance_server(launch):
    return launch()


def create_note(rest, note_name):
    parent, identifier = parent_and_id(note_name)
    reply = rest.post(f"/v1/{parent}/notes", {"build": {"builderVersion": "GCB"}}, params={"noteId": identifier})
    assert reply.status_code in (200, 409), reply.text


def test_the_folder_is_what_the_tests_expect():
    assert len(FILES) >= 22
    assert MALFORMED < set(FILES)
    assert sum(len(occurrences_of(name)) for name in FILES if name not in MALFORMED) >= 27


@pytest.mark.parametrize("name", [name for name in FILES if name not in MALFORMED | UNREADABLE])
def test_provenance_comes_back_as_it_went_in(server, name):
    rest, client = server.rest(), server.grpc_client()
    for sent in occurrences_of(name):
        create_note(rest, sent["noteName"])
        project = sent["name"].partition("/occurrences/")[0]
        reply = rest.post(f"/v1/{project}/occurrences", sent)
        assert reply.status_code == 200, reply.text
        made = reply.json()
        assert made["kind"] == "BUILD"
        assert made["name"].startswith(f"{project}/occurrences/") and made["name"] != sent["name"]

        read = rest.done("GET", f"/v1/{made['name']}")
        assert read == made
        assert as_wire_reads_it(without_output_only(read)) == as_wire_reads_it(without_output_only(sent))
        assert recipe(read)["arguments"] == recipe(sent)["arguments"], "an Any of a type unknown to us"

        over_grpc = client.get_occurrence(name=made["name"])
        assert_equal_over_grpc(over_grpc, sent)


def recipe(occurrence):
    return occurrence["build"]["intotoStatement"]["slsaProvenance"]["recipe"]


def assert_equal_over_grpc(occurrence, sent):
    """All that the message's own types can say. The Any of an unknown type travels as a Struct inside it, its type kept
    as a member."""
    message = grafeas_v1.Occurrence.pb(occurrence)
    statement = message.build.intoto_statement
    arguments = statement.slsa_provenance.recipe.arguments
    sent_arguments = recipe(sent)["arguments"]
    packed = json_format.MessageToDict(arguments)
    assert packed["@type"] == "type.googleapis.com/google.protobuf.Struct"
    assert packed["value"] == sent_arguments

    own = copy.deepcopy(without_output_only(sent))
    del recipe(own)["arguments"]
    # The official package has lost the JSON name that this field has everywhere else.
    own["build"]["intotoStatement"]["type"] = own["build"]["intotoStatement"].pop("_type")
    expected = json_format.ParseDict(own, grafeas_v1.Occurrence.pb(grafeas_v1.Occurrence()))
    read = type(message)()
    read.CopyFrom(message)
    read.build.intoto_statement.slsa_provenance.recipe.ClearField("arguments")
    for field in ("name", "kind", "create_time", "update_time"):
        read.ClearField(field)
    assert read == expected


@pytest.mark.parametrize("name", sorted(MALFORMED))
def test_a_malformed_file_gets_a_clear_error_and_leaves_nothing_behind(server, project, name):
    rest = server.rest()
    note_name = f"projects/{project}/notes/intoto"
    create_note(rest, note_name)
    for body in ((FOLDER / name).read_bytes(), cut_out_occurrence((FOLDER / name).read_text()).encode()):
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)
        reply = rest.call("POST", f"/v1/projects/{project}/occurrences", data=body)
        error = grafeion_server.error_of(reply, "INVALID_ARGUMENT")
        assert "line" in error["message"] or "offset" in error["message"] or "column" in error["message"], error
    assert rest.every(f"/v1/projects/{project}/occurrences", "occurrences") == []
    assert [note["name"] for note in rest.every(f"/v1/projects/{project}/notes", "notes")] == [note_name]


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_a_value_that_cannot_be_read_is_named_and_leaves_nothing_behind(server, project, name):
    rest = server.rest()
    note_name = f"projects/{project}/notes/intoto"
    create_note(rest, note_name)
    for sent in occurrences_of(name):
        sent["noteName"] = note_name
        error = rest.refused("INVALID_ARGUMENT", "POST", f"/v1/projects/{project}/occurrences", sent)
        violations = grafeion_server.details_of(error, "BadRequest")["fieldViolations"]
        assert [violation["field"] for violation in violations] == ["occurrence.envelope.signatures[0].sig"]
        assert "base64" in error["message"] and sent["envelope"]["signatures"][0]["sig"] in error["message"]
    assert rest.every(f"/v1/projects/{project}/occurrences", "occurrences") == []


def cut_out_occurrence(text):
    """The first element of the provenance list, as the malformed file has it."""
    start = text.index("{", text.index('"provenance"'))
    end = text.rindex('"updateTime"')
    return text[start:text.index("}", end) + 1]


def test_real_provenance_is_found_by_what_it_says(provenance_server):
    rest = provenance_server.rest()
    genuine = occurrences_of("gcloud-container-github.json")[0]
    other = copy.deepcopy(genuine)
    other["build"]["intotoStatement"]["slsaProvenance"]["builder"]["id"] = "https://elsewhere.example/builder"
    other["resourceUri"] = "https://us-west2-docker.pkg.dev/x/y/z@sha256:" + "b" * 64
    create_note(rest, genuine["noteName"])
    project = genuine["name"].partition("/occurrences/")[0]
    for occurrence in (genuine, other):
        rest.done("POST", f"/v1/{project}/occurrences", occurrence)
    filters = {
        f'resourceUrl="{genuine["resourceUri"]}"': [genuine["resourceUri"]],
        f'resourceUrl="{genuine["resourceUri"].removeprefix("https://")}"': [genuine["resourceUri"]],
        f'has_suffix(resourceUrl, "{genuine["resourceUri"].rpartition("@")[2]}")': [genuine["resourceUri"]],
        'build.intotoStatement.slsaProvenance.builder.id="https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2"':
            [genuine["resourceUri"]],
        'build.intoto_statement.slsa_provenance.materials.uri="https://github.com/laurentsimon/gcb-tests/*"':
            [other["resourceUri"], genuine["resourceUri"]],
        'build.intotoStatement.subject.digest.sha256:"1a033b002f89"':
            [other["resourceUri"], genuine["resourceUri"]],
        'build.intotoStatement.slsaProvenance.builder.id:"ELSEWHERE"': [other["resourceUri"]],
        'noteProjectId="verified-builder" AND kind="VULNERABILITY"': [],
    }
    for filter_text, expected in filters.items():
        found = rest.every(f"/v1/{project}/occurrences", "occurrences", filter=filter_text)
        assert [o["resourceUri"] for o in found] == expected, filter_text
