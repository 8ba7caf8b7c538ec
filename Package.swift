// swift-tools-version: 6.2

import PackageDescription

/// The settings of every target that people write: warnings are errors, and an import is internal and visible
/// only in the file that makes it unless it says otherwise.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let grpcCore = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport = Target.Dependency.product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioConcurrency = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "grafeion",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "grafeion", targets: ["grafeion"]),
        // With the modules that its interface speaks of, for the benchmarks' package.
        .library(
            name: "ServerApp",
            targets: [
                "ServerApp", "AdmissionFrontend", "HTTPFrontend", "APIMethods", "Storage", "Attestations",
                "VersionConversion", "MetadataModel", "MessageReflection", "GrafeasProto",
            ]
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: [.defaults, "YAML"]),
        .package(url: "https://github.com/grpc/grpc-swift-2.git", from: "2.4.0"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport.git", from: "2.9.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // Layer 0: the wire, and libraries of the system
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CRNP", pkgConfig: "librnp", providers: [.apt(["librnp-dev"])]),
        .target(name: "GrafeasProto", dependencies: [protobuf], swiftSettings: [.swiftLanguageMode(.v6)]),

        // Layer 1: words
        .target(name: "MessageReflection", dependencies: ["GrafeasProto"], swiftSettings: house),
        .target(name: "MetadataModel", dependencies: ["GrafeasProto", protobuf], swiftSettings: house),
        .target(name: "FilterLanguage", swiftSettings: house),
        .target(name: "StrictJSON", dependencies: ["MetadataModel"], swiftSettings: house),

        // Layer 2: reasoning
        .target(name: "VersionConversion", dependencies: ["MessageReflection", "MetadataModel"], swiftSettings: house),
        .target(name: "PackageVersions", swiftSettings: house),
        .target(
            name: "Reports",
            dependencies: ["PackageVersions", "MetadataModel", "GrafeasProto", protobuf, crypto],
            swiftSettings: house
        ),
        .target(
            name: "Attestations",
            dependencies: ["CRNP", "MetadataModel", "StrictJSON", "GrafeasProto", protobuf, crypto, cryptoExtras],
            swiftSettings: house
        ),
        .target(
            name: "PolicyEngine",
            dependencies: [
                "PackageVersions", "FilterLanguage", "StrictJSON", "MetadataModel", "GrafeasProto", protobuf, yams,
            ],
            swiftSettings: house
        ),
        .target(name: "Admission", dependencies: ["StrictJSON", "MetadataModel"], swiftSettings: house),

        // Layer 3: memory
        .target(
            name: "Storage",
            dependencies: [
                "VersionConversion", "MetadataModel", "FilterLanguage", "MessageReflection", "GrafeasProto", protobuf,
            ],
            swiftSettings: house
        ),
        .target(
            name: "SQLiteStorage",
            dependencies: [
                "Storage", "MetadataModel", "MessageReflection", "FilterLanguage", "GrafeasProto", protobuf,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: house
        ),

        // Layer 4: doing
        .target(
            name: "UseCases",
            dependencies: [
                "Storage", "Reports", "Attestations", "PolicyEngine", "PackageVersions", "VersionConversion",
                "MetadataModel", "FilterLanguage", "MessageReflection", "GrafeasProto", protobuf, crypto,
            ],
            swiftSettings: house
        ),
        .target(
            name: "APIMethods",
            dependencies: [
                "UseCases", "Storage", "VersionConversion", "MetadataModel", "MessageReflection", "GrafeasProto",
                protobuf,
            ],
            swiftSettings: house
        ),

        // Layer 5: doors
        .target(
            name: "GRPCFrontend",
            dependencies: [
                "APIMethods", "UseCases", "MetadataModel", "MessageReflection", "GrafeasProto", protobuf, grpcCore,
                logging,
                metrics,
            ],
            swiftSettings: house
        ),
        .target(
            name: "HTTPFrontend",
            dependencies: [
                "APIMethods", "UseCases", "MetadataModel", "MessageReflection", "GrafeasProto", protobuf,
                hummingbirdCore, httpTypes, nioCore, logging, metrics,
            ],
            swiftSettings: house
        ),

        .target(
            name: "AdmissionFrontend",
            dependencies: [
                "HTTPFrontend", "UseCases", "Admission", "PolicyEngine", "MetadataModel", "GrafeasProto", protobuf,
                hummingbirdCore, httpTypes, nioCore, logging, metrics,
            ],
            swiftSettings: house
        ),

        // Layer 6: assembly
        .target(
            name: "ServerApp",
            dependencies: [
                "GRPCFrontend", "HTTPFrontend", "AdmissionFrontend", "APIMethods", "UseCases", "SQLiteStorage",
                "Storage",
                "MetadataModel", "MessageReflection", "VersionConversion",
                grpcCore, grpcTransport, hummingbirdCore, httpTypes, nioCore, nioConcurrency, nioPosix, nioHTTP1,
                nioHTTP2, nioHPACK, nioSSL, nioTLS, nioHTTPTypes, x509, asn1, logging, metrics, coreMetrics,
                lifecycle,
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "grafeion",
            dependencies: [
                "ServerApp", "AdmissionFrontend", "UseCases", "FilterLanguage", "Storage", "VersionConversion",
                "Admission", "Attestations", "PolicyEngine", "MetadataModel", "MessageReflection", "GrafeasProto",
                "CLibPQ",
                protobuf, httpClient, yams, logging, metrics, nioCore, nioHTTP1, nioSSL,
                lifecycle, argumentParser, crypto, x509, asn1,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: house
        ),
        // Tests
        .target(
            name: "TestSupport",
            dependencies: [
                "MetadataModel", "MessageReflection", "FilterLanguage", "VersionConversion", "Storage", "SQLiteStorage",
                "UseCases", "GrafeasProto", protobuf,
            ],
            path: "Tests/TestSupport",
            swiftSettings: house
        ),
        .testTarget(name: "HouseRulesTests", swiftSettings: house),
        .testTarget(
            name: "FilterLanguageTests",
            dependencies: ["FilterLanguage", "TestSupport"],
            swiftSettings: house
        ),
        .testTarget(
            name: "MessageReflectionTests",
            dependencies: ["MessageReflection", "GrafeasProto", "TestSupport", protobuf],
            swiftSettings: house
        ),
        .testTarget(
            name: "MetadataModelTests",
            dependencies: ["MetadataModel", "GrafeasProto", protobuf],
            swiftSettings: house
        ),
        .testTarget(
            name: "StrictJSONTests",
            dependencies: ["StrictJSON", "TestSupport"],
            swiftSettings: house
        ),
        .testTarget(
            name: "VersionConversionTests",
            dependencies: [
                "VersionConversion", "MetadataModel", "MessageReflection", "GrafeasProto", "TestSupport", protobuf,
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "PackageVersionsTests",
            dependencies: ["PackageVersions", "TestSupport"],
            swiftSettings: house
        ),
        .testTarget(
            name: "ReportsTests",
            dependencies: ["Reports", "MetadataModel", "GrafeasProto", "TestSupport", protobuf],
            swiftSettings: house
        ),
        .testTarget(
            name: "AttestationsTests",
            dependencies: [
                "Attestations", "StrictJSON", "MetadataModel", "GrafeasProto", "TestSupport", protobuf, crypto,
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "PolicyEngineTests",
            dependencies: [
                "PolicyEngine", "FilterLanguage", "MetadataModel", "GrafeasProto", "TestSupport", protobuf,
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "AdmissionTests",
            dependencies: ["Admission", "StrictJSON", "TestSupport"],
            swiftSettings: house
        ),
        .testTarget(
            name: "AdmissionFrontendTests",
            dependencies: [
                "AdmissionFrontend", "Admission", "StrictJSON", "MetadataModel", "GrafeasProto", protobuf, logging,
                metrics,
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "Storage", "SQLiteStorage", "TestSupport", "UseCases", "Attestations", "FilterLanguage",
                "VersionConversion",
                "MetadataModel", "MessageReflection", "GrafeasProto", protobuf,
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "GrafeionCommandTests",
            dependencies: [
                "grafeion", "ServerApp", "Attestations", "PolicyEngine", "MetadataModel", argumentParser, logging,
                nioCore, nioHTTP1, nioPosix, httpClient, yams,
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "GRPCFrontendTests",
            dependencies: [
                "GRPCFrontend", "APIMethods", "UseCases", "MetadataModel", "MessageReflection", "GrafeasProto",
                protobuf,
                grpcCore, logging, metrics,
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "ServerAppTests",
            dependencies: [
                "ServerApp", "GRPCFrontend", "APIMethods", "UseCases", "MetadataModel", "MessageReflection",
                "GrafeasProto",
                protobuf, grpcCore,
                grpcTransport, nioCore, nioConcurrency, nioPosix, nioSSL, logging, metrics, coreMetrics, lifecycle,
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "HTTPFrontendTests",
            dependencies: [
                "HTTPFrontend", "APIMethods", "UseCases", "MetadataModel", "MessageReflection", "GrafeasProto",
                "TestSupport", protobuf,
                hummingbirdCore, httpTypes, nioCore, logging, metrics,
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            swiftSettings: house
        ),
        // Runs the program, beside which it lies in the products directory; that is why it depends on it.
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["grafeion", "TestSupport"],
            exclude: ["Python"],
            swiftSettings: house
        ),
    ]
)
