"""The admission-webhook tutorial from end to end: sign an image's digest, store the signature with curl, and check what
the webhook reads. The commands are the tutorial's own, but for the address and what gpg would ask a person."""

import base64
import json
import pathlib
import subprocess
import tempfile

import pytest

import grafeion_server
from records import without_output_only

DIGEST = "sha256:aba48d60ba4410ec921f9d2e8169236c57660d121f9430dc9758d754eec8f887"
RESOURCE_URL = f"https://gcr.io/hightowerlabs/echod@{DIGEST}"
OCCURRENCES = "/v1alpha1/projects/image-signing/occurrences"

NOTE = """{
  "name": "projects/image-signing/notes/production",
  "shortDescription": "The production image signer.",
  "longDescription": "The production image signer.",
  "attestationAuthority": {
    "hint": {
      "humanReadableName": "production"
    }
  }
}
"""

SIGN = r"""
gpg -u image.signer@example.com \
  --armor \
  --clearsign \
  --output=signature.gpg \
  image-digest.txt
"""

CREATE_NOTE = r"""
curl -X POST \
  "http://127.0.0.1:8080/v1alpha1/projects/image-signing/notes?noteId=production" \
  -d @note.json
"""

CREATE_OCCURRENCE = r"""
GPG_SIGNATURE=$(cat signature.gpg | base64)
RESOURCE_URL="https://gcr.io/hightowerlabs/echod@sha256:aba48d60ba4410ec921f9d2e8169236c57660d121f9430dc9758d754eec8f887"
cat > occurrence.json <<EOF
{
  "resourceUrl": "${RESOURCE_URL}",
  "noteName": "projects/image-signing/notes/production",
  "attestation": {
    "pgpSignedAttestation": {
       "signature": "${GPG_SIGNATURE}",
       "contentType": "application/vnd.gcr.image.url.v1",
       "pgpKeyId": "${GPG_KEY_ID}"
    }
  }
}
EOF
curl -X POST \
  'http://127.0.0.1:8080/v1alpha1/projects/image-signing/occurrences' \
  -d @occurrence.json
"""


class Signer:
    """Somebody who follows the tutorial, with a key ring and a folder of their own."""

    def __init__(self, home, folder, target):
        self.folder, self.target = pathlib.Path(folder), target
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GNUPGHOME": home, "LC_ALL": "C", "NO_PROXY": "*"}
        self.gpg("--batch", "--passphrase", "", "--quick-generate-key", "--yes", "image.signer@example.com", "rsa2048")
        key = next(line for line in self.gpg("--list-keys", "--with-colons").splitlines() if line.startswith("pub:"))
        # What `gpg --list-keys --keyid-format short` shows.
        self.key_id = self.environment["GPG_KEY_ID"] = key.split(":")[4][-8:]
        (self.folder / "note.json").write_text(NOTE)
        (self.folder / "image-digest.txt").write_text(f"{DIGEST}\n")

    def gpg(self, *arguments):
        return self._run("gpg", *arguments)

    def shell(self, commands):
        """What the tutorial's commands print."""
        return self._run("bash", "-euc", commands.replace("127.0.0.1:8080", self.target))

    def _run(self, *command):
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def verified(self, signature):
        """The text that a clear-signed signature is of; gpg refuses a bad one."""
        (self.folder / "received.gpg").write_bytes(signature)
        return self.gpg("--output", "-", "--verify", "received.gpg")

    @property
    def sent_signature(self):
        """The signature as the shell put it into the JSON, less the line ends that `curl -d @file` takes out."""
        return base64.b64encode((self.folder / "signature.gpg").read_bytes()).decode()


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    """A server of the tutorial's own, because the name of its project is fixed."""
    running = grafeion_server.Server(tmp_path_factory.mktemp("tutorial"))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def signer(tutorial, tmp_path_factory):
    # The socket of gpg's agent needs a short path.
    with tempfile.TemporaryDirectory(prefix="gnupg-") as home:
        try:
            yield Signer(home, tmp_path_factory.mktemp("signer"), tutorial.target)
        finally:
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True, timeout=20)


@pytest.fixture(scope="module")
def posted(signer):
    """What the tutorial's two posts answered."""
    signer.shell(SIGN)
    return [json.loads(signer.shell(commands)) for commands in (CREATE_NOTE, CREATE_OCCURRENCE)]


@pytest.fixture
def webhook_reads(tutorial, posted):
    """The occurrences as the webhook asks for them."""
    return tutorial.rest().done("GET", OCCURRENCES)["occurrences"]


def test_the_note_is_created_under_the_id_in_the_query(posted):
    note, _ = posted
    assert (note["name"], note["kind"]) == ("projects/image-signing/notes/production", "ATTESTATION_AUTHORITY")
    assert without_output_only(note) == without_output_only(json.loads(NOTE))


def test_the_occurrence_is_created_although_nobody_knows_its_content_type(posted, signer):
    _, occurrence = posted
    assert occurrence["name"].startswith("projects/image-signing/occurrences/")
    assert occurrence["kind"] == "ATTESTATION_AUTHORITY"
    assert occurrence["attestation"]["pgpSignedAttestation"]["signature"] == signer.sent_signature
    assert occurrence["attestation"]["pgpSignedAttestation"].get("contentType") in (None, "CONTENT_TYPE_UNSPECIFIED")


def test_the_webhook_reads_everything_back_unchanged(webhook_reads, signer):
    occurrence, = webhook_reads
    assert (occurrence["resourceUrl"], occurrence["noteName"]) == (
        RESOURCE_URL, "projects/image-signing/notes/production")
    attestation = occurrence["attestation"]["pgpSignedAttestation"]
    assert (attestation["signature"], attestation["pgpKeyId"]) == (signer.sent_signature, signer.key_id)


def test_the_signature_that_comes_back_is_good(webhook_reads, signer):
    signature = base64.b64decode(webhook_reads[0]["attestation"]["pgpSignedAttestation"]["signature"], validate=True)
    assert signer.verified(signature) == f"{DIGEST}\n"


def test_a_signature_that_was_tampered_with_is_not(webhook_reads, signer):
    """So that the test above proves something."""
    signature = base64.b64decode(webhook_reads[0]["attestation"]["pgpSignedAttestation"]["signature"])
    with pytest.raises(AssertionError, match="BAD signature"):
        signer.verified(signature.replace(b"aba48d60", b"aba48d61"))


def test_the_webhook_asks_with_two_slashes(tutorial, posted):
    """It joins its server's address, a slash, and a path that begins with one. A redirect would do."""
    reply = tutorial.rest().get(f"/{OCCURRENCES}")
    assert reply.status_code == 200, reply.text
    assert len(reply.json()["occurrences"]) == 1


@pytest.mark.parametrize("version, at", [
    ("v1", lambda o: (o["resourceUri"], o["attestation"]["signatures"][0]["publicKeyId"])),
    ("v1beta1", lambda o: (
        o["resource"]["uri"], o["attestation"]["attestation"]["pgpSignedAttestation"]["pgpKeyId"])),
])
def test_the_other_versions_read_the_signature_too(tutorial, posted, signer, version, at):
    occurrence, = tutorial.rest().done("GET", f"/{version}/projects/image-signing/occurrences")["occurrences"]
    assert occurrence["kind"] == "ATTESTATION"
    assert at(occurrence) == (RESOURCE_URL, signer.key_id)
