"""Records of all three versions in one store: in one list, found by each version's names, written once and moved."""

import subprocess
import uuid

import pytest

import grafeion_server
import records
from grafeion_server import details_of
from kinds import KINDS, VERSIONS, create, create_note, get
from records import IMAGE, image, without_output_only

# Lists of all versions' records

@pytest.fixture
def mixed(rest, project):
    """Three builds of each version, in turns; their names, newest first."""
    kind = KINDS["build"]
    create_note(rest, "v1beta1", project, "n", kind.note("v1beta1"))
    made = [
        rest.done("POST", f"/{version}/projects/{project}/occurrences",
                  kind.occurrence(version, project, image(number)))["name"]
        for number in range(3) for version in VERSIONS]
    return made[::-1]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("page_size", [2, 4, 100])
def test_a_list_pages_through_the_records_of_every_version(rest, project, mixed, version, page_size):
    for path in (f"projects/{project}", f"projects/{project}/notes/n"):
        listed = rest.every(f"/{version}/{path}/occurrences", "occurrences", page_size=page_size)
        assert [occurrence["name"] for occurrence in listed] == mixed
        assert listed == [get(rest, version, name) for name in mixed]


@pytest.mark.parametrize("version", VERSIONS)
def test_notes_of_every_version_are_in_one_list(rest, project, version):
    for writer in VERSIONS:
        create_note(rest, writer, project, writer, KINDS["image"].note(writer))
    listed = rest.every(f"/{version}/projects/{project}/notes", "notes", page_size=2)
    assert [note["name"].rpartition("/")[2] for note in listed] == VERSIONS[::-1]
    assert [without_output_only(note) for note in listed] == [KINDS["image"].note(version)] * 3


# Filters

@pytest.fixture(scope="module")
def shelf(server):
    """A record of each kind by each version, on an image of its own and on another."""
    rest, project = server.rest(), f"shelf-{uuid.uuid4().hex[:8]}"
    names = {}
    for label, kind in KINDS.items():
        for version in VERSIONS:
            note = f"{label}-{version}"
            made = create(rest, version, project, note, kind.note(version), {
                **kind.occurrence(version, project, image(VERSIONS.index(version))),
                "noteName": f"projects/{project}/notes/{note}"})
            names[made["name"]] = note

    def labels(version, text):
        found = rest.every(f"/{version}/projects/{project}/occurrences", "occurrences", filter=text)
        return {names[occurrence["name"]] for occurrence in found}

    return labels


def of(label):
    return {f"{label}-{version}" for version in VERSIONS}


FILTERS = [
    # Kinds by the names of any version.
    ('kind="VULNERABILITY"', of("vulnerability")), ('kind="PACKAGE_VULNERABILITY"', of("vulnerability")),
    ('kind="ATTESTATION"', of("attestation")), ('kind="ATTESTATION_AUTHORITY"', of("attestation")),
    ('kind="BUILD_DETAILS"', of("build")), ('kind="IMAGE_BASIS"', of("image")), ('kind="IMAGE"', of("image")),
    ('kind="PACKAGE_MANAGER"', of("package")), ('kind="DEPLOYABLE"', of("deployment")),
    ('kind="DISCOVERY"', of("discovery")),
    # The resource.
    *((f'{name}="{image(1)}"', {f"{label}-v1beta1" for label in KINDS}) for name in (
        "resourceUrl", "resource_url", "resourceUri", "resource_uri", "resource.uri")),
    # Details as v1, v1beta1 and v1alpha1 spell them.
    ('vulnerability.packageIssue.affectedPackage="openssl"', of("vulnerability")),
    ('vulnerability.package_issue.affected_location.package="openssl"', of("vulnerability")),
    ('vulnerability_details.package_issue.affected_location.package="openssl"', of("vulnerability")),
    ('vulnerability.package_issue.fixed_location.version.name="3.0.9"', of("vulnerability")),
    ('vulnerability.package_issue.fixed_version.name="3.0.9"', of("vulnerability")),
    ('attestation.signatures.publicKeyId="8C20F5A94B54E4B4"', of("attestation")),
    ('attestation.attestation.pgp_signed_attestation.pgp_key_id="8C20F5A94B54E4B4"', of("attestation")),
    ('attestation_details.pgp_signed_attestation.pgp_key_id="8C20F5A94B54E4B4"', of("attestation")),
    ('build.provenance.logsUri="gs://logs"', of("build")),
    ('build_details.provenance.logs_bucket="gs://logs"', of("build")),
    ('build_details.provenance.finish_time>"2024-01-02T03:04:59Z"', of("build")),
    ('build.provenance.end_time>"2024-01-02T03:05:00Z"', set()),
    ('image.distance=2', of("image")), ('derived_image.derived_image.distance=2', of("image")),
    ('derivedImageDetails.distance=2', of("image")),
    ('derived_image.derived_image.layer_info.directive="RUN"', of("image")),
    ('package.location.path="/usr/lib"', of("package")),
    ('installation.installation.location.path="/usr/lib"', of("package")),
    ('installation_details.location.path="/usr/lib"', of("package")),
    ('deployment.userEmail="ann@example.com"', of("deployment")), ('deployment.platform="GKE"', of("deployment")),
    ('deployment.deployment.user_email="ann@example.com"', of("deployment")),
    ('deployment_details.user_email="ann@example.com"', of("deployment")),
]


