"""Facts of images: real images out of a real registry and out of directories, and registries that behave badly."""

import base64
import json
import os
import stat
import subprocess

import pytest

import grafeion_server
from registries import (
    INDEX, MANIFEST, PASSWORD, USER, HTPASSWD, Answering, Images, Registry, TokenServer, digest_of)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A base, an image on top of it, and the same for another platform."""
    built = Images(tmp_path_factory.mktemp("images") / "layout")
    built.build("base", "/bin/sh -c #(nop) ADD file:12 in / ")
    built.build("web", "RUN /bin/sh -c make install # buildkit", base="base", labels=[
        "org.opencontainers.image.source=https://git.example/shop/web", "org.opencontainers.image.revision=0123abc"])
    built.build("web-arm", "COPY . /", architecture="arm64")
    return built


@pytest.fixture
def start(tmp_path_factory):
    """Starts registries and servers, and ends them after the test."""
    running = []

    def started(kind, *arguments):
        if kind is Registry:
            arguments = (tmp_path_factory.mktemp("registry"), *arguments)
        running.append(kind(*arguments))
        return running[-1]

    yield started
    for each in running:
        each.stop()


@pytest.fixture
def docker(tmp_path):
    """Writes Docker's config.json, and programs that keep credentials; the environment with them."""
    (tmp_path / "docker").mkdir()

    def environment(configuration=None, **programs):
        if configuration is not None:
            (tmp_path / "docker" / "config.json").write_text(json.dumps(configuration))
        for name, script in programs.items():
            path = tmp_path / "docker" / f"docker-credential-{name}"
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(path.stat().st_mode | stat.S_IEXEC)
        return {"DOCKER_CONFIG": str(tmp_path / "docker"), "PATH": f"{tmp_path / 'docker'}:{os.environ['PATH']}"}

    return environment


@pytest.fixture
def ingest(server, project, docker):
    def ingest(image, *arguments, status=0, environment=None):
        """Runs `grafeion ingest` on an image; its output and errors."""
        done = subprocess.run(
            [grafeion_server.executable(), "ingest", image, "--server", server.url, "--project", project, *arguments],
            capture_output=True, timeout=120, text=True,
            env={**grafeion_server.own_environment(), **(environment or docker())})
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return ingest


@pytest.fixture
def stored(rest, project):
    def stored(image, kind="IMAGE"):
        """The occurrences of an image."""
        return rest.every(f"/v1/projects/{project}/occurrences", "occurrences",
                          filter=f'resourceUrl="https://{image}" AND kind="{kind}"')

    return stored


# Images


def check_web(images, digest, stored, name, tag):
    """What must be stored of the image, computed from the layout that it was built in."""
    manifest, config = images.manifest(digest), images.config(digest)
    [occurrence] = stored(f"{name}@{digest}")
    found = occurrence["image"]
    blobs = [layer["digest"] for layer in manifest["layers"]][::-1]
    bottom, top = config["rootfs"]["diff_ids"]
    fingerprint = {"v1Name": digest_of(f"{bottom} {top}".encode()), "v2Blob": blobs,
                   "v2Name": digest_of(f"{blobs[0]} {blobs[1]}".encode()).removeprefix("sha256:")}
    assert found["fingerprint"] == fingerprint
    assert found["layerInfo"][0] == {"directive": "RUN", "arguments": "make install"}
    [build] = stored(f"{name}@{digest}", "BUILD")
    provenance = build["build"]["provenance"]
    assert provenance["id"] == manifest["config"]["digest"]
    # Digits of the fraction may be fewer or more: it is the same time.
    assert provenance["endTime"][:19] == config["created"][:19]
    assert provenance["creator"] == "the shop"
    git = {"url": "https://git.example/shop/web", "revisionId": "0123abc"}
    assert provenance["sourceProvenance"]["context"]["git"] == git
    assert provenance["builtArtifacts"] == [
        {"checksum": digest, "id": f"{name}@{digest}", "names": [f"{name}:{tag}"]}]
    assert provenance["buildOptions"]["architecture"] == "amd64"


def test_an_image_is_fetched_from_a_registry(start, images, ingest, stored):
    registry = start(Registry)
    digest = registry.push(images, "web", "shop/web:1.2")
    assert digest == images.digest("web")
    name = f"{registry.host}/shop/web"
    assert f"oci on https://{name}@{digest}" in ingest(f"oci://{name}:1.2")
    check_web(images, digest, stored, name, "1.2")
    again = json.loads(ingest(f"oci://{name}:1.2", "--json"))
    assert set(again["occurrences"]) == set(again["notes"]) == {"unchanged"}
    assert again["format"] == "oci-image"
    # The same by its digest, where no tag is known.
    ingest(f"oci://{name}@{digest}")
    [build] = stored(f"{name}@{digest}", "BUILD")
    assert "names" not in build["build"]["provenance"]["builtArtifacts"][0]


