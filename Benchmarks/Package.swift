// swift-tools-version: 6.2

import PackageDescription

/// Benchmarks live in a package of their own, so that a plain build stays plain. `make bench` builds and runs them;
/// docs/BENCHMARKS.md says what they found.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let server = Target.Dependency.product(name: "ServerApp", package: "grafeion")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    products: [.library(name: "SlowSync", type: .dynamic, targets: ["SlowSync"])],
    dependencies: [
        .package(name: "grafeion", path: ".."),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2.git", from: "2.4.0"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport.git", from: "2.9.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // What is stored and asked for.
        .target(name: "Payloads", dependencies: [server, protobuf], swiftSettings: house),
        // The server with the echo methods beside it that say what the transport alone can do.
        .executableTarget(
            name: "bench-server",
            dependencies: [
                "BareSQLite", "Payloads", server, protobuf,
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: house
        ),
        // Fills a server through its API or its file, and prepares the requests that load generators send.
        .executableTarget(
            name: "bench-load",
            dependencies: [
                "BareSQLite", "Payloads", server, protobuf,
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport"),
            ],
            swiftSettings: house
        ),
        // Sends reviews as API servers do.
        .executableTarget(
            name: "bench-reviews",
            dependencies: [
                "Payloads",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: house
        ),
        // What judging costs, without a network in between.
        .executableTarget(
            name: "bench-trust",
            dependencies: ["Payloads", server, protobuf, .product(name: "Logging", package: "swift-log")],
            swiftSettings: house
        ),
        // What other versions of the API cost.
        .executableTarget(name: "bench-versions", dependencies: ["Payloads", server, protobuf], swiftSettings: house),
        // What the disk and SQLite's C API do by themselves.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // A slower disk, for LD_PRELOAD.
        .target(name: "SlowSync", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(name: "BareSQLite", dependencies: ["CSQLite"], swiftSettings: house),
        .executableTarget(name: "bench-disk", dependencies: ["BareSQLite"], swiftSettings: house),
    ]
)
