#!/usr/bin/env bash
# Makes .venv with the Python clients that the end-to-end tests drive the server with, as
# Tests/EndToEndTests/Python/requirements.txt pins them. Does nothing where that is done already.
set -euo pipefail
cd "$(dirname "$0")/.."

requirements=Tests/EndToEndTests/Python/requirements.txt
done_with=.venv/requirements.txt

cmp -s "$requirements" "$done_with" && [ -x .venv/bin/python ] && exit 0

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    echo "Python 3.10 or newer with venv is needed for the end-to-end tests; scripts/setup.sh test installs it" >&2
    exit 1
fi

echo "installing the Python clients of the end-to-end tests into .venv"
rm -rf .venv
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
# Last, so that an installation that was interrupted is made again.
cp "$requirements" "$done_with"
