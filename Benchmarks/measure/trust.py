"""The sections `trust`, `admission`, `stopped` and `steady`: what judging costs, and how reviews are answered."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

from tools import DATA, FRESH, PROGRAMS, Failed, Server, figures, fresh_directory, median, output_of

NOTES, IMAGES, ATTESTED = 5000, 10_000, 9_000
CALLERS = 16
# Pods a second of which nothing is known: many for any cluster, and less than two cores can do.
COLD_RATE = 100
FILE = DATA / "trust/server.db"
POLICY = "projects/security/policies/bench"
# How long the steady load lasts; the bound is about 600.
STEADY_SECONDS = int(os.environ.get("BENCH_STEADY_SECONDS", "60"))


def make(report, fill_million):
    """The million occurrences with attestors, a policy, and attestations beside them: made once, and copied from."""
    whole = FILE.with_suffix(".whole")
    if FRESH or not whole.exists():
        million = fill_million(report)
        directory = fresh_directory("trust")
        shutil.copy(million, FILE)
        with Server("grafeion", FILE) as server:
            trust_fill(server, ATTESTED)
        whole.touch()
        assert list(directory.glob("*.db"))
    return FILE


def trust_fill(server, images):
    output_of(PROGRAMS / "bench-load", "trust", "127.0.0.1", server.port, NOTES, images)


def small(name):
    """A store with the image of 200 occurrences, what vouches for it, and three others."""
    database = fresh_directory(name) / "server.db"
    with Server("grafeion", database) as server:
        output_of(PROGRAMS / "bench-load", "fill", "127.0.0.1", server.port, NOTES, 3, 100)
        trust_fill(server, 3)
    return database


def certificate(directory):
    """A certificate for the loopback address: certificate and key."""
    files = directory / "tls.crt", directory / "tls.key"
    output_of("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
              "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-out", files[0], "-keyout", files[1])
    return files


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Webhook:
    """A process that answers reviews: the server with its own door (`serve`), or the webhook that asks a server."""

    def __init__(self, directory, database=None, asking=None, options=()):
        crt, key = certificate(directory)
        self.port = free_port()
        listen = f"127.0.0.1:{self.port}"
        if asking is None:
            self.api_port = free_port()
            command = ["serve", "--listen", f"127.0.0.1:{self.api_port}", "--database", f"sqlite:{database}",
                       "--admission-listen", listen, "--admission-policy", POLICY, "--admission-tls-cert", crt,
                       "--admission-tls-key", key, *options]
        else:
            command = ["admission", "--policy", POLICY, "--server", f"http://127.0.0.1:{asking.port}", "--listen", listen,
                       "--tls-cert", crt, "--tls-key", key, *options]
        self.log = open(directory / f"webhook-{self.port}.log", "w")
        self.process = subprocess.Popen([PROGRAMS / "grafeion", *map(str, command), "--log-level", "error"],
                                        stdout=self.log, stderr=self.log)
        wait_for(self.port, self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        self.log.close()

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise Failed("the webhook ended")


class Empty(Webhook):
    """A server whose route reads the review and says yes."""

    def __init__(self, directory):
        crt, key = certificate(directory)
        self.port = free_port()
        self.log = open(directory / "empty.log", "w")
        self.process = subprocess.Popen(
            [PROGRAMS / "bench-server", f"127.0.0.1:{self.port}", f"sqlite:{directory}/empty.db", crt, key],
            stdout=self.log, stderr=self.log)
        wait_for(self.port, self.process)


def wait_for(port, process):
    for _ in range(3000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            pass
        if process.poll() is not None:
            raise Failed("the server ended")
        time.sleep(0.01)
    raise Failed("the server is not ready")


def reviews(server, first, images, count, rate=None, path="/admission/review", callers=CALLERS, allowed=True):
    """Sends reviews and returns the figures, with the server's CPU for each."""
    before = server.cpu_seconds()
    found = figures(PROGRAMS / "bench-reviews", server.port, path, callers, first, images, count,
                    *([rate] if rate else []))
    if found["answered"] != count or found["failed"] or allowed and found["denied"]:
        raise Failed(f"{count} reviews: {found}")
    found["cpu_us"] = (server.cpu_seconds() - before) / count * 1e6
    return found


