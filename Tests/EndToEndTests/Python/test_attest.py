"""Attesting images with the keys and tools that people have, and verifying what was attested."""

import base64
import concurrent.futures
import hashlib
import json
import pathlib
import stat
import subprocess

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

import grafeion_server
from keyrings import Keyring
from registries import Images, Registry

WEB = "registry.example/shop/web@sha256:" + "a" * 64
API = "registry.example/shop/api@sha256:" + "b" * 64
HASHES = {"SHA256": hashes.SHA256(), "SHA384": hashes.SHA384(), "SHA512": hashes.SHA512()}


def openssl(*arguments, given=b""):
    done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def keyring():
    keyring = Keyring()
    keyring.qa = keyring.make("qa@shop.example")
    keyring.old = keyring.make("old@shop.example", "rsa2048")
    yield keyring
    keyring.remove()


@pytest.fixture
def new_key(grafeion, tmp_path):
    """Makes a key with the program: its path, its id and its public half."""
    def make(name="qa.key", algorithm="ecdsa-p256"):
        path = tmp_path / name
        told = grafeion("keys", "generate", "--algorithm", algorithm, "--output", path)
        return path, told.split("\n")[0], pathlib.Path(f"{path}.pub").read_text()

    return make


def pkix(pem, **more):
    return {"pkixPublicKey": {"publicKeyPem": pem, **more.pop("pkix", {})}, **more}


@pytest.fixture
def attestor(rest, project):
    """Puts an attestor with these keys on the server; its name."""
    def put(*keys, name="qa", **spec):
        document = {"apiVersion": "grafeion.dev/v1", "kind": "Attestor", "metadata": {"name": name},
                    "spec": {"publicKeys": list(keys), **spec}}
        full = f"projects/{project}/attestors/{name}"
        reply = rest.call("PUT", f"/grafeion/v1/{full}", data=json.dumps(document),
                          headers={"Content-Type": "text/yaml"})
        assert reply.status_code == 200, reply.text
        return full

    return put


@pytest.fixture
def stored(rest, project):
    return lambda: rest.every(f"/v1/projects/{project}/occurrences", "occurrences")


def payload_of(occurrence):
    return base64.b64decode(occurrence["attestation"]["serializedPayload"])


def signature_of(occurrence):
    [signature] = occurrence["attestation"]["signatures"]
    return base64.b64decode(signature["signature"]), signature["publicKeyId"]


def encoding(kind, payload):
    """DSSE's, of payload type and payload."""
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


# Keys


def test_generated_keys_are_read_by_openssl_and_have_the_ids_of_their_spki(grafeion, new_key):
    for algorithm, name in [("ecdsa-p256", "ECDSA_P256_SHA256"), ("ed25519", "ED25519")]:
        path, key_id, public = new_key(f"{algorithm}.key", algorithm)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert openssl("pkey", "-in", path, "-pubout").decode() == public
        der = openssl("pkey", "-in", path, "-pubout", "-outform", "DER")
        digest = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
        assert key_id == f"ni:///sha-256;{digest}"
        for file in (path, f"{path}.pub"):
            assert grafeion("keys", "id", file).splitlines()[1].split() == [key_id, name, str(file)]
        assert "not written over" in grafeion("keys", "generate", "--output", path, status=1)


def test_openpgp_keys_are_named_by_their_fingerprints(grafeion, keyring):
    both = keyring.public("qa@shop.example") + keyring.public("old@shop.example")
    told = grafeion("keys", "id", "-", "-o", "json", given=both.encode())
    assert [(key["id"], key["algorithm"]) for key in json.loads(told)] == [
        (f"openpgp4fpr:{keyring.qa}", "OpenPGP EDDSA Ed25519"), (f"openpgp4fpr:{keyring.old}", "OpenPGP RSA 2048")]


def test_the_keys_of_attestors_are_listed(grafeion, new_key, attestor, keyring):
    _, key_id, public = new_key()
    attestor(pkix(public, id="first", comment="on a card", signs=["dsse"]),
             {"asciiArmoredPgpPublicKey": keyring.public("qa@shop.example")})
    attestor(pkix(public), name="other")
    listed = json.loads(grafeion("keys", "list", "--attestor", "qa", "-o", "json"))
    assert [(key["id"], key["algorithm"], key["signs"], key["comment"]) for key in listed] == [
        ("first", "ECDSA_P256_SHA256", "dsse", "on a card"),
        (f"openpgp4fpr:{keyring.qa}", "OpenPGP EDDSA Ed25519", "simple-signing, dsse", "")]
    assert key_id in grafeion("keys", "list", "-o", "name").split()


