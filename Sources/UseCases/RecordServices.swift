import Crypto
import FilterLanguage
public import MessageReflection
public import MetadataModel
public import Storage
public import VersionConversion

/// What every use case works with. Made once, when the server starts; nothing in it changes.
public struct RecordServices: Sendable {
    public let store: any MetadataStore
    public let types: TypeRegistry
    /// How each version of the API spells records.
    public let versions: VersionConversion
    public let schema: RecordSchema
    public let limits: Limits
    /// Whether a write to a project that nobody created is refused.
    public let projectMustExist: Bool
    /// Microseconds since 1970.
    public let now: @Sendable () -> Int64
    /// A new occurrence id, greater than all before it.
    public let makeOccurrenceID: @Sendable () -> String

    public init(
        store: any MetadataStore,
        types: TypeRegistry,
        versions: VersionConversion,
        limits: Limits = Limits(),
        projectMustExist: Bool = false,
        now: @escaping @Sendable () -> Int64,
        makeOccurrenceID: (@Sendable () -> String)? = nil
    ) {
        self.store = store
        self.types = types
        self.limits = limits
        self.projectMustExist = projectMustExist
        self.now = now
        self.versions = versions
        schema = RecordSchema(types: types, versions: versions)
        let ids = OccurrenceIDs(now: now)
        self.makeOccurrenceID = makeOccurrenceID ?? { ids.next() }
    }

    /// The claim that a call's idempotency key makes on its write; nil without a key.
    /// - Parameters:
    ///   - method: the method's name, so that one key may be used for calls of several methods.
    ///   - request: the encoded request.
    /// - Throws: `invalid` for a key of another form.
    public func claim(method: String, request: [UInt8], call: Call) throws(MetadataError) -> IdempotencyClaim? {
        guard let key = call.idempotencyKey else { return nil }
        let isPrintable = key.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        guard !key.isEmpty, key.utf8.count <= limits.idempotencyKeyLengthMax, isPrintable else {
            throw .invalid(
                "x-idempotency-key",
                "must be 1 to \(limits.idempotencyKeyLengthMax) printable ASCII characters"
            )
        }
        return IdempotencyClaim(
            scope: "\(call.caller.scope)\n\(method)\n\(key)",
            requestDigest: Array(SHA256.hash(data: request)),
            seconds: limits.idempotencySeconds
        )
    }

    func createOptions(labels: [String] = []) -> CreateOptions {
        CreateOptions(projectMustExist: projectMustExist, entryLabels: labels)
    }

    /// The record as common encoders write it: what is stored is read by everybody without asking twice.
    func normal(_ record: StoredRecord, _ sort: RecordSort) throws -> StoredRecord {
        guard !record.isNormal else { return record }
        var record = record
        record.message = try versions.form(.v1, sort).type.canonical(record.message)
        record.isNormal = true
        return record
    }

    /// Refuses a record over the bound on what is stored of one.
    func checkSize(_ record: StoredRecord, field: String) throws(MetadataError) {
        try checkSize(record.byteCount, field: field)
    }

    func checkSize(_ byteCount: Int, field: String) throws(MetadataError) {
        guard byteCount <= limits.messageBytesMax else {
            throw .invalid(field, "has \(byteCount) bytes encoded; at most \(limits.messageBytesMax) are stored")
        }
    }
}