def test_docker_manifests_are_read_too(start, images, ingest, stored):
    registry = start(Registry)
    digest = registry.push(images, "web", "web", "--format", "v2s2")
    assert digest != images.digest("web")
    name = f"{registry.host}/web"
    ingest(f"oci://{name}")
    assert len(stored(f"{name}@{digest}")) == 1
    [build] = stored(f"{name}@{digest}", "BUILD")
    assert build["build"]["provenance"]["builtArtifacts"][0]["names"] == [f"{name}:latest"]


def put_index(registry, images, name, tag, extra=()):
    entries = [{"mediaType": MANIFEST, "digest": registry.push(images, tag, f"{name}:{tag}"), "size": 1,
                "platform": {"os": "linux", "architecture": architecture}}
               for tag, architecture in [("web", "amd64"), ("web-arm", "arm64")]]
    for entry in entries:
        entry["size"] = len(images.blob(entry["digest"]))
    return registry.put(name, tag, {"schemaVersion": 2, "mediaType": INDEX, "manifests": [*entries, *extra]}, INDEX)


def test_all_platforms_of_an_index_are_fetched(start, images, ingest, stored, rest, project):
    registry = start(Registry)
    # The registry lets an index name only what it has, so the attestation is an image here.
    attestation = {"mediaType": MANIFEST, "digest": registry.push(images, "base", "shop/web:attestation"),
                   "size": len(images.blob(images.digest("base"))),
                   "platform": {"os": "unknown", "architecture": "unknown"}}
    index = put_index(registry, images, "shop/web", "all", [attestation])
    name = f"{registry.host}/shop/web"
    assert "oci on 3 artifacts" in ingest(f"oci://{name}:all")
    [occurrence] = stored(f"{name}@{index}")
    web, arm = images.digest("web"), images.digest("web-arm")
    assert occurrence["image"]["layerInfo"] == [
        {"directive": "MANIFEST", "arguments": f"linux/amd64 {web}"},
        {"directive": "MANIFEST", "arguments": f"linux/arm64 {arm}"}]
    assert occurrence["image"]["fingerprint"]["v2Blob"] == [web, arm]
    assert len(stored(f"{name}@{web}")) == len(stored(f"{name}@{arm}")) == 1
    assert stored(f"{name}@{attestation['digest']}") == []
    # The older version knows no such directives, and shows the rest.
    beta = rest.every(f"/v1beta1/projects/{project}/occurrences", "occurrences", filter='kind="IMAGE"')
    assert len(beta) == 3


def test_one_platform_of_an_index_is_enough(start, images, ingest, stored):
    registry = start(Registry)
    index = put_index(registry, images, "shop/web", "all")
    name = f"{registry.host}/shop/web"
    refusal = ingest(f"oci://{name}:all", "--platform", "linux/s390x", status=1)
    assert "linux/amd64, linux/arm64" in refusal
    ingest(f"oci://{name}:all", "--platform", "linux/arm64")
    assert len(stored(f"{name}@{index}")) == len(stored(f"{name}@{images.digest('web-arm')}")) == 1
    assert stored(f"{name}@{images.digest('web')}") == []
    assert "it has linux/amd64" in ingest(f"oci://{name}:web", "--platform", "linux/arm64", status=1)


def test_an_index_in_an_index_is_fetched_too(start, images, ingest, stored):
    registry = start(Registry)
    inner = put_index(registry, images, "shop/web", "inner")
    size = len(registry.session.get(f"http://{registry.host}/v2/shop/web/manifests/{inner}",
                                    headers={"Accept": INDEX}, timeout=30).content)
    outer = registry.put("shop/web", "outer", {"schemaVersion": 2, "mediaType": INDEX, "manifests": [
        {"mediaType": INDEX, "digest": inner, "size": size}]}, INDEX)
    name = f"{registry.host}/shop/web"
    ingest(f"oci://{name}:outer")
    [occurrence] = stored(f"{name}@{outer}")
    assert occurrence["image"]["layerInfo"] == [{"directive": "INDEX", "arguments": inner}]
    assert len(stored(f"{name}@{inner}")) == len(stored(f"{name}@{images.digest('web')}")) == 1


# Directories


