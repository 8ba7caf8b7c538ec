"""Which image runs where: the command line records it, and filters find it."""

import subprocess

import pytest

import grafeion_server

WEB, API = "registry.example/shop/web@sha256:" + "a" * 64, "registry.example/shop/api@sha256:" + "b" * 64


@pytest.fixture
def deployment(server, project):
    def deployment(command, *arguments, status=0, standard_input=None):
        """Runs `grafeion deployment …`; its output and errors."""
        done = subprocess.run(
            [grafeion_server.executable(), "deployment", command, "--server", server.url, "--project", project,
             *arguments],
            input=standard_input, capture_output=True, text=True, timeout=60, env=grafeion_server.own_environment())
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return deployment


@pytest.fixture
def stored(rest, project):
    def stored(condition="kind=DEPLOYMENT"):
        return rest.every(f"/v1/projects/{project}/occurrences", "occurrences", filter=condition)

    return stored


def test_a_deployment_is_recorded_and_found_by_filter(deployment, stored, rest, project):
    told = deployment("start", f"https://{WEB}", "--address", "prod/web", "--by", "ann@shop.example", "--config", "-",
                      "--platform", "gke", "--at", "2026-01-02T03:04:05Z", standard_input="replicas: 2\n")
    assert told == f"{WEB} runs at prod/web since 2026-01-02T03:04:05Z\n"
    [found] = stored(f'kind="DEPLOYMENT" AND resourceUrl="https://{WEB}" AND deployment.address="prod/web"')
    assert found["resourceUri"] == f"https://{WEB}"
    assert found["deployment"] == {
        "userEmail": "ann@shop.example", "deployTime": "2026-01-02T03:04:05Z", "config": "replicas: 2\n",
        "address": "prod/web", "resourceUri": [f"https://{WEB}"], "platform": "GKE"}
    note = rest.done("GET", f"/v1/projects/{project}/notes/deployment-prod~web")
    assert note["deployment"] == {"resourceUri": ["https://registry.example/shop/web"]}
    assert found["noteName"] == note["name"]


def test_what_runs_already_is_left_as_it_is(deployment, stored):
    deployment("start", WEB, "--address", "prod/web", "--at", "2026-01-02T03:04:05Z")
    before = stored()
    told = deployment("start", WEB, "--address", "prod/web")
    assert told == f"{WEB} runs at prod/web already, since 2026-01-02T03:04:05Z\n"
    assert stored() == before
    deployment("start", WEB, "--address", "test/web")
    deployment("start", API, "--address", "prod/web")
    assert len(stored()) == 3


def test_replacing_ends_the_others_at_the_address(deployment, stored):
    deployment("start", WEB, "--address", "prod/web", "--at", "2026-01-01T00:00:00Z")
    deployment("start", WEB, "--address", "test/web")
    told = deployment("start", API, "--address", "prod/web", "--replace", "--at", "2026-01-02T00:00:00Z")
    assert f"{WEB} no longer runs at prod/web\n" in told
    ended = stored("deployment.undeployTime:*")
    assert [(entry["resourceUri"], entry["deployment"]["address"]) for entry in ended] == [(f"https://{WEB}", "prod/web")]
    assert ended[0]["deployment"]["undeployTime"] == "2026-01-02T00:00:00Z"
    assert ended[0]["deployment"]["deployTime"] == "2026-01-01T00:00:00Z"
    assert "already" in deployment("start", API, "--address", "prod/web", "--replace")
    # What came back is a deployment of its own.
    deployment("start", WEB, "--address", "prod/web", "--replace")
    assert len(stored(f'resourceUrl="https://{WEB}" AND deployment.address="prod/web"')) == 2


def test_stopping_ends_what_runs_and_nothing_else(deployment, stored):
    for image in (WEB, API):
        deployment("start", image, "--address", "prod/web", "--at", "2026-01-01T00:00:00Z")
    told = deployment("stop", WEB, "--address", "prod/web", "--at", "2026-01-03T00:00:00Z")
    assert told == f"{WEB} no longer runs at prod/web\n"
    [ended] = stored("deployment.undeployTime:*")
    assert ended["resourceUri"] == f"https://{WEB}" and ended["deployment"]["undeployTime"] == "2026-01-03T00:00:00Z"
    assert "does not run" in deployment("stop", WEB, "--address", "prod/web")
    assert "does not run" in deployment("stop", WEB, "--address", "prod/web", "--must-run", status=1)
    assert API in deployment("stop", "--all", "--address", "prod/web")
    assert "nothing runs at prod/web" in deployment("stop", "--all", "--address", "prod/web")
    assert len(stored("deployment.undeployTime:*")) == 2


def test_the_list_shows_what_runs_where(deployment):
    assert deployment("list") == "no deployments found\n"
    deployment("start", WEB, "--address", "prod/web", "--at", "2026-01-01T00:00:00Z", "--by", "ann")
    deployment("start", API, "--address", 'prod/"api"\\', "--at", "2026-01-02T00:00:00Z")
    deployment("stop", WEB, "--address", "prod/web", "--at", "2026-01-03T00:00:00Z")
    header, api, web = [line.split() for line in deployment("list").splitlines()]
    assert header == ["ADDRESS", "RESOURCE", "SINCE", "UNTIL", "BY"]
    assert api == ['prod/"api"\\', API, "2026-01-02T00:00:00Z"]
    assert web == ["prod/web", WEB, "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z", "ann"]
    assert WEB not in deployment("list", "--running") and API in deployment("list", "--running")
    assert API in deployment("list", "--address", 'prod/"api"\\') and API in deployment("list", "--image", API)
    assert API not in deployment("list", "--image", WEB)
    assert len(deployment("list", "--output", "name").splitlines()) == 2


def test_notes_may_live_elsewhere_and_addresses_do_not_share_them(deployment, rest, project):
    deployment("start", WEB, "--address", "a/b", "--note-project", f"{project}-notes")
    deployment("start", WEB, "--address", "a~b", "--note-project", f"projects/{project}-notes")
    deployment("start", WEB, "--address", "x" * 200, "--note-project", f"{project}-notes")
    notes = rest.every(f"/v1/projects/{project}-notes/notes", "notes")
    assert {"deployment-a~b", "deployment-a%7Eb"} < {note["name"].split("/")[-1] for note in notes}
    assert len(notes) == 3 and rest.every(f"/v1/projects/{project}/notes", "notes") == []


@pytest.mark.parametrize("arguments, status, words", [
    (["start", "registry.example/shop/web:1", "--address", "a"], 1, "by its digest"),
    (["start", WEB, "--address", "a", "--at", "yesterday"], 1, "yesterday"),
    (["start", WEB], 64, "address"), (["stop", "--address", "a"], 64, "--all"),
    (["stop", WEB, "--all", "--address", "a"], 64, "--all"),
    (["start", WEB, "--address", "a", "--platform", "mars"], 64, "mars"),
])
def test_what_cannot_be_is_refused(deployment, stored, arguments, status, words):
    assert words in deployment(*arguments, status=status)
    assert stored() == []
