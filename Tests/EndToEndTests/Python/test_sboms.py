"""Bills of materials through the program: what a document has is counted here, and found again by filter and by search."""

import json
import pathlib
import platform
import subprocess
import sys

import pytest

import grafeion_server
from registries import Images

DATA = grafeion_server.shared_directory() / "data"
DIGEST = "sha256:" + "a" * 64
IMAGE = f"registry.example/shop/web@{DIGEST}"
FILES = sorted(str(path.relative_to(DATA)) for folder in ("cyclonedx", "spdx") for path in (DATA / folder).glob("*.json"))


def licences(component):
    """CycloneDX's licences as one expression."""
    texts = [choice.get("expression") or choice["license"].get("id") or choice["license"]["name"]
             for choice in component.get("licenses", [])]
    return " AND ".join(texts)


def packages(document):
    """Name, version and licence of every package that a document has."""
    if "spdxVersion" in document:
        stated = [(package["name"], package.get("versionInfo", ""), package.get("licenseConcluded", "NOASSERTION"),
                   package.get("licenseDeclared", "NOASSERTION")) for package in document["packages"]]
        unknown = ("NOASSERTION", "NONE")
        return {(name, version, next((text for text in texts if text not in unknown), ""))
                for name, version, *texts in stated}
    found, open_components = set(), list(document["components"])
    while open_components:
        component = open_components.pop()
        open_components += component.get("components", [])
        separator = ":" if component["purl"].startswith("pkg:maven/") else "/"
        name = separator.join(filter(None, (component.get("group"), component["name"])))
        found.add((name, component.get("version", ""), licences(component)))
    return found


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def test_there_are_documents():
    assert len(FILES) >= 3


@pytest.mark.parametrize("file", FILES)
def test_every_package_is_found_again(grafeion, rest, project, file):
    expected = packages(json.loads((DATA / file).read_text()))
    reply = json.loads(grafeion("ingest", DATA / file, "--image", IMAGE, "--json"))
    # One more says where the document is from.
    assert reply["occurrences"] == {"created": 1 + len(expected)}
    assert reply["notes"] == {"created": 1 + len({name for name, _, _ in expected})}
    assert reply["images"] == [f"https://{IMAGE}"]
    path = f"/v1/projects/{project}/occurrences"
    assert len(rest.every(path, "occurrences", filter=f'kind="PACKAGE" AND resourceUrl="{IMAGE}"')) == len(expected)
    for name, version, licence in expected:
        conditions = [f"packageName={quoted(name)}"]
        conditions += [f"package.version.fullName={quoted(version)}"] if version else []
        conditions += [f"package.license.expression={quoted(licence)}"] if licence else []
        [found] = rest.done("GET", path, params={"filter": " AND ".join(conditions)})["occurrences"]
        assert found["resourceUri"] == f"https://{IMAGE}"
        assert found["package"].get("license", {}).get("expression", "") == licence
        exactly = f"{name} ={version}" if version else name
        [image] = rest.done("GET", "/grafeion/v1/search", params={"package": exactly, "project": project})["images"]
        assert image["image"] == f"https://{IMAGE}"
        assert image["findings"] == [
            {"package": name, **({"version": version} if version else {}), "name": found["name"]}]

    again = json.loads(grafeion("ingest", DATA / file, "--image", IMAGE, "--json"))
    assert set(again["occurrences"]) == set(again["notes"]) == {"unchanged"}
    [bill] = rest.every(path, "occurrences", filter='kind="SBOM_REFERENCE"')
    described = rest.done("GET", f"/grafeion/v1/images/{IMAGE}", params={"project": project})
    assert described["packages"]["total"] == len(expected)
    assert [entry["name"] for entry in described["bills"]] == [bill["name"]]


def test_a_newer_bill_replaces_the_last_of_its_tool(grafeion, rest, project, tmp_path):
    document = json.loads((DATA / "cyclonedx/laravel-7.12.0.json").read_text())
    spdx = DATA / "spdx/hello-source-2.3.json"
    grafeion("ingest", spdx, "--image", IMAGE)
    grafeion("ingest", DATA / "cyclonedx/laravel-7.12.0.json", "--image", IMAGE)
    gone = document["components"].pop()
    document["components"][0]["version"] = "9.9.9"
    (tmp_path / "newer.json").write_text(json.dumps(document))
    reply = json.loads(grafeion("ingest", tmp_path / "newer.json", "--image", IMAGE, "--json"))
    assert reply["occurrences"]["deleted"] == 2 and reply["occurrences"]["created"] == 1
    search = {"package": f"{gone['group']}/{gone['name']}", "project": project}
    assert rest.done("GET", "/grafeion/v1/search", params=search) == {}
    changed = document["components"][0]
    search["package"] = f"{changed['group']}/{changed['name']} >=9"
    assert len(rest.done("GET", "/grafeion/v1/search", params=search)["images"]) == 1
    search["package"] = "hello"
    assert len(rest.done("GET", "/grafeion/v1/search", params=search)["images"]) == 1, "the other tool's bill stays"


