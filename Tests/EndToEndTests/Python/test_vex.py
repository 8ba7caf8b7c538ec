"""Judgements (VEX) and scans, in either order: what is judged is shown as judged, and nothing of the scan is lost."""

import json

import pytest

import grafeion_server

DATA = grafeion_server.shared_directory() / "data"
DIGEST = "sha256:" + "a" * 64
IMAGE = f"registry.example/shop/web@{DIGEST}"
CASES = {"affected": "AFFECTED", "fixed": "FIXED", "not_affected": "NOT_AFFECTED",
         "under_investigation": "UNDER_INVESTIGATION"}
REPORT = DATA / "trivy" / "debian-buster.json"
CVE, PACKAGE = "CVE-2019-18224", "libidn2-0"


def openvex(status="not_affected", subcomponent=None, image=IMAGE, version=1, **members):
    product = {"@id": f"https://{image}"}
    if subcomponent:
        product["subcomponents"] = [{"@id": subcomponent}]
    if status == "not_affected":
        members = {"justification": "vulnerable_code_not_in_execute_path", "impact_statement": "never called", **members}
    return {
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://shop.example/vex/1", "author": "Ann Shop",
        "timestamp": f"2026-01-0{version}T00:00:00Z", "version": version,
        "statements": [{"vulnerability": {"name": CVE}, "products": [product], "status": status, **members}],
    }


@pytest.fixture
def ingest(grafeion, tmp_path):
    def ingest(document, *arguments, status=0):
        """Takes in a document, or a file; the reply, or the error."""
        path = document
        if isinstance(document, dict):
            path = tmp_path / "document.json"
            path.write_text(json.dumps(document))
        text = grafeion("ingest", path, "--json", *arguments, status=status)
        return text if status else json.loads(text)

    return ingest


@pytest.fixture
def finding(rest, project):
    def finding(cve=CVE, package=PACKAGE):
        """The occurrence of a vulnerability in a package."""
        asked = f'noteId="{cve}" AND packageName="{package}"'
        [found] = rest.every(f"/v1/projects/{project}/occurrences", "occurrences", filter=asked)
        return found

    return finding


@pytest.fixture
def described(rest, project):
    return lambda: rest.done("GET", f"/grafeion/v1/images/{IMAGE}", params={"project": project})["vulnerabilities"]


def found(grafeion, project, *arguments):
    text = grafeion("find", "--cve", CVE, "--project", project, "-o", "json", *arguments)
    return [image["image"] for image in json.loads(text)]


# The real documents


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_real_document_is_a_note(ingest, rest, project, name):
    path = DATA / "vex" / f"cyclonedx-case1-{name}.json"
    [stated] = json.loads(path.read_text())["vulnerabilities"]
    reply = ingest(path, "--image", IMAGE)
    assert reply["notes"] == {"created": 1} and reply["occurrences"] == {} and reply["format"] == "cyclonedx"
    [note] = rest.every(f"/v1/projects/{project}/notes", "notes")
    assert note["kind"] == "VULNERABILITY_ASSESSMENT"
    judged = note["vulnerabilityAssessment"]["assessment"]
    assert judged["vulnerabilityId"] == stated["id"] and judged["state"] == CASES[name]
    assert judged["impacts"] == [stated["analysis"]["detail"]]
    assert [uri["url"] for uri in judged["relatedUris"]] == [stated["source"]["url"]]
    assert len(judged.get("remediations", [])) == len(stated["analysis"].get("response", []))
    [by_state] = rest.every(f"/v1/projects/{project}/notes", "notes",
                            filter=f'vulnerabilityAssessment.assessment.state="{CASES[name]}"')
    assert by_state == note
    assert ingest(path, "--image", IMAGE)["notes"] == {"unchanged": 1}
    assert "name the image" in ingest(path, status=1)


def test_every_real_document_is_tested():
    assert {path.name for path in (DATA / "vex").iterdir()} == {f"cyclonedx-case1-{name}.json" for name in CASES}


# Over a scan


def check_scanned(grafeion, project, finding, described):
    """What a scan says that nobody has judged."""
    shown = finding()["vulnerability"]
    assert shown["effectiveSeverity"] == "CRITICAL" and "vexAssessment" not in shown
    assert found(grafeion, project) == [f"https://{IMAGE}"]
    counts = described()
    assert counts["total"] == 2 and "notAffected" not in counts
    assert counts["worst"][0]["vulnerability"] == CVE and counts["worst"][0]["severity"] == "CRITICAL"


