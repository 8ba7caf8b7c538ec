"""Policies by command: stored with their history, and images and manifests judged by what real scans found in them."""

import hashlib
import json
import pathlib
import subprocess
import uuid
import xml.etree.ElementTree

import pytest

import grafeion_server
from registries import Images, Registry

SHARED = grafeion_server.shared_directory() / "data"
TRIVY = SHARED / "trivy"

POLICY = """\
apiVersion: grafeion.dev/v1
kind: Policy
metadata: {name: %(name)s}
spec:
  resolveTags: %(tags)s
  checkSets:
  - displayName: sandbox   # what is tried out
    scope: {kubernetesNamespace: sandbox}
    enforcement: DRY_RUN
    checks:
    - trustedDirectoryCheck: {trustedDirPatterns: ["registry.example/never/**"]}
  - displayName: everything else
    checks:
    - displayName: no serious known vulnerability
      vulnerabilityCheck: %(check)s
"""


def policy(check=None, name="production", tags="false"):
    check = check or {"maximumFixableSeverity": "MEDIUM", "maximumUnfixableSeverity": "HIGH"}
    return POLICY % {"name": name, "tags": tags, "check": json.dumps(check)}


def bounds(fixable, unfixable, allowed=(), blocked=(), **more):
    return {"maximumFixableSeverity": fixable, "maximumUnfixableSeverity": unfixable, "allowedCves": list(allowed),
            "blockedCves": list(blocked), **more}


class Outcome:
    def __init__(self, done):
        self.code, self.out, self.errors = done.returncode, done.stdout.decode(), done.stderr.decode()