# Keys in files


@pytest.mark.parametrize("algorithm", ["ecdsa-p256", "ed25519"])
def test_a_simple_signing_payload_is_signed_stored_and_verified(grafeion, new_key, attestor, stored, project, algorithm):
    path, key_id, public = new_key(algorithm=algorithm)
    name = attestor(pkix(public))
    assert "not attested" in grafeion("verify", WEB, "--attestor", "qa", status=1)
    told = grafeion("attest", WEB, "--attestor", "qa", "--key", path)
    [found] = stored()
    assert told == f"{WEB} is attested by {name}: {found['name']}\n"
    assert found["kind"] == "ATTESTATION" and found["noteName"] == f"projects/{project}/notes/qa"
    critical = json.loads(payload_of(found))["critical"]
    assert critical["image"] == {"docker-manifest-digest": "sha256:" + "a" * 64}
    assert critical["identity"] == {"docker-reference": "registry.example/shop/web"}
    signature, named = signature_of(found)
    key = serialization.load_pem_public_key(public.encode())
    if algorithm == "ed25519":
        key.verify(signature, payload_of(found))
    else:
        key.verify(signature, payload_of(found), ec.ECDSA(hashes.SHA256()))
    assert named == key_id

    verified = grafeion("verify", WEB, "--attestor", name)
    assert f"{name}  attested" in verified and f"by {key_id}" in verified and found["name"] in verified
    assert "attested" in grafeion("verify", "sha256:" + "a" * 64)
    grafeion("verify", API, "--attestor", name, status=1)


def test_attesting_again_changes_nothing(grafeion, new_key, attestor, stored):
    path, _, public = new_key()
    attestor(pkix(public))
    for form in ("simple-signing", "dsse"):
        for _ in range(3):
            grafeion("attest", WEB, "--attestor", "qa", "--key", path, "--form", form)
    before = stored()
    assert [entry["kind"] for entry in before] == ["DSSE_ATTESTATION", "ATTESTATION"]
    assert "already" in grafeion("attest", WEB, "--attestor", "qa", "--key", path)
    assert stored() == before
    # What was deleted comes again, although the server remembers the request.
    grafeion("occurrences", "delete", "--yes", before[1]["name"])
    assert "already" not in grafeion("attest", WEB, "--attestor", "qa", "--key", path)
    assert len(stored()) == 2
    assert "attested" in grafeion("verify", WEB, "--attestor", "qa")


def test_several_at_once_store_one_attestation(grafeion, new_key, attestor, stored):
    path, _, public = new_key()
    attestor(pkix(public))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda _: grafeion("attest", WEB, "--attestor", "qa", "--key", path, "-o", "name"), range(4)))
    [found] = stored()
    assert names == [f"{found['name']}\n"] * 4


def test_a_statement_is_signed_in_an_envelope(grafeion, new_key, attestor, stored):
    path, key_id, public = new_key()
    name = attestor(pkix(public, signs=["dsse"]))
    grafeion("attest", WEB, "--attestor", name, "--key", path, status=1)
    grafeion("attest", WEB, "--attestor", name, "--key", path, "--form", "dsse")
    [found] = stored()
    envelope = found["dsseAttestation"]["envelope"]
    payload = base64.b64decode(envelope["payload"])
    statement = json.loads(payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"] == [{"name": "registry.example/shop/web", "digest": {"sha256": "a" * 64}}]
    assert statement["predicateType"] == "https://in-toto.io/attestation/svr/v0.1"
    assert statement["predicate"]["verifier"] == {"id": f"grafeion:{name}"}
    assert statement["predicate"]["timeCreated"].endswith("Z")
    [signature] = envelope["signatures"]
    assert signature["keyid"] == key_id
    serialization.load_pem_public_key(public.encode()).verify(
        base64.b64decode(signature["sig"]), encoding("application/vnd.in-toto+json", payload), ec.ECDSA(hashes.SHA256()))
    assert "attested" in grafeion("verify", WEB, "--attestor", name)


@pytest.mark.parametrize("algorithm, hashed", [
    ("RSA_SIGN_PKCS1_2048_SHA256", "SHA256"), ("RSA_SIGN_PKCS1_4096_SHA512", "SHA512"), ("RSA_PSS_2048_SHA256", "SHA256"),
])
def test_an_rsa_key_signs_as_its_attestor_says(grafeion, attestor, stored, tmp_path, algorithm, hashed):
    key = rsa.generate_private_key(65537, int(algorithm.split("_")[-2]))
    path = tmp_path / "rsa.key"
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                       serialization.NoEncryption()))
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    attestor(pkix(public.decode(), pkix={"signatureAlgorithm": algorithm}))
    grafeion("attest", WEB, "--attestor", "qa", "--key", path)
    [found] = stored()
    pad = padding.PSS(padding.MGF1(HASHES[hashed]), 32) if "PSS" in algorithm else padding.PKCS1v15()
    key.public_key().verify(signature_of(found)[0], payload_of(found), pad, HASHES[hashed])
    assert "attested" in grafeion("verify", WEB, "--attestor", "qa")


