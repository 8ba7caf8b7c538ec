"""Scanner reports through the program: what goes in is found again by filter, and a new report replaces the last."""

import json
import subprocess

import pytest

import grafeion_server

DATA = grafeion_server.shared_directory() / "data"
DIGEST = "sha256:" + "a" * 64
IMAGE = f"registry.example/shop/web@{DIGEST}"


def ingest(server, report, project, *arguments, status=0):
    """Runs `grafeion ingest` on a report; its output and errors."""
    done = subprocess.run(
        [grafeion_server.executable(), "ingest", "-", "--server", server.url, "--project", project, *arguments],
        input=report, capture_output=True, timeout=120, env=grafeion_server.own_environment())
    assert done.returncode == status, done.stderr.decode()
    return done.stdout.decode() + done.stderr.decode()


def findings(report):
    """Vulnerability, package and fixed version of all that Trivy found."""
    return {(v["VulnerabilityID"], v["PkgName"], v.get("FixedVersion", ""))
            for result in report.get("Results", []) for v in result.get("Vulnerabilities", [])}


TRIVY_IMAGES = ["almalinux-8", "alpine-310", "alpine-39", "centos-7", "debian-buster", "distroless-base",
                "distroless-python27", "fluentd-gems", "oraclelinux-8", "ubuntu-1804"]


@pytest.mark.parametrize("name", TRIVY_IMAGES)
def test_everything_in_a_report_is_found_by_filter(server, rest, project, name):
    text = (DATA / "trivy" / f"{name}.json").read_bytes()
    reply = json.loads(ingest(server, text, project, "--image", IMAGE, "--json"))
    found = findings(json.loads(text))
    assert reply["notes"]["created"] == len({vulnerability for vulnerability, _, _ in found}) + 1
    path = f"/v1/projects/{project}/occurrences"
    for vulnerability, package, fixed in found:
        asked = f'noteId="{vulnerability}" AND packageName="{package}" AND resourceUrl="{IMAGE}"'
        matches = rest.done("GET", path, params={"filter": asked})["occurrences"]
        assert matches, f"{vulnerability} in {package} is not there"
        versions = {issue["fixedVersion"].get("fullName", "") for match in matches
                    for issue in match["vulnerability"]["packageIssue"]}
        # An issue has one fixed version, the nearest; where there are more, the details have them all.
        told = " ".join(match["vulnerability"].get("extraDetails", "") for match in matches)
        for version in filter(None, (part.strip() for part in fixed.split(","))):
            assert version in versions or version in told, f"{vulnerability} in {package}: {version} is not there"
    every = rest.every(path, "occurrences", filter="kind=VULNERABILITY")
    assert len(every) + 1 == reply["occurrences"]["created"]


@pytest.mark.parametrize("name, image", [
    ("chainguard-ruby", None), ("keycloak", None),
    # Names no repository, only the manifest's digest.
    ("image-simple", "registry.example/app@sha256:ca738abb87a8d58f112d3400ebb079b61ceae7dc290beb34bda735be4b1941d5"),
])
def test_grype_reports_go_in(server, rest, project, name, image):
    text = (DATA / "grype" / f"{name}.json").read_bytes()
    matches = json.loads(text)["matches"]
    ingest(server, text, project, *(["--image", image] if image else []))
    stored = rest.every(f"/v1/projects/{project}/occurrences", "occurrences", filter="kind=VULNERABILITY")
    packages = {issue["affectedPackage"] for entry in stored for issue in entry["vulnerability"]["packageIssue"]}
    assert packages == {match["artifact"]["name"] for match in matches}


