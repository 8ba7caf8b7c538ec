/// One step from a message towards a value.
public enum FieldStep: Sendable, Hashable {
    /// A field of a message: its canonical name and its number.
    case field(name: String, number: Int)
    /// An entry of a map.
    case mapKey(String)
    /// A key of an object in JSON-like data; lists on the way are entered.
    case dynamicKey(String)
}

extension FieldStep {
    /// Keys are the same if their bytes are, as all text in filters.
    public static func == (left: FieldStep, right: FieldStep) -> Bool {
        switch (left, right) {
        case (.field(_, let left), .field(_, let right)): left == right
        case (.mapKey(let left), .mapKey(let right)), (.dynamicKey(let left), .dynamicKey(let right)):
            TextSearch.equal(left, right)
        default: false
        }
    }

    /// By the number or the key.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .field(_, let number): hasher.combine(number)
        case .mapKey(let key), .dynamicKey(let key): key.utf8.forEach { hasher.combine($0) }
        }
    }
}

/// A field that a filter names, resolved against a schema.
///
/// Its values in one entry are all that can be reached by its steps: every element of repeated fields and, where no
/// key is given, every value of maps.
public struct FieldReference: Sendable, Hashable {
    /// Where the values come from.
    public enum Location: Sendable, Hashable {
        /// Steps from the message that is filtered.
        case path([FieldStep])
        /// A virtual field, by its name.
        case virtual(String)
    }

    /// Where the values come from.
    public var location: Location
    /// The type of the last step; of one element if it is repeated.
    public var type: FilterType
    /// Whether the last step holds a list.
    public var isRepeated: Bool
    /// Which spellings of a value count as one.
    public var normalisation: FilterNormalisation

    /// A reference.
    public init(
        location: Location,
        type: FilterType,
        isRepeated: Bool = false,
        normalisation: FilterNormalisation = .none
    ) {
        self.location = location
        self.type = type
        self.isRepeated = isRepeated
        self.normalisation = normalisation
    }

    /// The steps of a path; empty for a virtual field.
    public var steps: [FieldStep] {
        if case .path(let steps) = location { steps } else { [] }
    }

    /// The name of a virtual field; nil for a path.
    public var virtualName: String? {
        if case .virtual(let name) = location { name } else { nil }
    }

    /// The type of the values a test sees: of a map's values if this is a map.
    public var valueType: FilterType {
        if case .map(let value) = type { value } else { type }
    }

    /// The reference to one step below this one.
    func below(_ step: FieldStep, type: FilterType) -> FieldReference {
        FieldReference(location: .path(steps + [step]), type: type)
    }
}

extension FieldReference: CustomStringConvertible {
    /// `build.provenance.build_options["cloud"]`
    public var description: String {
        switch location {
        case .virtual(let name): return name
        case .path(let steps):
            var text = ""
            for step in steps {
                switch step {
                case .field(let name, _): text += (text.isEmpty ? "" : ".") + name
                case .mapKey(let key), .dynamicKey(let key): text += "[" + StringLiteral.encode(key) + "]"
                }
            }
            return text
        }
    }
}