def test_a_key_that_is_not_the_attestors_stores_nothing(grafeion, new_key, attestor, stored):
    _, key_id, public = new_key()
    strange, strange_id, _ = new_key("strange.key")
    attestor(pkix(public))
    for key in (strange, f"exec:openssl dgst -sha256 -sign {strange}"):
        told = grafeion("attest", WEB, "--attestor", "qa", "--key", key, status=1)
        assert f"{key_id}  ECDSA_P256_SHA256, signs simple-signing, dsse" in told
    assert strange_id in grafeion("attest", WEB, "--attestor", "qa", "--key", strange, status=1)
    assert "exist" in grafeion("attest", WEB, "--attestor", "nobody", "--key", strange, status=1)
    assert stored() == []


def test_an_encrypted_key_is_refused_with_what_to_do(grafeion, new_key, attestor, stored, tmp_path):
    path, _, public = new_key()
    attestor(pkix(public))
    locked = tmp_path / "locked.key"
    openssl("pkcs8", "-topk8", "-in", path, "-out", locked, "-passout", "pass:secret")
    assert "openssl pkey" in grafeion("attest", WEB, "--attestor", "qa", "--key", locked, status=1)
    assert stored() == []


# Commands


@pytest.mark.parametrize("form", ["simple-signing", "dsse"])
@pytest.mark.parametrize("text", ["", " | base64", " | base64 -w0"])
def test_a_command_signs_whatever_it_does_for_that(grafeion, new_key, attestor, form, text):
    path, key_id, public = new_key()
    attestor(pkix(public, id="in the vault"))
    command = f"exec:openssl dgst -sha256 -sign '{path}'{text}"
    grafeion("attest", WEB, "--attestor", "qa", "--form", form, "--key", command)
    assert "by in the vault" in grafeion("verify", WEB, "--attestor", "qa")


@pytest.mark.parametrize("command, words", [
    ("echo 'the card is out' >&2; exit 2", "exit code 2:\n  the card is out"), ("cat", "gave no signature by a key of"),
    ("exit 0", "wrote no signature"), ("no-such-program", "not found"), ("yes", "writes more than"),
])
def test_a_command_that_does_not_sign_stores_nothing(grafeion, new_key, attestor, stored, command, words):
    _, _, public = new_key()
    attestor(pkix(public))
    assert words in grafeion("attest", WEB, "--attestor", "qa", "--key", f"exec:{command}", status=1)
    assert stored() == []


# OpenPGP


@pytest.mark.parametrize("user", ["qa", "old"])
def test_gpg_signs_with_the_payload_within(grafeion, attestor, stored, keyring, user):
    fingerprint = getattr(keyring, user)
    attestor({"asciiArmoredPgpPublicKey": keyring.public(f"{user}@shop.example")})
    grafeion("attest", WEB, "--attestor", "qa", "--key", f"pgp:{user}@shop.example", environment=keyring.environment)
    [found] = stored()
    signature, named = signature_of(found)
    assert named == f"openpgp4fpr:{fingerprint}"
    # As tools want it that verify a message and take what is in it for the payload.
    assert signature.startswith(b"-----BEGIN PGP MESSAGE-----")
    assert keyring.gpg("--decrypt", given=signature) == payload_of(found)
    assert f"by openpgp4fpr:{fingerprint}" in grafeion("verify", WEB, "--attestor", "qa")
    told = grafeion("attest", WEB, "--attestor", "qa", "--key", f"pgp:{fingerprint}", environment=keyring.environment)
    assert "already" in told and len(stored()) == 1


