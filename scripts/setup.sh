#!/usr/bin/env bash
# Installs the system packages that a purpose needs and that are not there yet:
#
#   scripts/setup.sh serve    to build and run the server
#   scripts/setup.sh demo     the same, and what the demo calls
#   scripts/setup.sh test     the same, and what the tests call
#   scripts/setup.sh bench    the same, and the load generators
#
# Calls apt-get only if something is missing. On systems without it, says what to install and stops.
set -euo pipefail

purpose=${1:-serve}
packages=(git pkg-config libsqlite3-dev zlib1g-dev libpq-dev librnp-dev)
case $purpose in
    serve) ;;
    demo) packages+=(curl jq) ;;
    test) packages+=(python3-venv openssl curl gnupg sqlite3 jq postgresql docker-registry skopeo umoci) ;;
    bench) packages+=(python3-venv openssl curl sqlite3 jq wrk nghttp2-client) ;;
    *)
        echo "usage: scripts/setup.sh [serve|demo|test|bench]" >&2
        exit 64
        ;;
esac

# Whether what a package is wanted for is there, wherever it came from.
is_there() {
    case $1 in
        libsqlite3-dev) pkg-config --exists sqlite3 2>/dev/null ;;
        zlib1g-dev) pkg-config --exists zlib 2>/dev/null ;;
        python3-venv) python3 -c 'import venv, ensurepip' 2>/dev/null ;;
        libpq-dev) pkg-config --exists libpq 2>/dev/null ;;
        librnp-dev) pkg-config --exists librnp 2>/dev/null ;;
        # Debian keeps the server's programs out of the path.
        postgresql) command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
        gnupg) command -v gpg >/dev/null ;;
        nghttp2-client) command -v h2load >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

check_swift() {
    local version
    if ! version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -1); then
        version=
    fi
    if [ -z "$version" ]; then
        echo "no Swift toolchain found; install Swift 6.2 or newer from https://www.swift.org/install/linux/" >&2
        exit 1
    fi
    local major minor
    read -r major minor <<<"$version"
    if ((major < 6 || (major == 6 && minor < 2))); then
        echo "Swift $major.$minor is too old; install Swift 6.2 or newer from https://www.swift.org/install/linux/" >&2
        exit 1
    fi
}

missing() {
    local package
    for package in "${packages[@]}"; do
        is_there "$package" || echo "$package"
    done
}

check_swift
mapfile -t wanted < <(missing)
((${#wanted[@]})) || exit 0

if ! command -v apt-get >/dev/null; then
    echo "missing: ${wanted[*]}" >&2
    echo "These are Debian's names. This script installs packages only with apt-get; install what they are called here." >&2
    exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "missing: ${wanted[*]}; run as root: apt-get install ${wanted[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "installing ${wanted[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}"

mapfile -t wanted < <(missing)
if ((${#wanted[@]})); then
    echo "installed, but still not usable: ${wanted[*]}" >&2
    exit 1
fi
