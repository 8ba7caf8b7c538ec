"""`python3 Benchmarks/measure [SECTION ...]`: see scripts/bench.sh."""

import sys

from report import Report, machine
from sections import SECTIONS

names = sys.argv[1:] or list(SECTIONS)
for name in names:
    if name not in SECTIONS:
        sys.exit(f"there is no section {name}; there are {', '.join(SECTIONS)}")
print(machine())
report = Report()
for name in names:
    SECTIONS[name](report)
print("\n" + report.table())
