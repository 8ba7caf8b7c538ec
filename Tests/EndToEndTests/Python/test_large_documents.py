"""Bills of materials that are larger than a request may be in memory: read piece by piece, stored all or nothing."""

import json
import subprocess

import pytest

import grafeion_server

DIGEST = "sha256:" + "5" * 64
IMAGE = f"https://registry.example/large@{DIGEST}"
# Over the 32 MiB up to which documents are read whole.
COMPONENTS = 1800
FILLER = "about this library " * 1000


def bill(components=COMPONENTS, more="", tail="]}"):
    """A CycloneDX document of some twenty kilobytes for each component."""
    head = json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "metadata": {
            "tools": [{"name": "cdxgen", "version": "10"}],
            "component": {"type": "container", "name": "registry.example/large",
                          "purl": f"pkg:oci/large@{DIGEST}?repository_url=registry.example/large"},
        },
    })[:-1]
    parts = [
        json.dumps({"type": "library", "name": f"lib-{number}", "version": f"1.{number}", "description": FILLER,
                    "purl": f"pkg:npm/lib-{number}@1.{number}"})
        for number in range(components)
    ]
    return (head + more + ', "components": [' + ", ".join(parts) + tail).encode()


@pytest.fixture
def ingest(server, project, tmp_path):
    """Writes a document to a file and takes it in; the reply, or the error's text."""
    def run(document, status=0, *arguments):
        path = tmp_path / "bill.json"
        path.write_bytes(document)
        finished = subprocess.run(
            [grafeion_server.executable(), "ingest", path, "--server", server.url, "--project", project, "--json", *arguments],
            capture_output=True, text=True, timeout=300)
        assert finished.returncode == status, finished.stderr
        return json.loads(finished.stdout) if status == 0 else finished.stderr
    return run


def test_a_large_bill_is_stored_whole_and_replaced_whole(ingest, rest, project):
    first = ingest(bill())
    assert first["images"] == [IMAGE] and first["scanner"] == "cdxgen 10"
    assert first["occurrences"] == {"created": COMPONENTS + 1}
    assert first["notes"] == {"created": COMPONENTS + 1}
    found = rest.done("GET", "/grafeion/v1/search", params={"package": "lib-77 =1.77", "project": project})["images"]
    assert [image["image"] for image in found] == [IMAGE]
    # The same again changes nothing.
    again = ingest(bill())
    assert again["occurrences"] == {"unchanged": COMPONENTS + 1} and again["notes"] == {"unchanged": COMPONENTS + 1}
    # A smaller one of the same tool, read whole, takes its place.
    small = ingest(bill(components=3))
    assert small["occurrences"] == {"unchanged": 3, "replaced": 1, "deleted": COMPONENTS - 3}


@pytest.mark.parametrize("document, word", [
    (lambda: bill(tail=""), "cut off"),
    (lambda: bill(tail=', {"type": "library", "version": "1"}]}'), f"components[{COMPONENTS}].name"),
    (lambda: bill(more=', "vulnerabilities": []'), "vulnerabilities"),
    (lambda: b'{"spdxVersion": "SPDX-2.3", "packages": [' + b" " * (33 << 20) + b"]}", "bomFormat"),
])
def test_a_large_document_that_is_wrong_is_refused_whole(ingest, rest, project, document, word):
    assert word in ingest(document(), 1)
    assert rest.every(f"/v1/projects/{project}/occurrences", "occurrences") == []
    assert rest.every(f"/v1/projects/{project}/notes", "notes") == []


def test_a_large_document_of_another_image_is_refused(ingest, rest, project):
    other = f"registry.example/large@sha256:{'6' * 64}"
    assert "not about" in ingest(bill(), 1, "--image", other)
    assert rest.every(f"/v1/projects/{project}/occurrences", "occurrences") == []
