import MessageReflection

/// What corresponds to what between a message of a version and a message of v1.
///
/// Fields of the same name correspond without being mentioned. Whatever else a message has must be mentioned, as a rule or as
/// something that only one side has, or the table is refused. Two messages without a table of their own have one that
/// mentions nothing.
struct MessageTable: Sendable {
    /// The version's message, its name without the package of the version.
    let version: String
    /// The v1 message, its name without the package.
    let v1: String
    /// The field of the version's message that holds all the rest, where the version wraps what v1 does not; the paths of the
    /// rules begin inside it.
    let inside: String?
    let rules: [FieldRule]
    /// Paths that only the version has.
    let onlyHere: [String]
    /// Fields that only v1 has.
    let onlyV1: [String]
    /// Does the conversion instead of the rules, which then only say how to translate paths.
    let special: SpecialConversion?

    init(
        _ version: String,
        _ v1: String,
        inside: String? = nil,
        _ rules: [FieldRule] = [],
        onlyHere: [String] = [],
        onlyV1: [String] = [],
        special: SpecialConversion? = nil
    ) {
        self.version = version
        self.v1 = v1
        self.inside = inside
        self.rules = rules
        self.onlyHere = onlyHere
        self.onlyV1 = onlyV1
        self.special = special
    }
}

/// One row of a table.
enum FieldRule: Sendable {
    /// The field at a path of the version is a field of v1. Messages are converted by their own table, enums by the names of
    /// their values; an enum may also stand for a string of the same name.
    case same(_ path: String, _ v1: String)
    /// As ``same(_:_:)`` for fields that hold bytes, text or messages, but the content is converted by functions; nil is
    /// nothing.
    case rewritten(_ path: String, _ v1: String, toV1: ContentRewriting, fromV1: ContentRewriting)
    /// A boolean of v1 that the version has not got: whether any value of the field at this path fulfils the test.
    case derived(_ v1: String, from: String, isTrue: ContentTest)
}

/// The content of a length-delimited field in another form.
typealias ContentRewriting = @Sendable (UnsafeRawBufferPointer) throws(WireError) -> [UInt8]?
/// What a length-delimited field's content tells.
typealias ContentTest = @Sendable (UnsafeRawBufferPointer) throws(WireError) -> Bool

/// Functions that convert a message which no list of fields describes.
struct SpecialConversion: Sendable {
    /// Appends the content of the one message, made from that of the other.
    typealias Direction = @Sendable (UnsafeRawBufferPointer, inout WireWriter) throws(WireError) -> Void

    let toV1: Direction
    let fromV1: Direction
}

/// What corresponds to what between the values of two enums, where names differ.
struct EnumTable: Sendable {
    let version: String
    let v1: String
    /// Names of the version and the names of v1 for them.
    let renamed: [(version: String, v1: String)]

    init(_ version: String, _ v1: String, renamed: [(version: String, v1: String)]) {
        self.version = version
        self.v1 = v1
        self.renamed = renamed
    }
}

/// A table that does not fit the types of the API; the text says which, and where.
public struct TableError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