def test_an_image_is_read_from_a_layout(images, ingest, stored):
    name = "registry.example/shop/web"
    ingest(f"oci-layout:{images.directory}:web", "--image", name)
    check_web(images, images.digest("web"), stored, name, "web")
    ingest(f"oci-layout:{images.directory}:web", "--image", f"{name}:1.2")
    check_web(images, images.digest("web"), stored, name, "1.2")


def test_the_only_image_of_a_directory_needs_no_tag(tmp_path, ingest, stored):
    only = Images(tmp_path / "only")
    digest = only.build("1.0", "COPY . /")
    assert "--image registry/repository" in ingest(str(only.directory), status=1)
    other = "sha256:" + "0" * 64
    assert digest in ingest(str(only.directory), "--image", f"registry.example/a@{other}", status=1)
    ingest(str(only.directory), "--image", "registry.example/a")
    assert len(stored(f"registry.example/a@{digest}")) == 1


def test_what_a_layout_does_not_have_is_said(images, ingest, tmp_path):
    several = ingest(str(images.directory), "--image", "registry.example/a", status=1)
    assert "has 3 images" in several and "base, web, web-arm" in several
    assert "has no 9" in ingest(f"oci-layout:{images.directory}:9", "--image", "registry.example/a", status=1)
    assert "is no layout" in ingest(f"oci-layout:{tmp_path}", "--image", "registry.example/a", status=1)


def test_a_blob_that_was_changed_is_refused(tmp_path, ingest, rest, project):
    damaged = Images(tmp_path / "damaged")
    digest = damaged.build("1", "COPY . /")
    config = damaged.manifest(digest)["config"]["digest"]
    path = damaged.directory / "blobs" / "sha256" / config.removeprefix("sha256:")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"the shop", b"the shap"))
    refusal = ingest(str(damaged.directory), "--image", "registry.example/a", status=1)
    assert "is not what it should be" in refusal and config in refusal
    assert rest.every(f"/v1/projects/{project}/occurrences", "occurrences") == []


# Being let in


def auths(host, user=USER, password=PASSWORD):
    return {"auths": {host: {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}}}


def test_a_password_is_shown_where_it_is_asked_for(start, images, ingest, docker, tmp_path):
    (tmp_path / "htpasswd").write_text(HTPASSWD)
    registry = start(Registry, {"htpasswd": {"realm": "shop", "path": str(tmp_path / "htpasswd")}})
    digest = registry.push(images, "web", "web:1", "--dest-creds", f"{USER}:{PASSWORD}")
    name = f"oci://{registry.host}/web:1"
    assert "docker login" in ingest(name, status=1)
    assert "not for this account" in ingest(name, status=1, environment=docker(auths(registry.host, password="x")))
    for key in [registry.host, f"http://{registry.host}/v1/"]:
        assert digest in ingest(name, environment=docker(auths(key)))
    assert digest in ingest(name, environment=docker(
        {"auths": {registry.host: {"username": USER, "password": PASSWORD}}}))
    # A program that keeps passwords goes before what is in the file.
    answer = json.dumps({"ServerURL": registry.host, "Username": USER, "Secret": PASSWORD})
    keeps = f"""[ "$1" = get ] && [ "$(cat)" = "{registry.host}" ] && echo '{answer}'"""
    assert digest in ingest(name, environment=docker({"credHelpers": {registry.host: "shop"}}, shop=keeps))
    assert digest in ingest(name, environment=docker({"credsStore": "shop"}, shop=keeps))
    lost = "echo credentials not found in native keychain; exit 1"
    assert digest in ingest(name, environment=docker({"credsStore": "lost", **auths(registry.host)}, lost=lost))
    broken = docker({"credsStore": "broken"}, broken="echo the keychain is locked; exit 1")
    assert "the keychain is locked" in ingest(name, status=1, environment=broken)
    assert "docker-credential-absent" in ingest(name, status=1, environment=docker({"credsStore": "absent"}))
    (tmp_path / "docker" / "config.json").write_text("{")
    assert "config.json" in ingest(name, status=1)


def test_a_token_is_fetched_where_the_registry_asks_for_one(start, images, ingest, docker, certificates):
    tokens = start(TokenServer, certificates)
    registry = start(Registry, tokens.auth)
    digest = registry.push(images, "web", "web:1", "--dest-creds", f"{USER}:{PASSWORD}")
    name = f"oci://{registry.host}/web:1"
    tokens.asked.clear()
    assert digest in ingest(name, environment=docker(auths(registry.host)))
    assert len(tokens.asked) == 1, "one token is enough for one repository"
    identity = {"auths": {registry.host: {"identitytoken": TokenServer.IDENTITY}}}
    assert digest in ingest(name, environment=docker(identity))
    assert tokens.asked[-1].command == "POST"
    assert "gives no token" in ingest(name, status=1, environment=docker(auths(registry.host, password="x")))
    assert "gives no token" in ingest(name, status=1, environment=docker({}))