def check_judged(grafeion, project, finding, described):
    """The same when it is judged not to affect the image."""
    shown = finding()["vulnerability"]
    assert shown["effectiveSeverity"] == "MINIMAL"
    assert [issue["effectiveSeverity"] for issue in shown["packageIssue"]] == ["CRITICAL"], "the scanner's own word"
    assessment = shown["vexAssessment"]
    assert assessment["state"] == "NOT_AFFECTED" and assessment["impacts"] == ["never called"]
    assert assessment["justification"]["justificationType"] == "VULNERABLE_CODE_NOT_IN_EXECUTE_PATH"
    assert "/notes/" in assessment["noteName"]
    assert found(grafeion, project) == []
    assert found(grafeion, project, "--include-not-affected") == [f"https://{IMAGE}"]
    counts = described()
    assert counts["total"] == counts["notAffected"] == 1
    assert [entry["vulnerability"] for entry in counts["worst"]] == ["CVE-2019-18276"]
    text = grafeion("image", IMAGE, "--project", project)
    assert "1 more judged not to affect the image, or fixed in it (VEX)" in text and CVE not in text


def test_a_judgement_over_a_scan(grafeion, ingest, finding, described, project):
    ingest(REPORT, "--image", IMAGE)
    scanned = finding()
    check_scanned(grafeion, project, finding, described)
    assert CVE in grafeion("image", IMAGE, "--project", project)
    assert ingest(openvex())["notes"] == {"created": 1}
    check_judged(grafeion, project, finding, described)
    assert finding()["name"] == scanned["name"] and finding()["createTime"] == scanned["createTime"]

    assert set(ingest(REPORT, "--image", IMAGE)["occurrences"]) == {"unchanged"}
    check_judged(grafeion, project, finding, described)
    assert ingest(openvex())["notes"] == {"unchanged": 1}


def test_a_scan_over_a_judgement(grafeion, ingest, finding, described, project):
    ingest(openvex())
    ingest(REPORT, "--image", IMAGE)
    check_judged(grafeion, project, finding, described)
    judged = finding()
    ingest(openvex())
    assert finding() == judged


def test_a_judgement_that_is_gone_leaves_what_the_scan_said(grafeion, ingest, finding, described, project, rest):
    ingest(REPORT, "--image", IMAGE)
    scanned = finding()["vulnerability"]
    ingest(openvex())
    ingest(openvex("affected", version=2, action_statement="update to 2.0.5-1+deb10u1"))
    shown = finding()["vulnerability"]
    assert shown["effectiveSeverity"] == "CRITICAL" and shown["vexAssessment"]["state"] == "AFFECTED"
    assert found(grafeion, project) == [f"https://{IMAGE}"]
    [note] = rest.every(f"/v1/projects/{project}/notes", "notes", filter='kind="VULNERABILITY_ASSESSMENT"')
    grafeion("notes", "delete", note["name"], "--yes")
    ingest(REPORT, "--image", IMAGE)
    assert finding()["vulnerability"] == scanned
    check_scanned(grafeion, project, finding, described)


@pytest.mark.parametrize("subcomponent, is_judged", [
    ("pkg:deb/debian/libidn2-0@2.0.5-1?arch=amd64", True), ("pkg:deb/debian/libidn2-0", True),
    ("pkg:deb/debian/libidn2-0@2.0.6-1", False), ("pkg:deb/debian/bash", False),
])
def test_a_judgement_of_a_package_is_for_this_package(ingest, finding, subcomponent, is_judged):
    ingest(REPORT, "--image", IMAGE)
    ingest(openvex(subcomponent=subcomponent))
    assert ("vexAssessment" in finding()["vulnerability"]) == is_judged
    assert "vexAssessment" not in finding("CVE-2019-18276", "bash")["vulnerability"]


def test_a_judgement_of_another_image_changes_nothing(ingest, finding):
    ingest(REPORT, "--image", IMAGE)
    scanned = finding()
    ingest(openvex(image="registry.example/shop/web@sha256:" + "b" * 64))
    assert finding() == scanned


def test_only_notes_of_its_own_projects_judge_an_occurrence(server, ingest, finding, project):
    ingest(REPORT, "--image", IMAGE)
    scanned = finding()
    text = json.dumps(openvex()).encode()
    server.command("ingest", "-", project=f"{project}-other", given=text)
    assert finding() == scanned, "strangers do not play down what others found"
    server.command("ingest", "-", "--provider-project", project, project=f"{project}-other", given=text)
    assert finding()["vulnerability"]["vexAssessment"]["state"] == "NOT_AFFECTED"


@pytest.mark.parametrize("change, words", [
    ({"@context": "https://openvex.dev/ns/v9"}, "@context"), ({"author": ""}, "author"),
    ({"statements": [{"products": [{"@id": IMAGE}], "status": "fixed"}]}, "statements[0].vulnerability"),
    ({"statements": [{"vulnerability": {"name": CVE}, "products": [{"@id": IMAGE}], "status": "fine"}]},
     "statements[0].status"),
])
def test_what_is_no_judgement_is_refused_and_leaves_nothing(ingest, rest, project, change, words):
    assert words in ingest({**openvex(), **change}, status=1)
    assert rest.every(f"/v1/projects/{project}/notes", "notes") == []
