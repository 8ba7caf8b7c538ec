"""Running servers and load generators, and reading what they did."""

import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = BENCHMARKS / ".build/release"
# On the disk of the checkout, because durability is measured; ignored by git.
DATA = pathlib.Path(os.environ.get("BENCH_DIR", BENCHMARKS / ".build/bench"))
# Whether what is kept from one run to the next is made again.
FRESH = os.environ.get("BENCH_FRESH") == "1"


class Failed(Exception):
    """A measurement that did not do what it was to measure: no figure is better than a wrong one."""


def output_of(*command, environment=None):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        raise Failed(f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def figures(*command, environment=None):
    """The `name value` lines that a program of ours prints."""
    return {line.split()[0]: float(line.split()[1])
            for line in output_of(*command, environment=environment).splitlines()}


def slower_disk(milliseconds):
    """The environment in which every sync takes that much longer."""
    return {"LD_PRELOAD": str(PROGRAMS / "libSlowSync.so"), "SLOW_SYNC_US": str(milliseconds * 1000)}


class Server:
    """A server process on a free port of the loopback interface."""

    def __init__(self, program, database, environment=None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        address = f"127.0.0.1:{self.port}"
        arguments = {
            "bench-server": [address, f"sqlite:{database}"],
            "grafeion": ["serve", "--listen", address, "--database", f"sqlite:{database}", "--log-level", "error"],
        }[program]
        self.began = time.monotonic()
        self.process = subprocess.Popen([PROGRAMS / program, *arguments], stdout=subprocess.DEVNULL,
                                        env={**os.environ, **(environment or {})})
        self.seconds_to_ready = self.wait_until_answering("/readyz")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def wait_until_answering(self, path, seconds=30):
        while time.monotonic() - self.began < seconds:
            try:
                if self.get(path)[0] == 200:
                    return time.monotonic() - self.began
            except (ConnectionError, http.client.HTTPException):
                pass
            if self.process.poll() is not None:
                raise Failed("the server ended")
            time.sleep(0.001)
        raise Failed("the server is not ready")

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def post(self, path, text):
        """Seconds until a call that must succeed is answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        began = time.monotonic()
        try:
            connection.request("POST", path, text)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise Failed(f"POST {path}: {answer.status} {body[:500]}")
        return time.monotonic() - began

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self, which="VmRSS"):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{which}:\s+(\d+) kB", status, re.M)[1]) / 1024

    def calls_answered_ok(self, method):
        text = self.get("/metrics")[1].decode()
        found = re.search(rf'^grpc_requests_total{{[^}}]*"{re.escape(method)}"[^}}]*}} (\d+)', 
                          "\n".join(line for line in text.splitlines() if '"OK"' in line), re.M)
        return int(found[1]) if found else 0


GRPC = ["-H", "content-type: application/grpc", "-H", "te: trailers"]


def grpc_call(server, method, frame):
    """One call by curl: the reply's message. The status is in the trailers, which load generators do not look at."""
    with tempfile.TemporaryDirectory() as directory:
        headers, body = pathlib.Path(directory, "headers"), pathlib.Path(directory, "body")
        output_of("curl", "-sS", "--http2-prior-knowledge", *GRPC, "--data-binary", f"@{frame}",
                  "-D", headers, "-o", body, server.url("/" + method))
        if not re.search(r"^grpc-status: 0\s*$", headers.read_text(), re.M):
            raise Failed(f"{method} did not succeed: {headers.read_text()}")
        return body.read_bytes()[5:]


class Load:
    """One run of h2load: requests a second, and the server's CPU for each."""

    def __init__(self, server, path, requests, *options):
        before = server.cpu_seconds()
        text = output_of("h2load", "-n", requests, *options, server.url(path))
        self.cpu_us = (server.cpu_seconds() - before) / requests * 1e6
        self.rate = float(re.search(r"finished in .*?, ([\d.]+) req/s", text)[1])
        if f"{requests} succeeded, 0 failed, 0 errored, 0 timeout" not in text:
            raise Failed(text)


class GRPCLoad(Load):
    """The same with one gRPC request over and over. All replies must have been OK by the server's own count."""

    def __init__(self, server, method, frame, requests, connections=8, streams=8, log=None):
        before = server.calls_answered_ok(method)
        options = ["-c", connections, "-m", streams, "-d", frame, *GRPC]
        super().__init__(server, "/" + method, requests, *options, *(["--log-file", log] if log else []))
        answered = server.calls_answered_ok(method) - before
        if answered != requests:
            raise Failed(f"{answered} of {requests} calls of {method} were answered OK")


def latencies_us(log):
    """The response times of an h2load log."""
    times = [int(line.split()[2]) for line in pathlib.Path(log).read_text().splitlines()]
    pathlib.Path(log).unlink()
    return times


def median(values):
    return statistics.median(values)


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def frame(message, path):
    """Writes an encoded message as a gRPC frame."""
    path.write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
    return path


def string_field(number, text):
    return varint(number << 3 | 2) + varint(len(text.encode())) + text.encode()


def first_string(message):
    """Field 1 of a message that begins with it, shorter than 128 bytes: an entry's name."""
    if message[0] != 0x0A or message[1] >= 0x80:
        raise Failed("the reply does not begin with a name")
    return message[2:2 + message[1]].decode()


def fresh_directory(name):
    directory = DATA / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
