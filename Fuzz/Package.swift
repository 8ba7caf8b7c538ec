// swift-tools-version: 6.2

import PackageDescription

/// Fuzzers live in a package of their own, so that a plain build stays plain. Sources are linked, not depended on: a
/// package that depends on the whole of Grafeion would build all of it with the sanitizers.
///
/// Run one with `scripts/fuzz-filter.sh SECONDS` or `scripts/fuzz-transcoder.sh SECONDS`.
let fuzzed: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-sanitize=fuzzer,address", "-O", "-g"])]

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")

let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0")],
    targets: [
        .target(name: "FilterLanguage", swiftSettings: fuzzed),
        .executableTarget(
            name: "FilterFuzzer",
            dependencies: ["FilterLanguage"],
            swiftSettings: fuzzed + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]
        ),
        // Generated code is not what is fuzzed, and takes minutes to instrument.
        .target(name: "GrafeasProto", dependencies: [protobuf], swiftSettings: [.swiftLanguageMode(.v6)]),
        .target(name: "MessageReflection", dependencies: ["GrafeasProto", protobuf], swiftSettings: fuzzed),
        .target(name: "MetadataModel", dependencies: ["GrafeasProto", protobuf], swiftSettings: fuzzed),
        .target(name: "APIMethods", dependencies: ["MetadataModel", "GrafeasProto", protobuf], swiftSettings: fuzzed),
        .executableTarget(
            name: "TranscoderFuzzer",
            dependencies: ["APIMethods", "MessageReflection", "MetadataModel", "GrafeasProto", protobuf],
            swiftSettings: fuzzed + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]
        ),
    ]
)
