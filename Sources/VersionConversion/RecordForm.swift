public import MessageReflection
public import MetadataModel

/// How one API version spells one sort of record.
///
/// What is written in a version reads back in it as it was written, apart from name, kind and times, which are the store's; and
/// an update through one version keeps what only another can say.
public struct RecordForm: Sendable {
    /// The version whose messages these are.
    public let version: APIVersion
    /// The version's message, `grafeas.v1beta1.Occurrence` for example.
    public let type: MessageType
    /// How to convert to and from v1; nil for v1 itself.
    let conversion: RecordConversion?

    /// The message that is stored.
    let v1: MessageType
    private let head: RecordHead
    private let v1Head: RecordHead
    private let identities: ElementIdentities

    init(version: APIVersion, sort: RecordSort, program: ConversionProgram?, types: TypeRegistry) throws(TableError) {
        identities = try RecordTables.identities(version, types)
        self.version = version
        type = try version.record(sort, types)
        v1 = try APIVersion.v1.record(sort, types)
        conversion = program.map { RecordConversion(program: $0, sort: sort) }
        head = try RecordHead(type)
        v1Head = try RecordHead(v1)
    }

    /// The version's view of a stored record, encoded.
    ///
    /// One pass over the bytes, unless the version says more than v1: then what was kept is merged in.
    public func reading(_ stored: StoredRecord) throws -> [UInt8] {
        guard let conversion else { return stored.message }
        var message = stored.message
        if let kind = stored.foreignKind { message += v1Head.encoded(kind: kind) }
        let view = try conversion.fromV1(message)
        guard !stored.kept.isEmpty, let kept = try KeptOriginals(stored.kept)[version] else { return view }
        return try type.merge(base: kept.base, ours: kept.ours, theirs: view, identities: identities)
    }

    /// What is stored of a new record that is given in this version.
    public func writing(_ message: [UInt8]) throws -> StoredRecord {
        guard let conversion else { return StoredRecord(message: message) }
        let message = try type.canonical(message)
        // Canonical, so that nothing is taken for said which the next writer of the v1 message would drop.
        let stored = StoredRecord(message: try v1.canonical(try conversion.toV1(message)), isNormal: true)
        return try keeping(message, besides: stored, conversion)
    }

    /// What is stored of a record after this version's view of it became `message`.
    ///
    /// What the view did not change stays as it is stored, in all versions; name, kind and times stay in any case.
    public func writing(_ message: [UInt8], over stored: StoredRecord) throws -> StoredRecord {
        guard let conversion else {
            let foreignKind = try v1Head.hasDetail(message) ? nil : stored.foreignKind
            return StoredRecord(message: message, kept: stored.kept, foreignKind: foreignKind)
        }
        let old = try head.removed(from: try reading(stored))
        let new = try head.removed(from: try type.canonical(message))
        let merged = try v1.merge(
            base: try conversion.toV1(old),
            ours: stored.message,
            theirs: try conversion.toV1(new),
            identities: identities
        )
        let foreignKind = try v1Head.hasDetail(merged) ? nil : stored.foreignKind
        let next = StoredRecord(message: merged, kept: stored.kept, foreignKind: foreignKind, isNormal: true)
        return try keeping(new, besides: next, conversion)
    }

    /// The record with what v1 cannot say of `message`, and of no earlier one in this version.
    private func keeping(
        _ message: [UInt8],
        besides stored: StoredRecord,
        _ conversion: RecordConversion
    ) throws(WireError) -> StoredRecord {
        var result = stored
        var kept = try KeptOriginals(stored.kept)
        let back = try head.removed(from: try conversion.fromV1(stored.message))
        kept[version] = try type.difference(from: back, to: try head.removed(from: message))
        result.kept = kept.encoded
        if version == .v1beta1 { result.foreignKind = try head.foreignKind(of: message) }
        return result
    }
}

extension RecordForm {
    /// Whether a message of the version has a detail.
    func hasDetail(_ message: [UInt8]) -> Bool { (try? head.hasDetail(message)) ?? false }

    /// Whether bytes are a message of the version that says nothing of what is the store's.
    func isWithoutHead(_ message: [UInt8]) -> Bool {
        (try? type.check(message)) != nil && (try? head.removed(from: message)) == message
    }
}

/// A version's tables for one sort of record.
struct RecordConversion: Sendable {
    let program: ConversionProgram
    let sort: RecordSort

    func toV1(_ message: [UInt8]) throws(WireError) -> [UInt8] { try program.toV1(message, sort) }
    func fromV1(_ message: [UInt8]) throws(WireError) -> [UInt8] { try program.fromV1(message, sort) }
}

/// What the store and not the client says of a record: name, kind and times; and which detail is set, from which the kind
/// follows.
struct RecordHead: Sendable {
    private let numbers: [Int]
    private let kind: MessageField
    private let details: Set<Int>
    /// By the number of the detail, the kinds that v1 does not know.
    private let foreignKinds: [Int: Int]

    init(_ type: MessageType) throws(TableError) {
        let fields = ["name", "create_time", "update_time"].compactMap(type.field(named:))
        guard let kind = type.field(named: "kind"), let kinds = kind.enumType, fields.count == 3 else {
            throw TableError("\(type) has no kind, name or times")
        }
        self.kind = kind
        numbers = (fields + [kind]).map(\.number)
        details = Set(type.fields.filter { $0.oneof != nil }.map(\.number))
        var foreignKinds: [Int: Int] = [:]
        for (detail, name) in RecordTables.foreignDetails {
            guard let field = type.field(named: detail), let number = kinds.number(named: name) else { continue }
            foreignKinds[field.number] = Kind.foreignOffset + number
        }
        self.foreignKinds = foreignKinds
    }

    /// The message without the fields that are the store's.
    func removed(from message: [UInt8]) throws(WireError) -> [UInt8] {
        var writer = WireWriter()
        writer.reserve(message.count)
        try message.withWireBytes { bytes throws(WireError) in
            var reader = WireReader(bytes)
            while let field = try reader.next() {
                if !numbers.contains(field.number) { writer.field(field) }
            }
        }
        return writer.bytes
    }

    func encoded(kind number: Int) -> [UInt8] {
        var writer = WireWriter()
        writer.field(kind.number, varint: UInt64(bitPattern: Int64(number)))
        return writer.bytes
    }

    func hasDetail(_ message: [UInt8]) throws(WireError) -> Bool {
        try first(of: message) { details.contains($0) } != nil
    }

    func foreignKind(of message: [UInt8]) throws(WireError) -> Int? {
        try first(of: message) { foreignKinds[$0] != nil }.flatMap { foreignKinds[$0] }
    }

    private func first(of message: [UInt8], where isWanted: (Int) -> Bool) throws(WireError) -> Int? {
        try message.withWireBytes { bytes throws(WireError) in
            var reader = WireReader(bytes)
            while let field = try reader.next() {
                if isWanted(field.number) { return field.number }
            }
            return nil
        }
    }
}