class Shop:
    """A project, files, and the program run on them."""

    def __init__(self, server, project, directory):
        self.server, self.project, self.directory = server, project, directory

    def run(self, *arguments, given=b"", code=0, environment=()):
        done = Outcome(subprocess.run(
            [grafeion_server.executable(), *map(str, arguments)], input=given, capture_output=True, timeout=120,
            env={**grafeion_server.own_environment(), "GRAFEION_SERVER": self.server.url,
                 "GRAFEION_PROJECT": self.project, **dict(environment)}))
        assert done.code == code, f"grafeion {' '.join(map(str, arguments))}: {done.code} {done.out}{done.errors}"
        return done

    def file(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path

    def image(self, report=None, repository="registry.example/shop/web"):
        """An image that no other test has; scanned, if there is a report."""
        name = f"{repository}@sha256:{hashlib.sha256(uuid.uuid4().bytes).hexdigest()}"
        if report is not None:
            self.scan(name, report)
        return name

    def scan(self, image, report):
        data = (TRIVY / f"{report}.json").read_bytes() if isinstance(report, str) else json.dumps(report).encode()
        self.run("ingest", "-", "--image", image, given=data)

    def check(self, text, *subjects, code=0, **options):
        return self.run("policy", "check", "-f", self.file("policy.yaml", text), *subjects, code=code, **options)


@pytest.fixture
def shop(server, project, tmp_path):
    return Shop(server, project, tmp_path)


def clean():
    """A report of a scan that found nothing, made of one that did."""
    report = json.loads((TRIVY / "distroless-base.json").read_text())
    for result in report["Results"]:
        result.pop("Vulnerabilities", None)
    return report


# Stored texts


def test_a_text_has_a_history_and_is_kept_to_the_byte(shop):
    first, second = policy(), policy(bounds("LOW", "LOW")) + "# ümläut, and no end of line"
    name = f"projects/{shop.project}/policies/production"
    path = shop.file("production.yaml", first)
    told = shop.run("policies", "apply", "-f", path).out
    assert told.startswith(f"policy {name} created: revision 1, sha256:{hashlib.sha256(first.encode()).hexdigest()}")
    assert " unchanged: revision 1, " in shop.run("policies", "apply", "-f", path).out
    path.write_text(second)
    assert " changed: revision 2, " in shop.run("policies", "apply", "-f", path).out
    assert shop.run("policies", "get", "production").out == second
    assert shop.run("policies", "get", name, "--revision", 1).out == first
    [listed] = json.loads(shop.run("policies", "list", "-o", "json").out)
    assert (listed["name"], listed["revision"]) == (name, 2)
    assert shop.run("policies", "list", "-o", "name").out == f"{name}\n"

    assert shop.run("policies", "delete", "production", "--yes").out == f"deleted {name}\n"
    assert "no policies found" in shop.run("policies", "list").errors
    shop.run("policies", "get", "production", code=1)
    rows = [line.split() for line in shop.run("policies", "history", "production").out.splitlines()]
    assert rows[0] == ["NAME", "REVISION", "APPLIED", "VERSION"]
    assert [(row[1], row[3]) for row in rows[1:]] == [
        ("3", "deleted"), ("2", "sha256:" + hashlib.sha256(second.encode()).hexdigest()),
        ("1", "sha256:" + hashlib.sha256(first.encode()).hexdigest())]
    assert " created: revision 4, " in shop.run("policies", "apply", "-f", path).out
    assert shop.run("policies", "get", "production", "--revision", 1).out == first


def test_a_change_of_somebody_else_is_not_overwritten(shop):
    path = shop.file("p.yaml", policy())
    shop.run("policies", "apply", "-f", path)
    seen = json.loads(shop.run("policies", "get", "production", "-o", "json").out)["version"]
    shop.run("policies", "apply", "-f", shop.file("other.yaml", policy() + "# other\n"))
    mine = shop.file("mine.yaml", policy() + "# mine\n")
    refused = shop.run("policies", "apply", "-f", mine, "--replaces", seen, code=1)
    assert "mine.yaml" in refused.errors and shop.run("policies", "get", "production").out.endswith("# other\n")


def test_attestors_and_policies_lie_in_one_directory(shop):
    key = pathlib.Path(shop.directory / "key.pem")
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], check=True)
    public = subprocess.run(["openssl", "ec", "-in", key, "-pubout"], check=True, capture_output=True).stdout.decode()
    shop.file("trust/qa.json", {
        "apiVersion": "grafeion.dev/v1", "kind": "Attestor", "metadata": {"name": "qa"},
        "spec": {"publicKeys": [{"pkixPublicKey": {
            "publicKeyPem": public, "signatureAlgorithm": "ECDSA_P256_SHA256"}}]}})
    shop.file("trust/production.yaml", policy())
    shop.run("policy", "lint", shop.directory / "trust")
    attestors = shop.run("attestors", "apply", "-f", shop.directory / "trust", "-o", "name").out
    policies = shop.run("policies", "apply", "-f", shop.directory / "trust", "-o", "name").out
    assert attestors == f"projects/{shop.project}/attestors/qa\n"
    assert policies == f"projects/{shop.project}/policies/production\n"
    assert shop.run("attestors", "get", "qa").out == (shop.directory / "trust/qa.json").read_text()


def test_what_is_wrong_is_said_with_its_place_and_nothing_is_stored(shop):
    wrong = shop.file("wrong.yaml", policy({"maximumFixableSeverity": "MEDIUM", "maximumUnfixableSeverty": "HIGH"}))
    refused = shop.run("policies", "apply", "-f", wrong, code=1)
    assert f"{wrong}:15:" in refused.errors and 'did you mean "maximumUnfixableSeverity"?' in refused.errors
    assert refused.errors.endswith("nothing was applied\n")
    assert shop.run("policies", "list", "-o", "json").out == "[]\n"
    linted = shop.run("policy", "lint", wrong, code=1)
    assert linted.out.startswith(f"{wrong}:15:") and ": error: " in linted.out
    # The server refuses it too, for those who come without the command.
    rest = shop.server.rest()
    reply = rest.call("PUT", f"/grafeion/v1/projects/{shop.project}/policies/production", data=wrong.read_bytes(),
                      headers={"Content-Type": "text/yaml"})
    assert reply.status_code == 400 and "maximumUnfixableSeverity" in reply.text


# Verdicts


