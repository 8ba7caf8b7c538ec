"""What was acknowledged is there, whatever happens to the server; and the database file is nobody else's."""

import concurrent.futures
import hashlib
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid

import grafeas.grafeas_v1 as v1
import pytest
import requests
from google.api_core import exceptions

import grafeion_server
import records
from records import image


class Load:
    """Writers that go on until the server is gone, and remember what it acknowledged."""

    BATCH = 20

    def __init__(self, server, project):
        self.server, self.project = server, project
        self.path = f"/v1/projects/{project}"
        self.acknowledged = {}
        self.batches_acknowledged = set()
        self.notes = set()
        self.lock = threading.Lock()
        self.end = threading.Event()
        self.killed = False

    def run(self, seconds):
        """Loads the server for the given time, and kills it in the middle of everything."""
        tasks = [self.single, self.single, self.single_grpc, self.single_grpc, self.batch, self.batch, self.note]
        with concurrent.futures.ThreadPoolExecutor(len(tasks)) as pool:
            work = [pool.submit(self.until_the_end, task) for task in tasks]
            time.sleep(seconds)
            grafeion_server.wait_until(self.is_well_under_way, seconds=60)
            self.killed = True
            self.server.kill()
            self.end.set()
            for part in work:
                part.result(60)

    def is_well_under_way(self):
        return len(self.acknowledged) > 100 and len(self.batches_acknowledged) > 3 and len(self.notes) > 3

    def until_the_end(self, task):
        client = self.server.grpc_client() if task == self.single_grpc else self.server.rest()
        while not self.end.is_set():
            try:
                task(client)
            except (requests.RequestException, exceptions.GoogleAPICallError):
                if not self.killed:
                    raise
                return

    def remember(self, names, identifier):
        with self.lock:
            self.acknowledged.update(dict.fromkeys(names, identifier))

    def single(self, rest):
        identifier = f"single-{uuid.uuid4()}"
        entry = records.build(self.project, uri=image(random.randrange(50)), identifier=identifier)
        self.remember([rest.done("POST", f"{self.path}/occurrences", entry)["name"]], identifier)

    def single_grpc(self, client):
        identifier = f"single-{uuid.uuid4()}"
        made = client.create_occurrence(
            parent=f"projects/{self.project}", retry=None, timeout=10, occurrence=v1.Occurrence(
                resource_uri=image(random.randrange(50)), note_name=f"projects/{self.project}/notes/builds",
                build=v1.BuildOccurrence(provenance=v1.BuildProvenance(id=identifier))))
        self.remember([made.name], identifier)

    def batch(self, rest):
        identifier = f"batch-{uuid.uuid4()}"
        entries = [records.build(self.project, uri=image(n), identifier=identifier) for n in range(self.BATCH)]
        made = rest.done("POST", f"{self.path}/occurrences:batchCreate", {"occurrences": entries})
        self.remember([occurrence["name"] for occurrence in made["occurrences"]], identifier)
        self.batches_acknowledged.add(identifier)

    def note(self, rest):
        identifier = f"note-{uuid.uuid4()}"
        made = rest.done("POST", f"{self.path}/notes", records.build_note(), params={"noteId": identifier})
        with self.lock:
            self.notes.add(made["name"])


