"""What an admission webhook is sent that it must not take: each refused with its reason, and leaving nothing behind."""

import base64
import gzip
import json
import re

import pytest

import admissions
from admissions import Setup, Signer, Webhook, attested_by, policy
from keyrings import Keyring

TRUSTED = {"trustedDirectoryCheck": {"trustedDirPatterns": ["registry.example:5000/shop/**"]}}


@pytest.fixture(scope="module")
def setup(tmp_path_factory):
    return Setup(tmp_path_factory.mktemp("setup"))


@pytest.fixture
def webhook(setup, server, project, tmp_path):
    """Starts a webhook with a policy."""
    running = []

    def start(text):
        path = tmp_path / "policy.json"
        path.write_text(text)
        running.append(Webhook(tmp_path, setup, path, project, server))
        return running[-1]

    yield start
    for webhook in running:
        assert webhook.stop() == 0


@pytest.fixture
def signer(rest, project):
    return Signer(rest, project)


@pytest.fixture
def strict(webhook, signer):
    """A webhook that wants images attested by the signer. What is wrong is no error, which it would let pass."""
    return webhook(policy(attested_by(signer.attestor), onError="ALLOW"))


@pytest.fixture
def left(rest, project):
    """How much there is in the project, before and after."""
    before = []

    def left():
        found = admissions.stored(rest, project)
        before.append(found)
        return found == before[0]

    return left


@pytest.fixture(scope="module")
def keyring():
    keyring = Keyring()
    yield keyring
    keyring.remove()


def dry(*images, **more):
    """A review that records nothing, so that nothing may be left of it."""
    return admissions.pod(*images, dryRun=True, **more)


# Reviews


@pytest.fixture
def open_door(webhook):
    """A webhook that lets everything in that it can read."""
    return webhook(policy({"trustedDirectoryCheck": {"trustedDirPatterns": ["**"]}}))


def test_huge_payloads(open_door, left):
    left()
    review = admissions.pod("registry.example/shop/web", annotations={"filler": "x" * (4 << 20)})
    status, body = open_door.call(json.dumps(review))
    assert status == 413 and b"at most 3145728 bytes" in body
    # Without a length in front it is read no further than it may be.
    pieces = (b"x" * 65536 for _ in range(1024))
    try:
        status, body = open_door.call(pieces, headers={"Transfer-Encoding": "chunked"})
    except OSError:
        # Closed while it was still sent.
        status = 413
    assert status == 413
    assert open_door.admits(admissions.pod("registry.example/shop/web", dryRun=True)) and left()


def test_deep_payloads(open_door, left):
    left()
    text = json.dumps(admissions.pod("nginx", annotations={"here": "there"}))
    status, body = open_door.call(text.replace('"there"', "[" * 50_000 + "]" * 50_000))
    assert status == 400 and b"100 levels" in body and left()


@pytest.mark.parametrize("place", ['"image": "nginx"', '"uid": ', '"containers": ', '"object": '])
def test_duplicate_json_keys(open_door, left, place):
    left()
    text = json.dumps(admissions.pod("nginx", namespace="default"))
    assert place in text
    name = place.split(":")[0]
    doubled = text.replace(place, f'{name}: "registry.example/good", {place}', 1)
    status, body = open_door.call(doubled)
    assert status == 400, body
    assert name.strip('"') in body.decode() and "twice" in body.decode() and left()


def test_no_uid(open_door, left):
    left()
    review = admissions.pod("nginx")
    del review["request"]["uid"]
    status, body = open_door.call(json.dumps(review))
    assert (status, body) == (400, b"request.uid is missing\n") and left()


@pytest.mark.parametrize("kind, version, words", [
    ("AdmissionReview", "admission.k8s.io/v2", "an AdmissionReview of admission.k8s.io/v1"),
    ("ImageReview", "imagepolicy.k8s.io/v1alpha1", "ImageReview"), ("Pod", "v1", "Pod"), ("", "", "names no kind"),
])
def test_foreign_kinds(open_door, left, kind, version, words):
    left()
    status, body = open_door.call(json.dumps({**admissions.pod("nginx"), "kind": kind, "apiVersion": version}))
    assert status == 400 and words in body.decode() and left()


def test_foreign_kinds_of_objects(open_door, left):
    left()
    review = admissions.pod("nginx")
    # A version of a workload that is not known, and a pod that says of itself that it is something else.
    review["request"]["kind"] = {"group": "apps", "version": "v7", "kind": "Deployment"}
    assert "Deployment (apps/v7) is of a version that is not known" in open_door.refusal(review)
    review = admissions.pod("nginx")
    review["request"]["object"]["kind"] = "ConfigMap"
    assert 'is of kind "ConfigMap", not the Pod (v1)' in open_door.refusal(review)
    # What starts no pods is none of the policy's business.
    review["request"]["kind"] = {"group": "", "version": "v1", "kind": "ConfigMap"}
    assert open_door.admits(review) and left()