# What each report has, by hand: the severities of what has a fix and of what has none.
#   debian-buster    CRITICAL CVE-2019-18224 with a fix, LOW CVE-2019-18276 without
#   alpine-39        CRITICAL CVE-2019-14697 and MEDIUM CVE-2019-1549, -1551, all with a fix
#   alpine-310       MEDIUM CVE-2019-1549, -1551 with a fix
#   centos-7         MEDIUM CVE-2019-1559 and LOW CVE-2018-0734 with a fix, LOW CVE-2019-18276 without
#   ubuntu-1804      MEDIUM CVE-2019-5094 with a fix, LOW CVE-2019-18276 without
#   distroless-base  LOW CVE-2019-1563 with a fix, MEDIUM CVE-2019-1551 without
#   fluentd-gems     CRITICAL CVE-2019-18224 and HIGH CVE-2020-8165 with a fix
VERDICTS = {
    "debian-buster": [
        (bounds("CRITICAL", "LOW"), 0, ""), (bounds("HIGH", "LOW"), 1, "CVE-2019-18224"),
        (bounds("CRITICAL", "MINIMAL"), 1, "CVE-2019-18276"),
        (bounds("HIGH", "LOW", allowed=["CVE-2019-18224"]), 0, ""),
        (bounds("BLOCK_ALL", "BLOCK_ALL", allowed=["CVE-2019-18224"]), 1, "CVE-2019-18276"),
        (bounds("BLOCK_ALL", "BLOCK_ALL", allowed=["CVE-2019-18224", "CVE-2019-18276"]), 0, ""),
        (bounds("ALLOW_ALL", "ALLOW_ALL", blocked=["CVE-2019-18276"]), 1, "blocked by the policy")],
    "alpine-39": [
        (bounds("CRITICAL", "BLOCK_ALL"), 0, ""), (bounds("HIGH", "ALLOW_ALL"), 1, "CVE-2019-14697"),
        (bounds("MEDIUM", "BLOCK_ALL", allowed=["CVE-2019-14697"]), 0, ""),
        (bounds("LOW", "BLOCK_ALL", allowed=["CVE-2019-14697"]), 1, "CVE-2019-1549")],
    "alpine-310": [(bounds("MEDIUM", "BLOCK_ALL"), 0, ""), (bounds("LOW", "ALLOW_ALL"), 1, "CVE-2019-1551")],
    "centos-7": [
        (bounds("MEDIUM", "LOW"), 0, ""), (bounds("LOW", "LOW"), 1, "CVE-2019-1559"),
        (bounds("LOW", "LOW", allowed=["CVE-2019-1559"]), 0, ""), (bounds("MEDIUM", "MINIMAL"), 1, "CVE-2019-18276"),
        (bounds("MINIMAL", "LOW", allowed=["CVE-2019-1559"]), 1, "CVE-2018-0734")],
    "ubuntu-1804": [(bounds("MEDIUM", "LOW"), 0, ""), (bounds("LOW", "LOW"), 1, "CVE-2019-5094")],
    "distroless-base": [
        (bounds("LOW", "MEDIUM"), 0, ""), (bounds("LOW", "LOW"), 1, "CVE-2019-1551"),
        (bounds("MINIMAL", "MEDIUM"), 1, "CVE-2019-1563")],
    "fluentd-gems": [
        (bounds("CRITICAL", "BLOCK_ALL"), 0, ""), (bounds("HIGH", "BLOCK_ALL"), 1, "CVE-2019-18224"),
        (bounds("HIGH", "BLOCK_ALL", allowed=["CVE-2019-18224"]), 0, ""),
        (bounds("MEDIUM", "BLOCK_ALL", allowed=["CVE-2019-18224"]), 1, "CVE-2020-8165")],
}


@pytest.mark.parametrize("report", VERDICTS)
def test_the_verdict_flips_at_the_thresholds_of_a_real_report(shop, report):
    image = shop.image(report)
    for check, code, words in VERDICTS[report]:
        outcome = shop.check(policy(check), image, code=code)
        if code == 0:
            assert outcome.out.startswith(f"conformant      {image}\n"), f"{check}: {outcome.out}"
        else:
            start = f"NOT CONFORMANT  {image}\n    no serious known vulnerability:\n"
            assert outcome.out.startswith(start), f"{check}: {outcome.out}"
            assert words in " ".join(outcome.out.split()), f"{check}: {outcome.out}"
            assert max(map(len, outcome.out.splitlines()[1:])) <= 100


