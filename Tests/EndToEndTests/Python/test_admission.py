"""The admission webhook as an API server meets it: real requests, over TLS, for images in all states."""

import json

import pytest

import admissions
import grafeion_server
from admissions import Setup, Signer, Webhook, attested_by, policy
from registries import Images, Registry

TRUSTED = {"displayName": "from our registry", "trustedDirectoryCheck": {"trustedDirPatterns": ["registry.local/good/**"]}}

# Of every recorded request: is it admitted where only registry.local/good is trusted; which images it is refused for where
# only some are attested (those of ATTESTED), by their tags.
EXPECTED = {
    "cronjob-create": (True, []),
    "deployment-create": (True, []),
    "deployment-update-image": (True, ["good/app:1.2.5"]),
    "pod-create-by-replicaset-controller": (True, []),
    "pod-create-dryrun": (True, ["good/app:2"]),
    "pod-create-generatename": (False, ["nginx"]),
    "pod-create": (False, []),
    # Changes no image: what is not attested or from elsewhere was let in before.
    "pod-update-annotate": (True, []),
    "pod-update-ephemeralcontainers": (False, ["tools/debug:1"]),
    # Two images that are not attested, and one of them is new.
    "pod-update-image": (False, ["good/app:1.2.4", "tools/debug:1"]),
    "replicaset-create-by-controller": (True, []),
}
ATTESTED = ["good/app:1.2.3", "good/job:1"]
ALL = ATTESTED + ["good/app:1.2.4", "good/app:1.2.5", "good/app:2", "tools/debug:1"]
# Named by its digest in the requests, so that no registry is asked.
INIT = "tools/init@sha256:" + "1" * 64


@pytest.fixture(scope="module")
def setup(tmp_path_factory):
    return Setup(tmp_path_factory.mktemp("setup"))


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """A registry with every image that the requests name by a tag, but nginx."""
    directory = tmp_path_factory.mktemp("registry")
    registry = Registry(directory)
    images = Images(directory / "layout")
    registry.digests = {}
    for name in ALL:
        tag = name.replace("/", "-").replace(":", "-")
        images.build(tag, "ADD file in /")
        registry.digests[name] = registry.push(images, tag, name)
    yield registry
    registry.stop()


@pytest.fixture(params=["webhook", "serve"])
def webhook(request, setup, server, project, tmp_path):
    """Starts a webhook with a policy, in each of its two forms."""
    running = []

    def start(text, *flags):
        path = tmp_path / "policy.json"
        path.write_text(text)
        beside = server if request.param == "webhook" else None
        running.append(Webhook(tmp_path, setup, path, project, beside, *flags))
        running[-1].rest = running[-1].server.rest()
        return running[-1]

    yield start
    for webhook in running:
        assert webhook.stop() == 0


def recorded_decisions(webhook, project, count):
    """The decisions, once there are so many: they are stored a moment after the answer."""
    grafeion_server.wait_until(lambda: len(admissions.decisions(webhook.rest, project)) >= count)
    found = admissions.decisions(webhook.rest, project)
    assert len(found) == count
    return found


def test_every_recorded_request_is_in_the_table():
    assert admissions.NAMES == sorted(EXPECTED)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_recorded_requests_are_answered_by_the_directory_of_their_images(webhook, version):
    asked = webhook(policy(TRUSTED))
    for name, (admitted, _) in EXPECTED.items():
        review = admissions.recorded(name)
        response = asked.ask(admissions.as_v1beta1(review) if version == "v1beta1" else review)
        assert response["allowed"] == admitted, (name, response)
        if not admitted:
            message = response["status"]["message"]
            bad = [image for image in admissions.images_of(review["request"]["object"])
                   if not image.startswith("registry.local/good/")]
            assert bad and all(image in message for image in bad) and "from our registry" in message, message
            assert "registry.local/good/app" not in message.replace("registry.local/good/**", "")


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_recorded_requests_are_answered_by_who_attested_their_images(webhook, registry, project, version):
    asked = webhook(policy(attested_by(f"projects/{project}/attestors/qa"), resolveTags=True))
    signer = Signer(asked.rest, project)

    def attest(names):
        for name in names:
            signer.attest(f"{registry.host}/{name.split(':')[0]}@{registry.digests[name]}")

    def complaints(name):
        review = admissions.with_registry(admissions.recorded(name), registry.host)
        response = asked.ask(admissions.as_v1beta1(review) if version == "v1beta1" else review)
        if response["allowed"]:
            return []
        return [image for image in [*ALL, INIT, "nginx"] if f"{registry.host}/{image}" in response["status"]["message"]]

    attest(ATTESTED)
    signer.attest(f"{registry.host}/{INIT}")
    assert {name: complaints(name) for name in EXPECTED} == {name: bad for name, (_, bad) in EXPECTED.items()}
    # What is stored now counts at once, although it was judged a moment ago.
    attest(set(ALL) - set(ATTESTED))
    assert [name for name in EXPECTED if complaints(name)] == ["pod-create-generatename"]


