/// The identity of a message type in a schema; for protobuf its full name, `grafeas.v1.Occurrence`.
public typealias MessageID = String

/// Which fields a filter may name, and of which types they are.
///
/// Messages are looked up by id through closures, so that a message may contain itself. The language asks for names
/// as they were written and, if that finds nothing, in snake_case.
public struct FilterSchema: Sendable {
    /// The type of the entries that are filtered.
    public var root: MessageID
    /// The field of that name in a message.
    let field: @Sendable (_ name: String, _ message: MessageID) -> FilterField?
    /// All names in a message, for suggestions only.
    let fieldNames: @Sendable (MessageID) -> [String]
    /// By folded path: each step in snake_case.
    let aliases: [String: FilterAlias]
    /// As they were given, in order, for suggestions.
    let aliasNames: [String]
    /// Steps of the longest alias.
    let aliasStepsMax: Int

    /// A schema.
    ///
    /// - Parameters:
    ///   - root: the type of the entries.
    ///   - field: the field of a name in a message, or nil.
    ///   - fieldNames: the names worth suggesting in a message.
    ///   - aliases: what a dotted path at the start of a field stands for, keyed by the path in camelCase or
    ///     snake_case (either finds both). The longest matching path counts; further steps go on below it. An alias
    ///     wins over a field of the same name unless the path below it leads nowhere.
    public init(
        root: MessageID,
        field: @escaping @Sendable (_ name: String, _ message: MessageID) -> FilterField?,
        fieldNames: @escaping @Sendable (MessageID) -> [String],
        aliases: [String: FilterAlias] = [:]
    ) {
        self.root = root
        self.field = field
        self.fieldNames = fieldNames
        let folded = aliases.map { (NameSpelling.snakeCase($0.key), $0.value) }
        self.aliases = Dictionary(folded) { first, _ in first }
        aliasNames = aliases.keys.sorted()
        aliasStepsMax = aliases.keys.map { $0.split(separator: ".").count }.max() ?? 0
    }
}

/// What another name for a field stands for.
public enum FilterAlias: Sendable {
    /// A dotted path of fields in the root message, `vulnerability.severity`; it is not looked up among aliases again.
    case path(String)
    /// A field that no message has, whose values the source computes.
    case virtual(VirtualField)
}

/// A field that no message has: `noteId`, `digest`.
public struct VirtualField: Sendable, Hashable {
    /// The name by which sources and planners know it.
    public var name: String
    /// The type of its values.
    public var type: FilterType
    /// Whether an entry may have several.
    public var isRepeated: Bool
    /// Which spellings of a value count as one.
    public var normalisation: FilterNormalisation

    /// A virtual field.
    public init(
        name: String,
        type: FilterType,
        isRepeated: Bool = false,
        normalisation: FilterNormalisation = .none
    ) {
        self.name = name
        self.type = type
        self.isRepeated = isRepeated
        self.normalisation = normalisation
    }
}

/// A field of a message.
public struct FilterField: Sendable, Hashable {
    /// The step an evaluator takes to reach it.
    public var step: FieldStep
    /// The type of its values, of each element if it is repeated. A map is `.map`, not repeated.
    public var type: FilterType
    /// Whether it holds a list.
    public var isRepeated: Bool
    /// Which spellings of a value count as one.
    public var normalisation: FilterNormalisation

    /// A field by its canonical name and its number in the message.
    public init(
        name: String,
        number: Int,
        type: FilterType,
        isRepeated: Bool = false,
        normalisation: FilterNormalisation = .none
    ) {
        step = .field(name: name, number: number)
        self.type = type
        self.isRepeated = isRepeated
        self.normalisation = normalisation
    }
}

/// Which spellings of a text count as one for `=`, `!=` and prefixes; other tests see the text as it is.
public enum FilterNormalisation: Sendable, Hashable {
    case none
    /// A leading `https://` is left out on both sides.
    case stripScheme

    /// The text as it is compared.
    public func apply(_ text: String) -> String {
        switch self {
        case .none: text
        case .stripScheme: String(Substring(bytes(of: text)))
        }
    }

    /// The bytes of `apply(text)`, where they are.
    func bytes(of text: String) -> Substring.UTF8View {
        let bytes = text.utf8[...]
        return switch self {
        case .none: bytes
        case .stripScheme: bytes.starts(with: Self.scheme) ? bytes.dropFirst(Self.scheme.count) : bytes
        }
    }

    private static let scheme = Array("https://".utf8)
}

/// The type of a field's values.
public indirect enum FilterType: Sendable, Hashable {
    case bool
    case integer
    case double
    case string
    case bytes
    case timestamp
    case duration
    case enumeration(FilterEnum)
    case message(MessageID)
    /// Keys are taken as text.
    case map(value: FilterType)
    /// JSON-like: a Struct, Value or Any. Any path below it is allowed.
    case dynamic
}

/// An enumeration: names, and the numbers that order them.
public struct FilterEnum: Sendable, Hashable {
    /// Its name, by which it is equal to another.
    public var name: String
    /// Name to number, other names for the same number included.
    public var numbers: [String: Int32]
    /// The names an error message offers, in their order.
    public var names: [String]

    /// An enumeration.
    ///
    /// - Parameters:
    ///   - values: its names and numbers in order.
    ///   - aliases: further names that are accepted.
    public init(name: String, values: [(name: String, number: Int32)], aliases: [String: Int32] = [:]) {
        self.name = name
        names = values.map(\.name)
        numbers = Dictionary(values.map { ($0.name, $0.number) }) { first, _ in first }
        numbers.merge(aliases) { first, _ in first }
    }

    /// The number of a name: as written, or else in capitals.
    public func number(_ name: String) -> Int32? {
        numbers[name] ?? numbers[name.uppercased()]
    }

    /// The first name of a number.
    public func name(of number: Int32) -> String? {
        names.first { numbers[$0] == number }
    }

    /// Enumerations of one name are one.
    public static func == (left: FilterEnum, right: FilterEnum) -> Bool { left.name == right.name }

    /// By its name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
