"""The whole story of an image: built on a base, pushed, scanned, judged, attested, run, replaced; and what people ask of it."""

import base64
import json

import pytest

import grafeion_server
from registries import INDEX, MANIFEST, Images, Registry, digest_of

DATA = grafeion_server.shared_directory() / "data"
BUILDER = "https://builder.example/hosted@v1"
COMMITS = {"1.0": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "1.1": "60303ae22b998861bce3b28f33eec1be758a213c"}
CVE = "CVE-2019-18224"


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    registry = Registry(tmp_path_factory.mktemp("registry"))
    yield registry
    registry.stop()


@pytest.fixture
def images(tmp_path):
    """A base, and two versions of an image on top of it."""
    built = Images(tmp_path / "layout")
    built.build("base", "ADD file:12 in /")
    for version, commit in COMMITS.items():
        built.build(version, "RUN make install", base="base", labels=[
            "org.opencontainers.image.source=https://git.example/shop/web", f"org.opencontainers.image.revision={commit}"])
    return built


def provenance(name, digest, commit):
    statement = {
        "_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"name": name, "digest": {"sha256": digest.removeprefix("sha256:")}}],
        "predicate": {
            "buildDefinition": {
                "buildType": "https://builder.example/make", "externalParameters": {},
                "resolvedDependencies": [{"uri": "git+https://git.example/shop/web@refs/heads/main",
                                          "digest": {"gitCommit": commit}}]},
            "runDetails": {"builder": {"id": BUILDER}, "metadata": {
                "invocationId": "run-7", "startedOn": "2026-01-02T03:04:05Z", "finishedOn": "2026-01-02T03:09:05Z"}}}}
    payload = base64.b64encode(json.dumps(statement).encode()).decode()
    return {"payloadType": "application/vnd.in-toto+json", "payload": payload,
            "signatures": [{"keyid": "builder-key", "sig": "c2lnbmVk"}]}


def bill(*packages):
    components = [{"type": "library", "name": name, "version": version, "purl": f"pkg:npm/{name}@{version}"}
                  for name, version in packages]
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
            "metadata": {"tools": [{"name": "lister", "version": "1"}]}, "components": components}


def vex(image):
    return {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://shop.example/vex/1", "author": "Ann Shop",
            "timestamp": "2026-01-03T00:00:00Z", "version": 1, "statements": [
                {"vulnerability": {"name": CVE}, "products": [{"@id": image}], "status": "not_affected",
                 "justification": "component_not_present"}]}


class Shop:
    """One shop: its project, its registry, and what is done in it."""

    def __init__(self, grafeion, registry, images, project, directory):
        self.run, self.registry, self.images, self.project = grafeion, registry, images, project
        # Every test has repositories of its own: what is asked about images is asked about all projects.
        self.base, self.web = f"{registry.host}/{project}/base", f"{registry.host}/{project}/web"
        self.directory = directory

    def push(self, tag, name):
        digest = self.registry.push(self.images, tag, f"{name.partition('/')[2]}:{tag}")
        self.run("ingest", f"oci://{name}:{tag}")
        return f"{name}@{digest}"

    def ingest(self, document, *arguments):
        path = self.directory / "document.json"
        path.write_text(json.dumps(document))
        return self.run("ingest", path, *arguments)

    def release(self, version, packages):
        """Everything that is said of a version; the image."""
        image = self.push(version, self.web)
        digest = image.split("@")[1]
        self.ingest(provenance(self.web, digest, COMMITS[version]))
        self.ingest(bill(*packages), "--image", image)
        self.run("ingest", DATA / "trivy" / "debian-buster.json", "--image", image)
        return image

    def find(self, *arguments):
        """The images found, less the scheme."""
        found = self.run("find", "--project", self.project, "-o", "name", *arguments)
        return [line.removeprefix("https://") for line in found.splitlines()]

    def screen(self, image):
        """The lines of `grafeion image`, by heading."""
        lines, heading = {}, ""
        for line in self.run("image", image).splitlines():
            heading = line[:15].strip() or heading
            lines.setdefault(heading, []).append(line[15:])
        return lines

    def described(self, image):
        return json.loads(self.run("image", image, "-o", "json"))


