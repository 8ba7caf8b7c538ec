"""`grafeion migrate` from the tables of the reference server, read back over both versions of the API."""

import json
import subprocess

import pytest

import grafeion_server
import reference_database
import records

CVE = "CVE-2019-18276"
CREATED = {"seconds": 1577836800, "text": "2020-01-01T00:00:00.500Z"}
# The reference server's library puts in a second space at random, and older ones wrote angle brackets.
TIME = f"create_time:  {{\n  seconds:  {CREATED['seconds']}\n  nanos: 500000000\n}}\n"

NOTES = {
    ("flaws", CVE): f"""
        name:  "projects/flaws/notes/{CVE}"
        short_description: "bash keeps \\"privileges\\""
        kind:  VULNERABILITY
        related_url:  {{
          url: "https://example.com/{CVE}"
          label:  "advisory"
        }}
        {TIME}
        vulnerability: <
          cvss_score:  7.2
          severity: HIGH
          details: <
            cpe_uri: "cpe:/o:debian:debian_linux:10"
            package: "bash"
            min_affected_version: <
              kind: MINIMUM
            >
            severity_name: "HIGH"
            fixed_location: <
              cpe_uri: "cpe:/o:debian:debian_linux:10"
              package: "bash"
              version: <
                kind: MAXIMUM
              >
            >
          >
        >
        """,
    ("shop", "builds"): f'name:  "projects/shop/notes/builds"\nkind: BUILD\n{TIME}build:  {{\n  builder_version:  "7"\n}}',
    ("shop", "authority"): """
        name: "projects/shop/notes/authority"
        kind:  ATTESTATION
        attestation_authority: { hint: { human_readable_name: "qa \\303\\251" } }
        """,
    ("shop", "scanner"): f'name: "projects/shop/notes/scanner" kind: DISCOVERY {TIME} discovery: {{ analysis_kind: VULNERABILITY }}',
}

OCCURRENCES = {
    ("shop", "o-vulnerability", "flaws", CVE): f"""
        name: "projects/shop/occurrences/o-vulnerability"
        resource: {{ uri: "{records.IMAGE}" }}
        note_name: "projects/flaws/notes/{CVE}"
        kind: VULNERABILITY
        {TIME}
        vulnerability:  {{
          severity:  HIGH
          package_issue:  {{
            affected_location:  {{
              cpe_uri:  "cpe:/o:debian:debian_linux:10"
              package:  "bash"
              version:  {{ name: "5.0" revision: "4" kind:  NORMAL }}
            }}
            fixed_location:  {{
              cpe_uri:  "cpe:/o:debian:debian_linux:10"
              package:  "bash"
              version:  {{ kind:  MAXIMUM }}
            }}
          }}
          short_description:  "{CVE}"
        }}
        """,
    ("shop", "o-build", "shop", "builds"): f"""
        name: "projects/shop/occurrences/o-build"
        resource: {{ uri: "{records.IMAGE}" }}
        note_name: "projects/shop/notes/builds"
        kind: BUILD
        {TIME}
        build:  {{
          provenance:  {{
            id:  "b-1"
            project_id:  "shop"
            commands:  {{ name: "make" args: "all" args: "-j2" }}
            built_artifacts:  {{ checksum: "sha256:1" id: "{records.IMAGE}" names: "cart:1" }}
            creator:  "ci@example.com"
            build_options:  {{ key: "b" value: "2" }}
            build_options:  {{ key: "a" value: "1" }}
          }}
          provenance_bytes: "\\173\\175"
        }}
        """,
    ("shop", "o-attestation", "shop", "authority"): f"""
        name: "projects/shop/occurrences/o-attestation"
        resource: {{ uri: "{records.IMAGE}" }}
        note_name: "projects/shop/notes/authority"
        kind: ATTESTATION
        {TIME}
        attestation: {{
          attestation: {{
            pgp_signed_attestation: {{
              signature: "-----BEGIN PGP MESSAGE-----\\n\\nowGbwMvMwMU=\\n-----END PGP MESSAGE-----\\n"
              pgp_key_id: "0638AADD940361EA"
              content_type: SIMPLE_SIGNING_JSON
            }}
          }}
        }}
        """,
    ("shop", "o-discovery", "shop", "scanner"): f"""
        name: "projects/shop/occurrences/o-discovery"
        resource: {{ uri: "{records.IMAGE}" }}
        note_name: "projects/shop/notes/scanner"
        kind: DISCOVERY
        {TIME}
        discovered: {{ discovered: {{ continuous_analysis: ACTIVE analysis_status: FINISHED_SUCCESS }} }}
        """,
}