def test_a_thousand_containers(open_door, left):
    left()
    review = admissions.pod(*[f"registry.example/shop/web:{number}" for number in range(1000)])
    assert "has 1000 images; at most 256 are judged" in open_door.refusal(review) and left()


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br"])
def test_gzip_bombs(open_door, left, encoding):
    left()
    bomb = gzip.compress(b" " * (64 << 20))
    status, body = open_door.call(bomb, headers={"Content-Encoding": encoding})
    assert status == 415 and b"send it as it is" in body and left()
    # Nor is it unpacked where nobody says what it is.
    status, body = open_door.call(bomb)
    assert status == 400 and b"not JSON" in body and left()


@pytest.mark.parametrize("wrong", [b"", b"null", b"[]", b"{", b"\xff\xfe{}", b'{"kind": 1}', b"--- \nkind: AdmissionReview"])
def test_what_is_no_review(open_door, left, wrong):
    left()
    status, body = open_door.call(wrong)
    assert status == 400 and body.endswith(b"\n") and left()


@pytest.mark.parametrize("path, value, words", [
    ("containers", {"name": "c"}, "an array was expected"), ("containers", [{"name": "c"}], "image is missing"),
    ("containers", [{"name": "c", "image": 7}], "a string was expected"),
    ("initContainers", [{"name": "c", "image": ""}], "image is missing"),
])
def test_pods_that_cannot_be_read(open_door, left, path, value, words):
    left()
    review = admissions.pod("nginx")
    review["request"]["object"]["spec"][path] = value
    message = open_door.refusal(review)
    assert f"spec.{path}" in message and words in message and left()


# Images


@pytest.mark.parametrize("change, words", [
    (lambda digest: digest.upper().replace("SHA256", "sha256"), "is not in lower case"),
    (lambda digest: digest.replace("sha256", "SHA256"), "is not in lower case"),
    (lambda digest: digest.replace("sha256:", "sha512:") + digest[7:], "expected sha256: and 64 digits"),
    (lambda digest: "md5:" + digest[7:39], "expected sha256: and 64 hexadecimal digits"),
    (lambda digest: digest[:-1], "is no digest"), (lambda digest: digest + "0", "is no digest"),
    (lambda digest: digest + "@" + digest, "is not the name of an image"),
], ids=["upper-case digits", "upper-case algorithm", "sha512", "md5", "short", "long", "two"])
def test_digests_in_the_wrong_case_or_algorithm(strict, signer, left, change, words):
    image = admissions.some_image()
    signer.attest(image)
    assert strict.admits(dry(image)) and left()
    name, digest = image.split("@")
    message = strict.refusal(dry(f"{name}@{change(digest)}"))
    assert words in message and left()


@pytest.mark.parametrize("image", [
    "registry.example/shop/web", "registry.example:5001/shop/web", "REGISTRY.example:5000/shop/web",
    "registry.exаmple:5000/shop/web", "registry.example.evil.example:5000/shop/web", "registry.example:5000/shopping/web",
    "registry.example:5000/Shop/web", "registry.example:5000/shop/../evil/web", "registry.example:5000@evil.example/shop/web",
    "https://registry.example:5000/shop/web", " registry.example:5000/shop/web", "registry.example:05000/shop/web",
    "registry.example:5000/shop//web", "registry.example:5000%2Fshop/web", "registry.example:5000/shop/web\u200b",
], ids=ascii)
def test_look_alike_registries(webhook, left, image):
    asked = webhook(policy(TRUSTED))
    assert asked.admits(dry("registry.example:5000/shop/web")) and left()
    message = asked.refusal(dry(image))
    assert "\n- " in message and left()


# Attestations


def test_attestations_of_another_digest(strict, signer, left):
    image, other = admissions.some_image(), admissions.some_image()
    # Stored with the image, but what is signed is about the other.
    signer.attest(image, payload=signer.payload(other))
    left()
    message = strict.refusal(dry(image))
    assert other.split("@")[1][7:19] in message and "not about" in message and left()


def test_attestations_under_a_note_that_the_policy_does_not_name(strict, signer, left):
    image = admissions.some_image()
    note = signer.make_note("somebody-else")
    signer.attest(image, note=note)
    left()
    message = strict.refusal(dry(image))
    assert note in message and f"not under {signer.note}" in message and left()


