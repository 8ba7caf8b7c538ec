"""The webhook while something around it is broken or replaced: its server, its certificate, its policy."""

import json
import resource
import signal
import tempfile
import threading

import pytest

import admissions
import grafeion_server
from admissions import Setup, Signer, Webhook, attested_by, policy


class Town:
    """A server on a socket that stays where it is, and a webhook that asks it."""

    def __init__(self, launch, directory, project, certificates, text, *flags):
        self.launch, self.directory, self.project = launch, directory, project
        # The path of a socket may have some hundred bytes only.
        self.short = tempfile.TemporaryDirectory(prefix="gf-")
        self.socket = f"unix:{self.short.name}/grafeion.sock"
        self.policy = directory / "policy.json"
        self.policy.write_text(text)
        self.start()
        self.signer = Signer(self.rest, project)
        self.webhook = Webhook(directory, certificates, self.policy, project, self.server, "--server", self.socket, *flags)

    def start(self):
        # Both addresses lead to the same server; the port is another one each time.
        self.server = self.launch("--listen", self.socket)
        self.rest = self.server.rest()


@pytest.fixture
def town(launch, tmp_path, project):
    built = []
    certificates = Setup(tmp_path / "setup")

    def build(text, *flags):
        built.append(Town(launch, tmp_path, project, certificates, text, *flags))
        return built[-1]

    yield build
    for town in built:
        assert town.webhook.stop() == 0


@pytest.fixture
def strict(project):
    return attested_by(f"projects/{project}/attestors/qa")


def test_without_its_server_the_webhook_answers_as_it_did_before_and_says_so(town, strict):
    town = town(policy(strict))
    good, bad, new = [admissions.some_image() for _ in range(3)]
    town.signer.attest(good)
    asked = town.webhook
    assert asked.admits(admissions.pod(good)) and not asked.admits(admissions.pod(bad))
    assert town.server.stop() == 0

    response = asked.ask(admissions.pod(good, user="bob"))
    assert response["allowed"] and int(response["auditAnnotations"]["decided-seconds-ago"]) >= 0
    assert "s ago, because " in response["warnings"][0]
    # What was said before is not said to be recorded now.
    assert "decision" not in response["auditAnnotations"]
    assert bad in asked.refusal(admissions.pod(bad))
    # Of the same image elsewhere nothing is known, nor of another.
    for unknown in [admissions.pod(good, namespace="payments"), admissions.pod(new), admissions.pod(good, new)]:
        refused = asked.ask(unknown)
        assert not refused["allowed"] and refused["status"]["code"] == 503
        assert "could not be judged" in refused["status"]["message"] and "try again" in refused["status"]["message"]
        assert refused["auditAnnotations"]["verdict"] == "ERROR"
    # What brings no new image passes as ever, and the probes say that the webhook is there.
    assert asked.admits(admissions.recorded("pod-update-annotate"))
    assert asked.call(None, path="/readyz", method="GET")[0] == 200

    town.start()
    town.signer.rest = town.rest
    town.signer.attest(bad)
    for image in (good, bad):
        fresh = asked.ask(admissions.pod(image))
        assert fresh["allowed"] and "decided-seconds-ago" not in fresh["auditAnnotations"] and "warnings" not in fresh


def test_a_policy_that_allows_on_error_lets_in_what_nobody_can_judge(town, strict):
    town = town(policy(strict, onError="ALLOW"))
    refused, unknown = admissions.some_image(), admissions.some_image()
    assert not town.webhook.admits(admissions.pod(refused))
    assert town.server.stop() == 0
    response = town.webhook.ask(admissions.pod(unknown))
    assert response["allowed"] and "could not be judged" in response["warnings"][0]
    # A refusal that is remembered is better than knowing nothing.
    assert not town.webhook.admits(admissions.pod(refused))


def test_remembered_decisions_are_forgotten_in_time(town, strict):
    town = town(policy(strict), "--stale-for", "1")
    image = admissions.some_image()
    town.signer.attest(image)
    assert town.webhook.admits(admissions.pod(image))
    assert town.server.stop() == 0
    grafeion_server.wait_until(lambda: not town.webhook.admits(admissions.pod(image)))


def test_nothing_is_remembered_for_zero_seconds(town, strict):
    town = town(policy(strict), "--stale-for", "0")
    image = admissions.some_image()
    town.signer.attest(image)
    assert town.webhook.admits(admissions.pod(image))
    assert town.server.stop() == 0
    assert town.webhook.ask(admissions.pod(image))["status"]["code"] == 503


