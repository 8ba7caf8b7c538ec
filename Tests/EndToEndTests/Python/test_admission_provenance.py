"""What others have signed admits images through our webhook: Google Cloud Build's provenance, and the attestation of the
tutorial that admission webhooks of this kind began with."""

import base64
import subprocess

import pytest

import admissions
import grafeion_server
import test_v1alpha1_tutorial as original
from admissions import Setup, Webhook, attested_by, policy

GCB = grafeion_server.shared_directory() / "data" / "gcb"
IMAGE = ("us-west2-docker.pkg.dev/gosst-scare-sandbox/quickstart-docker-repo/quickstart-image"
         "@sha256:1a033b002f89ed2b8ea733162497fb70f1a4049a7f8602d6a33682b4ad9921fd")
GLOBAL = "projects/verified-builder/locations/global/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1"

# What becomes of each file: None if the image is admitted; what is said where ingest takes it and the policy refuses it; and
# in REFUSED_BEFORE what ingest says, which takes nothing of these.
VERDICTS = {
    "github": None, "multiple-signatures-2ndvalid": None, "multiple-signatures-3rdvalid": None,
    "multiple-provenance-2ndvalid": None, "multiple-provenance-3rdvalid": None,
    "empty-keyid": "names no key", "no-keyid": "names no key",
    "invalid-keyid": "global/invalid-field/keyRings", "empty-signature-region": "locations//keyRings",
    "invalid-signature-region": "locations/invalid-region/keyRings",
    "mismatch-text-steps": "build.intoto_statement says another predicate.recipe.arguments.steps.[0].args.[2]",
    "multiple-invalid-signatures": "over the payload", "multiple-invalid-provenance": "over the payload",
}
REFUSED_BEFORE = {
    "empty-signature": "signatures[0].sig", "invalid-signature-encoding": "signatures[0].sig",
    "mismatch-metadata-kind": ".kind", "mismatch-metadata-urisha256": ".resourceUri",
    "mismatch-payload-builderid": "subject[0].digest", "mismatch-payload-digest": "subject[0].digest",
    "mismatch-summary-digest": "image_summary.digest", "mismatch-text-digest": "subject[0].digest",
    "no-signature": "signatures[0].keyid",
}


def path_of(name):
    return GCB / "provenance" / f"gcloud-container-{name}.json"


@pytest.fixture(scope="module")
def setup(tmp_path_factory):
    return Setup(tmp_path_factory.mktemp("setup"))


@pytest.fixture
def google(rest, project):
    """An attestor with Google's keys: the newer ones sign envelopes, the others the payload alone."""
    keys = []
    for path in sorted((GCB / "keys").glob("*.key")):
        signs_envelopes = path.stem.startswith("global-pae")
        keys.append({"id": path.stem if signs_envelopes else GLOBAL.replace("global", path.stem),
                     "pkixPublicKey": {"publicKeyPem": path.read_text(), "signatureAlgorithm": "ECDSA_P256_SHA256"},
                     "signs": ["dsse"] if signs_envelopes else ["raw-payload"]})
    assert len(keys) == 22
    return admissions.apply(rest, f"projects/{project}/attestors/google", {"publicKeys": keys, "requireKeyIds": True})


def built(attestor, **more):
    return {"displayName": "built by Google", "slsaCheck": {"rules": [
        {"trustedBuilder": "GOOGLE_CLOUD_BUILD", "attestors": [attestor], **more}]}}


@pytest.fixture
def server(launch):
    """A server of the test's own: the files are all about one image, and what is signed counts wherever it is stored."""
    return launch()


@pytest.fixture
def rest(server):
    return server.rest()


@pytest.fixture
def webhook(setup, server, project, tmp_path):
    running = []

    def start(text):
        (tmp_path / "policy.json").write_text(text)
        running.append(Webhook(tmp_path, setup, tmp_path / "policy.json", project, server))
        return running[-1]

    yield start
    for webhook in running:
        assert webhook.stop() == 0


def test_every_file_is_in_a_table():
    files = {path.stem.removeprefix("gcloud-container-") for path in (GCB / "provenance").glob("*.json")}
    assert files == {*VERDICTS, *REFUSED_BEFORE} and not set(VERDICTS) & set(REFUSED_BEFORE)


@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_provenance_of_google_cloud_build_admits_its_image(webhook, google, grafeion, name):
    grafeion("ingest", path_of(name))
    # Even where errors are let pass: a bad signature is none.
    asked = webhook(policy(built(google), onError="ALLOW"))
    response = asked.ask(admissions.pod(IMAGE))
    if VERDICTS[name] is None:
        assert response["allowed"] and response["auditAnnotations"]["verdict"] == "CONFORMANT", response
    else:
        assert not response["allowed"] and VERDICTS[name] in response["status"]["message"], response["status"]["message"]


@pytest.mark.parametrize("name", sorted(REFUSED_BEFORE))
def test_provenance_that_contradicts_itself_is_not_taken_in(webhook, google, grafeion, rest, project, name):
    before = admissions.stored(rest, project)
    assert REFUSED_BEFORE[name] in grafeion("ingest", path_of(name), status=1)
    assert admissions.stored(rest, project) == before
    assert "built by Google" in webhook(policy(built(google))).refusal(admissions.pod(IMAGE))


