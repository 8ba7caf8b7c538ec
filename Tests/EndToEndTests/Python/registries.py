"""Real registries and real images for a test: Debian's docker-registry, umoci and skopeo."""

import base64
import hashlib
import http.server
import json
import os
import pathlib
import socket
import subprocess
import threading
import time
import urllib.parse

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

import grafeion_server

USER, PASSWORD = "reader", "secret"
# bcrypt of the password, as htpasswd -B makes it.
HTPASSWD = f"{USER}:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stderr}"
    return done.stdout


class Images:
    """A layout on disk in which images are built of a few files."""

    def __init__(self, directory, only_of=None):
        """A new layout; with another's images and a tag, one that has only this image."""
        self.directory = pathlib.Path(directory)
        if only_of is None:
            run("umoci", "init", "--layout", self.directory)
        else:
            images, tag = only_of
            run("skopeo", "--insecure-policy", "copy", f"oci:{images.directory}:{tag}", f"oci:{self.directory}:{tag}")

    def build(self, tag, created_by, base=None, architecture="amd64", labels=()):
        """An image of one layer on top of those of the base."""
        if base is None:
            run("umoci", "new", "--image", f"{self.directory}:{tag}")
        content = self.directory.parent / f"file-{tag}"
        # Images are told by their layers, so that those of two layouts are to have different ones.
        content.write_text(f"{tag} for {architecture} in {self.directory}")
        rootless = ["--rootless"] if os.getuid() else []
        run("umoci", "insert", *rootless, "--image", f"{self.directory}:{base or tag}", "--tag", tag,
            "--history.created_by", created_by, content, f"/{tag}")
        run("umoci", "config", "--image", f"{self.directory}:{tag}", "--os", "linux", "--architecture", architecture,
            "--author", "the shop", *(f"--config.label={label}" for label in labels))
        return self.digest(tag)

    def add(self, tag, base, content, created_by="COPY . /"):
        """An image with the files of a directory on top of a base."""
        rootless = ["--rootless"] if os.getuid() else []
        run("umoci", "insert", *rootless, "--image", f"{self.directory}:{base}", "--tag", tag,
            "--history.created_by", created_by, content, "/")
        return self.digest(tag)

    def digest(self, tag):
        index = json.loads((self.directory / "index.json").read_text())
        [found] = [entry["digest"] for entry in index["manifests"]
                   if entry["annotations"]["org.opencontainers.image.ref.name"] == tag]
        return found

    def blob(self, digest):
        return (self.directory / "blobs" / "sha256" / digest.removeprefix("sha256:")).read_bytes()

    def manifest(self, digest):
        return json.loads(self.blob(digest))

    def config(self, digest):
        return json.loads(self.blob(self.manifest(digest)["config"]["digest"]))


class Registry:
    """A registry on a port of its own; auth is its configuration's section of that name."""

    def __init__(self, directory, auth=None):
        self.directory = pathlib.Path(directory)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.host = f"127.0.0.1:{free.getsockname()[1]}"
        # JSON is YAML too.
        configuration = {
            "version": 0.1, "log": {"level": "error", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": str(self.directory / "storage")}},
            "http": {"addr": self.host}, **({"auth": auth} if auth else {}),
        }
        path = self.directory / "registry.json"
        path.write_text(json.dumps(configuration))
        self.log = open(self.directory / "registry.log", "wb")
        self.process = subprocess.Popen(["docker-registry", "serve", path], stdout=self.log, stderr=self.log)
        self.session = requests.Session()
        self.session.trust_env = False
        grafeion_server.wait_until(self._answers)

    def _answers(self):
        assert self.process.poll() is None, (self.directory / "registry.log").read_text()
        try:
            return self.session.get(f"http://{self.host}/v2/", timeout=5).status_code in (200, 401)
        except requests.ConnectionError:
            return False

    def push(self, images, tag, name, *arguments):
        """Copies an image of a layout; the digest that it has in the registry."""
        path = self.directory / f"digest-{time.monotonic_ns()}"
        run("skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", "--digestfile", path, *arguments,
            f"oci:{images.directory}:{tag}", f"docker://{self.host}/{name}")
        return path.read_text().strip()

    def put(self, name, reference, document, media_type):
        """Puts a manifest or an index there as it is."""
        data = json.dumps(document).encode()
        reply = self.session.put(f"http://{self.host}/v2/{name}/manifests/{reference}", data=data,
                                 headers={"Content-Type": media_type}, timeout=30)
        assert reply.status_code == 201, reply.text
        return digest_of(data)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.session.close()
        self.log.close()


class Answering:
    """A small HTTP server: the closure gets the handler and returns status, headers and body."""

    def __init__(self, answer):
        self.asked = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                length = int(self.headers.get("Content-Length", 0))
                self.form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
                outer.asked.append(self)
                status, headers, body = answer(self)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_HEAD = do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class TokenServer(Answering):
    """Gives tokens that a registry takes, to the user with the password or to who has the identity token."""

    ISSUER, SERVICE, IDENTITY = "the test", "the registry", "who-i-am"

    def __init__(self, certificates):
        self.key = serialization.load_pem_private_key(pathlib.Path(certificates.key).read_bytes(), None)
        certificate = x509.load_pem_x509_certificate(pathlib.Path(certificates.certificate).read_bytes())
        self.chain = [base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()]
        super().__init__(self._answer)
        self.auth = {"token": {"realm": f"http://{self.host}/token", "service": self.SERVICE, "issuer": self.ISSUER,
                               "rootcertbundle": str(certificates.authority)}}

    def _answer(self, request):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.path).query))
        basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        form = request.form
        if request.command == "POST":
            known = form.get("grant_type") == "refresh_token" and form.get("refresh_token") == self.IDENTITY
            name, scope = "access_token", form.get("scope", "")
        else:
            known = request.headers.get("Authorization") == basic
            name, scope = "token", query.get("scope", "")
        if not known:
            return 401, {}, b"{}"
        return 200, {"Content-Type": "application/json"}, json.dumps({name: self._token(scope)}).encode()

    def _token(self, scope):
        kind, name, actions = scope.split(":")
        now = int(time.time())
        claims = {"iss": self.ISSUER, "sub": USER, "aud": self.SERVICE, "nbf": now - 60, "iat": now, "exp": now + 300,
                  "jti": str(time.monotonic_ns()), "access": [{"type": kind, "name": name, "actions": actions.split(",")}]}
        parts = [{"typ": "JWT", "alg": "ES256", "x5c": self.chain}, claims]
        text = ".".join(self._base64(json.dumps(part).encode()) for part in parts)
        r, s = utils.decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{self._base64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    @staticmethod
    def _base64(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