# Registries that behave badly


class Bad:
    """A registry made of a layout, for which one answer is changed."""

    def __init__(self, images, digest):
        self.images, self.digest = images, digest
        self.config = images.manifest(digest)["config"]["digest"]

    def answer(self, request):
        last = request.path.split("/")[-1]
        if "/manifests/" in request.path:
            return 200, {"Content-Type": MANIFEST}, self.images.blob(self.digest)
        return 200, {}, self.images.blob(last)


def test_the_authorization_does_not_follow_to_another_server(start, images, ingest, docker):
    bad = Bad(images, images.digest("web"))
    store = start(Answering, lambda request: (200, {}, images.blob(bad.config)))

    def answer(request):
        if not request.headers.get("Authorization"):
            return 401, {"WWW-Authenticate": 'Basic realm="shop"'}, b""
        if "/blobs/" in request.path:
            return 307, {"Location": f"http://{store.host}/elsewhere?signed=yes"}, b""
        return bad.answer(request)

    registry = start(Answering, answer)
    assert bad.digest in ingest(f"oci://{registry.host}/web", environment=docker(auths(registry.host)))
    [asked] = store.asked
    assert asked.path == "/elsewhere?signed=yes" and asked.headers.get("Authorization") is None


def test_a_registry_that_asks_for_time_gets_it(start, images, ingest):
    bad = Bad(images, images.digest("web"))
    busy = [(429, {"Retry-After": "0"}, b""), (503, {"Retry-After": "1"}, b"")]
    registry = start(Answering, lambda request: busy.pop() if busy else bad.answer(request))
    assert bad.digest in ingest(f"oci://{registry.host}/web")
    assert len(registry.asked) == 4
    always = start(Answering, lambda request: (429, {"Retry-After": "0"}, b'{"errors": [{"message": "slow down"}]}'))
    assert "slow down" in ingest(f"oci://{always.host}/web", status=1)
    assert len(always.asked) == 4


@pytest.mark.parametrize("change, words", [
    (lambda bad, path: (200, {}, b"x" * 5_000_000), "no more are taken"),
    (lambda bad, path: (404, {}, b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}'), "MANIFEST_UNKNOWN"),
    (lambda bad, path: (200, {}, b"<html>"), "not JSON"),
    (lambda bad, path: (200, {}, b'{"schemaVersion": 1, "fsLayers": []}'), "schema 1"),
    (lambda bad, path: (200, {}, b'{"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}}'), "helm"),
    (lambda bad, path: (200, {"Docker-Content-Digest": "sha256:" + "0" * 64}, b"{}"), "is not what it should be"),
    (lambda bad, path: (307, {"Location": path}, b""), "edirect"),
])
def test_an_answer_that_is_no_image_is_refused(start, images, ingest, rest, project, change, words):
    bad = Bad(images, images.digest("web"))
    registry = start(Answering, lambda request: change(bad, request.path))
    assert words in ingest(f"oci://{registry.host}/web", status=1)
    assert rest.every(f"/v1/projects/{project}/occurrences", "occurrences") == []


def test_bytes_that_are_not_those_of_the_digest_are_refused(start, images, ingest):
    bad = Bad(images, images.digest("web"))
    registry = start(Answering, bad.answer)
    assert "is not what it should be" in ingest(f"oci://{registry.host}/web@{images.digest('base')}", status=1)
    swapped = start(Answering, lambda request: bad.answer(request) if "/manifests/" in request.path
                    else (200, {}, b"{}"))
    assert bad.config in ingest(f"oci://{swapped.host}/web", status=1)


@pytest.mark.parametrize("image, arguments, words", [
    ("oci://a:b:c/d", [], "is no registry"), ("oci://registry.example/A", [], "between slashes"),
    ("oci://registry.example/a@sha256:1", [], "64 hexadecimal"),
    ("oci://registry.example/a", ["--image", "b"], "--image"),
    ("report.json", ["--platform", "linux/amd64"], "--platform"), ("report.json", ["--plain-http"], "--plain-http"),
])
def test_what_cannot_be_is_said_before_anything_is_asked(ingest, image, arguments, words):
    assert words in ingest(image, *arguments, status=1)


def test_a_registry_that_is_not_there_is_named(ingest):
    assert "connection refused" in ingest("oci://127.0.0.1:1/web", status=1)