def ms(microseconds):
    return f"{microseconds / 1000:.1f} ms"


def trust(report, fill_million):
    """What evaluating and verifying cost, without a network."""
    found = {"empty": figures(PROGRAMS / "bench-trust", "evaluate", small("trust-small"), 3),
             "million": figures(PROGRAMS / "bench-trust", "evaluate", make(report, fill_million), 2_000)}
    small_us, large_us = found["empty"]["anew_us"], found["million"]["anew_us"]
    report.bounded("An image with 200 occurrences and 3 attestors evaluated, CPU", f"{small_us:.0f} µs", "< 1 ms",
                   small_us < 1000, f"from the decision remembered {found['empty']['remembered_us']:.0f} µs")
    report.bounded("… with 1,000,000 stored", f"{large_us / small_us:.2f} ×: {large_us:.0f} µs", "≤ 1.2 ×",
                   large_us <= 1.2 * small_us, f"remembered {found['million']['remembered_us']:.0f} µs")
    report.told("… for the first time: 104 occurrences read, 3 signatures verified",
                f"{found['million']['unread_us'] / 1000:.2f} ms")
    directory = fresh_directory("trust-keys")
    output_of("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072", "-out", directory / "rsa.pem")
    open_pgp(directory)
    costs = figures(PROGRAMS / "bench-trust", "verify", directory)
    report.told("Verifying one signature, CPU", ", ".join(
        f"{name} {costs[key + '_us']:.0f} µs" for name, key in
        [("ECDSA P-256", "ecdsa_p256"), ("RSA 3072", "rsa"), ("Ed25519", "ed25519"), ("OpenPGP (RSA 3072)", "openpgp")]))
    report.told("An attestation with 10 signatures (ECDSA P-256) of 10 keys", f"{costs['ten_ecdsa_p256_us'] / 1000:.2f} ms")


def open_pgp(directory):
    """A key and a detached signature made by GnuPG."""
    home = directory / "gnupg"
    home.mkdir(mode=0o700)
    (directory / "payload").write_text(output_of(PROGRAMS / "bench-trust", "payload"))
    gpg = ["gpg", "--homedir", home, "--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", ""]
    output_of(*gpg, "--quick-gen-key", "bench@example.com", "rsa3072", "sign", "never")
    output_of(*gpg, "--armor", "--output", directory / "pgp.asc", "--export")
    output_of(*gpg, "--detach-sign", "--output", directory / "pgp.sig", directory / "payload")
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "gpg-agent"], check=False)


def admission(report, fill_million):
    """Reviews of pods with three containers at 16 callers: warm, cold, and with the server gone."""
    database = make(report, fill_million)
    directory = fresh_directory("reviews")
    with Webhook(directory, copy(database, directory)) as webhook, Empty(directory) as empty:
        real, bare = [], []
        for turn in range(6):
            pair = (reviews(webhook, 0, 3, 10_000),
                    reviews(empty, 0, 3, 10_000, path="/bench/review"))
            if turn:
                real.append(pair[0])
                bare.append(pair[1])
    warm, none = ({key: median([turn[key] for turn in turns]) for key in turns[0]} for turns in (real, bare))
    ratio = warm["p50_us"] / none["p50_us"]
    report.bounded("Warm admission of a pod with 3 containers, 16 callers over TLS, p50",
                   f"{ratio:.2f} × an empty handler: {ms(warm['p50_us'])} to {ms(none['p50_us'])}", "≤ 1.5 ×", ratio <= 1.5,
                   f"{warm['per_second']:,.0f}/s to {none['per_second']:,.0f}/s; server CPU {warm['cpu_us']:.0f} µs to "
                   f"{none['cpu_us']:.0f} µs")
    report.bounded("… p99", ms(warm["p99_us"]), "< 15 ms", warm["p99_us"] < 15_000,
                   f"the empty handler {ms(none['p99_us'])}; slowest {ms(max(turn['max_us'] for turn in real))}")
    cold(report, directory, database)