def test_never_scanned_failed_too_old_and_clean_are_different_answers(shop, rest):
    tolerant = policy(bounds("ALLOW_ALL", "ALLOW_ALL"))
    assert "never scanned" in shop.check(tolerant, shop.image(), code=1).out
    scanned = shop.image(clean())
    assert shop.check(policy(bounds("BLOCK_ALL", "BLOCK_ALL")), scanned).out.startswith(f"conformant      {scanned}\n")
    assert "too old" in shop.check(policy(bounds("ALLOW_ALL", "ALLOW_ALL", maxScanAge="24h")), scanned, code=1).out
    other = shop.check(policy(bounds("ALLOW_ALL", "ALLOW_ALL", scanner=["grype"])), scanned, code=1)
    assert "never scanned by grype" in " ".join(other.out.split())
    failed = shop.image()
    rest.done("POST", f"/v1/projects/{shop.project}/notes?noteId=scanner",
              {"discovery": {"analysisKind": "VULNERABILITY"}})
    rest.done("POST", f"/v1/projects/{shop.project}/occurrences", {
        "resourceUri": f"https://{failed}", "noteName": f"projects/{shop.project}/notes/scanner",
        "discovery": {"analysisStatus": "FINISHED_FAILED", "analysisStatusError": {"message": "no such layer"}}})
    assert "no such layer" in shop.check(tolerant, failed, code=1).out


def test_a_tag_is_judged_by_the_digest_that_it_stands_for(shop, tmp_path):
    registry = Registry(tmp_path)
    try:
        images = Images(tmp_path / "layout")
        images.build("1", "ADD file in /")
        digest = registry.push(images, "1", "shop/web:1")
        name = f"{registry.host}/shop/web"
        shop.scan(f"{name}@{digest}", "alpine-310")
        strict, mild = bounds("LOW", "LOW"), bounds("MEDIUM", "MEDIUM")
        assert "digest" in shop.check(policy(mild), f"{name}:1", code=1).out
        assert shop.check(policy(mild, tags="true"), f"{name}:1").out.startswith(f"conformant      {name}:1\n")
        refused = shop.check(policy(strict, tags="true"), f"{name}:1", code=1)
        assert f"its tag stands for {digest}" in refused.out and "CVE-2019-1549" in refused.out
        unknown = shop.check(policy(mild, tags="true"), f"{name}:2", code=2).out
        assert unknown.startswith(f"NOT DECIDED     {name}:2\n") and "the tag could not be resolved" in unknown
    finally:
        registry.stop()


def test_manifests_are_judged_as_who_their_pods_are(shop):
    good, bad = shop.image(clean()), shop.image("debian-buster")
    manifest = shop.file("deploy/web.yaml", f"""\
apiVersion: v1
kind: Service
metadata: {{name: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: payments}}
spec:
  template:
    spec:
      initContainers:
      - {{name: first, image: "{good}"}}
      containers:
      - name: web
        image: {bad}
""")
    outcome = shop.check(policy(), manifest, code=1)
    assert outcome.errors == "1 object without pods was passed over\n"
    assert outcome.out.startswith(
        f"conformant      {good}  ({manifest}:12  Deployment web, container first)\n"
        f"NOT CONFORMANT  {bad}\n    {manifest}:15  Deployment web, container web\n")
    assert shop.check(policy(), "-", given=manifest.read_bytes(), code=1).out.count("standard input:") == 2
    assert shop.check(policy(), f"{manifest.parent}/", code=1).out == outcome.out
    # In the sandbox it is a dry run, of another check.
    dry = shop.check(policy(), manifest, "-n", "sandbox", code=1)
    assert dry.out.count("a dry run: it may run all the same") == 2 and "registry.example/never" in dry.out
    told = json.loads(shop.check(policy(), manifest, "-o", "json", code=1).out)
    assert [(entry["kind"], entry["name"], entry["line"], entry["verdict"]) for entry in told] == [
        ("Deployment", "web", 5, "NON_CONFORMANT")]
    decision = told[0]["decision"]
    assert decision["checkSet"] == "everything else" and decision["pod"]["namespace"] == "payments"
    assert [image["verdict"] for image in decision["images"]] == ["CONFORMANT", "NON_CONFORMANT"]
    assert decision["images"][1]["checks"][0]["occurrences"]