def test_gpg_signs_envelopes(grafeion, attestor, stored, keyring, tmp_path):
    attestor({"asciiArmoredPgpPublicKey": keyring.public("qa@shop.example")})
    grafeion("attest", WEB, "--attestor", "qa", "--form", "dsse", "--key", f"pgp:{keyring.qa}",
             environment=keyring.environment)
    [found] = stored()
    envelope = found["dsseAttestation"]["envelope"]
    (tmp_path / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    (tmp_path / "signed").write_bytes(encoding(envelope["payloadType"], base64.b64decode(envelope["payload"])))
    keyring.gpg("--verify", str(tmp_path / "sig"), str(tmp_path / "signed"))
    assert "attested" in grafeion("verify", WEB, "--attestor", "qa")


def test_an_openpgp_key_in_the_wrong_hands_stores_nothing(grafeion, attestor, stored, keyring):
    attestor({"asciiArmoredPgpPublicKey": keyring.public("qa@shop.example")})
    told = grafeion("attest", WEB, "--attestor", "qa", "--key", "pgp:old@shop.example", status=1,
                    environment=keyring.environment)
    assert f"openpgp4fpr:{keyring.qa}  OpenPGP EDDSA Ed25519, signs simple-signing, dsse" in told
    told = grafeion("attest", WEB, "--attestor", "qa", "--key", "pgp:nobody@shop.example", status=1,
                    environment=keyring.environment)
    assert "nobody@shop.example" in told and "exit code 2" in told
    assert stored() == []


# Where, and whether


def test_attestations_may_be_stored_elsewhere_and_a_dry_run_nowhere(grafeion, new_key, attestor, stored, project):
    path, _, public = new_key()
    name = attestor(pkix(public))
    shown = json.loads(grafeion("attest", WEB, "--attestor", "qa", "--key", path, "--dry-run"))
    assert shown["noteName"] == f"projects/{project}/notes/qa" and "name" not in shown
    assert stored() == []
    told = grafeion("attest", WEB, "--attestor", name, "--key", path, "--project", f"{project}-shop", "-o", "name")
    assert told.startswith(f"projects/{project}-shop/occurrences/") and stored() == []
    assert "attested" in grafeion("verify", WEB, "--attestor", name)


def test_a_tag_is_looked_up_in_its_registry(grafeion, new_key, attestor, stored, tmp_path):
    path, _, public = new_key()
    attestor(pkix(public))
    images = Images(tmp_path / "layout")
    images.build("1.0", "RUN make install")
    (tmp_path / "registry").mkdir()
    registry = Registry(tmp_path / "registry")
    try:
        digest = registry.push(images, "1.0", "shop/web:1.0")
        grafeion("attest", f"{registry.host}/shop/web:1.0", "--attestor", "qa", "--key", path)
        [found] = stored()
        assert found["resourceUri"] == f"https://{registry.host}/shop/web@{digest}"
        assert "attested" in grafeion("verify", f"{registry.host}/shop/web:1.0", "--attestor", "qa")
        grafeion("attest", f"{registry.host}/shop/web:2.0", "--attestor", "qa", "--key", path, status=1)
        grafeion("verify", f"{registry.host}/shop/web:2.0", "--attestor", "qa", status=2)
    finally:
        registry.stop()


def policy(*checks, allow=()):
    return {"apiVersion": "grafeion.dev/v1", "kind": "Policy", "metadata": {"name": "rules"},
            "spec": {"imageAllowlist": {"allowPattern": list(allow)}, "checkSets": [
                {"displayName": "all", "checks": list(checks)}]}}


TRUSTED = {"displayName": "our registry", "trustedDirectoryCheck": {"trustedDirPatterns": ["registry.example/shop/web"]}}


def test_only_what_conforms_is_attested(grafeion, new_key, attestor, stored, rest, project, tmp_path):
    path, _, public = new_key()
    attestor(pkix(public))
    file = tmp_path / "policy.yaml"
    file.write_text(json.dumps(policy(TRUSTED)))
    told = grafeion("attest", API, "--attestor", "qa", "--key", path, "--if-conformant", "--policy-file", file, status=1)
    assert "our registry" in told and "nothing is attested" in told and stored() == []
    grafeion("attest", WEB, "--attestor", "qa", "--key", path, "--if-conformant", "--policy-file", file)
    assert len(stored()) == 1

    name = f"projects/{project}/policies/rules"
    reply = rest.call("PUT", f"/grafeion/v1/{name}", data=file.read_text(), headers={"Content-Type": "text/yaml"})
    assert reply.status_code == 200, reply.text
    grafeion("attest", API, "--attestor", "qa", "--key", path, "--if-conformant", "--policy", "rules", status=1)
    grafeion("attest", WEB, "--attestor", "qa", "--key", path, "--form", "dsse", "--if-conformant", "--policy", name)
    envelope = stored()[0]["dsseAttestation"]["envelope"]
    predicate = json.loads(base64.b64decode(envelope["payload"]))["predicate"]
    assert predicate["verifier"]["policy"] == {
        "uri": f"grafeion:{name}", "digest": {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}}
    assert predicate["properties"] == ["GRAFEION_ATTESTED", "GRAFEION_POLICY_CONFORMANT"]


def test_what_cannot_be_decided_is_not_attested(grafeion, new_key, attestor, stored, tmp_path):
    path, _, public = new_key()
    attestor(pkix(public))
    file = tmp_path / "policy.yaml"
    for text in ("no policy", json.dumps(policy({"noSuchCheck": {}}))):
        file.write_text(text)
        grafeion("attest", WEB, "--attestor", "qa", "--key", path, "--if-conformant", "--policy-file", file, status=2)
    grafeion("attest", WEB, "--attestor", "qa", "--key", path, "--if-conformant", "--policy", "missing", status=2)
    assert stored() == []


# Verifying


def test_signatures_are_shown_with_their_reasons(grafeion, new_key, attestor, rest, project, stored):
    path, _, public = new_key()
    name = attestor(pkix(public))
    grafeion("attest", WEB, "--attestor", "qa", "--key", path)
    [found] = stored()
    # The signature of another image's payload.
    forged = {key: found[key] for key in ("noteName", "kind", "attestation")}
    forged["resourceUri"] = f"https://{API}"
    rest.done("POST", f"/v1/projects/{project}/occurrences", forged)
    told = grafeion("verify", API, "--attestor", "qa", status=1)
    assert f"{name}  not attested" in told and "the payload is about sha256:aaa" in told
    verdict = json.loads(grafeion("verify", API, "--attestor", "qa", "-o", "json", status=1))
    [signature] = verdict["attestors"][0]["signatures"]
    assert signature["reason"] and not signature.get("valid")


def test_all_that_are_named_must_have_attested_and_one_suffices_if_none_is(grafeion, new_key, attestor):
    path, _, public = new_key()
    attestor(pkix(public))
    attestor(pkix(public), name="other")
    grafeion("attest", WEB, "--attestor", "qa", "--key", path)
    grafeion("verify", WEB)
    grafeion("verify", WEB, "--attestor", "qa")
    grafeion("verify", WEB, "--attestor", "qa", "--attestor", "other", status=1)
    grafeion("verify", API, status=1)
    grafeion("verify", WEB, "--attestor", "qa", "--attestor", "nobody", status=2)
    grafeion("verify", "no image", status=2)


def test_a_changed_signature_counts_no_more(grafeion, new_key, attestor, rest, stored):
    path, _, public = new_key(algorithm="ed25519")
    attestor(pkix(public))
    grafeion("attest", WEB, "--attestor", "qa", "--key", path)
    [found] = stored()
    key = serialization.load_pem_public_key(public.encode())
    assert isinstance(key, ed25519.Ed25519PublicKey)
    signature = bytearray(signature_of(found)[0])
    signature[7] ^= 1
    with pytest.raises(InvalidSignature):
        key.verify(bytes(signature), payload_of(found))
    changed = dict(found["attestation"])
    changed["signatures"] = [{"signature": base64.b64encode(signature).decode(), "publicKeyId": signature_of(found)[1]}]
    rest.done("PATCH", f"/v1/{found['name']}", {"attestation": changed}, params={"updateMask": "attestation"})
    grafeion("verify", WEB, "--attestor", "qa", status=1)
    # So it is no reason not to attest.
    assert "already" not in grafeion("attest", WEB, "--attestor", "qa", "--key", path)
    grafeion("verify", WEB, "--attestor", "qa")