@pytest.mark.parametrize("text, expected", FILTERS, ids=[text for text, _ in FILTERS])
def test_filters_take_every_versions_names_in_every_version(shelf, text, expected):
    assert {version: shelf(version, text) for version in VERSIONS} == {version: expected for version in VERSIONS}


# Writing once, and moving

def test_an_idempotency_key_is_a_versions_own(rest, project):
    """Another version's method is another method."""
    kind, headers = KINDS["build"], {"x-idempotency-key": uuid.uuid4().hex}
    create_note(rest, "v1", project, "n", kind.note("v1"))

    def post(version):
        body = kind.occurrence(version, project)
        return rest.done("POST", f"/{version}/projects/{project}/occurrences", body, headers=headers)

    first = {version: post(version) for version in VERSIONS}
    assert len({made["name"] for made in first.values()}) == 3
    assert {version: post(version) for version in VERSIONS} == first
    assert len(rest.every(f"/v1/projects/{project}/occurrences", "occurrences")) == 3


def test_an_idempotency_key_answers_after_another_version_changed_the_record(rest, project):
    kind, headers = KINDS["build"], {"x-idempotency-key": uuid.uuid4().hex}
    create_note(rest, "v1", project, "n", kind.note("v1"))
    path, body = f"/v1beta1/projects/{project}/occurrences", kind.occurrence("v1beta1", project)
    first = rest.done("POST", path, body, headers=headers)
    rest.done("PATCH", f"/v1/{first['name']}", {"remediation": "changed"}, params={"updateMask": "remediation"})
    assert rest.done("POST", path, body, headers=headers) == first


def import_body(project):
    note = {"name": f"projects/{project}/notes/qa", "createTime": "2024-01-02T03:04:05Z", **records.beta_authority()}
    occurrence = {
        "name": f"projects/{project}/occurrences/1", "createTime": "2024-01-02T03:04:06Z",
        **records.beta_pgp_attestation(project, "qa")}
    link = {
        "name": f"projects/{project}/occurrences/2", "createTime": "2024-01-02T03:04:07Z", "resource": {"uri": IMAGE},
        "noteName": f"projects/{project}/notes/compile", "intoto": {"signed": {"command": ["make"]}}}
    step = {"name": f"projects/{project}/notes/compile", "intoto": {"stepName": "compile"}}
    return {"notes": [note, step], "occurrences": [occurrence, link]}


def test_records_of_v1beta1_are_imported_under_their_names_and_times(rest, project):
    body = import_body(project)
    path = f"/grafeion/v1beta1/projects/{project}:import"
    assert rest.done("POST", path, body) == {"created": 4}
    assert rest.done("POST", path, body) == {"unchanged": 4}
    for sent in body["notes"] + body["occurrences"]:
        stored = get(rest, "v1beta1", sent["name"])
        assert {key: stored[key] for key in sent} == sent
    assert get(rest, "v1", body["occurrences"][0]["name"])["attestation"] == {
        "signatures": [{"signature": "YzJsbmJtVms=", "publicKeyId": "8C20F5A94B54E4B4"}]}
    found = rest.every(f"/v1/projects/{project}/occurrences", "occurrences", filter='kind="INTOTO"')
    assert [occurrence["name"] for occurrence in found] == [f"projects/{project}/occurrences/2"]