@pytest.fixture
def shop(grafeion, registry, images, project, tmp_path):
    return Shop(grafeion, registry, images, project, tmp_path)


FIRST = [("left-pad", "1.3.0"), ("lodash", "4.17.20")]
SECOND = [("lodash", "4.17.21"), ("express", "4.19.2")]


def test_the_whole_story_of_an_image(shop):
    base = shop.push("base", shop.base)
    first = shop.release("1.0", FIRST)
    check_what_is_known(shop, first, base)
    check_what_is_found(shop, first, base)
    check_judged(shop, first)
    check_deployed(shop, first)
    check_second_version(shop, first, base)


def check_what_is_known(shop, image, base):
    lines = shop.screen(image)
    assert lines["image"] == [f"https://{image}"]
    assert lines["created"][0].startswith("2026-01-02 03:09 UTC (")
    assert lines["known since"][0].endswith("(just now)")
    assert lines["source"] == [f"https://git.example/shop/web  commit {COMMITS['1.0']}"]
    assert lines["built by"][0].startswith(f"{BUILDER}, 2026-01-02 03:09 UTC")
    assert lines["base"] == [f"https://{base}  (1 of 2 layers on top)"]
    assert lines["packages"] == ["2: 2 NPM"]
    assert lines["SBOMs"] == ["cyclonedx 1.6  urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"]
    assert lines["scans"][0].startswith("trivy dev succeeded, 2021-08-25 12:20 UTC (")
    assert lines["vulnerable"] == [
        "1 critical (1 fixable), 1 low",
        f"critical  {CVE}  libidn2-0 2.0.5-1 → 2.0.5-1+deb10u1", "low       CVE-2019-18276  bash 5.0-4  (no fix)"]
    [attested] = lines["attested by"]
    assert "https://slsa.dev/provenance/v1" in attested and f"projects/{shop.project}/notes/dsse-" in attested
    assert lines["runs at"] == ["nowhere, as far as is known"]
    assert "ran at" not in lines and "changed since" not in lines

    known = shop.described(image)
    assert known["image"] == f"https://{image}" and known["created"] == "2026-01-02T03:09:05Z"
    own, claim = known["builds"]
    assert (own["builder"], own["sourceCommit"], own["invocation"]) == (BUILDER, COMMITS["1.0"], "run-7")
    assert claim["isClaim"] and claim["sourceRepository"] == own["sourceRepository"] == "https://git.example/shop/web"
    assert known["base"] == {"image": f"https://{base}", "layersOnTop": 1, "layers": 2}
    assert known["packages"] == {"total": 2, "byType": [{"type": "NPM", "count": 2}]}
    counts = known["vulnerabilities"]
    assert (counts["total"], counts["fixable"]) == (2, 1)
    assert counts["bySeverity"] == [{"severity": "CRITICAL", "total": 1, "fixable": 1}, {"severity": "LOW", "total": 1}]
    assert [scan["status"] for scan in known["scans"]] == ["FINISHED_SUCCESS"]
    assert "deployments" not in known and "sincePrevious" not in known
    assert shop.run("image", image, "-o", "yaml").startswith("image: ")
    # However it is named, it is the same.
    for name in [f"https://{image}", f"{shop.web}:1.0", f"oci://{shop.web}:1.0", f"oci://{image}", shop.web]:
        assert shop.described(name) == known, name
    assert shop.described(image.split("@")[1])["builds"] == known["builds"]


