"""Starts the real program for a test, and talks to it in every way that a client would."""

import os
import pathlib
import queue
import re
import resource
import signal
import subprocess
import threading
import time

import google.auth.credentials
import grpc
import requests
from grafeas import grafeas_v1
from grafeas.grafeas_v1.services.grafeas.transports import GrafeasGrpcTransport, GrafeasRestTransport

PACKAGE_ROOT = pathlib.Path(__file__).resolve().parents[3]

# A slow machine is slow; a server that says nothing for this long is broken.
READY_SECONDS = 60


def executable():
    """The program under test: GRAFEION_EXECUTABLE, or the debug build of this package."""
    path = pathlib.Path(os.environ.get("GRAFEION_EXECUTABLE", PACKAGE_ROOT / ".build" / "debug" / "grafeion"))
    assert path.exists(), f"{path} is missing; run `swift build`, or name another with GRAFEION_EXECUTABLE"
    return str(path)


def shared_directory():
    """The project's shared material: GRAFEION_SHARED, or ../shared beside the package."""
    path = pathlib.Path(os.environ.get("GRAFEION_SHARED", PACKAGE_ROOT.parent / "shared"))
    assert path.is_dir(), f"{path} is missing; it holds the real data, name its place with GRAFEION_SHARED"
    return path


def own_environment():
    """The environment without the program's own variables, so that only flags count."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GRAFEION_")}


class Anonymous(google.auth.credentials.AnonymousCredentials):
    """Credentials of nobody, for the libraries that insist on some."""


class Server:
    """A running `grafeion serve` on a port of its own."""

    def __init__(self, directory, *flags, database=None, file_size_max=None, scheme="http"):
        self.directory = pathlib.Path(directory)
        self.database = pathlib.Path(database or self.directory / "records.db")
        self.log_path = self.directory / "server.log"
        command = [
            executable(), "serve", "--listen", "127.0.0.1:0", "--database", f"sqlite:{self.database}",
            "--log-level", "warning", *flags,
        ]
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, cwd=self.directory, env=own_environment(),
            text=True)
        if file_size_max is not None:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (file_size_max, resource.RLIM_INFINITY))
        self.ready_line = self._read_ready_line()
        address = re.search(rf"{scheme}://127\.0\.0\.1:(\d+)", self.ready_line)
        assert address, f"no {scheme} address in the ready line {self.ready_line!r}"
        self.port = int(address.group(1))
        self.target = f"127.0.0.1:{self.port}"
        self.url = f"{scheme}://{self.target}"
        self._channels = []

    def _read_ready_line(self):
        lines = queue.Queue()
        threading.Thread(target=lambda: lines.put(self.process.stdout.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=READY_SECONDS)
        except queue.Empty:
            line = ""
        if not line:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not come up: {self.log_path.read_text()}")
        return line

    # Clients

    def channel(self, **options):
        channel = grpc.insecure_channel(
            self.target, options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1),
                                  ("grpc.use_local_subchannel_pool", 1), *options.items()])
        self._channels.append(channel)
        return channel

    def grpc_client(self):
        """The official client over gRPC."""
        return grafeas_v1.GrafeasClient(transport=GrafeasGrpcTransport(channel=self.channel()))

    def rest_client(self):
        """The official client over REST."""
        return grafeas_v1.GrafeasClient(
            transport=GrafeasRestTransport(host=self.target, credentials=Anonymous(), url_scheme="http"))

    def rest(self):
        return REST(self.url)

    def command(self, *arguments, project="", given=b"", status=0, environment=()):
        """Runs `grafeion` on the command line, which must end with the status; its output and errors."""
        done = subprocess.run(
            [executable(), *map(str, arguments)], input=given, capture_output=True, timeout=120,
            env={**own_environment(), **dict(environment), "GRAFEION_SERVER": self.url, "GRAFEION_PROJECT": project})
        text = done.stdout.decode() + done.stderr.decode()
        assert done.returncode == status, f"grafeion {' '.join(map(str, arguments))}: {done.returncode} {text}"
        return text

    # Ends

    def is_alive(self):
        return self.process.poll() is None

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=40):
        """SIGTERM, and the exit code."""
        for channel in self._channels:
            channel.close()
        if self.is_alive():
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not stop within {seconds} s of SIGTERM") from None
        self.log.close()
        self.process.stdout.close()
        return code

    def log_text(self):
        return self.log_path.read_text(errors="replace")


class REST:
    """Plain HTTP, for what no library would send."""

    def __init__(self, url):
        self.url = url
        self.session = requests.Session()
        # A proxy of the machine's is not part of the test.
        self.session.trust_env = False

    def call(self, method, path, body=None, **options):
        options.setdefault("timeout", 60)
        if body is not None:
            options["json"] = body
        return self.session.request(method, self.url + path, **options)

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.call("POST", path, body, **options)

    def patch(self, path, body=None, **options):
        return self.call("PATCH", path, body, **options)

    def delete(self, path, **options):
        return self.call("DELETE", path, **options)

    def done(self, method, path, body=None, **options):
        """The reply of a call that must succeed."""
        reply = self.call(method, path, body, **options)
        assert reply.status_code == 200, f"{method} {path}: {reply.status_code} {reply.text[:2000]}"
        return reply.json()

    def refused(self, status, method, path, body=None, **options):
        """The error of a call that must fail with the canonical status."""
        reply = self.call(method, path, body, **options)
        return error_of(reply, status)

    def every(self, path, collection, page_size=100, **parameters):
        """Every entry of a list, page by page."""
        entries, token = [], ""
        while True:
            page = self.done("GET", path, params={"pageSize": page_size, "pageToken": token, **parameters})
            entries += page.get(collection, [])
            token = page.get("nextPageToken", "")
            if not token:
                return entries


HTTP_STATUS = {
    "INVALID_ARGUMENT": 400, "FAILED_PRECONDITION": 400, "NOT_FOUND": 404, "ALREADY_EXISTS": 409, "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429, "UNIMPLEMENTED": 501, "UNAVAILABLE": 503, "UNKNOWN": 500,
}


def error_of(reply, status):
    """The error of a reply in the standard form, with the HTTP status that goes with its code."""
    error = reply.json()["error"]
    assert error["status"] == status, f"expected {status}, got {reply.status_code} {reply.text[:2000]}"
    assert error["code"] == reply.status_code == HTTP_STATUS[status]
    assert error["message"]
    return error


def details_of(error, kind):
    """The detail of a REST error by the short name of its type."""
    for detail in error.get("details", []):
        if detail["@type"] == f"type.googleapis.com/google.rpc.{kind}":
            return detail
    raise AssertionError(f"no {kind} in {error}")


def wait_until(condition, seconds=20, every=0.05):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(every)
    raise AssertionError(f"did not happen within {seconds} s")