@pytest.mark.parametrize("name", sorted(path.stem for path in (SHARED / "kubernetes").glob("*.json")))
def test_objects_as_an_api_server_has_them_are_manifests(shop, name):
    request = json.loads((SHARED / "kubernetes" / f"{name}.json").read_text())["request"]
    # A subresource's object is the whole pod.
    told = json.loads(shop.check(policy(), shop.file(f"{name}.json", request["object"]), "-o", "json", code=1).out)
    [entry] = told
    spec = request["object"]["spec"]
    spec = spec.get("jobTemplate", {}).get("spec", spec)
    spec = spec.get("template", {}).get("spec", spec)
    wanted = [container["image"] for sort in ("initContainers", "containers", "ephemeralContainers")
              for container in spec.get(sort, [])]
    assert [image["image"] for image in entry["decision"]["images"]] == wanted
    assert entry["decision"]["pod"]["namespace"] == request["object"]["metadata"]["namespace"]


def test_a_stored_policy_judges_too(shop):
    shop.run("policies", "apply", "-f", shop.file("p.yaml", policy()))
    good, bad = shop.image(clean()), shop.image("debian-buster")
    outcome = shop.run("policy", "check", "--policy", "production", good, bad, code=1)
    assert outcome.out.splitlines()[-1] == (
        f"by policy projects/{shop.project}/policies/production: 2 images, 1 not conformant, 1 conformant")
    full = f"projects/{shop.project}/policies/production"
    assert shop.run("policy", "check", "--policy", full, good, environment={"GRAFEION_PROJECT": ""}).code == 0


def test_what_cannot_be_decided_has_a_code_of_its_own(shop):
    image = shop.image(clean())
    missing = shop.run("policy", "check", "--policy", "nothing", image, code=2)
    assert "nothing" in missing.errors and missing.out == ""
    wrong = shop.check("kind: Policy\n", image, code=2)
    assert f"{shop.directory / 'policy.yaml'}:1:1: " in wrong.errors
    absent = shop.check(policy(), image, "--server", "http://127.0.0.1:1", code=2)
    assert "cannot reach the server" in absent.errors
    shop.check(policy(), shop.file("broken.yaml", "kind: Pod\n"), code=2)
    shop.check(policy(), shop.directory / "missing.yaml", code=2)
    shop.run("policy", "check", image, code=64)


# Reports


def assert_is_sarif(report):
    """What the schema of SARIF 2.1.0 requires of as much of it as is used."""
    assert report["version"] == "2.1.0" and report["$schema"].endswith("sarif-2.1.0.json")
    [run] = report["runs"]
    driver = run["tool"]["driver"]
    assert isinstance(driver["name"], str) and set(driver) <= {"name", "version", "rules"}
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    assert set(run) <= {"tool", "results", "columnKind"}
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert set(rule) <= {"id", "name", "shortDescription"} and isinstance(rule["shortDescription"]["text"], str)
    for result in run["results"]:
        assert set(result) == {"ruleId", "ruleIndex", "level", "message", "locations"}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error") and result["message"]["text"]
        for location in result["locations"]:
            physical = location["physicalLocation"]
            assert physical["artifactLocation"]["uri"] and " " not in physical["artifactLocation"]["uri"]
            for number in physical.get("region", {}).values():
                assert isinstance(number, int) and number >= 1
            for logical in location["logicalLocations"]:
                assert set(logical) <= {"fullyQualifiedName", "kind"}
    return run


def test_sarif_names_the_line_of_the_image(shop):
    good, bad = shop.image(clean()), shop.image("debian-buster")
    manifest = shop.file("a b/pod.yaml", f"""\
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  containers:
  - name: web
    image: {bad}
""")
    run = assert_is_sarif(json.loads(shop.check(policy(), manifest, good, bad, "-o", "sarif", code=1).out))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "vulnerabilityCheck/no serious known vulnerability"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert places[0]["artifactLocation"]["uri"] == f"file://{shop.directory}/a%20b/pod.yaml"
    assert places[0]["region"] == {"startLine": 7, "startColumn": 12}
    assert places[1] == {"artifactLocation": {"uri": f"oci://{bad}"}}
    assert all("CVE-2019-18224" in result["message"]["text"] for result in run["results"])
    assert [result["level"] for result in run["results"]] == ["error", "error"]
    clean_run = assert_is_sarif(json.loads(shop.check(policy(), good, "-o", "sarif").out))
    assert clean_run["results"] == []


