import MessageReflection

/// All tables of a version, compiled for both directions.
struct ConversionProgram: Sendable {
    let pairings: [MessagePairing]
    private let toV1: [ConversionPlan]
    private let fromV1: [ConversionPlan]
    private let records: [RecordSort: Int]

    init(_ version: APIVersion, types: TypeRegistry) throws {
        var resolver = try PairingResolver(version)
        var records: [RecordSort: Int] = [:]
        for sort in RecordSort.allCases {
            let (here, there) = (try version.record(sort, types), try APIVersion.v1.record(sort, types))
            records[sort] = try resolver.pairing(here, there)
        }
        if !resolver.unused.isEmpty { throw TableError("no record needs the tables for \(resolver.unused)") }
        pairings = resolver.pairings
        self.records = records
        let enums = EnumPairing(version: version)
        toV1 = try pairings.map { try PlanCompiler(pairing: $0, enums: enums).planToV1() }
        fromV1 = try pairings.map { try PlanCompiler(pairing: $0, enums: enums).planFromV1() }
    }

    /// The index of the pairing of a sort of record.
    func pairing(of sort: RecordSort) -> Int { records[sort] ?? 0 }

    /// The v1 message for one of the version.
    func toV1(_ message: [UInt8], _ sort: RecordSort) throws(WireError) -> [UInt8] {
        try run(toV1, pairing(of: sort), on: message)
    }

    /// The version's message for one of v1.
    func fromV1(_ message: [UInt8], _ sort: RecordSort) throws(WireError) -> [UInt8] {
        try run(fromV1, pairing(of: sort), on: message)
    }

    private func run(_ plans: [ConversionPlan], _ plan: Int, on message: [UInt8]) throws(WireError) -> [UInt8] {
        var run = ConversionRun(plans: plans)
        run.writer.reserve(message.count + message.count / 4 + 64)
        try message.withWireBytes { bytes throws(WireError) in try run.run(plan, on: bytes) }
        return run.writer.bytes
    }
}

extension APIVersion {
    /// The proto package of its messages.
    var package: String {
        switch self {
        case .v1: "grafeas.v1"
        case .v1beta1: "grafeas.v1beta1"
        case .v1alpha1: "grafeas.v1alpha1.api"
        }
    }

    /// Its message for a sort of record.
    func record(_ sort: RecordSort, _ types: TypeRegistry) throws(TableError) -> MessageType {
        let name = "\(package).\(sort == .occurrence ? "Occurrence" : "Note")"
        guard let type = types.message(name) else { throw TableError("the registry has no \(name)") }
        return type
    }

    /// All tables of the version, kind by kind.
    var messageTables: [MessageTable] {
        switch self {
        case .v1: []
        case .v1beta1:
            RecordTables.v1beta1 + VulnerabilityTables.v1beta1 + BuildTables.v1beta1 + ImageTables.v1beta1
                + PackageTables.v1beta1 + DeploymentTables.v1beta1 + DiscoveryTables.v1beta1
                + AttestationTables.v1beta1 + SecretTables.v1beta1
        case .v1alpha1:
            RecordTables.v1alpha1 + VulnerabilityTables.v1alpha1 + BuildTables.v1alpha1 + ImageTables.v1alpha1
                + PackageTables.v1alpha1 + DeploymentTables.v1alpha1 + DiscoveryTables.v1alpha1
                + AttestationTables.v1alpha1
        }
    }

    /// The enums whose values have other names than in v1.
    var enumTables: [EnumTable] {
        self == .v1alpha1 ? RecordTables.v1alpha1Enums : []
    }
}