def cold(report, directory, database):
    """Each review has three images that were not asked for before."""
    for callers, rate in [(1, None), (CALLERS, COLD_RATE), (CALLERS, None)]:
        with Webhook(directory, copy(database, directory)) as webhook:
            # Connections, threads and the policy are there; the images are not.
            reviews(webhook, ATTESTED - 3, 3, 200)
            found = reviews(webhook, 0, ATTESTED - 3, (ATTESTED - 3) // 3, callers=callers, rate=rate)
        how = "1 caller" if callers == 1 else f"{callers} callers" + (f", {rate} a second" if rate else ", as many as go")
        report.bounded(f"Cold: every pod with 3 other images, 1,000,000 stored, {how}, p99",
                       ms(found["p99_us"]), "< 50 ms", found["p99_us"] < 50_000,
                       f"p50 {ms(found['p50_us'])}, slowest {ms(found['max_us'])}; {found['per_second']:,.0f}/s; server CPU "
                       f"{ms(found['cpu_us'])}")


def copy(database, directory):
    """A copy to write decisions into, in the system's memory."""
    target = directory / "server.db"
    for suffix in ("", "-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    shutil.copy(database, target)
    return target


def stopped(report, fill_million):
    """The webhook as a process of its own, and its server killed under load."""
    directory = fresh_directory("stopped")
    database = small("trust-small")
    deadline = 3000
    with Server("grafeion", database) as server:
        with Webhook(directory, asking=server, options=["--deadline", deadline]) as webhook:
            asked = reviews(webhook, 0, 3, 2_000)
            report.told("Reviews answered by a webhook that asks the server, 16 callers",
                        f"p50 {ms(asked['p50_us'])}, p99 {ms(asked['p99_us'])}", f"{asked['per_second']:,.0f}/s")
            killing = threading.Timer(2, server.process.kill)
            killing.start()
            known = reviews(webhook, 0, 3, 2_000, rate=200)
            unknown = reviews(webhook, 100, 300, 1_000, rate=200, allowed=False)
    slowest = max(known["max_us"], unknown["max_us"])
    # The API server said 5 s, of which the webhook leaves it a tenth.
    bound = 4_500
    report.bounded("Server killed under 200 reviews/s: the slowest answer", ms(slowest), f"< {bound / 1000} s",
                   slowest < bound * 1000,
                   f"of 2,000 about images judged before {known['stale']:.0f} from the last decision, of 1,000 about others "
                   f"{unknown['denied']:.0f} denied")


def steady(report, fill_million):
    """200 reviews a second: resident memory."""
    directory = fresh_directory("steady")
    with Webhook(directory, copy(make(report, fill_million), directory)) as webhook:
        samples, answers = [], {}

        def load():
            answers.update(reviews(webhook, 0, 3_000, 200 * STEADY_SECONDS, rate=200))

        sending = threading.Thread(target=load)
        began = time.monotonic()
        sending.start()
        while sending.is_alive():
            samples.append((time.monotonic() - began, webhook.memory_mb()))
            sending.join(1)
        if not answers:
            raise Failed("the load failed")
    # The first sixth is for filling what is remembered.
    after = [memory for when, memory in samples if when > STEADY_SECONDS / 6]
    growth = max(after) / after[0] - 1
    report.bounded(f"Resident memory over {STEADY_SECONDS} s at 200 reviews/s", f"{after[0]:.0f} MB to {after[-1]:.0f} MB, "
                   f"at most {max(after):.0f} MB: {growth:+.0%}", "within 10%", growth <= 0.10,
                   f"p50 {ms(answers['p50_us'])}, p99 {ms(answers['p99_us'])}, slowest {ms(answers['max_us'])}; from "
                   f"{samples[0][1]:.0f} MB at the start; CPU of a review {ms(answers['cpu_us'])}")