def test_junit_has_a_case_for_each_check(shop):
    good, bad = shop.image(clean()), shop.image("debian-buster")
    root = xml.etree.ElementTree.fromstring(shop.check(policy(), good, bad, "-o", "junit", code=1).out)
    assert root.tag == "testsuites" and root.attrib["tests"] == "2" and root.attrib["failures"] == "1"
    passed, failed = root.findall("testsuite")
    assert passed.attrib["name"] == good and failed.attrib["name"] == bad
    for suite in (passed, failed):
        assert float(suite.attrib["time"]) >= 0
        [case] = suite.findall("testcase")
        assert case.attrib["name"] == "no serious known vulnerability"
        assert case.attrib["classname"] == suite.attrib["name"]
    assert passed.find("testcase/failure") is None
    failure = failed.find("testcase/failure")
    assert failure.attrib["type"] == "vulnerabilityCheck" and "CVE-2019-18224" in failure.attrib["message"]
    properties = {entry.attrib["name"]: entry.attrib["value"] for entry in failed.findall("properties/property")}
    assert properties["checkSet"] == "everything else" and properties["enforced"] == "true"


# Decisions


def test_what_is_recorded_is_found_again_and_shown_whole(shop):
    good, bad = shop.image(clean()), shop.image("debian-buster", "registry.example/shop/api")
    shop.run("policies", "apply", "-f", shop.file("p.yaml", policy()))
    check = ["policy", "check", "--policy", "production"]
    shop.run(*check, good)
    assert "no decisions found" in shop.run("decisions", "list").errors
    recorded = shop.run(*check, good, bad, "--record", code=1)
    names = [line.removeprefix("recorded as ") for line in recorded.out.splitlines() if line.startswith("recorded as ")]
    shop.run(*check, bad, "--record", "-n", "sandbox", code=1)
    assert len(names) == 2

    def found(*arguments):
        return shop.run("decisions", "list", "-o", "name", *arguments).out.splitlines()

    every = found()
    assert len(every) == 3 and every[:0:-1] == names, "the newest first"
    assert found("--denied") == [names[1]]
    assert found("--image", "shop/api") == [every[0], names[1]]
    assert found("--namespace", "sandbox") == [every[0]]
    assert found("--filter", "verdict=CONFORMANT") == [names[0]]
    assert found("--filter", "verdict=CONFORMANT", "--denied") == []
    assert len(found("--limit", "2")) == 2

    rows = shop.run("decisions", "list").out.splitlines()
    assert rows[0].split() == ["NAME", "WHEN", "VERDICT", "ALLOWED", "NAMESPACE", "WHAT", "POLICY", "COMPLAINT"]
    assert "  NON_CONFORMANT  dry run  sandbox  " in rows[1] and "  NON_CONFORMANT  no  " in rows[2]
    shown = shop.run("decisions", "get", names[1]).out
    for part in (names[1], bad, "everything else", "NON_CONFORMANT: it may not run", "CVE-2019-18224", "by projects/"):
        assert part in shown
    told = json.loads(shop.run("decisions", "get", names[1].split("/")[-1], "-o", "json").out)
    assert told["name"] == names[1] and told["policyVersion"].startswith("sha256:")
    shop.run("decisions", "get", "no-such-decision", code=1)
    assert "verdct" in shop.run("decisions", "list", "--filter", "verdct=ERROR", code=1).errors


def test_decisions_of_an_inline_policy_need_a_project(shop):
    image = shop.image(clean())
    refused = shop.check(policy(), image, "--record", code=2, environment={"GRAFEION_PROJECT": ""})
    assert "--project" in refused.errors
    recorded = shop.check(policy(name="inline"), image, "--record")
    assert f"recorded as projects/{shop.project}/decisions/" in recorded.out
    assert shop.run("decisions", "list").out.splitlines()[1].split()[-1] == "inline"
