"""Figures beside their bounds."""

import datetime
import os
import pathlib
import platform
import re


class Report:
    def __init__(self):
        self.rows = []

    def bounded(self, what, figure, bound, holds, note=""):
        verdict = {True: "holds", False: "MISSED", None: "not applicable"}[holds]
        self.add(what, figure, bound, verdict, note)

    def told(self, what, figure, note=""):
        self.add(what, figure, "", "", note)

    def add(self, *row):
        self.rows.append(row)
        what, figure, bound, verdict, note = row
        line = f"{what}: {figure}"
        if bound:
            line += f"   [{bound}: {verdict}]"
        print(line + (f"   ({note})" if note else ""), flush=True)

    def table(self):
        lines = ["| what | measured | bound | verdict | |", "| --- | --- | --- | --- | --- |"]
        return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in self.rows])


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 1024**2
    when = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    return (f"{when}; {os.cpu_count()} cores of {cpu[1] if cpu else platform.processor()}, {memory:.0f} GiB, "
            f"Linux {platform.release()}; load average before {os.getloadavg()[0]:.1f}")
