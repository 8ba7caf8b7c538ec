"""The sections of the benchmark, each of which can run by itself."""

import json
import sqlite3
import time

import profile_page
import trust
from questions import questions
from tools import (DATA, FRESH, PROGRAMS, GRPCLoad, Load, Server, figures, first_string, frame, fresh_directory, grpc_call,
                   latencies_us, median, output_of, slower_disk, string_field)

GRAFEAS = "grafeas.v1.Grafeas/"
PROJECT = "projects/acme-prod"
NOTES, IMAGES, PER_IMAGE = 5000, 10_000, 100
MILLION = IMAGES * PER_IMAGE
ROUNDS = 5


def fill(server, notes, images):
    output_of(PROGRAMS / "bench-load", "fill", "127.0.0.1", server.port, notes, images, PER_IMAGE)


def requests(directory, notes, images):
    """Writes the request files and returns the bytes of one occurrence as a client sends it."""
    return int(figures(PROGRAMS / "bench-load", "requests", directory, notes, images)["payload_bytes"])


def rows_stored(database):
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute(
        "SELECT count(*), ifnull(max(key), 0) FROM occurrence").fetchone()


def compare(report, name, real, echo, bound, what="the echo", rounds=ROUNDS):
    """Runs both in turns and reports the ratio of the medians. `real` and `echo` each make one load."""
    real(), echo()
    pairs = [(real(), echo()) for _ in range(rounds)]
    rates = [median([pair[side].rate for pair in pairs]) for side in (0, 1)]
    cpu = [median([pair[side].cpu_us for pair in pairs]) for side in (0, 1)]
    ratio = rates[0] / rates[1]
    spread = sorted(a.rate / b.rate for a, b in pairs)
    report.bounded(
        name, f"{ratio:.0%} of the rate of {what}: {rates[0]:,.0f}/s to {rates[1]:,.0f}/s", f"≥ {bound:.0%}",
        ratio >= bound,
        f"server CPU a call {cpu[0]:.0f} µs to {cpu[1]:.0f} µs; single rounds {spread[0]:.0%} to {spread[-1]:.0%}")
    return rates[0]


def calls(report):
    """Single calls at 64 callers, against echoes in the same process."""
    directory = fresh_directory("calls")
    database = directory / "server.db"
    sent = requests(directory, 100, 10)
    with Server("bench-server", database) as server:
        fill(server, 100, 10)
        create = directory / "create.frame"
        stored = grpc_call(server, GRAFEAS + "CreateOccurrence", create)
        name = first_string(stored)
        get = frame(string_field(1, name), directory / "get.frame")
        assert grpc_call(server, GRAFEAS + "GetOccurrence", get) == stored
        echoed = len(grpc_call(server, "bench.Echo/GetOccurrence", get))
        grpc_call(server, "bench.Echo/CreateOccurrence", create)
        report.told("Payload", f"{sent} bytes as sent, {len(stored)} as stored", f"the echo's reply {echoed}")
        compare(report, "gRPC GetOccurrence, 64 callers",
                lambda: GRPCLoad(server, GRAFEAS + "GetOccurrence", get, 16_000),
                lambda: GRPCLoad(server, "bench.Echo/GetOccurrence", get, 16_000), 0.70)
        before, _ = rows_stored(database)
        compare(report, "gRPC CreateOccurrence, 64 callers",
                lambda: GRPCLoad(server, GRAFEAS + "CreateOccurrence", create, 10_000),
                lambda: GRPCLoad(server, "bench.Echo/CreateOccurrence", create, 10_000), 0.50)
        assert rows_stored(database)[0] - before == 10_000 * (ROUNDS + 1), "not every create is in the store"
        path = f"/v1/{name}"
        status, json = server.get(path)
        assert status == 200
        http1 = ["--h1", "-c", 64]
        compare(report, "REST GetOccurrence, 64 callers",
                lambda: Load(server, path, 20_000, *http1),
                lambda: Load(server, "/bench/occurrence", 20_000, *http1), 0.70,
                "a route that answers from memory")
        stored_path = f"/bench/stored?{name.rsplit('/', 1)[1]}"
        assert server.get(stored_path)[0] == 200
        compare(report, "REST GetOccurrence, 64 callers",
                lambda: Load(server, path, 20_000, *http1),
                lambda: Load(server, stored_path, 20_000, *http1), 0.70,
                "a route that reads the stored bytes")
        report.told("JSON replies", f"{len(json)} bytes", f"the echo's {len(server.get('/bench/occurrence')[1])}")