def test_a_decision_is_recorded_under_the_id_that_the_audit_log_has(webhook, project):
    asked = webhook(policy(TRUSTED))
    review = admissions.recorded("pod-create-generatename")
    response = asked.ask(review)
    annotations = response["auditAnnotations"]
    [decision] = recorded_decisions(asked, project, 1)
    assert annotations["decision"] == decision["name"] and annotations["verdict"] == "NON_CONFORMANT"
    assert decision["name"] in response["status"]["message"]
    assert decision["admission"]["uid"] == review["request"]["uid"]
    assert decision["admission"]["user"] == "kubernetes-admin" and decision["allowed"] is False
    shown = asked.server.command("decisions", "get", decision["name"])
    for part in (decision["name"], "nginx", "from our registry", "kubernetes-admin", "gen-d8x6s"):
        assert part in shown
    asked.ask(admissions.recorded("deployment-create"))
    assert recorded_decisions(asked, project, 2)[0]["allowed"] is True


def test_requests_that_are_dry_runs_are_judged_and_not_recorded(webhook, project):
    asked = webhook(policy(TRUSTED))
    dry = admissions.recorded("pod-create-dryrun")
    assert "decision" not in asked.ask(dry).get("auditAnnotations", {})
    bad = admissions.pod("registry.local/bad/app", dryRun=True)
    message = asked.refusal(bad)
    assert "registry.local/bad/app" in message and "decisions get" not in message
    # One that is recorded after them is alone.
    last = admissions.recorded("deployment-create")
    asked.ask(last)
    [decision] = recorded_decisions(asked, project, 1)
    assert decision["admission"]["uid"] == last["request"]["uid"]


def test_updates_that_change_no_image_pass_without_a_look_up(webhook, project):
    asked = webhook(policy({"alwaysDeny": True}))
    response = asked.ask(admissions.recorded("pod-update-annotate"))
    assert response["allowed"] and "decision" not in response.get("auditAnnotations", {})
    for name in EXPECTED:
        assert asked.admits(admissions.recorded(name)) == (name == "pod-update-annotate")
    # All others but the dry run are recorded.
    recorded_decisions(asked, project, len(EXPECTED) - 2)


def test_a_policy_that_only_watches_warns(webhook, project):
    text = json.loads(policy(TRUSTED))
    text["spec"]["checkSets"][0]["enforcement"] = "DRY_RUN"
    asked = webhook(json.dumps(text))
    response = asked.ask(admissions.recorded("pod-create-generatename"))
    assert response["allowed"] and "would refuse Pod default/gen-d8x6s (dry run)" in response["warnings"][0]
    assert any("nginx" in line for line in response["warnings"])
    [decision] = recorded_decisions(asked, project, 1)
    assert decision["verdict"] == "NON_CONFORMANT" and decision["allowed"] and "enforced" not in decision


# Breaking the glass


CHAIN = ["deployment-create", "replicaset-create-by-controller", "pod-create-by-replicaset-controller"]


def test_the_recorded_chain_belongs_together():
    deployment, replica_set, pod = [admissions.recorded(name)["request"]["object"]["metadata"] for name in CHAIN]
    assert replica_set["ownerReferences"][0]["uid"] == deployment["uid"]
    assert pod["ownerReferences"][0]["uid"] == replica_set["uid"]


def chain(annotation=True):
    """A deployment that asks to break the glass, and what controllers make of it."""
    reviews = [admissions.recorded(name) for name in CHAIN]
    if annotation:
        reviews[0]["request"]["object"]["metadata"]["annotations"] = {
            "image-policy.k8s.io/break-glass": "INC-1234 production is down"}
    return reviews


