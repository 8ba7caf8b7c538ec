import FilterLanguage
import MessageReflection

/// A field reference made ready to be read from encoded messages of one type.
struct MessagePath {
    private indirect enum Step {
        /// Into every element of a message field.
        case message(number: Int, next: Step)
        /// Into the value of a map's entries, of all or of one key.
        case map(number: Int, key: MapKey?, next: Step)
        /// Into data that carries its own shape.
        case dynamic(number: Int, DynamicShape, keys: ArraySlice<String>)
        case scalar(MessageField)
        /// A message itself: it has no value, only presence.
        case presence(number: Int)
        /// A timestamp or duration.
        case time(number: Int, isTimestamp: Bool)
        /// Leads nowhere.
        case nothing
    }

    /// A map's key as text, which is what filters write, compared with the key of an entry.
    fileprivate struct MapKey {
        let text: String
        let isText: Bool
    }

    private let first: Step

    init(_ steps: [FieldStep], in type: MessageType) {
        first = Self.compile(steps[...], in: type)
    }

    private static func compile(_ steps: ArraySlice<FieldStep>, in type: MessageType) -> Step {
        guard case .field(_, let number)? = steps.first, let field = type.field(number: number) else { return .nothing }
        return compile(field, number: number, rest: steps.dropFirst())
    }

    private static func compile(_ field: MessageField, number: Int, rest: ArraySlice<FieldStep>) -> Step {
        if field.isMap, let key = field.mapKey, let value = field.mapValue {
            if case .mapKey(let text)? = rest.first {
                let mapKey = MapKey(text: text, isText: key.kind == .string)
                return .map(number: number, key: mapKey, next: compile(value, number: 2, rest: rest.dropFirst()))
            }
            return .map(number: number, key: nil, next: compile(value, number: 2, rest: rest))
        }
        guard let message = field.messageType else { return rest.isEmpty ? .scalar(field) : .nothing }
        switch message.wellKnown {
        case .timestamp: return .time(number: number, isTimestamp: true)
        case .duration: return .time(number: number, isTimestamp: false)
        case .struct, .value, .listValue, .any:
            let keys = rest.map { step in
                switch step {
                case .dynamicKey(let key), .mapKey(let key), .field(let key, _): key
                }
            }
            return .dynamic(number: number, DynamicShape(message.wellKnown), keys: keys[...])
        case .none, .fieldMask, .wrapper:
            return rest.isEmpty ? .presence(number: number) : .message(number: number, next: compile(rest, in: message))
        }
    }

    /// Calls back with every value at the path until the callback returns true; returns whether it did.
    func visit(_ message: UnsafeRawBufferPointer, _ matched: (FilterValue) -> Bool) -> Bool {
        Self.walk(first, message) { $0.map(matched) ?? false }
    }

    /// Whether anything is at the path.
    func isPresent(in message: UnsafeRawBufferPointer) -> Bool {
        Self.walk(first, message, forPresence: true) { _ in true }
    }

    /// Calls back with every message at the path until the callback returns true; returns whether it did.
    func visitMessages(
        _ message: UnsafeRawBufferPointer,
        _ matched: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        Self.walkMessages(first, message, matched)
    }

    // MARK: Walking

    /// `found` is called with a value, or with nil for a message that is there and has no value.
    private static func walk(
        _ step: Step,
        _ message: UnsafeRawBufferPointer,
        forPresence: Bool = false,
        _ found: (FilterValue?) -> Bool
    ) -> Bool {
        switch step {
        case .nothing: return false
        case .message(let number, let next):
            return each(number, in: message) { walk(next, $0.payload, forPresence: forPresence, found) }
        case .map(let number, let key, let next):
            return each(number, in: message) { entry in
                guard key?.matches(entry: entry.payload) ?? true else { return false }
                // An entry counts as present whatever its value is.
                if forPresence, key != nil || isLeaf(next) { return found(nil) }
                return walkMapValue(next, entry.payload, forPresence: forPresence, found)
            }
        case .dynamic(let number, let shape, let keys):
            return each(number, in: message) { field in
                shape.visit(field.payload, keys: keys, isPresenceEnough: forPresence) { found($0) }
            }
        case .presence(let number):
            return each(number, in: message) { _ in found(nil) }
        case .time(let number, let isTimestamp):
            return each(number, in: message) { found(FilterValue(time: $0.payload, isTimestamp: isTimestamp)) }
        case .scalar(let field):
            return walkScalar(field, message, forPresence: forPresence, found)
        }
    }

    private static func isLeaf(_ step: Step) -> Bool {
        switch step {
        case .scalar, .presence, .time: true
        case .message, .map, .dynamic, .nothing: false
        }
    }

    /// A map's value is there even where its default left it out of the entry.
    private static func walkMapValue(
        _ step: Step,
        _ entry: UnsafeRawBufferPointer,
        forPresence: Bool,
        _ found: (FilterValue?) -> Bool
    ) -> Bool {
        guard case .scalar(let field) = step else { return walk(step, entry, forPresence: forPresence, found) }
        var value = FilterValue(defaultOf: field)
        _ = each(field.number, in: entry) { element in
            value = FilterValue(element, of: field) ?? value
            return false
        }
        return found(value)
    }

    private static func walkScalar(
        _ field: MessageField,
        _ message: UnsafeRawBufferPointer,
        forPresence: Bool,
        _ found: (FilterValue?) -> Bool
    ) -> Bool {
        var isThere = false
        let isMatched = each(field.number, in: message) { element in
            if field.isRepeated, element.type == .lengthDelimited, field.kind.wireType != .lengthDelimited {
                return FilterValue.eachPacked(element.payload, of: field) { found($0) }
            }
            guard let value = FilterValue(element, of: field) else { return false }
            // A default on the wire of a field without presence says no more than its absence.
            if !field.isRepeated, value == FilterValue(defaultOf: field) { return false }
            isThere = true
            return found(value)
        }
        if isMatched { return true }
        // A boolean has no third state: unset in a message that is there, it is false.
        guard field.kind == .bool, !field.isRepeated, !isThere, !forPresence else { return false }
        return found(.bool(false))
    }

    private static func walkMessages(
        _ step: Step,
        _ message: UnsafeRawBufferPointer,
        _ matched: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        switch step {
        case .presence(let number): return each(number, in: message) { matched($0.payload) }
        case .message(let number, let next):
            return each(number, in: message) { walkMessages(next, $0.payload, matched) }
        case .map(let number, let key, let next):
            return each(number, in: message) { entry in
                (key?.matches(entry: entry.payload) ?? true) && walkMessages(next, entry.payload, matched)
            }
        case .dynamic, .scalar, .time, .nothing: return false
        }
    }

    /// Calls back with every field of that number until the callback returns true. Stored messages were checked when
    /// they came in; should one be damaged, it ends at the damage.
    private static func each(
        _ number: Int,
        in message: UnsafeRawBufferPointer,
        _ matched: (WireField) -> Bool
    ) -> Bool {
        var reader = WireReader(message)
        while let field = try? reader.next() {
            if field.number == number, matched(field) { return true }
        }
        return false
    }
}

extension MessagePath.MapKey {
    fileprivate func matches(entry: UnsafeRawBufferPointer) -> Bool {
        var reader = WireReader(entry)
        var found = isText ? "" : "0"
        while let field = try? reader.next() {
            guard field.number == 1 else { continue }
            found = isText ? field.text : String(Int64(bitPattern: field.value))
        }
        return found == text
    }
}
