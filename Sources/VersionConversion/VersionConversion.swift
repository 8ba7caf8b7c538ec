public import MessageReflection
public import MetadataModel

/// Reads and writes records of the store, which speaks v1, in every version of the API.
///
/// Everything is wire bytes and descriptors: there are no Swift types for the other versions. The tables that say what
/// corresponds to what are one file a kind; they are compiled once, here.
public struct VersionConversion: Sendable {
    private let forms: [[RecordForm]]

    /// Compiles the tables for the types of a registry; takes a few milliseconds, once.
    /// - Throws: ``TableError`` for a table that does not fit the types: a field that is not there, of the wrong type, or that
    ///   no table mentions.
    public init(types: TypeRegistry) throws {
        forms = try APIVersion.allCases.map { version in
            let program = version == .v1 ? nil : try ConversionProgram(version, types: types)
            return try RecordSort.allCases.map { sort in
                try RecordForm(version: version, sort: sort, program: program, types: types)
            }
        }
    }

    /// How a version spells a sort of record.
    public func form(_ version: APIVersion, _ sort: RecordSort) -> RecordForm {
        forms[version.rawValue - 1][sort == .occurrence ? 0 : 1]
    }

    /// Whether what is said to be kept of a record, its message included, is something that could have been kept here: for imports, whose bytes come
    /// from outside.
    public func canKeep(_ record: StoredRecord, _ sort: RecordSort) -> Bool {
        if let kind = record.foreignKind {
            guard Kind.foreignNames[kind] != nil, !form(.v1, sort).hasDetail(record.message) else { return false }
        }
        // Versions that nobody knows, or come twice, would not be written again.
        guard let kept = try? KeptOriginals(record.kept), kept.encoded == record.kept else { return false }
        return APIVersion.allCases.allSatisfy { version in
            guard let difference = kept[version] else { return true }
            return [difference.base, difference.ours].allSatisfy(form(version, sort).isWithoutHead)
        }
    }
}
