"""A PostgreSQL cluster of a test's own, with the tables of the reference server."""

import glob
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

import grafeion_server

TABLES = """
CREATE TABLE projects (id SERIAL PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE notes (
    id SERIAL PRIMARY KEY, project_name TEXT NOT NULL, note_name TEXT NOT NULL, data TEXT,
    UNIQUE (project_name, note_name));
CREATE TABLE occurrences (
    id SERIAL PRIMARY KEY, project_name TEXT NOT NULL, occurrence_name TEXT NOT NULL, data TEXT,
    note_id INT REFERENCES notes NOT NULL, UNIQUE (project_name, occurrence_name));
"""


def program(name):
    """A program of PostgreSQL's, which Debian keeps out of the path."""
    found = shutil.which(name) or max(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), default=None)
    assert found, f"{name} is missing; run scripts/setup.sh test, or install PostgreSQL"
    return found


class ReferenceDatabase:
    """Runs until it is stopped; reached only through a socket in its directory."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="grafeion-postgres-", dir="/tmp"))
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.directory, self.user)
        data = self.directory / "data"
        self._run("initdb", "-D", data, "-U", "grafeas", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.log = open(self.directory / "log", "wb")
        self.process = subprocess.Popen(
            self._command("postgres", "-D", data, "-k", self.directory, "-c", "listen_addresses=", "-c", "fsync=off"),
            stdout=self.log, stderr=self.log, cwd=self.directory)
        grafeion_server.wait_until(self._is_up, seconds=60)
        self.url = f"postgres://grafeas@/postgres?host={self.directory}"
        self.sql(TABLES)

    def _command(self, name, *arguments):
        command = [program(name), *map(str, arguments)]
        return ["runuser", "-u", self.user, "--", *command] if os.geteuid() == 0 else command

    def _run(self, name, *arguments, **options):
        done = subprocess.run(
            self._command(name, *arguments), cwd=self.directory, capture_output=True, text=True, timeout=120, **options)
        assert done.returncode == 0, f"{name}: {done.stderr}"
        return done.stdout

    def _is_up(self):
        assert self.process.poll() is None, (self.directory / "log").read_text()
        return subprocess.run(
            self._command("pg_isready", "-h", self.directory, "-q"), cwd=self.directory, timeout=60).returncode == 0

    def sql(self, text):
        return self._run("psql", "-h", self.directory, "-U", "grafeas", "-d", "postgres", "-X", "-q", "-A", "-t",
                         "-v", "ON_ERROR_STOP=1", "-f", "-", input=text)

    def add_project(self, project):
        self.sql(f"INSERT INTO projects (name) VALUES ('projects/{project}');")

    def add_note(self, project, note, data):
        self.sql(f"INSERT INTO notes (project_name, note_name, data) VALUES ('{project}', '{note}', $data${data}$data$);")

    def add_occurrence(self, project, occurrence, note_project, note, data):
        self.sql(f"""
            INSERT INTO occurrences (project_name, occurrence_name, note_id, data) VALUES ('{project}', '{occurrence}',
            (SELECT id FROM notes WHERE project_name = '{note_project}' AND note_name = '{note}'), $data${data}$data$);
        """)

    def stop(self):
        # SIGINT ends a PostgreSQL server at once and in order; runuser passes on only SIGTERM, so the server is told itself.
        pid = (self.directory / "data" / "postmaster.pid").read_text().split()[0]
        os.kill(int(pid), 2)
        self.process.wait(60)
        self.log.close()
        shutil.rmtree(self.directory)