def check_what_is_found(shop, image, base):
    assert shop.find("--cve", CVE) == shop.find("--cve", CVE.lower()) == [image]
    assert shop.find("--package", "lodash <4.17.21") == shop.find("--package", "lodash") == [image]
    assert shop.find("--package", "lodash >=4.17.21") == []
    assert shop.find("--package", "libidn2-0 <2.0.5-1+deb10u1") == [image]
    assert shop.find("--commit", COMMITS["1.0"][:7]) == shop.find("--commit", COMMITS["1.0"]) == [image]
    assert shop.find("--base", base) == shop.find("--base", shop.base) == shop.find("--base", f"{shop.base}:base") == [image]
    assert shop.find("--base", shop.web) == shop.find("--cve", "CVE-2000-0001") == shop.find("--running") == []
    assert shop.find("--cve", CVE, "--package", "lodash", "--commit", COMMITS["1.0"]) == [image]
    assert shop.find("--cve", CVE, "--running") == []
    head, row = [line.split("  ") for line in shop.run("find", "--cve", CVE, "-p", shop.project).splitlines()]
    assert [cell.strip() for cell in head if cell.strip()] == ["IMAGE", "RUNS AT", "FOUND"]
    assert [cell.strip() for cell in row if cell.strip()] == [
        f"https://{image}", "-", f"{CVE} libidn2-0 2.0.5-1 → 2.0.5-1+deb10u1"]


def check_judged(shop, image):
    shop.ingest(vex(image))
    lines = shop.screen(image)
    assert lines["vulnerable"] == ["1 low", "1 more judged not to affect the image, or fixed in it (VEX)",
                                   "low  CVE-2019-18276  bash 5.0-4  (no fix)".replace("low ", "low      ", 1)]
    assert shop.find("--cve", CVE) == [] and shop.find("--cve", CVE, "--include-not-affected") == [image]
    assert "(not affected)" in shop.run("find", "--cve", CVE, "--include-not-affected", "-p", shop.project)


def check_deployed(shop, image):
    shop.run("deployment", "start", image, "--address", "prod/web", "--by", "ann", "--at", "2026-01-04T00:00:00Z")
    assert shop.screen(image)["runs at"][0].startswith("prod/web, since 2026-01-04 00:00 UTC (")
    assert shop.screen(image)["runs at"][0].endswith(", by ann")
    assert shop.find("--running") == shop.find("--running", "--package", "left-pad") == [image]
    assert "  prod/web  " in shop.run("find", "--running", "-p", shop.project)


def check_second_version(shop, first, base):
    second = shop.release("1.1", SECOND)
    assert shop.screen(second)["changed since"] == [
        f"https://{first}  commit {COMMITS['1.0']}", "packages added: express 4.19.2", "packages removed: left-pad 1.3.0",
        "packages changed: lodash 4.17.20 → 4.17.21", f"vulnerabilities new: {CVE}"]
    change = shop.described(second)["sincePrevious"]
    assert change == {
        "previous": f"https://{first}", "previousCommit": COMMITS["1.0"], "packagesAdded": ["express 4.19.2"],
        "packagesRemoved": ["left-pad 1.3.0"], "packagesChanged": ["lodash 4.17.20 → 4.17.21"],
        "vulnerabilitiesAdded": [CVE]}
    assert shop.described(shop.web)["image"] == f"https://{second}", "without a digest the last one is meant"
    assert "sincePrevious" not in shop.described(first)
    assert shop.find("--base", base) == [second, first]
    assert shop.find("--base", base, "--limit", "1") == [second]

    shop.run("deployment", "start", second, "--address", "prod/web", "--replace", "--at", "2026-01-05T00:00:00Z")
    assert shop.find("--running") == [second]
    lines = shop.screen(first)
    assert lines["runs at"] == ["nowhere, as far as is known"]
    assert "until 2026-01-05 00:00 UTC" in lines["ran at"][0]
    shop.run("deployment", "stop", "--all", "--address", "prod/web")
    assert shop.find("--running") == []


def put_index(shop, registry, images, tag, name):
    """An index of one image; the image and the index."""
    repository = name.partition("/")[2]
    digest = registry.push(images, tag, f"{repository}:{tag}")
    manifest = {"mediaType": MANIFEST, "digest": digest, "size": len(images.blob(digest)),
                "platform": {"os": "linux", "architecture": "amd64"}}
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [manifest]}
    index_digest = registry.put(repository, "all", index, INDEX)
    shop.run("ingest", f"oci://{name}:all")
    return f"{name}@{digest}", f"{name}@{index_digest}"