@pytest.fixture(scope="module")
def database():
    database = reference_database.ReferenceDatabase()
    try:
        for project in ("shop", "empty"):
            database.add_project(project)
        # Of a project that nobody has created: the reference server does not ask.
        for (project, note), data in NOTES.items():
            database.add_note(project, note, data)
        database.add_note("shop", "broken", 'name: "projects/shop/notes/broken" buil: { }')
        for (project, occurrence, note_project, note), data in OCCURRENCES.items():
            database.add_occurrence(project, occurrence, note_project, note, data)
        database.add_occurrence("shop", "o-orphan", "shop", "broken", f"""
            resource: {{ uri: "{records.IMAGE}" }} note_name: "projects/shop/notes/broken" kind: BUILD build: {{ }}""")
        yield database
    finally:
        database.stop()


def migrate(server, source, *arguments):
    """The exit code and what was said."""
    done = subprocess.run(
        [grafeion_server.executable(), "migrate", "--server", server.url, "--from", source, *map(str, arguments)],
        capture_output=True, text=True, timeout=120, env=grafeion_server.own_environment())
    return done.returncode, done.stderr


def counted(text):
    return [line for line in text.splitlines() if line.startswith(("migrated", "would migrate"))][0]


def reported(path):
    return {entry["name"]: entry["reason"] for entry in map(json.loads, path.read_text().splitlines())}


def test_everything_readable_arrives_and_the_rest_is_reported(launch, database, tmp_path):
    server = launch()
    code, said = migrate(server, database.url, "--report", tmp_path / "report.ndjson")
    assert code == 1, said
    assert counted(said) == (
        "migrated 4 notes and 4 occurrences of 3 projects from postgres://grafeas@/postgres: "
        "8 created, 0 unchanged, 0 replaced")
    reasons = reported(tmp_path / "report.ndjson")
    assert set(reasons) == {"projects/shop/notes/broken", "projects/shop/occurrences/o-orphan"}
    assert '"buil" is not a field of grafeas.v1beta1.Note; did you mean "build"? (line 1, column 36)' == (
        reasons["projects/shop/notes/broken"])
    assert "projects/shop/notes/broken" in reasons["projects/shop/occurrences/o-orphan"]

    rest = server.rest()
    assert {p["name"] for p in rest.every("/v1/projects", "projects")} == {
        "projects/shop", "projects/flaws", "projects/empty"}
    in_old_version(rest)
    in_new_version(rest)

    code, said = migrate(server, database.url, "--report", tmp_path / "report.ndjson")
    assert code == 1
    assert counted(said).endswith(": 0 created, 8 unchanged, 0 replaced")


def in_old_version(rest):
    note = rest.done("GET", f"/v1beta1/projects/flaws/notes/{CVE}")
    assert note["shortDescription"] == 'bash keeps "privileges"'
    assert note["createTime"] == CREATED["text"]
    assert note["relatedUrl"] == [{"url": f"https://example.com/{CVE}", "label": "advisory"}]
    assert note["vulnerability"]["details"][0]["fixedLocation"]["version"]["kind"] == "MAXIMUM"
    authority = rest.done("GET", "/v1beta1/projects/shop/notes/authority")
    assert authority["attestationAuthority"] == {"hint": {"humanReadableName": "qa é"}}

    path = "/v1beta1/projects/shop/occurrences"
    assert {o["name"].split("/")[-1] for o in rest.every(path, "occurrences")} == {key[1] for key in OCCURRENCES}
    flaw = rest.done("GET", f"{path}/o-vulnerability")
    assert flaw["noteName"] == f"projects/flaws/notes/{CVE}"
    assert flaw["resource"]["uri"] == records.IMAGE
    assert flaw["createTime"] == CREATED["text"]
    assert flaw["vulnerability"]["packageIssue"][0]["affectedLocation"] == {
        "cpeUri": "cpe:/o:debian:debian_linux:10", "package": "bash",
        "version": {"name": "5.0", "revision": "4", "kind": "NORMAL"}}
    build = rest.done("GET", f"{path}/o-build")["build"]
    assert build["provenance"]["buildOptions"] == {"a": "1", "b": "2"}
    assert build["provenance"]["commands"] == [{"name": "make", "args": ["all", "-j2"]}]
    assert build["provenanceBytes"] == "{}"
    attestation = rest.done("GET", f"{path}/o-attestation")["attestation"]["attestation"]["pgpSignedAttestation"]
    assert attestation["pgpKeyId"] == "0638AADD940361EA"
    assert attestation["contentType"] == "SIMPLE_SIGNING_JSON"
    assert attestation["signature"].startswith("-----BEGIN PGP MESSAGE-----\n")
    discovered = rest.done("GET", f"{path}/o-discovery")["discovered"]["discovered"]
    assert discovered == {"continuousAnalysis": "ACTIVE", "analysisStatus": "FINISHED_SUCCESS"}