def broken(decisions):
    return [decision.get("brokeGlass", False) for decision in decisions]


@pytest.mark.parametrize("who", [{"users": ["alice"]}, {"groups": ["developers"]}], ids=["user", "group"])
def test_glass_broken_by_a_deployment_lets_its_pods_in(webhook, project, who):
    asked = webhook(policy({"alwaysDeny": True}, breakGlass=who))
    for review in chain():
        response = asked.ask(review)
        assert response["allowed"], response
        assert response["auditAnnotations"]["break-glass"] == "true"
        assert "was let in by break-glass, which is recorded" in response["warnings"][0]
        # It is in the store before anybody has the answer.
        decision = asked.rest.done("GET", f"/grafeion/v1/{response['auditAnnotations']['decision']}")
        assert decision["brokeGlass"] and decision["allowed"] and decision["verdict"] == "NON_CONFORMANT"
    assert broken(admissions.decisions(asked.rest, project)) == [True] * 3
    first = admissions.decisions(asked.rest, project, 'admission.breakGlassReason:"INC-1234"')
    assert [decision["admission"]["kind"] for decision in first] == ["Deployment"]
    shown = asked.server.command("decisions", "get", first[0]["name"])
    assert 'by alice, which asks to break the glass: "INC-1234 production is down"' in shown
    rows = asked.server.command("decisions", "list", project=project).splitlines()
    assert all("broke glass" in row for row in rows[1:]) and len(rows) == 4


def test_glass_is_broken_by_nobody_else(webhook, project):
    asked = webhook(policy({"alwaysDeny": True}, breakGlass={"users": ["bob"], "groups": ["operators"]}))
    deployment, replica_set, pod = chain()
    response = asked.ask(deployment)
    assert not response["allowed"]
    [warning] = response["warnings"]
    assert 'user "alice" may not break the glass' in warning
    assert not asked.admits(replica_set) and not asked.admits(pod)
    # The recorded pod asks for it too.
    assert 'user "alice" may not break the glass' in asked.ask(admissions.recorded("pod-create"))["warnings"][0]
    assert broken(recorded_decisions(asked, project, 4)) == [False] * 4


def test_a_pod_of_another_owner_or_image_or_hand_does_not_follow(webhook):
    asked = webhook(policy({"alwaysDeny": True}, breakGlass={"users": ["alice"]}))
    deployment, replica_set, _ = chain()
    assert asked.admits(deployment)
    text = json.dumps(replica_set)
    uid = deployment["request"]["object"]["metadata"]["uid"]
    for other in [text.replace(uid, uid[::-1]), text.replace("app:1.2.3", "app:6.6.6"),
                  text.replace("system:serviceaccount:kube-system:deployment-controller", "mallory"),
                  text.replace('"namespace": "default"', '"namespace": "payments"')]:
        assert other != text and not asked.admits(json.loads(other))
    assert asked.admits(json.loads(text))


def test_without_the_annotation_the_glass_stays_whole(webhook, project):
    asked = webhook(policy({"alwaysDeny": True}, breakGlass={"users": ["alice"]}))
    assert [asked.admits(review) for review in chain(annotation=False)] == [False] * 3
    assert broken(recorded_decisions(asked, project, 3)) == [False] * 3


def test_who_breaks_the_glass_for_what_conforms_breaks_nothing(webhook, project):
    asked = webhook(policy({"trustedDirectoryCheck": {"trustedDirPatterns": ["registry.local/**"]}},
                           breakGlass={"users": ["alice"]}))
    response = asked.ask(admissions.recorded("pod-create"))
    assert response["allowed"] and "break-glass" not in response["auditAnnotations"]
    assert broken(recorded_decisions(asked, project, 1)) == [False]


# Probes and figures


def test_the_webhook_has_probes_and_counts_what_became_of_reviews(webhook):
    asked = webhook(policy(TRUSTED))
    asked.ask(admissions.recorded("deployment-create"))
    asked.ask(admissions.recorded("pod-create-generatename"))
    asked.ask(admissions.recorded("pod-update-annotate"))
    assert [asked.call(None, path=path, method="GET")[0] for path in ("/healthz", "/readyz")] == [200, 200]
    figures = asked.call(None, path="/metrics", method="GET")[1].decode()
    for outcome in ("allowed", "denied", "passed"):
        assert f'admission_reviews_total{{outcome="{outcome}"}} 1\n' in figures
