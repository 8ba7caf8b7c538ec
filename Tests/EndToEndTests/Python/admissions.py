"""Plays a Kubernetes API server: the real webhook over TLS, with the files of `grafeion admission setup`."""

import base64
import copy
import hashlib
import http.client
import json
import pathlib
import re
import socket
import ssl
import subprocess
import uuid

import yaml
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import grafeion_server

RECORDED = grafeion_server.shared_directory() / "data" / "kubernetes"
NAMES = sorted(path.stem for path in RECORDED.glob("*.json"))


def recorded(name):
    """A request as an API server sent it."""
    return json.loads((RECORDED / f"{name}.json").read_text())


def images_of(thing):
    """The images of an object, in the order in which they are judged."""
    spec = thing["spec"]
    spec = spec.get("jobTemplate", {}).get("spec", spec)
    spec = spec.get("template", {}).get("spec", spec)
    return [container["image"] for sort in ("initContainers", "containers", "ephemeralContainers")
            for container in spec.get(sort, [])]


def as_v1beta1(review):
    """The same request in the version before."""
    return {**copy.deepcopy(review), "apiVersion": "admission.k8s.io/v1beta1"}


def with_registry(review, host):
    """The same request with its images in another registry: also nginx, or Docker Hub would be asked for it."""
    text = json.dumps(review).replace("registry.local/", f"{host}/").replace('"image": "nginx"', f'"image": "{host}/nginx"')
    return json.loads(text)


def pod(*images, name="web", namespace="default", user="ann", groups=(), annotations=None, kind="Pod", **more):
    """The request for a pod's creation, or for that of a deployment."""
    containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
    version = {"group": "", "version": "v1"} if kind == "Pod" else {"group": "apps", "version": "v1"}
    metadata = {"name": name, "namespace": namespace, "uid": str(uuid.uuid4()), "annotations": annotations or {}}
    spec = {"containers": containers}
    return {
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": str(uuid.uuid4()), "kind": {**version, "kind": kind}, "operation": "CREATE", "namespace": namespace,
            "name": name, "userInfo": {"username": user, "groups": list(groups)}, "dryRun": False,
            "object": {"apiVersion": "v1" if kind == "Pod" else "apps/v1", "kind": kind, "metadata": metadata,
                       "spec": spec if kind == "Pod" else {"template": {"spec": spec}}}, **more}}


def some_image(repository="registry.example/shop/web"):
    """An image that no other test has."""
    return f"{repository}@sha256:{hashlib.sha256(uuid.uuid4().bytes).hexdigest()}"


class Setup:
    """What `grafeion admission setup` made: the webhook's files as its pod has them, and what the API server is told."""

    def __init__(self, directory, *options):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.certificate, self.key = self.directory / "tls.crt", self.directory / "tls.key"
        self.run("--keep-ca", self.directory / "ca.pem", *options)
        [hook] = yaml.safe_load((self.directory / "out" / "admission-webhook.yaml").read_text())["webhooks"]
        client = hook["clientConfig"]
        self.authority = base64.b64decode(client["caBundle"]).decode()
        service = client["service"]
        self.host = f"{service['name']}.{service['namespace']}.svc"
        self.path = f"{service['path']}?timeout={hook['timeoutSeconds']}s"

    def renew(self):
        """The same authority signs another certificate, which takes the place of the old one."""
        self.run("--ca", self.directory / "ca.pem", "--force")

    def run(self, *options):
        subprocess.run(
            [grafeion_server.executable(), "admission", "setup", "--output", self.directory / "out", *options],
            check=True, capture_output=True, timeout=60, env=grafeion_server.own_environment())
        data = yaml.safe_load((self.directory / "out" / "admission-tls.yaml").read_text())["data"]
        for path in (self.certificate, self.key):
            # In one step, as a node swaps the files of a Secret.
            fresh = path.with_suffix(".new")
            fresh.write_bytes(base64.b64decode(data[path.name]))
            fresh.replace(path)


class APIServer:
    """Asks a webhook as its configuration says. The name of its Service leads to this machine."""

    def __init__(self, setup, port):
        self.setup, self.port = setup, port
        self.context = ssl.create_default_context(cadata=setup.authority)

    def connection(self):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection = http.client.HTTPSConnection(self.setup.host)
        connection.sock = self.context.wrap_socket(plain, server_hostname=self.setup.host)
        return connection

    def serial(self):
        """The serial number of the certificate that a new connection is shown."""
        connection = self.connection()
        try:
            return connection.sock.getpeercert()["serialNumber"]
        finally:
            connection.close()

    def call(self, body, headers=(), path=None, method="POST"):
        """Status and body of a call, on a connection of its own."""
        connection = self.connection()
        try:
            connection.request(method, path or self.setup.path, body,
                               {"Content-Type": "application/json", **dict(headers)})
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    def ask(self, review, path=None):
        """The response to a review, which must be one to this review."""
        status, body = self.call(json.dumps(review), path=path)
        assert status == 200, body
        answer = json.loads(body)
        assert (answer["apiVersion"], answer["kind"]) == (review["apiVersion"], "AdmissionReview")
        response = answer["response"]
        assert response["uid"] == review["request"]["uid"]
        return response

    def admits(self, review):
        return self.ask(review)["allowed"]

    def refusal(self, review):
        """The message for the developer, of a review that must be refused."""
        response = self.ask(review)
        assert not response["allowed"], response
        return response["status"]["message"]


