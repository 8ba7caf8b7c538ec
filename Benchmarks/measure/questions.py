"""The section `questions`: what `grafeion image` and `grafeion find` ask, with ten million occurrences stored."""

import http.client
import json
import os
import random
import sqlite3
import subprocess
import time
from urllib.parse import quote, urlencode

from tools import DATA, FRESH, PROGRAMS, Failed, Server, figures, fresh_directory, median

FILE = DATA / "questions/server.db"
IMAGES = 40_000
BOUND_MS = 50


def questions(report):
    make(report)
    subjects = Subjects()
    figures_of = {}
    read_file()
    for name, paths, all_pages in asked(subjects):
        with Server("grafeion", FILE) as server:
            client = Client(server)
            first = [took for path in paths for took in client.ask(path, all_pages)]
            turns = max(1, 400 // len(first))
            again = [took for _ in range(turns) for path in paths for took in client.ask(path, all_pages)]
        figures_of[name] = first, again
    for name, paths, all_pages in asked(subjects):
        forget_file()
        with Server("grafeion", FILE) as server:
            client = Client(server)
            tell(report, name, *figures_of[name], [took for path in paths for took in client.ask(path, all_pages)])
    read_file()
    with Server("grafeion", FILE) as server:
        check(Client(server), subjects)
        command_line(report, server, subjects)


def make(report):
    """Makes the occurrences if need be: by the server's schema and the server's rows, but not through the server."""
    whole = FILE.with_suffix(".whole")
    if not FRESH and whole.exists():
        return
    fresh_directory("questions")
    with Server("grafeion", FILE):
        pass
    filled = figures(PROGRAMS / "bench-load", "estate", FILE, IMAGES)
    whole.touch()
    report.told(f"{filled['occurrences']:,.0f} occurrences of {IMAGES:,} images through SQLite's C API",
                f"{filled['seconds']:.0f} s, {filled['occurrences'] / filled['seconds']:,.0f}/s",
                f"the file has {FILE.stat().st_size / 1e9:.1f} GB")


class Subjects:
    """What to ask about: picked by how common it is in the store, the same in every run."""

    def __init__(self):
        self.database = sqlite3.connect(f"file:{FILE}?mode=ro", uri=True)
        pick = random.Random(5)
        uris = [row[0] for row in self.rows("SELECT uri FROM resource")]
        self.images = pick.sample(uris, 200)
        self.repositories = sorted({uri.split("@")[0] for uri in self.images})[:50]
        notes = dict(self.rows("SELECT key, id FROM note WHERE id LIKE 'CVE-%'"))
        counts = self.rows("SELECT note_key, count(*) FROM occurrence GROUP BY note_key ORDER BY 2 DESC")
        self.vulnerabilities = [notes[key] for key, _ in counts if key in notes]
        self.packages = [row[0] for row in self.rows(
            "SELECT name FROM occurrence_package JOIN package ON id = package_id GROUP BY package_id ORDER BY count(*) DESC")]
        self.commits = pick.sample(self.terms("commit"), 50)
        self.bases = pick.sample(self.terms("base"), 50)

    def rows(self, sql, *values):
        return self.database.execute(sql, values).fetchall()

    def terms(self, kind):
        found = self.rows("SELECT text FROM term WHERE text > ? AND text < ?", kind + "\x1f", kind + "\x20")
        return [text.split("\x1f")[1] for (text,) in found]

    def images_with(self, vulnerability):
        return {"https://" + uri for (uri,) in self.rows(
            "SELECT DISTINCT uri FROM note JOIN occurrence ON note_key = note.key JOIN resource ON resource.id = resource_id "
            "WHERE note.id = ?", vulnerability)}


def asked(subjects):
    """Names of questions, the paths to ask, and whether all pages are read or just the first."""
    common, rare = subjects.vulnerabilities[:10], subjects.vulnerabilities[-50:]
    bases = sorted({base.split("@")[0] for base in subjects.bases})
    yield "An image, one of 200", ["/grafeion/v1/images/" + image for image in subjects.images], False
    yield "The last image of a repository", ["/grafeion/v1/images/" + name for name in subjects.repositories], False
    yield "A rare vulnerability", [search(vulnerability=id) for id in rare], True
    yield "A common vulnerability, a page of 20", [search(vulnerability=id) for id in common], False
    yield ("A common vulnerability in images that run, each page of 20",
           [search(vulnerability=id, running="true") for id in common[:3]], True)
    yield ("… each page of 1000, as the command line asks",
           [search(vulnerability=id, running="true", pageSize=1000) for id in common[:3]], True)
    yield "A common package", [search(package=name) for name in subjects.packages[:10]], False
    yield ("A common package below a version, a page of 20",
           [search(package=f"{name} <4") for name in subjects.packages[:10]], False)
    yield ("A common package below a version, in images that run",
           [search(package=f"{name} >=2 <15", running="true") for name in subjects.packages[:10]], False)
    yield ("A rare package in a range of versions",
           [search(package=f"{name} >=1.0 <9") for name in subjects.packages[-50:]], True)
    yield "The beginning of a commit", [search(commit=commit[:12]) for commit in subjects.commits], True
    yield "A base image, a page of 20", [search(base=base) for base in subjects.bases], False
    yield "A repository of base images, a page of 20", [search(base=base) for base in bases], False
    yield "What runs, each page of 20", [search(running="true")], True


def search(**conditions):
    return "/grafeion/v1/search?" + urlencode(conditions)


class Client:
    """One connection, one question at a time."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.connection.connect()

    def get(self, path):
        began = time.monotonic()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.monotonic() - began
        if answer.status != 200:
            raise Failed(f"GET {path}: {answer.status} {body[:500]}")
        return took, json.loads(body)

    def ask(self, path, all_pages):
        """Seconds that each page took."""
        return [took for took, _ in self.pages(path, all_pages)]

    def pages(self, path, all_pages=True):
        token = ""
        while True:
            took, reply = self.get(path + (f"&pageToken={quote(token)}" if token else ""))
            yield took, reply
            token = reply.get("nextPageToken", "")
            if not token or not all_pages:
                return

    def images(self, path):
        return [image for _, reply in self.pages(path) for image in reply.get("images", [])]


def check(client, subjects):
    """No figure is better than a wrong one: the answers are what the rows say without the search index."""
    for id in (subjects.vulnerabilities[0], subjects.vulnerabilities[-1]):
        expected = subjects.images_with(id)
        found = {image["image"] for image in client.images(search(vulnerability=id, pageSize=1000))}
        running = {image["image"] for image in client.images(search(running="true"))}
        both = {image["image"] for image in client.images(search(vulnerability=id, running="true"))}
        if found != expected or both != expected & running:
            raise Failed(f"{id}: {len(found)} images found of {len(expected)}, {len(both)} of them run")


def command_line(report, server, subjects):
    """Whole processes, from their start to their end."""
    common = subjects.vulnerabilities[0]
    for arguments in (["version"], ["image", subjects.images[0]], ["find", "--cve", common, "--running"],
                      ["find", "--cve", subjects.vulnerabilities[-1]],
                      ["find", "--package", f"{subjects.packages[0]} >=2 <15", "--running"],
                      ["find", "--cve", common]):
        takes_server = [] if arguments == ["version"] else ["--server", server.url("")]
        times, lines = [], 0
        for _ in range(11):
            began = time.monotonic()
            done = subprocess.run([PROGRAMS / "grafeion", *arguments, *takes_server], capture_output=True, check=True)
            times.append(time.monotonic() - began)
            lines = done.stdout.count(b"\n")
        name = " ".join(["grafeion", *arguments])[:70]
        report.told(f"`{name}`, the whole process", f"{median(times) * 1000:.0f} ms, slowest {max(times) * 1000:.0f} ms",
                    f"{lines} lines, {len(times)} times")


def tell(report, name, first, again, from_disk):
    """Questions asked again and for the first time of a server are held against the bound; what comes from the disk is told."""
    def text(seconds):
        times = sorted(took * 1000 for took in seconds)
        ninety_ninth = times[min(len(times) - 1, len(times) * 99 // 100)]
        return f"p50 {median(times):.1f} ms, p99 {ninety_ninth:.1f} ms, max {times[-1]:.1f} ms"

    late = sum(took * 1000 >= BOUND_MS for took in from_disk)
    report.bounded(name, f"{text(again)}; asked for the first time {text(first)}", f"< {BOUND_MS} ms",
                   max(first + again) * 1000 < BOUND_MS,
                   f"{len(again)} and {len(first)} answers; with nothing of the file in memory {text(from_disk)}"
                   + (f", {late} of {len(from_disk)} over the bound" if late else ""))


def read_file():
    """Brings the file into the system's memory, as far as there is room."""
    with open(FILE, "rb", buffering=0) as file:
        while file.read(16 << 20):
            pass


def forget_file():
    """Takes the file out of the system's memory."""
    with open(FILE, "rb") as file:
        os.fdatasync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
