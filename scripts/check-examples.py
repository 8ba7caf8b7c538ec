#!/usr/bin/env python3
"""Runs the commands that README, docs/api.md and docs/tutorial.md show, word for word, and compares what they print.

    scripts/check-examples.py PROGRAM            compare
    scripts/check-examples.py PROGRAM --update   write what they print into the documents

PROGRAM is the built grafeion. A command is a block marked `sh`; what it prints is the block marked `json` or `text` that
follows it, if there is one. Each document has a server of its own, with an empty store, and a directory of its own; variables
that a command exports are there for the next. The server listens on a port of its own, so 127.0.0.1:8080 in the commands is
replaced by it, and .build/release/grafeion by PROGRAM. Ids, times, page tokens and what follows from keys in what is printed
stand for any.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
# Where the commands of a document begin and end.
DOCUMENTS = {
    "README.md": ("\n## Five minutes", "\n## "),
    "docs/api.md": ("\n## ", None),
    "docs/tutorial.md": ("\n## ", None),
}
EXAMPLE = re.compile(r"^```sh\n(.*?)^```\n(?:\n```(?:json|text)\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
VOLATILE = [
    (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC \([^)]*\)", "TIME"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID"),
    (r"(revision \d+, )sha256:[0-9a-f]{64}", r"\1VERSION"),
    (r"openpgp4fpr:[0-9a-f]{40}", "KEY"),
    # Whether a decision was remembered depends on how long ago it was made.
    (r"(took +)\d+(\.\d+)?s(, remembered)?", r"\1SECONDS"),
    (r'(x-request-id: |"nextPageToken": ?")[0-9A-Za-z_-]+', r"\1TOKEN"),
]


def normalised(text):
    for pattern, stand_in in VOLATILE:
        text = re.sub(pattern, stand_in, text)
    return text.strip()


class Server:
    """A server on a free port with an empty store, in a directory of its own."""

    def __init__(self, program):
        self.program = program
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.address = "127.0.0.1:%d" % listener.getsockname()[1]
        self.directory = tempfile.mkdtemp(prefix="grafeion-examples-")
        arguments = [program, "serve", "--listen", self.address, "--database", "sqlite:examples.db"]
        self.process = subprocess.Popen(
            arguments, cwd=self.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://{self.address}/readyz", timeout=5).read()
                return self
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the server was not ready after ten seconds")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)
        # An agent of gpg's that a document started may still be taking its sockets away.
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, command):
        """What a command exits with and prints."""
        script = command.replace("127.0.0.1:8080", self.address).replace(".build/release/grafeion", self.program)
        exports = os.path.join(self.directory, ".exports")
        script = f"[ ! -e {exports} ] || . {exports}\ntrap 'export -p > {exports}' EXIT\n{script}"
        path = os.path.dirname(self.program) + os.pathsep + os.environ.get("PATH", os.defpath)
        environment = dict(os.environ, GRAFEION_SERVER=f"http://{self.address}", PATH=path, USER="you")
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", script], cwd=self.directory, env=environment, timeout=60, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.replace(self.address, "127.0.0.1:8080")


def check(path, program, updates):
    """The number of examples in a document, and how many do not print what it says."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        text = file.read()
    opening, closing = DOCUMENTS[path]
    start = text.index(opening)
    end = text.find(closing, start + len(opening)) if closing else len(text)
    failures = 0
    written = text[:start]
    position = start
    examples = list(EXAMPLE.finditer(text, start, end))
    with Server(program) as server:
        for example in examples:
            command, expected = example.groups()
            code, printed = server.run(command)
            if code != 0 or (expected is not None and normalised(printed) != normalised(expected)):
                failures += 1
                print(f"{path}: the command\n{command}\nexited with {code} and printed\n{printed}")
                print(f"the document says\n{expected}")
            if updates and expected is not None:
                shown = printed if printed.endswith("\n") or not printed else printed + "\n"
                written += text[position:example.start(2)] + shown
                position = example.end(2)
    if updates:
        with open(os.path.join(ROOT, path), "w", encoding="utf-8") as file:
            file.write(written + text[position:])
    return len(examples), failures


def main():
    program = os.path.abspath(sys.argv[1])
    updates = "--update" in sys.argv[2:]
    total = failed = 0
    for path in DOCUMENTS:
        count, failures = check(path, program, updates)
        total += count
        failed += failures
    print(f"{total} commands of the documents were run, {failed} did not print what is written there")
    sys.exit(1 if failed or not total else 0)


if __name__ == "__main__":
    main()
