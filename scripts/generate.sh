#!/usr/bin/env bash
# Makes Sources/GrafeasProto again: .proto files from the contract tables, messages by protoc-gen-swift, and the
# descriptor set that reflection, REST transcoding and filters read at run time.
#
#   CONTRACT=../shared/contract scripts/generate.sh
#
# Needs Debian's protobuf-compiler and libprotobuf-dev; builds the plugin from the swift-protobuf that Package.swift pins.
set -euo pipefail
cd "$(dirname "$0")/.."
contract=${CONTRACT:-../shared/contract}
output=Sources/GrafeasProto

[ -f "$contract/grafeas.v1.json" ] || { echo "no contract tables in $contract; set CONTRACT" >&2; exit 1; }
scripts/generate-protos.py "$contract" Protos

if [ -z "${PROTOC_GEN_SWIFT:-}" ]; then
    swift build --product protoc-gen-swift --package-path .build/checkouts/swift-protobuf --scratch-path .build-plugin
    PROTOC_GEN_SWIFT=.build-plugin/debug/protoc-gen-swift
fi

files=$(cd Protos && find . -name '*.proto' | sed 's|^\./||' | sort)
# Swift types only of what code of ours takes apart; the rest goes by its descriptors, and costs no build time.
swift_files=$(grep -E "^(grafeas/v1|grafeion/v1|google/api|google/cloud|google/rpc|grpc)/" <<<"$files")
rm -rf "$output/Generated"
mkdir -p "$output/Generated"
# shellcheck disable=SC2086 # a list of file names without spaces
protoc -I Protos --plugin=protoc-gen-swift="$PROTOC_GEN_SWIFT" \
    --swift_out="$output/Generated" --swift_opt=Visibility=Public,FileNaming=PathToUnderscores,UseAccessLevelOnImports=true $swift_files

set=$(mktemp)
# shellcheck disable=SC2086
protoc -I Protos --include_imports --descriptor_set_out="$set" $files
{
    echo "// Written by scripts/generate.sh. Do not edit."
    echo "// swift-format-ignore-file"
    echo
    echo "/// The FileDescriptorSet of Protos/, imports included, in base64."
    printf 'let encodedDescriptorSet = "%s"\n' "$(base64 -w 0 "$set")"
} > "$output/Generated/EncodedDescriptorSet.swift"
rm -f "$set"