def test_the_source_that_was_built_counts_and_so_does_who_keeps_the_provenance(webhook, google, grafeion, project):
    grafeion("ingest", path_of("github"))
    for more, admitted in [
        ({"trustedSourceRepoPatterns": ["github.com/laurentsimon/*"]}, True),
        ({"trustedSourceRepoPatterns": ["https://github.com/laurentsimon/gcb-tests"]}, True),
        ({"trustedSourceRepoPatterns": ["github.com/laurentsimon-evil/*"]}, False),
        ({"attestationSource": {"containerAnalysisAttestationProjects": [f"projects/{project}"]}}, True),
        ({"attestationSource": {"containerAnalysisAttestationProjects": ["projects/elsewhere"]}}, False),
        ({"trustedBuilder": "https://cloudbuild.googleapis.com/GoogleHostedWorker@*"}, True),
        ({"trustedBuilder": "https://builder.example/*"}, False),
    ]:
        asked = webhook(policy(built(google, **more)))
        assert asked.admits(admissions.pod(IMAGE)) == admitted, more
    # Another image has not been built by them.
    assert not webhook(policy(built(google))).admits(admissions.pod(admissions.some_image(IMAGE.split("@")[0])))


def test_a_key_is_not_tried_in_a_form_that_it_was_not_said_to_sign(webhook, rest, grafeion, project):
    grafeion("ingest", path_of("github"))
    pem = (GCB / "keys" / "global.key").read_text()
    for signs, admitted in [(["raw-payload"], True), (["dsse"], False), (["simple-signing"], False)]:
        attestor = admissions.apply(rest, f"projects/{project}/attestors/google", {"publicKeys": [
            {"id": GLOBAL, "pkixPublicKey": {"publicKeyPem": pem}, "signs": signs}]})
        assert webhook(policy(built(attestor))).admits(admissions.pod(IMAGE)) == admitted, signs


# The original tutorial


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    """A server of the tutorial's own, because the name of its project is fixed; on it what the tutorial's commands leave."""
    server = grafeion_server.Server(tmp_path_factory.mktemp("tutorial"))
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def signer(tutorial, tmp_path_factory):
    with original.tempfile.TemporaryDirectory(prefix="gnupg-") as home:
        try:
            signer = original.Signer(home, tmp_path_factory.mktemp("signer"), tutorial.target)
            signer.shell(original.SIGN)
            signer.shell(original.CREATE_NOTE)
            signer.shell(original.CREATE_OCCURRENCE)
            yield signer
        finally:
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True, timeout=20)


def attestor_of(signer, tutorial, **more):
    public = signer.gpg("--armor", "--export", "image.signer@example.com")
    # gpg has signed the line with the digest and nothing else.
    return admissions.apply(tutorial.rest(), "projects/image-signing/attestors/production", {"publicKeys": [
        {"asciiArmoredPgpPublicKey": public, "signs": ["raw-payload"], **more}]})


def test_the_occurrence_of_the_original_tutorial_admits_its_image(signer, tutorial, setup, tmp_path):
    attestor = attestor_of(signer, tutorial)
    (tmp_path / "policy.json").write_text(policy(attested_by(attestor)))
    asked = Webhook(tmp_path, setup, tmp_path / "policy.json", "image-signing", tutorial)
    try:
        image = original.RESOURCE_URL.removeprefix("https://")
        response = asked.ask(admissions.pod(image))
        assert response["allowed"], response["status"].get("message")
        decision = tutorial.command("decisions", "get", response["auditAnnotations"]["decision"])
        assert "CONFORMANT" in decision and image in decision
        assert "nginx" in asked.refusal(admissions.pod("nginx"))
        assert not asked.admits(admissions.pod(image, "nginx"))
        assert not asked.admits(admissions.pod(image[:-1] + "0"))
        # Somebody stores the same signature with another image.
        other = admissions.some_image("gcr.io/hightowerlabs/echod")
        tutorial.rest().done("POST", original.OCCURRENCES, {
            "resourceUrl": f"https://{other}", "noteName": "projects/image-signing/notes/production",
            "attestation": {"pgpSignedAttestation": {
                "signature": base64.b64encode((signer.folder / "signature.gpg").read_bytes()).decode(),
                "pgpKeyId": signer.key_id}}})
        assert "not about" in asked.refusal(admissions.pod(other))
    finally:
        assert asked.stop() == 0


def test_the_tutorials_key_must_be_said_to_sign_a_raw_payload(signer, tutorial, setup, tmp_path):
    attestor = attestor_of(signer, tutorial, signs=["simple-signing"])
    (tmp_path / "policy.json").write_text(policy(attested_by(attestor)))
    asked = Webhook(tmp_path, setup, tmp_path / "policy.json", "image-signing", tutorial)
    try:
        message = asked.refusal(admissions.pod(original.RESOURCE_URL.removeprefix("https://")))
        assert "projects/image-signing/occurrences/" in message
    finally:
        assert asked.stop() == 0