def durable(report):
    """Single creates at 64 callers, against a transaction and so a sync for each; on this disk, and on slower ones."""
    directory = fresh_directory("durable")
    requests(directory, 100, 10)
    sync = figures(PROGRAMS / "bench-disk", "sync", directory / "sync", 300)
    report.told("4 KiB and fdatasync on this disk", f"{sync['sync_us_p50']:.0f} µs",
                f"nine in ten {sync['sync_us_p90']:.0f} µs or less")
    for slower_ms in (0, 1, 2, 5, 10):
        environment = slower_disk(slower_ms) if slower_ms else {}
        bare = sync["sync_us_p50"] / 1000 + slower_ms
        rates, alone = grouped_and_alone(directory / f"disk-{slower_ms}.db", directory / "create.frame", environment)
        times = rates / alone
        report.bounded(
            f"Durable creates, 64 callers, a sync takes {bare:.1f} ms" + (" (made slower)" if slower_ms else ""),
            f"{times:.1f} × one transaction for each: {rates:,.0f}/s to {alone:,.0f}/s", "≥ 20 × from 1 ms on",
            times >= 20 if bare >= 1 else None)


def grouped_and_alone(database, create, environment):
    """Creates a second through the server, and rows a second with a transaction for each."""
    rates, alone = [], []
    with Server("bench-server", database, environment) as server:
        fill(server, 100, 10)
        for turn in range(3):
            rates.append(GRPCLoad(server, GRAFEAS + "CreateOccurrence", create, 4000).rate)
            key = newest_key_but(database, 300)
            target = database.with_name(f"{database.stem}-alone-{turn}.db")
            alone.append(rows_per_second(database, target, key, 1, environment))
    return median(rates), median(alone)


def newest_key_but(database, count):
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute(
        "SELECT key FROM occurrence ORDER BY key DESC LIMIT 1 OFFSET ?", [count]).fetchone()[0]


def rows_per_second(source, target, after_key, per_transaction, environment=None):
    copied = figures(PROGRAMS / "bench-disk", "rows", source, target, after_key, per_transaction,
                     environment=environment)
    return copied["rows"] / copied["seconds"]


def batch(report):
    """Batches of 500 over gRPC, against the same rows through SQLite's C API."""
    directory = fresh_directory("batch")
    database = directory / "server.db"
    requests(directory, 100, 10)
    method, batch_frame, calls_each = GRAFEAS + "BatchCreateOccurrences", directory / "batch.frame", 20
    with Server("bench-server", database) as server:
        fill(server, 100, 10)
        for callers in (1, 4):
            ours, bare = [], []
            target = directory / f"bare-{callers}.db"
            for _ in range(ROUNDS):
                _, key = rows_stored(database)
                load = GRPCLoad(server, method, batch_frame, calls_each, callers, 1)
                ours.append(load.rate * 500)
                bare.append(rows_per_second(database, target, key, 500))
            ratio = median(ours) / median(bare)
            report.bounded(
                f"BatchCreate of 500, {callers} caller{'s' * (callers > 1)}",
                f"{ratio:.0%} of the C API's rows: {median(ours):,.0f}/s to {median(bare):,.0f}/s", "≥ 50%", ratio >= 0.5,
                f"server CPU a row {load.cpu_us / 500:.0f} µs")


def versions(report):
    """Reading a stored record in another version, against decoding and encoding it in v1."""
    found = figures(PROGRAMS / "bench-versions")
    base = found["v1_decode_encode_us"]
    for version in ("v1beta1", "v1alpha1"):
        for name, what in (("", "nothing kept"), ("_kept", "with something that v1 cannot say")):
            cost = found[f"{version}{name}_us"]
            report.bounded(
                f"Reading an occurrence in {version}, {what}",
                f"{cost / base:.2f} × v1 through decode and encode: {cost:.1f} µs to {base:.1f} µs of CPU", "< 2 ×",
                cost < 2 * base, f"writing {found[version + '_write_us']:.1f} µs" if not name else "")