class Webhook(APIServer):
    """`grafeion admission` beside a server; or, without one, a server that does both."""

    def __init__(self, directory, setup, policy, project, server=None, *flags, port=0):
        self.directory = pathlib.Path(directory)
        listen = f"127.0.0.1:{port}"
        if server is None:
            self.server = grafeion_server.Server(
                self.directory, "--admission-listen", listen, "--admission-policy", str(policy), "--admission-project",
                project, "--admission-tls-cert", str(setup.certificate), "--admission-tls-key", str(setup.key), *flags)
            self.process, self.own = self.server.process, None
            line = self.process.stdout.readline()
        else:
            self.server = server
            self.log = open(self.directory / "webhook.log", "ab")
            self.own = self.process = subprocess.Popen(
                [grafeion_server.executable(), "admission", "serve", "--policy", str(policy), "--project", project,
                 "--server", server.url, "--listen", listen, "--tls-cert", setup.certificate, "--tls-key", setup.key,
                 *flags],
                stdout=subprocess.PIPE, stderr=self.log, text=True, env=grafeion_server.own_environment())
            line = self.own.stdout.readline()
        found = re.search(r"answers admission reviews on https://127\.0\.0\.1:(\d+)/", line)
        assert found, f"the webhook did not come up: {line!r}"
        super().__init__(setup, int(found.group(1)))

    def stop(self):
        if self.own is None:
            return self.server.stop()
        self.own.terminate()
        code = self.own.wait(40)
        self.own.stdout.close()
        self.log.close()
        return code


class Signer:
    """An attestor of a project, with its key."""

    def __init__(self, rest, project, name="qa"):
        self.rest, self.project, self.name = rest, project, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.attestor = f"projects/{project}/attestors/{name}"
        self.note = f"projects/{project}/notes/{name}"
        public = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        apply(rest, self.attestor, {"publicKeys": [
            {"id": "qa-key", "pkixPublicKey": {"publicKeyPem": public, "signatureAlgorithm": "ECDSA_P256_SHA256"}}]})

    def make_note(self, name):
        """A note of somebody else that attestations may hang on; the attestor's own came with it."""
        self.rest.done("POST", f"/v1/projects/{self.project}/notes?noteId={name}",
                       {"attestation": {"hint": {"humanReadableName": name}}})
        return f"projects/{self.project}/notes/{name}"

    def payload(self, image):
        name, digest = image.split("@")
        return json.dumps({"critical": {
            "identity": {"docker-reference": name}, "image": {"docker-manifest-digest": digest},
            "type": "Google cloud binauthz container signature"}}).encode()

    def sign(self, payload):
        return self.key.sign(payload, ec.ECDSA(hashes.SHA256()))

    def attest(self, image, payload=None, signature=None, note=None):
        """Stores an attestation; in part another one than would be right, if it is given."""
        payload = self.payload(image) if payload is None else payload
        signature = self.sign(payload) if signature is None else signature
        return self.rest.done("POST", f"/v1/projects/{self.project}/occurrences", {
            "resourceUri": f"https://{image}", "noteName": note or self.note,
            "attestation": {"serializedPayload": base64.b64encode(payload).decode(), "signatures": [
                {"publicKeyId": "qa-key", "signature": base64.b64encode(signature).decode()}]}})


def apply(rest, name, spec):
    """Stores an attestor, or a policy."""
    kind = "Attestor" if "/attestors/" in name else "Policy"
    document = {"apiVersion": "grafeion.dev/v1", "kind": kind, "metadata": {"name": name.split("/")[-1]}, "spec": spec}
    reply = rest.call("PUT", f"/grafeion/v1/{name}", data=json.dumps(document), headers={"Content-Type": "text/yaml"})
    assert reply.status_code == 200, reply.text
    return name


def policy(*checks, **spec):
    """The text of a policy, which is JSON."""
    return json.dumps({"apiVersion": "grafeion.dev/v1", "kind": "Policy", "metadata": {"name": "cluster"},
                       "spec": {"checkSets": [{"checks": list(checks)}], **spec}})


def attested_by(*attestors):
    return {"displayName": "attested", "simpleSigningAttestationCheck": {"attestors": list(attestors)}}


def decisions(rest, project, condition=""):
    return rest.every(f"/grafeion/v1/projects/{project}/decisions", "decisions", filter=condition)


def stored(rest, project):
    """How much there is of everything that a project can have."""
    return (len(decisions(rest, project)), len(rest.every(f"/v1/projects/{project}/notes", "notes")),
            len(rest.every(f"/v1/projects/{project}/occurrences", "occurrences")))