def test_kill_9_under_load_loses_nothing_acknowledged_and_leaves_nothing_half_written(launch, project):
    """Three times on the same file, so that recovery itself is part of what is loaded."""
    server = launch()
    server.rest().done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    acknowledged, notes = {}, {f"projects/{project}/notes/builds"}
    for round_number in range(3):
        load = Load(server, project)
        load.run(seconds=1.5 + round_number / 2)
        acknowledged.update(load.acknowledged)
        notes |= load.notes

        server = launch(database=server.database)
        rest = server.rest()
        stored = {
            occurrence["name"]: occurrence["build"]["provenance"]["id"]
            for occurrence in rest.every(f"/v1/projects/{project}/occurrences", "occurrences", page_size=1000)}
        lost = acknowledged.keys() - stored.keys()
        assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged occurrences are lost"
        assert all(stored[name] == identifier for name, identifier in acknowledged.items())
        batches = {}
        for identifier in stored.values():
            batches[identifier] = batches.get(identifier, 0) + 1
        partial = {key: count for key, count in batches.items()
                   if count != (Load.BATCH if key.startswith("batch-") else 1)}
        assert not partial, f"half-written: {partial}"
        for name in random.sample(sorted(acknowledged), min(200, len(acknowledged))):
            assert rest.done("GET", f"/v1/{name}")["build"]["provenance"]["id"] == acknowledged[name]
        stored_notes = {n["name"] for n in rest.every(f"/v1/projects/{project}/notes", "notes", page_size=1000)}
        assert notes <= stored_notes
        # Each of a killed request's effects is whole: what is listed is found by resource too.
        found = rest.every(f"/v1/projects/{project}/occurrences", "occurrences", filter=f'resourceUrl="{image(7)}"')
        assert {o["name"] for o in found} <= stored.keys()
    assert server.stop() == 0
    check = sqlite3.connect(server.database)
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert check.execute("PRAGMA foreign_key_check").fetchall() == []
    check.close()


def test_a_server_killed_while_it_makes_its_database_starts_again(launch, project, tmp_path):
    """At whatever moment: before the file, between the file's mark and its tables, after them."""
    for number in range(8):
        directory = tmp_path / str(number)
        directory.mkdir()
        starting = subprocess.Popen(
            [grafeion_server.executable(), "serve", "--listen", "127.0.0.1:0", "--database", "sqlite:records.db"],
            cwd=directory, env=grafeion_server.own_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        database = directory / "records.db"
        if number % 2:
            grafeion_server.wait_until(database.exists, every=0.001)
            time.sleep(random.uniform(0, 0.01))
        else:
            time.sleep(random.uniform(0.01, 0.1))
        starting.kill()
        starting.wait()
        server = launch(directory=directory)
        server.rest().done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "n"})
        assert server.stop() == 0


def test_a_file_with_the_mark_and_no_tables_is_still_ours(launch, project, tmp_path):
    server = launch()
    server.kill()
    ours = sqlite3.connect(server.database)
    mark = ours.execute("PRAGMA application_id").fetchone()[0]
    ours.close()
    assert mark != 0
    begun = sqlite3.connect(tmp_path / "begun.db")
    begun.execute(f"PRAGMA application_id = {mark}")
    begun.close()
    rest = launch(database=tmp_path / "begun.db").rest()
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "n"})


def refused_start(directory, database):
    """What a server says that must not start."""
    result = subprocess.run(
        [grafeion_server.executable(), "serve", "--listen", "127.0.0.1:0", "--database", f"sqlite:{database}"],
        cwd=directory, env=grafeion_server.own_environment(), capture_output=True, text=True, timeout=60)
    assert result.returncode != 0
    assert "http://" not in result.stdout, "it said that it serves"
    return result.stderr


def test_a_second_process_on_the_same_file_is_refused_and_the_first_goes_on(launch, project, tmp_path):
    server = launch()
    rest = server.rest()
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "before"})
    said = refused_start(tmp_path, server.database)
    assert str(server.database) in said and "in use" in said and str(server.process.pid) in said
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "after"})
    assert len(rest.every(f"/v1/projects/{project}/notes", "notes")) == 2
    server.kill()
    # A killed server leaves no obstacle behind.
    rest = launch(database=server.database).rest()
    assert len(rest.every(f"/v1/projects/{project}/notes", "notes")) == 2


KILLED_IN_A_CHANGE = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
if sys.argv[2] == "old":
    database.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT)")
database.execute("PRAGMA cache_size = 1")
database.execute("BEGIN")
database.execute("CREATE TABLE other (title TEXT)")
database.executemany("INSERT INTO other VALUES (?)", [("x" * 1000,)] * 500)
os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_hot_journal(path, age):
    """A database whose writer was killed in a transaction; undone, a `new` one is empty and an `old` one has a table."""
    subprocess.run([sys.executable, "-c", KILLED_IN_A_CHANGE, str(path), age], timeout=60)
    assert path.with_name(path.name + "-journal").stat().st_size > 512