@pytest.mark.parametrize("file", FILES)
def test_a_bill_that_is_no_bill_is_refused_and_leaves_nothing(grafeion, rest, project, tmp_path, file):
    text = (DATA / file).read_bytes()
    assert "name the image" in grafeion("ingest", DATA / file, status=1)
    (tmp_path / "cut.json").write_bytes(text[:len(text) // 2])
    assert "cut off" in grafeion("ingest", tmp_path / "cut.json", "--image", IMAGE, status=1)
    document = json.loads(text)
    entry = document.get("components", document.get("packages"))[-1]
    entry["name"] = 17
    (tmp_path / "wrong.json").write_text(json.dumps(document))
    refusal = grafeion("ingest", tmp_path / "wrong.json", "--image", IMAGE, status=1)
    assert "].name" in refusal and "a number" in refusal
    for collection in ("notes", "occurrences"):
        assert rest.every(f"/v1/projects/{project}/{collection}", collection) == []


# Documents that Syft makes of an image


STATUS = """Package: bash
Status: install ok installed
Maintainer: Somebody <somebody@debian.example>
Architecture: amd64
Version: 5.2.15-2+b7
Description: a shell

Package: libssl3
Status: install ok installed
Maintainer: Somebody <somebody@debian.example>
Architecture: amd64
Source: openssl (3.0.11-1)
Version: 3.0.11-1~deb12u2
Description: a library

Package: tzdata
Status: install ok installed
Maintainer: Somebody <somebody@debian.example>
Architecture: all
Version: 2024a-0+deb12u1
Description: time zones
"""
OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
METADATA = "Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\nLicense: Apache 2.0\n"
MODULES = {"left-pad": {"name": "left-pad", "version": "1.3.0", "license": "WTFPL"},
           "@scope/part": {"name": "@scope/part", "version": "2.0.0", "license": "MIT"}}
SYFT = pathlib.Path(sys.executable).parent / "syft"
INSTALLED = {("bash", "5.2.15-2+b7"), ("libssl3", "3.0.11-1~deb12u2"), ("tzdata", "2024a-0+deb12u1"),
             ("requests", "2.31.0"), ("left-pad", "1.3.0"), ("@scope/part", "2.0.0")}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A layout with an image that has packages of three ecosystems in it; the layout and the image's digest."""
    directory = tmp_path_factory.mktemp("installed")
    images = Images(directory / "layout")
    root = directory / "root"
    dist_info = root / "usr/lib/python3/dist-packages/requests-2.31.0.dist-info"
    for path, text in [
        (root / "var/lib/dpkg/status", STATUS), (root / "etc/os-release", OS_RELEASE),
        (dist_info / "METADATA", METADATA), (dist_info / "RECORD", ""), (dist_info / "top_level.txt", "requests\n"),
        *((root / "app/node_modules" / name / "package.json", json.dumps(module)) for name, module in MODULES.items()),
    ]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    images.build("base", "ADD file:1 in /")
    return images, images.add("shop", "base", root)


def syft(images, form):
    """What Syft writes of the image, without asking anybody else."""
    done = subprocess.run(
        [SYFT, "scan", f"oci-dir:{images.directory}", "-o", form, "--quiet"],
        capture_output=True, timeout=120,
        env={**grafeion_server.own_environment(), "SYFT_CHECK_FOR_APP_UPDATE": "false"})
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.skipif(platform.machine() != "x86_64", reason="its package has the program for one processor")
@pytest.mark.parametrize("form", ["syft-json", "cyclonedx-json", "spdx-json"])
def test_what_syft_finds_in_an_image_is_the_same_in_all_its_formats(grafeion, rest, project, installed, tmp_path, form):
    images, digest = installed
    (tmp_path / "single").mkdir()
    single = Images(tmp_path / "single" / "layout", only_of=(images, "shop"))
    (tmp_path / "bill.json").write_bytes(syft(single, form))
    image = f"registry.example/shop/web@{digest}"
    text = grafeion("ingest", tmp_path / "bill.json", "--image", image)
    assert "syft 1.18.1 on" in text, text
    stored = rest.every(f"/v1/projects/{project}/occurrences", "occurrences", filter='kind="PACKAGE"')
    assert {(entry["package"]["name"], entry["package"]["version"]["fullName"]) for entry in stored} == INSTALLED
    types = {entry["package"]["name"]: entry["package"].get("packageType") for entry in stored}
    assert types["bash"] == "OS" and types["left-pad"] == types["@scope/part"] == "NPM" and types["requests"] == "PYPI"
    search = {"package": "libssl3 <3.0.12", "project": project}
    assert len(rest.done("GET", "/grafeion/v1/search", params=search)["images"]) == 1
    search["package"] = "libssl3 >=3.0.12"
    assert rest.done("GET", "/grafeion/v1/search", params=search) == {}
    again = json.loads(grafeion("ingest", tmp_path / "bill.json", "--image", image, "--json"))
    assert set(again["occurrences"]) == set(again["notes"]) == {"unchanged"}