def test_an_image_for_several_platforms_names_them(shop, registry, images):
    image, index = put_index(shop, registry, images, "1.0", shop.web)
    assert shop.screen(f"{shop.web}:all")["platforms"] == [f"linux/amd64  https://{image}"]
    assert shop.screen(image)["index"] == [f"https://{index}"]


def test_a_base_image_for_several_platforms_is_a_base_too(shop, registry, images):
    base, index = put_index(shop, registry, images, "base", shop.base)
    image = shop.push("1.0", shop.web)
    for asked in [base, index, f"{shop.base}:all", f"https://{index}", shop.base]:
        assert shop.find("--base", asked) == [image], asked


def test_the_same_image_in_another_repository_is_told(shop):
    shop.push("1.0", shop.web)
    other = shop.push("1.0", f"{shop.web}-mirror")
    image = f"{shop.web}@{other.split('@')[1]}"
    assert shop.screen(image)["image"][0] == f"https://{image}"
    assert f"also https://{other}" in shop.screen(image)["image"]


def test_only_what_a_project_has_is_told_if_it_is_named(shop, server):
    image = shop.push("1.0", shop.web)
    server.command("ingest", DATA / "trivy" / "debian-buster.json", "--image", image, project=f"{shop.project}-scans")
    assert shop.screen(image)["vulnerable"][0].startswith("1 critical")
    assert shop.described(image)["vulnerabilities"]["total"] == 2
    own = json.loads(shop.run("image", image, "-o", "json", "--project", shop.project))
    assert "scans" not in own and "total" not in own["vulnerabilities"]
    assert "does not exist" in shop.run("image", image, "--project", f"{shop.project}-none", status=1)


@pytest.mark.parametrize("arguments, status, words", [
    (["image", "registry.example/none@" + digest_of(b"none")], 1, 'image "registry.example/none@sha256:'),
    (["image", digest_of(b"none")], 1, "does not exist"),
    (["image", "registry.example/nobody/has-this"], 1, "does not exist"),
    (["image", "127.0.0.1:1/web:1.2"], 1, "cannot reach the server at http://127.0.0.1:1/v2/web/manifests/1.2: connection"),
    (["image", "oci://127.0.0.1:1/web"], 1, "manifests/latest: connection refused"),
    (["image", "sha256:12"], 1, "name the image by its digest"),
    (["image", "a b"], 1, "registry/repository"),
    (["image"], 64, "Missing expected argument"),
    (["image", "a", "--output", "pdf"], 64, "pdf"),
    (["find"], 64, "say what to look for"),
    (["find", "--include-not-affected", "--running"], 64, "--include-not-affected goes with --cve"),
    (["find", "--plain-http", "--running"], 64, "--plain-http goes with --base"),
    (["find", "--running", "--limit", "0"], 64, "--limit"),
    (["find", "--commit", "abc"], 1, "at least 4 characters"),
    (["find", "--package", "<1"], 1, "must be a name"),
    (["find", "--package", "a <"], 1, "package"),
    (["find", "--base", "a b"], 1, "registry/repository"),
    (["find", "--base", "127.0.0.1:1/web:1.2"], 1, "connection refused"),
    (["find", "--running", "--project", "a/b"], 1, "project"),
])
def test_what_cannot_be_answered_is_said(grafeion, arguments, status, words):
    assert words in grafeion(*arguments, status=status)


def test_a_tag_that_the_registry_does_not_have_is_said(shop):
    shop.push("1.0", shop.web)
    assert "has no" in shop.run("image", f"{shop.web}:9", status=1)
    assert "has no" in shop.run("find", "--base", f"{shop.web}:9", status=1)


def test_nothing_found_is_no_error(grafeion, project):
    assert grafeion("find", "--cve", "CVE-2000-0001", "--project", project) == "no images found\n"
    assert json.loads(grafeion("find", "--cve", "CVE-2000-0001", "--project", project, "-o", "json")) == []
