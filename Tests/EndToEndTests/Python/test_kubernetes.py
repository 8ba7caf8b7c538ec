"""deploy/kubernetes and what `grafeion admission setup` writes: what a cluster would make of them, without one."""

import base64
import re
import shutil
import socket
import ssl
import subprocess

import kubernetes_validate
import pytest
import yaml

import grafeion_server
import manifests

# The oldest that has all that is used (the pause before stopping), and the newest that there are schemas of.
KUBERNETES_VERSIONS = ["1.30", "1.36"]

OBJECTS, FILES = manifests.gathered()
WORKLOADS = [found for found in OBJECTS if manifests.pod_template(found)]
CONTAINERS = [(found, container) for found in WORKLOADS for container in manifests.containers(found)]


def of_kind(kind):
    return [found for found in OBJECTS if found["kind"] == kind]


def named(found):
    return f"{found['kind']}/{found['metadata']['name']}"


def selected(labels):
    """The workload whose pods have these labels."""
    [found] = [found for found in WORKLOADS
               if labels.items() <= manifests.pod_template(found)["metadata"]["labels"].items()]
    return found


def ports(found):
    return {port["name"]: port["containerPort"]
            for container in manifests.containers(found) for port in container["ports"]}


@pytest.fixture(scope="module")
def setup(tmp_path_factory):
    """What the command writes: the Secret and the configuration."""
    directory = tmp_path_factory.mktemp("setup")
    subprocess.run([grafeion_server.executable(), "admission", "setup", "--output", directory], check=True,
                   capture_output=True, timeout=60, env=grafeion_server.own_environment())
    [secret] = manifests.documents(directory / "admission-tls.yaml")
    [configuration] = manifests.documents(directory / "admission-webhook.yaml")
    return secret, configuration


def test_every_file_belongs_to_it():
    assert FILES == {path for path in manifests.DIRECTORY.rglob("*") if path.is_file()}
    assert sorted(map(named, OBJECTS)) == sorted({named(found) for found in OBJECTS})
    assert {found["kind"] for found in WORKLOADS} == {"StatefulSet", "Deployment"}


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
def test_kubernetes_schemas_are_kept(setup, version):
    for found in [*OBJECTS, *setup]:
        kubernetes_validate.validate(found, version, strict=True)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not there")
def test_kubectl_puts_together_the_same():
    """Names with the hashes of their contents apart."""
    done = subprocess.run(["kubectl", "kustomize", manifests.DIRECTORY], capture_output=True, text=True, check=True)
    built = [found for found in yaml.safe_load_all(re.sub(r"(grafeion-policy)-[0-9a-z]{10}\b", r"\1", done.stdout))]
    def ordered(objects):
        return sorted(objects, key=named)

    assert ordered(built) == ordered(OBJECTS)