def in_new_version(rest):
    note = rest.done("GET", f"/v1/projects/flaws/notes/{CVE}")
    assert (note["kind"], note["createTime"]) == ("VULNERABILITY", CREATED["text"])
    assert note["vulnerability"]["severity"] == "HIGH"
    kinds = {"o-vulnerability": "VULNERABILITY", "o-build": "BUILD", "o-attestation": "ATTESTATION",
             "o-discovery": "DISCOVERY"}
    for occurrence in rest.every("/v1/projects/shop/occurrences", "occurrences"):
        assert occurrence["resourceUri"] == records.IMAGE
        assert occurrence["createTime"] == CREATED["text"]
        assert occurrence["kind"] == kinds.pop(occurrence["name"].split("/")[-1])
    assert not kinds
    flaw = rest.done("GET", "/v1/projects/shop/occurrences/o-vulnerability")["vulnerability"]
    assert flaw["packageIssue"][0]["affectedPackage"] == "bash"
    build = rest.done("GET", "/v1/projects/shop/occurrences/o-build")["build"]
    assert build["provenance"]["creator"] == "ci@example.com"
    discovery = rest.done("GET", "/v1/projects/shop/occurrences/o-discovery")["discovery"]
    assert discovery["analysisStatus"] == "FINISHED_SUCCESS"
    found = rest.every("/v1/projects/shop/occurrences", "occurrences", filter='kind="VULNERABILITY"')
    assert [o["name"] for o in found] == ["projects/shop/occurrences/o-vulnerability"]


def test_a_dry_run_sends_nothing(launch, database):
    server = launch()
    code, said = migrate(server, database.url, "--dry-run", "--project", "shop")
    assert code == 1, said
    assert counted(said) == (
        "would migrate 3 notes and 5 occurrences of 1 project from postgres://grafeas@/postgres; nothing was sent")
    assert server.rest().every("/v1/projects", "projects") == []


def test_what_was_migrated_can_be_migrated_on_over_rest(launch, database, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    old, new = launch(directory=first), launch(directory=second)
    migrate(old, database.url)
    code, said = migrate(new, old.url)
    assert code == 0, said
    assert counted(said) == (
        f"migrated 4 notes and 4 occurrences of 3 projects from {old.url}: 8 created, 0 unchanged, 0 replaced")
    for version in ("v1", "v1beta1"):
        for path, collection in ((f"/{version}/projects/shop/notes", "notes"),
                                 (f"/{version}/projects/flaws/notes", "notes"),
                                 (f"/{version}/projects/shop/occurrences", "occurrences")):
            def by_name(server):
                return {entry["name"]: entry for entry in server.rest().every(path, collection)}
            assert by_name(old) == by_name(new)


@pytest.fixture
def many():
    """A database with many records of one project."""
    database = reference_database.ReferenceDatabase()
    try:
        database.add_note("many", "builds", NOTES["shop", "builds"])
        database.sql(f"""
            INSERT INTO occurrences (project_name, occurrence_name, note_id, data)
            SELECT 'many', 'o-' || number, 1,
                'resource: {{ uri: "{records.IMAGE}" }} note_name: "projects/many/notes/builds" build: {{ provenance: '
                || '{{ id: "' || number || '" }} }} create_time: {{ seconds: ' || 1600000000 + number || ' }}'
            FROM generate_series(1, {MANY}) AS number;
        """)
        yield database
    finally:
        database.stop()


MANY = 6200


def test_many_records_go_in_portions_and_a_killed_migration_goes_on(launch, many, tmp_path):
    server, state = launch(), tmp_path / "state"

    def migrated():
        try:
            return json.loads(state.read_text())["counts"]["moved"]["occurrences"]
        except FileNotFoundError:
            return 0

    process = subprocess.Popen(
        [grafeion_server.executable(), "migrate", "--server", server.url, "--from", many.url, "--state", state],
        stderr=subprocess.DEVNULL, env=grafeion_server.own_environment())
    grafeion_server.wait_until(lambda: migrated() > 0 or process.poll() is not None, every=0.002)
    process.kill()
    process.wait()
    assert 0 < migrated() < MANY
    code, said = migrate(server, many.url, "--state", state, "--resume")
    assert code == 0, said
    assert f"migrated 1 note and {MANY} occurrences of 1 project" in said
    created, unchanged = (int(part.split()[0]) for part in counted(said).split(": ")[-1].split(", ")[:2])
    # At most one portion was put in twice.
    assert created + unchanged == MANY + 1 and unchanged in (0, 500)
    assert not state.exists()
    there = server.rest().every("/v1/projects/many/occurrences", "occurrences", page_size=1000)
    assert {o["name"] for o in there} == {f"projects/many/occurrences/o-{number}" for number in range(1, MANY + 1)}
    # Newest first, by the times that they have always had.
    assert there[0]["build"]["provenance"]["id"] == str(MANY)


def test_a_database_that_is_no_grafeas_server_is_told_in_its_own_words(launch, database):
    code, said = migrate(launch(), database.url.replace("/postgres?", "/template1?"))
    assert code == 1
    assert said.startswith("Error: postgres://grafeas@/template1 cannot be read: ERROR:  relation \"projects\" does not exist")