def test_a_server_that_hangs_is_not_waited_for_longer_than_the_api_server_waits(town, strict):
    town = town(policy(strict), "--deadline", "60000")
    known, unknown = admissions.some_image(), admissions.some_image()
    town.signer.attest(known)
    asked = town.webhook
    assert asked.admits(admissions.pod(known))
    town.server.process.send_signal(signal.SIGSTOP)
    try:
        path = asked.setup.path.split("?")[0]
        response = asked.ask(admissions.pod(unknown), path=f"{path}?timeout=2s")
        assert response["status"]["code"] == 503
        assert "could not be judged within 1800 ms" in response["status"]["message"]
        stale = asked.ask(admissions.pod(known), path=f"{path}?timeout=500ms")
        assert stale["allowed"] and "decided-seconds-ago" in stale["auditAnnotations"]
    finally:
        town.server.process.send_signal(signal.SIGCONT)
    assert asked.admits(admissions.pod(known))


def test_pods_beyond_the_queue_are_answered_at_once(town, strict):
    town = town(policy(strict), "--max-reviews", "1")
    asked = town.webhook
    path = asked.setup.path.split("?")[0] + "?timeout=5s"
    town.server.process.send_signal(signal.SIGSTOP)
    answers = []
    try:
        asking = [threading.Thread(target=lambda: answers.append(
            asked.ask(admissions.pod(admissions.some_image()), path=path)["status"]["message"])) for _ in range(3)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join(60)
    finally:
        town.server.process.send_signal(signal.SIGCONT)
    assert sorted("too many pods wait to be judged" in message for message in answers) == [False, True, True]
    figures = asked.call(None, path="/metrics", method="GET")[1].decode()
    assert 'outcome="shed"} 2\n' in figures and 'outcome="denied_on_error"} 1\n' in figures


@pytest.mark.parametrize("form", ["webhook", "serve"])
def test_certificates_are_renewed_without_a_failed_request(server, project, tmp_path, form):
    certificates = Setup(tmp_path / "setup")
    path = tmp_path / "policy.json"
    path.write_text(policy({"trustedDirectoryCheck": {"trustedDirPatterns": ["registry.local/**"]}}))
    asked = Webhook(tmp_path, certificates, path, project, server if form == "webhook" else None)
    try:
        before = asked.serial()
        certificates.renew()

        def is_renewed():
            assert asked.admits(admissions.recorded("deployment-create"))
            return asked.serial() != before

        grafeion_server.wait_until(is_renewed, seconds=40)
        assert asked.admits(admissions.recorded("deployment-create"))
    finally:
        assert asked.stop() == 0


@pytest.mark.parametrize("form", ["webhook", "serve"])
def test_a_policy_in_a_file_is_replaced_and_a_broken_one_is_not_taken(server, project, tmp_path, form):
    certificates = Setup(tmp_path / "setup")
    path = tmp_path / "policy.json"
    path.write_text(policy({"alwaysDeny": True}))
    asked = Webhook(tmp_path, certificates, path, project, server if form == "webhook" else None)
    log = tmp_path / ("webhook.log" if form == "webhook" else "server.log")

    def replace(text):
        fresh = tmp_path / "fresh"
        fresh.write_text(text)
        fresh.replace(path)

    review = admissions.recorded("deployment-create")
    try:
        assert not asked.admits(review)
        replace(policy({"trustedDirectoryCheck": {"trustedDirPatterns": ["registry.local/**"]}}))
        grafeion_server.wait_until(lambda: asked.admits(review))
        replace(policy({"alwaysDny": True}))

        def is_noticed():
            assert asked.admits(review)
            return "the policy's file has changed but cannot be used" in log.read_text()

        grafeion_server.wait_until(is_noticed)
        assert "alwaysDny" in log.read_text()
        assert asked.admits(review)
        replace(policy({"alwaysDeny": True}))
        grafeion_server.wait_until(lambda: not asked.admits(review))
    finally:
        assert asked.stop() == 0


def test_no_decision_is_lost_by_a_stop_nor_one_that_broke_the_glass_by_a_kill(launch, project, tmp_path):
    certificates = Setup(tmp_path / "setup")
    path = tmp_path / "policy.json"
    path.write_text(policy({"alwaysDeny": True}, breakGlass={"users": ["ann"]}))
    asked = Webhook(tmp_path, certificates, path, project)
    names = [asked.ask(admissions.pod(admissions.some_image(), user="bob"))["auditAnnotations"]["decision"]
             for _ in range(20)]
    assert asked.stop() == 0
    asked = Webhook(tmp_path, certificates, path, project)
    assert {decision["name"] for decision in admissions.decisions(asked.server.rest(), project)} == set(names)
    glass = admissions.pod(admissions.some_image(), annotations={"image-policy.k8s.io/break-glass": "INC-1234"})
    name = asked.ask(glass)["auditAnnotations"]["decision"]
    asked.server.kill()
    decision = launch().rest().done("GET", f"/grafeion/v1/{name}")
    assert decision["brokeGlass"] and decision["admission"]["breakGlassReason"] == "INC-1234"


@pytest.mark.parametrize("form", ["webhook", "serve"])
def test_a_full_disk_does_not_stop_a_cluster(launch, project, tmp_path, form):
    """Pods are judged, and nobody breaks the glass while that cannot be recorded."""
    certificates = Setup(tmp_path / "setup")
    path = tmp_path / "policy.json"
    path.write_text(policy({"trustedDirectoryCheck": {"trustedDirPatterns": ["registry.example/**"]}},
                           breakGlass={"users": ["ann"]}))
    server = launch(directory=tmp_path) if form == "webhook" else None
    asked = Webhook(tmp_path, certificates, path, project, server)
    try:
        rest = asked.server.rest()
        rest.done("POST", f"/v1/projects/{project}/notes?noteId=filler", {"build": {"builderVersion": "1"}})
        resource.prlimit(asked.server.process.pid, resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY))
        filler = {"noteName": f"projects/{project}/notes/filler", "build": {"provenance": {"id": "x" * 100_000}}}
        for number in range(100):
            reply = rest.post(f"/v1/projects/{project}/occurrences",
                              {**filler, "resourceUri": f"https://registry.example/filler:{number}"})
            if reply.status_code != 200:
                break
        grafeion_server.error_of(reply, "UNAVAILABLE")

        response = asked.ask(admissions.pod(admissions.some_image()))
        assert response["allowed"] and "decided-seconds-ago" not in response["auditAnnotations"]
        bad = admissions.some_image("elsewhere.example/web")
        assert bad in asked.refusal(admissions.pod(bad))
        glass = asked.ask(admissions.pod(bad, user="ann", annotations={"image-policy.k8s.io/break-glass": "INC-1234"}))
        assert not glass["allowed"]
        # There is room again, and what waited is recorded.
        resource.prlimit(asked.server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wanted = response["auditAnnotations"]["decision"].split("/")[-1]
        grafeion_server.wait_until(lambda: rest.get(f"/grafeion/v1/projects/{project}/decisions/{wanted}").status_code == 200)
    finally:
        assert asked.stop() == 0


def test_a_stored_policy_counts_from_when_it_is_applied(server, rest, project, tmp_path):
    name = f"projects/{project}/policies/cluster"
    spec = {"checkSets": [{"checks": [{"alwaysDeny": True}]}]}
    admissions.apply(rest, name, spec)
    asked = Webhook(tmp_path, Setup(tmp_path / "setup"), name, project, server)
    try:
        review = admissions.recorded("deployment-create")
        assert "by policy " + name in asked.refusal(review)
        spec["checkSets"][0]["checks"] = [{"trustedDirectoryCheck": {"trustedDirPatterns": ["registry.local/**"]}}]
        admissions.apply(rest, name, spec)
        assert asked.admits(review)
        reply = rest.delete(f"/grafeion/v1/{name}")
        assert reply.status_code == 200, json.dumps(reply.json())
        gone = asked.ask(admissions.pod(admissions.some_image()))
        assert not gone["allowed"] and name in gone["status"]["message"]
    finally:
        assert asked.stop() == 0


def test_a_webhook_does_not_start_with_a_policy_that_is_broken(server, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(policy({"vulnerabilityChek": {}}))
    told = server.command("admission", "serve", "--policy", path, "--listen", "127.0.0.1:0", project="p", status=1)
    assert f"{path}:1:" in told and 'did you mean "vulnerabilityCheck"' in told
    assert "name the policy" in server.command("admission", "serve", project="p", status=1)
    missing = server.command("admission", "serve", "--policy", "production", project="p", status=1)
    assert "there is no such file" in missing and "projects/P/policies/X" in missing
    path.write_text(policy({"alwaysDeny": True}))
    assert "--project" in server.command("admission", "serve", "--policy", path, status=1)