def test_all_is_in_one_namespace_that_restricts_its_pods(setup):
    [namespace] = of_kind("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    places = {found["metadata"].get("namespace") for found in OBJECTS if found is not namespace}
    assert places == {namespace["metadata"]["name"]} == {setup[0]["metadata"]["namespace"]}


@pytest.mark.parametrize("found", WORKLOADS, ids=named)
def test_pods_are_no_more_than_they_need_to_be(found):
    pod = manifests.pod_template(found)["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == pod["securityContext"]["fsGroup"] == 65532
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    # Or GRAFEION_PORT of the Service would be in the environment beside the settings.
    assert pod["enableServiceLinks"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    assert all(not {"hostPath"} & set(volume) for volume in pod["volumes"])
    [account] = [other for other in of_kind("ServiceAccount")
                 if other["metadata"]["name"] == pod["serviceAccountName"]]
    assert account["automountServiceAccountToken"] is False
    assert not [other for other in OBJECTS if "Role" in other["kind"]]


@pytest.mark.parametrize("found, container", CONTAINERS, ids=lambda one: one.get("name"))
def test_containers_are_no_more_than_they_need_to_be(found, container):
    context = container["securityContext"]
    assert context == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                       "capabilities": {"drop": ["ALL"]}}
    assert re.fullmatch(r"[^:@]+:\d+\.\d+\.\d+", container["image"])
    assert set(container["resources"]["requests"]) == {"cpu", "memory"} and container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("found, container", CONTAINERS, ids=lambda one: one.get("name"))
def test_probes_ask_what_the_program_answers(found, container):
    paths = {"startupProbe": "/readyz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    for probe, path in paths.items():
        request = container[probe]["httpGet"]
        assert request["path"] == path
        assert request["port"] in ports(found)
        assert request.get("scheme", "HTTP") == ("HTTPS" if "--tls-cert" in " ".join(container["args"]) else "HTTP")


def test_image_is_of_the_programs_version():
    [version] = re.findall(r"^grafeion (\S+)$", subprocess.run(
        [grafeion_server.executable(), "version"], capture_output=True, text=True, check=True).stdout, re.M)
    written = {container["image"] for found in manifests.gathered(manifests.DIRECTORY / "server")[0]
               + manifests.gathered(manifests.DIRECTORY / "admission")[0] for container in manifests.containers(found)}
    assert written == {f"grafeion:{version}"}
    assert {container["image"] for _, container in CONTAINERS} == {f"registry.example/grafeion:{version}"}


@pytest.mark.parametrize("found", WORKLOADS, ids=named)
def test_selectors_find_the_pods_of_their_workload(found):
    labels = manifests.pod_template(found)["metadata"]["labels"]
    assert found["spec"]["selector"]["matchLabels"].items() <= labels.items()
    budgets = [other for other in of_kind("PodDisruptionBudget")
               if selected(other["spec"]["selector"]["matchLabels"]) is found]
    policies = [other for other in of_kind("NetworkPolicy")
                if selected(other["spec"]["podSelector"]["matchLabels"]) is found]
    services = [other for other in of_kind("Service") if selected(other["spec"]["selector"]) is found]
    assert len(budgets) == len(policies) == len(services) == 1
    for port in services[0]["spec"]["ports"]:
        assert port["targetPort"] in ports(found)
    for rule in policies[0]["spec"]["ingress"]:
        for source in rule.get("from", []):
            if "podSelector" in source:
                selected(source["podSelector"]["matchLabels"])
        for port in rule["ports"]:
            assert port["port"] in ports(found)


def test_volumes_are_there():
    for found, container in CONTAINERS:
        pod = manifests.pod_template(found)["spec"]
        volumes = {volume["name"] for volume in pod["volumes"]}
        volumes |= {claim["metadata"]["name"] for claim in found["spec"].get("volumeClaimTemplates", [])}
        mounts = container["volumeMounts"]
        assert {mount["name"] for mount in mounts} == volumes
        # A file that is mounted by a subPath is never renewed.
        assert all("subPath" not in mount for mount in mounts)
        for volume in pod["volumes"]:
            if "configMap" in volume:
                assert volume["configMap"]["name"] in {one["metadata"]["name"] for one in of_kind("ConfigMap")}


def test_the_server_is_one_and_stops_in_time():
    [server] = of_kind("StatefulSet")
    assert server["spec"]["replicas"] == 1
    assert server["spec"]["serviceName"] in {one["metadata"]["name"] for one in of_kind("Service")}
    # Longer than shutdown-grace.
    assert manifests.pod_template(server)["spec"]["terminationGracePeriodSeconds"] > 30
    [budget] = [one for one in of_kind("PodDisruptionBudget") if selected(one["spec"]["selector"]["matchLabels"]) is server]
    assert budget["spec"]["maxUnavailable"] == 1, "its node could never be drained"


def test_the_server_understands_its_flags(tmp_path):
    [server] = of_kind("StatefulSet")
    [container] = manifests.containers(server)
    done = subprocess.run([grafeion_server.executable(), *container["args"], "--print-config"], text=True,
                          capture_output=True, cwd=tmp_path, env=grafeion_server.own_environment(), timeout=60)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^listen +0\.0\.0\.0:8080 ", done.stdout, re.M)
    [directory] = [mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] == "data"]
    assert re.search(rf"^database +sqlite:{directory}/\S+ ", done.stdout, re.M)
    assert ports(server) == {"http": 8080}


def test_the_webhook_goes_on_while_one_of_its_pods_goes():
    [admission] = of_kind("Deployment")
    assert admission["spec"]["replicas"] == 2
    assert admission["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    [budget] = [one for one in of_kind("PodDisruptionBudget")
                if selected(one["spec"]["selector"]["matchLabels"]) is admission]
    assert budget["spec"]["minAvailable"] == 1
    pod = manifests.pod_template(admission)
    [term] = pod["spec"]["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    for selector in [term["podAffinityTerm"], *pod["spec"]["topologySpreadConstraints"]]:
        assert selected(selector["labelSelector"]["matchLabels"]) is admission
    pause = manifests.containers(admission)[0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pause + 30 < pod["spec"]["terminationGracePeriodSeconds"]


def test_the_webhook_finds_server_policy_and_certificate():
    [admission] = of_kind("Deployment")
    [container] = manifests.containers(admission)
    command, *flags = container["args"]
    flags = dict(flag.removeprefix("--").split("=", 1) for flag in flags)
    assert command == "admission" and set(flags) == {"policy", "server", "listen", "tls-cert", "tls-key"}

    server, port = flags["server"].removeprefix("http://").split(":")
    [service] = [one for one in of_kind("Service") if one["metadata"]["name"] == server]
    assert int(port) in [one["port"] for one in service["spec"]["ports"]]
    assert selected(service["spec"]["selector"])["kind"] == "StatefulSet"
    assert flags["listen"] == f"0.0.0.0:{ports(admission)['https']}"

    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    [policy] = of_kind("ConfigMap")
    assert flags["policy"] in [f"{mounts['policy']}/{name}" for name in policy["data"]]
    assert (flags["tls-cert"], flags["tls-key"]) == (f"{mounts['tls']}/tls.crt", f"{mounts['tls']}/tls.key")
    [volume] = [one for one in manifests.pod_template(admission)["spec"]["volumes"] if one["name"] == "tls"]
    # The user is in the volume's group.
    assert volume["secret"]["defaultMode"] == 0o440


def test_what_setup_writes_fits_the_manifests(setup):
    secret, configuration = setup
    [admission] = of_kind("Deployment")
    [volume] = [one for one in manifests.pod_template(admission)["spec"]["volumes"] if one["name"] == "tls"]
    assert volume["secret"]["secretName"] == secret["metadata"]["name"]
    [webhook] = configuration["webhooks"]
    client = webhook["clientConfig"]["service"]
    [service] = [one for one in of_kind("Service") if one["metadata"]["name"] == client["name"]]
    assert service["metadata"]["namespace"] == client["namespace"]
    assert [port["port"] for port in service["spec"]["ports"]] == [client["port"]]
    assert selected(service["spec"]["selector"]) is admission
    [expression] = webhook["namespaceSelector"]["matchExpressions"]
    assert client["namespace"] in expression["values"] and "kube-system" in expression["values"]


def test_an_api_server_would_trust_the_certificate(setup, launch, tmp_path):
    secret, configuration = setup
    files = {}
    for name in ("tls.crt", "tls.key"):
        files[name] = tmp_path / name
        files[name].write_bytes(base64.b64decode(secret["data"][name]))
    server = launch("--tls-cert", files["tls.crt"], "--tls-key", files["tls.key"], scheme="https")
    [webhook] = configuration["webhooks"]
    service = webhook["clientConfig"]["service"]
    context = ssl.create_default_context(cadata=base64.b64decode(webhook["clientConfig"]["caBundle"]).decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT

    def handshake(name):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            with context.wrap_socket(connection, server_hostname=name) as secured:
                return secured.version()

    assert handshake(f"{service['name']}.{service['namespace']}.svc") == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError, match="not valid for"):
        handshake(f"{service['name']}.elsewhere.svc")
