#!/usr/bin/env bash
# Shows the main job on real data: stores build provenance that Google Cloud Build and GitHub's builders signed, and asks
# which artifacts one builder made from one repository. Prints each command before it runs it; leaves nothing behind.
#
# GRAFEION_EXECUTABLE names the program, otherwise it is built here; GRAFEION_SHARED the directory with the data, otherwise
# ../shared; DEMO_PAUSE the seconds to wait after each command, otherwise 1 on a terminal.
set -euo pipefail
cd "$(dirname "$0")/.."

shared=$(realpath -m "${GRAFEION_SHARED:-../shared}")
if [ ! -d "$shared/data/gcb" ]; then
    echo "$shared/data is missing; it holds the real provenance. GRAFEION_SHARED names another place for $shared." >&2
    exit 1
fi
for tool in curl jq; do
    command -v "$tool" >/dev/null || { echo "$tool is missing; scripts/setup.sh demo installs it" >&2; exit 1; }
done

if [ -z "${GRAFEION_EXECUTABLE:-}" ]; then
    configuration=debug
    [ -x .build/release/grafeion ] && configuration=release
    scripts/build.sh -c "$configuration" --product grafeion
    GRAFEION_EXECUTABLE=$(swift build -c "$configuration" --show-bin-path)/grafeion
fi
GRAFEION_EXECUTABLE=$(realpath "$GRAFEION_EXECUTABLE")

bold='' dim='' plain=''
pause=${DEMO_PAUSE:-0}
if [ -t 1 ]; then
    bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
    pause=${DEMO_PAUSE:-1}
fi

scratch=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

mkdir "$scratch/bin"
ln -s "$GRAFEION_EXECUTABLE" "$scratch/bin/grafeion"
ln -s "$shared/data" "$scratch/data"
PATH=$scratch/bin:$PATH
cd "$scratch"
# What a reader may have set for a server of their own.
for variable in $(compgen -e GRAFEION_); do unset "$variable"; done

say() { printf '\n%s# %s%s\n' "$dim" "$*" "$plain"; }

run() {
    printf '%s$ %s%s\n' "$bold" "$1" "$plain"
    eval "$1"
    sleep "$pause"
}

say "A server on a scratch file; the system chooses the port."
run "grafeion serve --listen 127.0.0.1:0 --database sqlite:scratch.db --log-level warning >ready.txt & server=\$!"
for _ in $(seq 600); do
    [ -s ready.txt ] && break
    kill -0 "$server" 2>/dev/null || { echo "the server did not start" >&2; exit 1; }
    sleep 0.05
done
run "cat ready.txt"
run "export GRAFEION_SERVER=$(grep -o 'http://127\.0\.0\.1:[0-9]*' ready.txt | head -n 1) GRAFEION_PROJECT=supply-chain"

say "What gcloud printed about an image: a BUILD occurrence, as hosted Grafeas returned it."
run "jq '.provenance_summary.provenance[0] | {kind, noteName, resourceUri}' data/gcb/provenance/gcloud-container-github.json"

say "Its note first, then the occurrence, whole and unchanged, with its signature."
note=$(jq -r '.provenance_summary.provenance[0].noteName | sub(".*/"; "")' data/gcb/provenance/gcloud-container-github.json)
run "echo '{\"build\": {\"builderVersion\": \"Google Cloud Build\"}}' |
    grafeion notes create -p verified-builder --id $note -f - -o name"
run "jq .provenance_summary.provenance data/gcb/provenance/gcloud-container-github.json |
    grafeion occurrences create -f - -o name"

say "Three signed SLSA statements of GitHub's builders, this time with plain curl. The statement is inside the envelope."
cat >to-occurrence.jq <<'J'
(.payload | @base64d | fromjson) as $statement | {
  noteName: "projects/slsa-framework/notes/github-builders",
  resourceUri: "\($statement.subject[0].name)@sha256:\($statement.subject[0].digest.sha256)",
  build: {intotoStatement: {
    _type: $statement._type, predicateType: $statement.predicateType, subject: $statement.subject,
    slsaProvenanceZeroTwo: $statement.predicate}},
  envelope: {payload, payloadType, signatures: [.signatures[] | {sig, keyid}]}
}
J
run "curl -sS \$GRAFEION_SERVER/v1/projects/slsa-framework/notes?noteId=github-builders \\
    -d '{\"build\": {\"builderVersion\": \"slsa-github-generator\"}}' | jq -r .name"
run "for file in data/intoto/*.jsonl; do
    jq -f to-occurrence.jq \$file | curl -sS \$GRAFEION_SERVER/v1/projects/supply-chain/occurrences -d @- | jq -r .name
done"

say "All that is stored now."
run "grafeion occurrences list -o json | jq -r '.[] | \"\(.kind)  \(.resourceUri)\"'"

say "The question: which images did Google Cloud Build make from github.com/laurentsimon/gcb-tests?"
run "grafeion occurrences list -o json --filter '
    build.intotoStatement.slsaProvenance.builder.id = \"https://cloudbuild.googleapis.com/GoogleHostedWorker@*\"
    AND build.intotoStatement.slsaProvenance.materials.uri = \"https://github.com/laurentsimon/gcb-tests/*\"' |
    jq -r '.[].resourceUri'"

say "What came out of github.com/asraa/slsa-on-github-test, whoever built it?"
run "curl -sSG \$GRAFEION_SERVER/v1/projects/supply-chain/occurrences --data-urlencode 'filter=
    build.intotoStatement.slsaProvenanceZeroTwo.materials.uri = \"git+https://github.com/asraa/slsa-on-github-test@*\"' |
    jq -r '.occurrences[] | \"\\(.resourceUri)\\n    by \\(.build.intotoStatement.slsaProvenanceZeroTwo.builder.id)\"'"

say "And of these, what the SLSA project's own builder made? The other one was made by somebody's fork of it."
run "curl -sSG \$GRAFEION_SERVER/v1/projects/supply-chain/occurrences --data-urlencode 'filter=
    build.intotoStatement.slsaProvenanceZeroTwo.materials.uri = \"git+https://github.com/asraa/slsa-on-github-test@*\"
    AND has_prefix(build.intotoStatement.slsaProvenanceZeroTwo.builder.id, \"https://github.com/slsa-framework/\")' |
    jq -r '.occurrences[].resourceUri'"

say "A filter that cannot be understood is never ignored."
run "grafeion occurrences list --filter 'severty = \"HIGH\"' || echo \"exit code \$?\""

say "That was it; the server and its file go now."