def test_a_new_file_whose_first_change_was_cut_off_is_taken_as_empty(launch, project, tmp_path):
    leave_hot_journal(tmp_path / "begun.db", "new")
    rest = launch(database=tmp_path / "begun.db").rest()
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "n"})


def test_another_programs_unfinished_change_is_not_undone_for_it(tmp_path):
    path = tmp_path / "theirs.db"
    leave_hot_journal(path, "old")
    journal = path.with_name("theirs.db-journal")
    before = fingerprint(path), fingerprint(journal)
    assert "another program" in refused_start(tmp_path, path)
    assert (fingerprint(path), fingerprint(journal)) == before


def fingerprint(path):
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, path.stat().st_mtime_ns


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_database_of_another_program_is_refused_and_left_as_it_was(tmp_path, journal):
    path = tmp_path / "theirs.db"
    theirs = sqlite3.connect(path)
    theirs.execute(f"PRAGMA journal_mode={journal}")
    # The same table name as ours, to make it harder.
    theirs.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT)")
    theirs.execute("INSERT INTO note VALUES (1, 'buy milk')")
    theirs.commit()
    theirs.close()
    before = fingerprint(path)
    said = refused_start(tmp_path, path)
    assert str(path) in said and "another program" in said and "--database" in said
    assert fingerprint(path) == before
    theirs = sqlite3.connect(path)
    assert theirs.execute("SELECT title FROM note").fetchall() == [("buy milk",)]
    theirs.close()


@pytest.mark.parametrize("content", [
    b"x", b"my diary\n", b"line\n" * 10_000, b"SQLite format 3\x00 but nothing else", bytes(8192),
], ids=["one byte", "short text", "long text", "only the magic", "zeros"])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(tmp_path, content):
    path = tmp_path / "diary.txt"
    path.write_bytes(content)
    before = fingerprint(path)
    said = refused_start(tmp_path, path)
    assert str(path) in said
    assert fingerprint(path) == before


@pytest.mark.parametrize("database", ["missing/directory/x.db", "."])
def test_a_place_where_no_database_can_be_is_refused_clearly(tmp_path, database):
    said = refused_start(tmp_path, tmp_path / database)
    assert str(tmp_path) in said
    assert "Fatal error" not in said


def test_sigterm_finishes_the_requests_in_flight(launch, project):
    """A request whose body is still on its way when the signal comes is answered, and what it wrote is there."""
    server = launch()
    rest = server.rest()
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    body = requests.Request("POST", server.url, json=records.build(project)).prepare().body
    head = (f"POST /v1/projects/{project}/occurrences HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head + body[:10])
        # Sent and not yet read is not in flight for the server; give it the time to read.
        time.sleep(0.3)
        stopping = threading.Thread(target=server.process.terminate)
        stopping.start()
        stopping.join()
        grafeion_server.wait_until(lambda: not accepts(server.port), seconds=10)
        assert server.is_alive(), "it did not wait for the request in flight"
        connection.sendall(body[10:])
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
    assert server.stop() == 0
    rest = launch(database=server.database).rest()
    found = rest.every(f"/v1/projects/{project}/occurrences", "occurrences")
    assert len(found) == 1 and found[0]["name"].encode() in answer


def test_sigterm_right_after_the_ready_line_is_a_clean_stop(launch):
    assert launch().stop() == 0


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_sigterm_under_load_answers_what_it_took(launch, project):
    """Callers at work when the signal comes are answered or refused; an answer is never a lie."""
    server = launch()
    server.rest().done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    acknowledged, lock = set(), threading.Lock()

    def write():
        mine = server.rest()
        while True:
            try:
                reply = mine.post(f"/v1/projects/{project}/occurrences", records.build(project))
            except requests.RequestException:
                return
            if reply.status_code == 503:
                return
            assert reply.status_code == 200, reply.text
            with lock:
                acknowledged.add(reply.json()["name"])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        work = [pool.submit(write) for _ in range(8)]
        grafeion_server.wait_until(lambda: len(acknowledged) > 50)
        assert server.stop() == 0
        for part in work:
            part.result(30)
    rest = launch(database=server.database).rest()
    stored = {o["name"] for o in rest.every(f"/v1/projects/{project}/occurrences", "occurrences", page_size=1000)}
    assert stored >= acknowledged