def test_an_import_of_v1beta1_replaces_what_differs(rest, project):
    body, path = import_body(project), f"/grafeion/v1beta1/projects/{project}:import"
    rest.done("POST", path, body)
    signed = body["occurrences"][0]["attestation"]["attestation"]["pgpSignedAttestation"]
    del signed["contentType"]
    assert rest.done("POST", path, body) == {"unchanged": 3, "replaced": 1}
    stored = get(rest, "v1beta1", body["occurrences"][0]["name"])
    assert stored["attestation"]["attestation"]["pgpSignedAttestation"] == signed


def test_an_import_of_v1beta1_names_faults_as_v1beta1_does(rest, project):
    body = import_body(project)
    body["occurrences"][0]["resource"] = {}
    error = rest.refused("INVALID_ARGUMENT", "POST", f"/grafeion/v1beta1/projects/{project}:import", body)
    named = [violation["field"] for violation in details_of(error, "BadRequest")["fieldViolations"]]
    assert named == ["occurrences[0].resource.uri"]
    assert rest.every(f"/v1/projects/{project}/notes", "notes") == []


def test_an_export_from_v1_has_the_records_of_every_version(rest, project, mixed):
    page = rest.done("GET", f"/grafeion/v1/projects/{project}/occurrences:export", params={"pageSize": 100})
    assert page["occurrences"] == rest.every(f"/v1/projects/{project}/occurrences", "occurrences")
    assert [occurrence["name"] for occurrence in page["occurrences"]] == mixed


@pytest.fixture
def kept(rest, project, mixed):
    """Beside the builds, records that say what v1 cannot."""
    create(rest, "v1beta1", project, "qa", records.beta_authority(), {
        **records.beta_pgp_attestation(project, "qa"), "resource": {"uri": IMAGE, "name": "cart"}})
    create(rest, "v1beta1", project, "step", {"intoto": {"stepName": "compile"}}, {
        "resource": {"uri": IMAGE}, "noteName": f"projects/{project}/notes/step",
        "intoto": {"signed": {"command": ["make"]}, "signatures": [{"keyid": "k", "sig": "s"}]}})
    create(rest, "v1alpha1", project, "production", records.alpha_authority(), {
        **records.alpha_attestation(project), "operationName": f"projects/{project}/operations/1"})


def test_what_is_exported_and_imported_elsewhere_is_the_same_in_every_version(launch, rest, project, kept):
    """What v1 cannot say goes along."""
    moved, elsewhere = {"kept": []}, launch().rest()
    for collection in ("notes", "occurrences"):
        page = rest.done("GET", f"/grafeion/v1/projects/{project}/{collection}:export", params={"pageSize": 100})
        moved[collection] = page[collection]
        moved["kept"] += page.get("kept", [])
    elsewhere.done("POST", f"/grafeion/v1/projects/{project}:import", moved)
    for version in VERSIONS:
        for collection in ("notes", "occurrences"):
            path = f"/{version}/projects/{project}/{collection}"
            there, here = (server.every(path, collection) for server in (elsewhere, rest))
            assert {entry["name"]: entry for entry in there} == {entry["name"]: entry for entry in here}
            assert len(here) == {"notes": 4, "occurrences": 12}[collection]


def test_the_command_line_moves_a_project_whole(launch, server, rest, project, kept, tmp_path):
    there = launch()
    for command in (["export", "-o", "project.ndjson", "--server", server.url, "--project", project],
                    ["import", "-f", "project.ndjson", "--server", there.url]):
        done = subprocess.run([grafeion_server.executable(), *command], cwd=tmp_path, capture_output=True, text=True,
                              env=grafeion_server.own_environment(), timeout=60)
        assert done.returncode == 0, done.stderr
    for version in VERSIONS:
        path = f"/{version}/projects/{project}/occurrences"
        moved = {entry["name"]: entry for entry in there.rest().every(path, "occurrences")}
        assert moved == {entry["name"]: entry for entry in rest.every(path, "occurrences")}