def test_a_new_report_replaces_the_last_of_its_scanner(server, rest, project):
    path = f"/v1/projects/{project}/occurrences"
    before = json.loads((DATA / "trivy" / "alpine-310.json").read_text())
    grype = json.loads((DATA / "grype" / "keycloak.json").read_text())
    grype["source"]["target"] = {"userInput": IMAGE, "repoDigests": [IMAGE]}
    ingest(server, json.dumps(grype).encode(), project)
    of_grype = {entry["name"] for entry in rest.every(path, "occurrences")}
    ingest(server, json.dumps(before).encode(), project, "--image", IMAGE)
    first = {entry["name"]: entry for entry in rest.every(path, "occurrences")}

    again = json.loads(ingest(server, json.dumps(before).encode(), project, "--image", IMAGE, "--json"))
    assert set(again["occurrences"]) == set(again["notes"]) == {"unchanged"}, "the same report changes nothing"

    results = [result for result in before["Results"] if result.get("Vulnerabilities")]
    gone = results[0]["Vulnerabilities"].pop()
    changed = results[0]["Vulnerabilities"][0]
    changed["Title"] = "another title"
    after = json.loads(ingest(server, json.dumps(before).encode(), project, "--image", IMAGE, "--json"))
    assert after["occurrences"]["deleted"] >= 1
    second = {entry["name"]: entry for entry in rest.every(path, "occurrences")}
    assert of_grype <= set(second), "the other scanner's findings stay"
    assert set(second) < set(first)
    assert all(second[name]["createTime"] == first[name]["createTime"] for name in second)
    lost = rest.done("GET", path, params={"filter": f'noteId="{gone["VulnerabilityID"]}" AND '
                                                    f'packageName="{gone["PkgName"]}"'})
    assert not [entry for entry in lost.get("occurrences", []) if entry["name"] in first and entry["name"] in second
                and entry["name"] not in of_grype and entry["vulnerability"]["packageIssue"][0]["affectedVersion"]
                .get("fullName") == gone["InstalledVersion"]]


def test_never_scanned_clean_and_failed_are_three_answers(server, rest, project):
    path = f"/v1/projects/{project}/occurrences"
    scans = {"filter": f'kind=DISCOVERY AND resourceUrl="{IMAGE}"'}
    assert rest.done("GET", path, params=scans) == {}
    report = {"SchemaVersion": 2, "ArtifactName": IMAGE, "ArtifactType": "container_image",
              "Metadata": {"OS": {"Family": "alpine", "Name": "3.22.1"}}, "Results": [{"Target": "a", "Class": "os-pkgs"}]}
    ingest(server, json.dumps(report).encode(), project, "--image", IMAGE)
    clean = rest.done("GET", path, params=scans)["occurrences"]
    assert [scan["discovery"]["analysisStatus"] for scan in clean] == ["FINISHED_SUCCESS"]
    assert rest.every(path, "occurrences", filter="kind=VULNERABILITY") == []
    # Trivy does this with what it cannot look into.
    unknown = {"SchemaVersion": 2, "ArtifactName": IMAGE, "ArtifactType": "container_image"}
    ingest(server, json.dumps(unknown).encode(), project, "--image", IMAGE)
    failed = rest.done("GET", path, params=scans)["occurrences"]
    assert [scan["discovery"]["analysisStatus"] for scan in failed] == ["FINISHED_UNSUPPORTED"]
    assert [scan["name"] for scan in failed] == [scan["name"] for scan in clean]


@pytest.mark.parametrize("report, word", [
    (b"", "empty"), (b"x", "line 1, column 1"), (b"[1]", "JSON object"), (b'{"bomFormat": "CycloneDX"}', "neither components nor vulnerabilities"),
    (b'{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"t","Type":"alpine","Vulnerabilities":'
     b'[{"PkgName":"p"}]}]}', "Results[0].Vulnerabilities[0].VulnerabilityID"),
])
def test_what_is_no_report_is_refused_and_leaves_nothing(server, rest, project, report, word):
    assert word in ingest(server, report, project, "--image", IMAGE, status=1)
    assert rest.every(f"/v1/projects/{project}/notes", "notes") == []


def test_a_report_of_another_image_is_refused(server, rest, project):
    report = {"SchemaVersion": 2, "ArtifactName": "registry.example/shop/web:1", "ArtifactType": "container_image",
              "Metadata": {"RepoDigests": ["registry.example/shop/web@sha256:" + "b" * 64]}, "Results": []}
    assert "not about" in ingest(server, json.dumps(report).encode(), project, "--image", IMAGE, status=1)
    assert rest.every(f"/v1/projects/{project}/occurrences", "occurrences") == []


def test_notes_may_live_with_a_provider(server, rest, project):
    text = (DATA / "trivy" / "debian-buster.json").read_bytes()
    ingest(server, text, project, "--image", IMAGE, "--provider-project", f"{project}-provider")
    assert rest.every(f"/v1/projects/{project}/notes", "notes") == []
    notes = rest.every(f"/v1/projects/{project}-provider/notes", "notes", filter="kind=VULNERABILITY")
    for entry in rest.every(f"/v1/projects/{project}/occurrences", "occurrences", filter="kind=VULNERABILITY"):
        assert entry["noteName"] in {note["name"] for note in notes}