@pytest.mark.parametrize("change", [
    lambda der: der + b"\0", lambda der: der + der, lambda der: bytes([der[0], der[1] + 1]) + der[2:] + b"\0",
    lambda der: der[:-1], lambda der: bytes([der[0], 0x81]) + der[1:], lambda der: b"", lambda der: b"\0" * 64,
], ids=["a byte", "twice", "inside", "short", "long length", "empty", "zeros"])
def test_trailing_bytes_in_ecdsa_signatures(strict, signer, left, change):
    image = admissions.some_image()
    payload = signer.payload(image)
    right = signer.sign(payload)
    signer.attest(image, signature=change(right))
    left()
    message = strict.refusal(dry(image))
    assert "attested" in message and left()
    signer.attest(image, signature=right)
    assert strict.admits(dry(image)), "garbage beside a good signature does not matter"


class Gpg:
    """An attestor with a key of gpg's."""

    def __init__(self, keyring, rest, project, name):
        self.keyring, self.rest, self.project, self.name = keyring, rest, project, name
        self.user = f"{name}@{project}.example"
        self.attestor = f"projects/{project}/attestors/{name}"

    def make(self, **options):
        self.fingerprint = self.keyring.make(self.user, **options)
        return self

    def apply(self):
        admissions.apply(self.rest, self.attestor, {"publicKeys": [
            {"asciiArmoredPgpPublicKey": self.keyring.public(self.user)}]})

    def attest(self, image, *options, at=None, message=None, payload=None):
        payload = payload if payload is not None else Signer.payload(None, image)
        message = message or self.keyring.sign(self.user, payload, *options, at=at)
        self.rest.done("POST", f"/v1/projects/{self.project}/occurrences", {
            "resourceUri": f"https://{image}", "noteName": f"projects/{self.project}/notes/{self.name}",
            "attestation": {"serializedPayload": base64.b64encode(payload).decode(), "signatures": [
                {"publicKeyId": f"openpgp4fpr:{self.fingerprint}",
                 "signature": base64.b64encode(message).decode()}]}})


@pytest.fixture
def pgp(keyring, rest, project):
    return Gpg(keyring, rest, project, "pgp")


def test_expired_keys(webhook, pgp, left):
    pgp.make(since="20200101T000000", expires="20210101T000000").apply()
    image = admissions.some_image()
    # Made while the key was good.
    pgp.attest(image, at="20200601T000000")
    asked = webhook(policy(attested_by(pgp.attestor)))
    left()
    assert f"the OpenPGP key {pgp.fingerprint} has expired" in asked.refusal(dry(image)) and left()


def test_revoked_keys(webhook, pgp, left):
    pgp.make().apply()
    image = admissions.some_image()
    pgp.attest(image)
    asked = webhook(policy(attested_by(pgp.attestor)))
    assert asked.admits(dry(image)) and left()
    pgp.keyring.revoke(pgp.fingerprint)
    pgp.apply()
    # At once, although it was admitted a moment ago.
    assert f"the OpenPGP key {pgp.fingerprint} is revoked" in asked.refusal(dry(image)) and left()


def test_compressed_pgp_bombs(webhook, pgp, left, server, rest):
    pgp.make().apply()
    image = admissions.some_image()
    pgp.attest(image, payload=Signer.payload(None, image),
               message=pgp.keyring.gpg("--local-user", pgp.user, "--compress-algo", "zip", "-z", "9", "--sign",
                                       given=b"\0" * (32 << 20)))
    asked = webhook(policy(attested_by(pgp.attestor)))
    left()
    before = resident_bytes(rest)
    message = asked.refusal(dry(image))
    assert "the OpenPGP message unpacks to too much" in message and left()
    assert resident_bytes(rest) - before < 64 << 20
    pgp.attest(image)
    assert asked.admits(dry(image))


def resident_bytes(rest):
    return int(float(re.search(r"^process_resident_memory_bytes (\S+)$", rest.get("/metrics").text, re.M).group(1)))


# Policies


def test_policies_with_unknown_checks(rest, project, server, left, tmp_path):
    left()
    text = policy({"trustedDirectoryCheck": {"trustedDirPatterns": ["**"]}}, {"moonPhaseCheck": {"phase": "full"}})
    reply = rest.call("PUT", f"/grafeion/v1/projects/{project}/policies/cluster", data=text,
                      headers={"Content-Type": "text/yaml"})
    assert reply.status_code == 400 and "moonPhaseCheck" in reply.text
    assert rest.get(f"/grafeion/v1/projects/{project}/policies/cluster").status_code == 404
    checked = rest.post("/grafeion/v1/policies:check", {"content": text, "images": [{"image": "nginx"}],
                                                        "record": True, "project": project})
    assert checked.status_code == 400 and "moonPhaseCheck" in checked.text
    (tmp_path / "policy.json").write_text(text)
    told = server.command("admission", "serve", "--policy", tmp_path / "policy.json", project=project, status=1)
    assert "moonPhaseCheck" in told and left()
