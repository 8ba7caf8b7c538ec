"""Sorts the CPU samples of a server by whose work they are, with perf."""

import re
import shutil
import subprocess
from collections import Counter

# Modules of the program that serve a list; what is not theirs is SQLite's, a copy, the transport's or the system's.
OURS = {"Storage", "SQLiteStorage", "UseCases", "APIMethods", "FilterLanguage", "MessageReflection", "MetadataModel",
        "GrafeasProto", "SwiftProtobuf", "GRPCFrontend", "ServerApp"}
TRANSPORT = re.compile(r"^(GRPCCore|GRPCNIO\w*|NIO\w*|Logging|Metrics\w*|CoreMetrics)$")
SYMBOL = re.compile(r"^\s+[0-9a-f]+ (.*) \((.*)\)$")
MODULE = re.compile(r"\$s(\d+)(\w+)")


def measure(report, server, load, directory):
    if not shutil.which("perf"):
        report.told("CPU of a page of 1000 by component", "not measured: there is no perf")
        return
    data = directory / "perf.data"
    recorder = subprocess.Popen(
        ["perf", "record", "-q", "-e", "cpu-clock", "-F", "499", "--call-graph", "dwarf,16384", "-p",
         str(server.process.pid), "-o", data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    load()
    recorder.terminate()
    recorder.wait()
    script = subprocess.run(["perf", "script", "--no-inline", "-F", "ip,sym,dso", "-i", data], capture_output=True,
                            text=True, errors="replace").stdout
    owners, ours = sort_samples(script)
    total = sum(owners.values())
    if total < 200:
        report.told("CPU of a page of 1000 by component", f"not measured: perf took {total} samples")
        return
    share = (owners["ours"] + owners["unknown"]) / total
    parts = ", ".join(f"{owner} {count / total:.0%}" for owner, count in owners.most_common())
    report.bounded("CPU of a page of 1000 outside SQLite, copying and transport", f"{share:.0%}", "< 20%", share < 0.2,
                   f"{parts}; of {total} samples")
    for name, count in ours.most_common(12):
        print(f"    {count / total:6.1%}  {name}")


def sort_samples(script):
    owners, ours = Counter(), Counter()
    for sample in script.split("\n\n"):
        frames = [SYMBOL.match(line) for line in sample.splitlines()]
        frames = [(found[1], found[2]) for found in frames if found]
        if frames:
            owner, symbol = owner_of(frames)
            owners[owner] += 1
            if owner in ("ours", "unknown"):
                ours[symbol] += 1
    return owners, ours


def owner_of(frames):
    """From the innermost frame outwards, the first that says whose work it is: the runtime, the allocator and generic
    code of the standard library work for whoever called them."""
    leaf, library = frames[0]
    if re.match(r"_*mem(cpy|move)", leaf):
        return "copying", leaf
    for symbol, library in frames:
        if "libsqlite3" in library:
            return "SQLite", symbol
        module = module_of(symbol)
        if module in OURS:
            return "ours", symbol
        if module and TRANSPORT.match(module):
            return "transport", symbol
    if any("kernel" in library for _, library in frames):
        return "system", leaf
    if any("libdispatch" in library or "swift_Concurrency" in library for _, library in frames):
        return "transport", leaf
    return "unknown", leaf


def module_of(symbol):
    found = MODULE.search(symbol)
    if found:
        return found[2][:int(found[1])]
    return None