def trivy_report(image, findings):
    """A report of Trivy's with that many findings."""
    vulnerabilities = [{
        "VulnerabilityID": f"CVE-{2015 + n % 11}-{10000 + n}", "PkgName": f"lib{n % 400}", "InstalledVersion": f"2.9.{n % 30}-1",
        "FixedVersion": f"2.9.{n % 30 + 1}-1", "Status": "fixed", "Severity": ["LOW", "MEDIUM", "HIGH", "CRITICAL"][n % 4],
        "Layer": {"DiffID": "sha256:" + f"{n % 7:064x}"}, "SeveritySource": "debian", "Title": f"a flaw of lib{n % 400}",
        "Description": "A length taken from the input is used before it is checked. " * 6,
        "CVSS": {"nvd": {"V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "V3Score": 7.5}},
        "References": [f"https://nvd.nist.gov/vuln/detail/{n}", f"https://tracker.example/{n}"],
    } for n in range(findings)]
    return json.dumps({
        "SchemaVersion": 2, "CreatedAt": "2026-11-24T10:00:00Z", "ArtifactName": image, "ArtifactType": "container_image",
        "Metadata": {"OS": {"Family": "debian", "Name": "12"}, "RepoDigests": [image]},
        "Results": [{"Target": "debian", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": vulnerabilities}],
    })


def ingest(report):
    """Scanner reports of 1,000 findings through REST, one at a time."""
    database = fresh_directory("ingest") / "server.db"
    images = [f"registry.example/app{n}@sha256:{n:064x}" for n in range(100)]
    reports = [trivy_report(image, 1000) for image in images]
    with Server("grafeion", database) as server:
        times = [server.post("/grafeion/v1/projects/acme:ingest", text) for text in reports]
        again = server.post("/grafeion/v1/projects/acme:ingest", reports[0])
    report.bounded("A report of 1,000 findings, the slowest of 100", f"{max(times):.2f} s (median {median(times):.2f} s)",
                   "< 1 s", max(times) < 1, f"{len(reports[0]) // 1000} KB; the same again {again:.2f} s")
    report.bounded("100 such reports", f"{sum(times):.1f} s", "< 60 s", sum(times) < 60)


def start(report):
    """From exec to the first answer, on an empty store."""
    directory = fresh_directory("start")
    for program in ("grafeion", "bench-server"):
        times = []
        for turn in range(11):
            with Server(program, directory / f"{program}-{turn}.db") as server:
                times.append(server.wait_until_answering(f"/v1/{PROJECT}/occurrences?filter=kind%3DBUILD"))
        report.bounded(f"Start of `{program}` to its first answer, empty store", f"{median(times) * 1000:.0f} ms",
                       "< 200 ms", median(times) < 0.2, f"slowest of {len(times)} {max(times) * 1000:.0f} ms")


MILLION_FILE = DATA / "million/server.db"


def fill_million(report):
    """Makes the million occurrences if need be, and says where they are."""
    whole = MILLION_FILE.with_suffix(".whole")
    if FRESH or not whole.exists():
        fresh_directory("million")
        with Server("grafeion", MILLION_FILE) as server:
            began = time.monotonic()
            fill(server, NOTES, IMAGES)
            seconds = time.monotonic() - began
            loaded = server.memory_mb()
            time.sleep(10)
            report.told("A million occurrences by BatchCreate of 500", f"{MILLION / seconds:,.0f}/s, {seconds:.0f} s",
                        f"resident memory right after {loaded:.0f} MB, 10 s later {server.memory_mb():.0f} MB")
        assert rows_stored(MILLION_FILE)[0] == MILLION
        whole.touch()
    return MILLION_FILE


def million(report):
    """Looks at the server that serves the million occurrences."""
    fill_million(report)
    directory = fresh_directory("million-requests")
    requests(directory, NOTES, IMAGES)
    size = sum(file.stat().st_size for file in MILLION_FILE.parent.glob("server.db*"))
    ready = []
    for _ in range(5):
        with Server("grafeion", MILLION_FILE) as server:
            ready.append(server.seconds_to_ready)
    report.bounded("Start to ready with 1,000,000", f"{median(ready) * 1000:.0f} ms", "< 1 s", median(ready) < 1)
    with Server("grafeion", MILLION_FILE) as server:
        for _ in range(20):
            page = grpc_call(server, GRAFEAS + "ListOccurrences", directory / "list-page.frame")
        for index in range(10):
            grpc_call(server, GRAFEAS + "ListOccurrences", directory / f"list-image-{index}.frame")
        time.sleep(3)
        memory = server.memory_mb()
        report.bounded("Resident memory at rest with 1,000,000", f"{memory:.0f} MB", "< 300 MB", memory < 300,
                       f"of it the server's own {server.memory_mb('RssAnon'):.0f} MB, mapped files "
                       f"{server.memory_mb('RssFile'):.0f} MB; after 20 pages of 1000 and 10 images")
        GRPCLoad(server, GRAFEAS + "ListOccurrences", directory / "list-page.frame", 200, 64, 1)
        time.sleep(3)
        report.told("Resident memory after 200 pages of 1000, 64 at a time", f"{server.memory_mb():.0f} MB")
    payload = len(page) / 1000
    report.bounded("File for each occurrence", f"{size / MILLION:.0f} bytes, {size / MILLION / payload:.2f} × its payload",
                   "< 1.5 ×", size / MILLION / payload < 1.5, f"payload {payload:.0f} bytes as a list returns it")


def lists(report):
    """One image's occurrences with few and with many stored."""
    if not MILLION_FILE.exists():
        million(report)
    directories = [fresh_directory("thousand"), fresh_directory("million-requests")]
    requests(directories[0], 100, 10)
    requests(directories[1], NOTES, IMAGES)
    method = GRAFEAS + "ListOccurrences"
    with Server("grafeion", directories[0] / "server.db") as small, Server("grafeion", MILLION_FILE) as large:
        fill(small, 100, 10)
        times = ([], [])
        for turn in range(3):
            for index in range(10):
                for side, server in enumerate((small, large)):
                    frame_file = directories[side] / f"list-image-{index}.frame"
                    if turn == 0:
                        assert grpc_call(server, method, frame_file).count(b"/occurrences/") == PER_IMAGE
                    log = directories[side] / "latencies"
                    GRPCLoad(server, method, frame_file, 60, 1, 1, log=log)
                    times[side].extend(latencies_us(log))
    p50 = [median(side) for side in times]
    report.bounded("List of one image's 100 occurrences, p50 with 1,000,000 and with 1,000",
                   f"{p50[1] / p50[0]:.2f} ×: {p50[1] / 1000:.2f} ms to {p50[0] / 1000:.2f} ms", "≤ 1.5 ×",
                   p50[1] / p50[0] <= 1.5)


def page(report):
    """Where the CPU of a page of 1000 goes."""
    if not MILLION_FILE.exists():
        million(report)
    directory = fresh_directory("million-requests")
    requests(directory, NOTES, IMAGES)
    with Server("grafeion", MILLION_FILE) as server:
        def load():
            return GRPCLoad(server, GRAFEAS + "ListOccurrences", directory / "list-page.frame", 1500, 2, 1)

        measured = load()
        report.told("Pages of 1000 over gRPC, 2 callers", f"{measured.rate:.0f}/s", f"server CPU {measured.cpu_us / 1000:.1f} ms")
        profile_page.measure(report, server, load, directory)


SECTIONS = {"calls": calls, "durable": durable, "batch": batch, "versions": versions, "ingest": ingest, "start": start,
            "million": million, "list": lists, "page": page, "questions": questions,
            **{name: lambda report, section=section: section(report, fill_million) for name, section in
               [("trust", trust.trust), ("admission", trust.admission), ("stopped", trust.stopped),
                ("steady", trust.steady)]}}
