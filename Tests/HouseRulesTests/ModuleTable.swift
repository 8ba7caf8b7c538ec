/// Which module may import what: the house's arrows, all of which point down.
///
/// The order is the house from the ground up: a module imports none that stands below it in this list.
enum ModuleTable {
    struct Row {
        let module: String
        /// Modules of ours.
        let ours: Set<String>
        /// Libraries and parts of the toolchain.
        let others: Set<String>

        init(_ module: String, _ ours: Set<String>, others: Set<String> = []) {
            self.module = module
            self.ours = ours
            self.others = others
        }
    }

    static let rows = [
        // Layer 0: the wire, and libraries of the system
        Row("CLibPQ", []),
        Row("CRNP", []),
        Row("GrafeasProto", [], others: ["SwiftProtobuf", "Foundation", "FoundationEssentials"]),

        // Layer 1: words
        Row("MessageReflection", ["GrafeasProto"]),
        Row("MetadataModel", ["GrafeasProto"], others: ["SwiftProtobuf"]),
        Row("FilterLanguage", []),
        Row("StrictJSON", ["MetadataModel"]),

        // Layer 2: reasoning
        Row("VersionConversion", ["MessageReflection", "MetadataModel"]),
        Row("PackageVersions", []),
        Row("Reports", ["GrafeasProto", "MetadataModel", "PackageVersions"], others: ["SwiftProtobuf", "Crypto"]),
        Row(
            "Attestations",
            ["CRNP", "GrafeasProto", "MetadataModel", "StrictJSON"],
            others: ["SwiftProtobuf", "Crypto", "CryptoExtras", "Foundation"]
        ),
        Row(
            "PolicyEngine",
            ["GrafeasProto", "MetadataModel", "FilterLanguage", "StrictJSON", "PackageVersions"],
            others: ["SwiftProtobuf", "Yams"]
        ),
        Row("Admission", ["MetadataModel", "StrictJSON"]),

        // Layer 3: memory
        Row(
            "Storage",
            ["GrafeasProto", "MessageReflection", "MetadataModel", "FilterLanguage", "VersionConversion"],
            others: ["SwiftProtobuf"]
        ),
        Row(
            "SQLiteStorage",
            ["GrafeasProto", "MessageReflection", "MetadataModel", "FilterLanguage", "Storage"],
            others: ["SwiftProtobuf", "GRDB", "GRDBSQLite", "Foundation", "Dispatch", "Synchronization"]
        ),

        // Layer 4: doing
        Row(
            "UseCases",
            [
                "GrafeasProto", "MessageReflection", "MetadataModel", "FilterLanguage", "VersionConversion",
                "PackageVersions", "Reports", "Attestations", "PolicyEngine", "Storage",
            ],
            others: ["SwiftProtobuf", "Crypto", "Dispatch", "Synchronization"]
        ),
        Row(
            "APIMethods",
            ["GrafeasProto", "MessageReflection", "MetadataModel", "VersionConversion", "Storage", "UseCases"],
            others: ["SwiftProtobuf", "Synchronization"]
        ),

        // Layer 5: doors. `Call` and `Caller` are all that they take of UseCases.
        Row(
            "GRPCFrontend",
            ["GrafeasProto", "MessageReflection", "MetadataModel", "UseCases", "APIMethods"],
            others: ["SwiftProtobuf", "GRPCCore", "Foundation", "Logging", "Metrics", "Synchronization"]
        ),
        Row(
            "HTTPFrontend",
            ["GrafeasProto", "MessageReflection", "MetadataModel", "UseCases", "APIMethods"],
            others: [
                "SwiftProtobuf", "HummingbirdCore", "HTTPTypes", "NIOCore", "Logging", "Metrics", "Synchronization",
            ]
        ),

        Row(
            "AdmissionFrontend",
            ["GrafeasProto", "MetadataModel", "Admission", "PolicyEngine", "UseCases", "HTTPFrontend"],
            others: [
                "SwiftProtobuf", "HummingbirdCore", "HTTPTypes", "NIOCore", "Logging", "Metrics", "Synchronization",
                "Dispatch",
            ]
        ),

        // Layer 6: assembly
        Row(
            "ServerApp",
            [
                "MessageReflection", "MetadataModel", "VersionConversion", "Storage", "SQLiteStorage", "UseCases",
                "APIMethods", "GRPCFrontend", "HTTPFrontend", "AdmissionFrontend",
            ],
            others: [
                "GRPCCore", "GRPCNIOTransportHTTP2", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOPosix",
                "NIOConcurrencyHelpers", "NIOHTTP1", "NIOHTTP2", "NIOHPACK", "NIOHTTPTypes", "NIOSSL", "NIOTLS", "X509",
                "SwiftASN1", "ServiceLifecycle", "Logging", "Metrics", "CoreMetrics", "Dispatch", "Foundation",
            ]
        ),
        Row(
            "grafeion",
            [
                "CLibPQ", "GrafeasProto", "MessageReflection", "MetadataModel", "FilterLanguage", "VersionConversion",
                "Admission", "Attestations", "PolicyEngine", "Storage", "AdmissionFrontend", "ServerApp",
            ],
            others: [
                "ArgumentParser", "Configuration", "Yams", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOSSL",
                "ServiceLifecycle", "UnixSignals", "Logging", "Metrics", "Foundation", "Dispatch", "Synchronization",
                "Crypto", "X509", "SwiftASN1", "SwiftProtobuf",
            ]
        ),
    ]
}
