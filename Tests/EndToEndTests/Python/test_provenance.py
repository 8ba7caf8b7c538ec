"""Build provenance through the program: who built what from which commit is found again, and what contradicts itself is
refused."""

import base64
import hashlib
import json

import pytest

import grafeion_server
from records import as_wire_reads_it, without_output_only

DATA = grafeion_server.shared_directory() / "data"
ENVELOPES = sorted(path.name for path in (DATA / "intoto").glob("*.jsonl"))
GCLOUD = sorted(path.name for path in (DATA / "gcb" / "provenance").glob("*.json"))
# Their parts contradict each other, or cannot be what they should be; what must be said of each.
REFUSED = {
    "empty-signature": "signatures[0].sig", "invalid-signature-encoding": "signatures[0].sig",
    "mismatch-metadata-kind": ".kind", "mismatch-metadata-urisha256": ".resourceUri",
    "mismatch-payload-builderid": "subject[0].digest", "mismatch-payload-digest": "subject[0].digest",
    "mismatch-summary-digest": "image_summary.digest", "mismatch-text-digest": "subject[0].digest",
    "no-signature": "signatures[0].keyid",
}
WHOLE = [name for name in GCLOUD if name.removeprefix("gcloud-container-").removesuffix(".json") not in REFUSED]


def statement_of(name):
    envelope = json.loads((DATA / "intoto" / name).read_text())
    return json.loads(base64.b64decode(envelope["payload"]))


def occurrences_of(name):
    return json.loads((DATA / "gcb" / "provenance" / name).read_text())["provenance_summary"]["provenance"]


@pytest.fixture
def stored(rest, project):
    def stored(condition=""):
        return rest.every(f"/v1/projects/{project}/occurrences", "occurrences", filter=condition)

    return stored


@pytest.fixture
def search(rest, project):
    def search(**asked):
        return [found["image"] for found in
                rest.done("GET", "/grafeion/v1/search", params={**asked, "project": project}).get("images", [])]

    return search


def test_the_folders_are_what_the_tests_expect():
    assert len(ENVELOPES) == 3 and len(GCLOUD) == 22 and len(WHOLE) == 22 - len(REFUSED)


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_is_found_by_builder_commit_and_subject(grafeion, stored, search, rest, project, name):
    statement = statement_of(name)
    predicate = statement["predicate"]
    subjects = {subject["name"]: subject["digest"]["sha256"] for subject in statement["subject"]}
    resources = {f"file://sha256:{digest}:{subject}" for subject, digest in subjects.items()}
    reply = json.loads(grafeion("ingest", DATA / "intoto" / name, "--json"))
    assert reply["format"] == "dsse" and reply["scanner"] == predicate["builder"]["id"]
    assert reply["notes"] == {"created": 2} and reply["occurrences"] == {"created": 2 * len(subjects)}
    assert set(reply["images"]) == resources

    builder, commit = predicate["builder"]["id"], predicate["invocation"]["configSource"]["digest"]["sha1"]
    repository = predicate["invocation"]["configSource"]["uri"].removeprefix("git+").split("@")[0]
    slsa = "build.intotoStatement.slsaProvenanceZeroTwo"
    for condition in [
        f'{slsa}.builder.id="{builder}"', f'{slsa}.invocation.configSource.uri:"{repository}"',
        f'build.provenance.sourceProvenance.context.git.revisionId="{commit}"',
        f'build.provenance.sourceProvenance.context.git.url="{repository}"',
        f'build.provenance.builderVersion="{builder}"',
    ]:
        assert {found["resourceUri"] for found in stored(condition)} == resources, condition
    for subject, digest in subjects.items():
        [build] = stored(f'kind="BUILD" AND resourceUrl="file://sha256:{digest}:{subject}"')
        artifacts = {artifact["checksum"]: artifact["names"] for artifact in build["build"]["provenance"]["builtArtifacts"]}
        assert artifacts == {f"sha256:{other}": [called] for called, other in subjects.items()}
        assert len(stored(f'build.provenance.builtArtifacts.checksum="sha256:{digest}"')) == len(subjects)
        [signed] = stored(f'kind="DSSE_ATTESTATION" AND resourceUrl="file://sha256:{digest}:{subject}"')
        envelope = json.loads((DATA / "intoto" / name).read_text())
        read = signed["dsseAttestation"]["envelope"]
        assert base64.b64decode(read["payload"]) == base64.b64decode(envelope["payload"])
        assert [entry["sig"] for entry in read["signatures"]] == [entry["sig"] for entry in envelope["signatures"]]
    assert set(search(commit=commit)) == set(search(commit=commit[:7].upper())) == resources
    assert search(commit="0" * 40) == []
    described = rest.done("GET", f"/grafeion/v1/images/{sorted(resources)[0]}", params={"project": project})
    assert described["image"] == sorted(resources)[0]
    assert [(entry["builder"], entry["sourceCommit"]) for entry in described["builds"]] == [(builder, commit)]

    before = stored()
    again = json.loads(grafeion("ingest", DATA / "intoto" / name, "--json"))
    assert again["notes"] == {"unchanged": 2} and again["occurrences"] == {"unchanged": 2 * len(subjects)}
    assert stored() == before


def test_provenance_of_one_image_is_put_to_it(grafeion, stored, search):
    name = next(name for name in ENVELOPES if "multi-subject" in name)
    subject = statement_of(name)["subject"][1]
    image = f"registry.example/shop/web@sha256:{subject['digest']['sha256']}"
    grafeion("ingest", DATA / "intoto" / name, "--image", image)
    assert {found["resourceUri"] for found in stored()} == {f"https://{image}"}
    other = "registry.example/shop/web@sha256:" + "a" * 64
    assert "not about" in grafeion("ingest", DATA / "intoto" / name, "--image", other, status=1)
    assert len(stored()) == 2


@pytest.mark.parametrize("name", WHOLE)
def test_what_google_cloud_says_comes_back_as_it_was(grafeion, stored, search, name):
    sent = occurrences_of(name)
    reply = json.loads(grafeion("ingest", DATA / "gcb" / "provenance" / name, "--json"))
    distinct = {json.dumps(as_it_was(occurrence), sort_keys=True) for occurrence in sent}
    assert reply["format"] == "gcloud" and reply["notes"] == {"created": 1}
    assert reply["occurrences"] == {"created": len(distinct)}
    read = stored('kind="BUILD"')
    assert {json.dumps(as_it_was(occurrence), sort_keys=True) for occurrence in read} == distinct
    commit = sent[0]["build"]["intotoStatement"]["slsaProvenance"]["materials"][0]["uri"].split("/")[-1]
    [resource] = {occurrence["resourceUri"] for occurrence in read}
    assert search(commit=commit) == search(commit=commit[:10]) == [resource]
    again = json.loads(grafeion("ingest", DATA / "gcb" / "provenance" / name, "--json"))
    assert again["occurrences"] == {"unchanged": len(distinct)} and again["notes"] == {"unchanged": 1}


def as_it_was(occurrence):
    """What an occurrence says, less what depends on who keeps it."""
    said = without_output_only(as_wire_reads_it(occurrence))
    del said["noteName"]
    said["resourceUri"] = said["resourceUri"].removeprefix("https://")
    return said


@pytest.mark.parametrize("name, words", sorted(REFUSED.items()))
def test_what_contradicts_itself_is_refused_and_leaves_nothing(grafeion, rest, project, stored, name, words):
    path = DATA / "gcb" / "provenance" / f"gcloud-container-{name}.json"
    assert words in grafeion("ingest", path, status=1)
    assert stored() == [] and rest.every(f"/v1/projects/{project}/notes", "notes") == []


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_that_is_damaged_is_refused(grafeion, rest, project, stored, tmp_path, name):
    envelope = json.loads((DATA / "intoto" / name).read_text())
    text = json.dumps(envelope)
    for damaged in [text[:-9], json.dumps({**envelope, "payload": envelope["payload"][:-9]}),
                    json.dumps({**envelope, "signatures": []}), json.dumps({**envelope, "payloadType": "text/plain"})]:
        (tmp_path / "damaged").write_text(damaged)
        grafeion("ingest", tmp_path / "damaged", status=1)
    assert stored() == [] and rest.every(f"/v1/projects/{project}/notes", "notes") == []


def test_a_link_is_intoto_which_v1beta1_shows(grafeion, rest, project, tmp_path):
    digest = hashlib.sha256(b"app").hexdigest()
    link = {
        "signed": {"_type": "link", "name": "build", "command": ["make", 'say "hi"'],
                   "materials": {"src/main.c": {"sha256": "b" * 64}}, "products": {"app": {"sha256": digest}},
                   "byproducts": {"return-value": 0, "stdout": "done\n"}, "environment": {"workdir": "/src"}},
        "signatures": [{"keyid": "0123", "sig": "abcd"}]}
    (tmp_path / "build.link").write_text(json.dumps(link))
    reply = json.loads(grafeion("ingest", tmp_path / "build.link", "--json"))
    assert reply["notes"] == {"created": 1} and reply["occurrences"] == {"created": 1}
    [found] = rest.every(f"/v1beta1/projects/{project}/occurrences", "occurrences")
    assert found["kind"] == "INTOTO" and found["resource"]["uri"] == f"file://sha256:{digest}:app"
    signed = found["intoto"]["signed"]
    assert found["intoto"]["signatures"] == link["signatures"]
    assert signed["command"] == link["signed"]["command"]
    assert signed["materials"] == [{"resourceUri": "src/main.c", "hashes": {"sha256": "b" * 64}}]
    assert signed["products"] == [{"resourceUri": "app", "hashes": {"sha256": digest}}]
    assert signed["byproducts"] == {"customValues": {"return-value": "0", "stdout": "done\n"}}
    assert signed["environment"] == {"customValues": {"workdir": "/src"}}
    note = rest.done("GET", f"/v1beta1/{found['noteName']}")
    assert note["kind"] == "INTOTO" and note["intoto"]["stepName"] == "build"
    # v1 has no such kind, and shows what all kinds have.
    [plain] = rest.every(f"/v1/projects/{project}/occurrences", "occurrences")
    assert plain["name"] == found["name"] and "kind" not in plain
    again = json.loads(grafeion("ingest", tmp_path / "build.link", "--json"))
    assert again["notes"] == {"unchanged": 1} and again["occurrences"] == {"unchanged": 1}
