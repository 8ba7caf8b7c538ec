/// Builds an encoded message from texts by dotted paths: what REST makes of path variables and query parameters.
///
/// Everything is appended in wire form and merges by the rules of the wire; a message's parts may come in any order.
public struct MessageBuilder {
    /// The type being built.
    public let type: MessageType
    private var writer = WireWriter()
    /// Paths of the singular fields set by text, which a second text may not change.
    private var given: Set<String> = []

    /// An empty message of this type.
    public init(_ type: MessageType) {
        self.type = type
    }

    /// Sets the field at a path (`update_mask`, `pageSize`, `occurrence.note_name`; each part in either spelling) from text; a
    /// repeated field gets one more element.
    ///
    /// Numbers, `true` and `false`, enum names or numbers, base64, and the JSON text of timestamps, durations, field masks and
    /// wrappers without its quotes. Empty text for a number, boolean, enum or time leaves the field alone, as `?page_size=` means.
    /// - Throws: the parameter by the name it was given, and what it should have been.
    public mutating func set(path: String, text: String) throws(ParameterProblem) {
        let fields = try resolve(path)
        guard let field = fields.last else { throw ParameterProblem(path, .unknown, "a parameter has no name") }
        if !field.isRepeated, !given.insert(fields.map(\.name).joined(separator: ".")).inserted {
            throw ParameterProblem(path, .repeated, "the parameter \(quotedExcerpt(path)) is given twice")
        }
        let value = try Array(text.utf8).withWireBytes { utf8 throws(ParameterProblem) in
            try self.value(utf8, field, path)
        }
        if let value { append(value, below: fields.dropLast()) }
    }

    /// Merges an encoded message into the message field at a path, as a request's body sets it; it must have passed
    /// ``MessageType/check(_:)-([UInt8])`` or come from JSON.
    public mutating func set(path: String, message wire: [UInt8]) throws(ParameterProblem) {
        let fields = try resolve(path)
        guard let field = fields.last, field.kind == .message, !field.isMap else {
            throw ParameterProblem(path, .notSettable, "\(quotedExcerpt(path)) of \(type.fullName) is not a message")
        }
        var record = WireWriter()
        record.field(field.number, bytes: wire)
        append(record.bytes, below: fields.dropLast())
    }

    /// Merges an encoded message of the type itself, as a body `*` sets it.
    public mutating func merge(_ wire: [UInt8]) {
        writer.bytes += wire
    }

    /// The encoded message: fields ascending, each singular one once, unknown fields of merged messages kept.
    public func wire() throws(WireError) -> [UInt8] {
        try writer.bytes.withWireBytes { bytes throws(WireError) in
            if try type.tables.isInOrder(bytes, of: type.index) { return writer.bytes }
            return try type.tables.sorted(bytes, of: type.index, keepingUnknown: true)
        }
    }

    // MARK: Paths

    private func resolve(_ path: String) throws(ParameterProblem) -> [MessageField] {
        var fields: [MessageField] = []
        var type = self.type
        for name in path.split(separator: ".", omittingEmptySubsequences: false) {
            if let last = fields.last {
                guard let next = last.messageType, !last.isRepeated, next.wellKnown == .none else {
                    throw ParameterProblem(
                        path,
                        .notSettable,
                        "\"\(last.name)\" in \(quotedExcerpt(path)) has no fields to set"
                    )
                }
                type = next
            }
            guard let field = type.field(named: String(name)) else {
                let guess = type.fieldNearest(to: String(name)).map { "; did you mean \"\($0)\"?" } ?? ""
                let within = fields.isEmpty ? "" : " in \(quotedExcerpt(path))"
                throw ParameterProblem(
                    path,
                    .unknown,
                    "\(quotedExcerpt(String(name)))\(within) is not a field of \(type.fullName)\(guess)"
                )
            }
            fields.append(field)
        }
        return fields
    }

    /// Appends an encoded field inside the messages of a path.
    private mutating func append(_ record: [UInt8], below fields: ArraySlice<MessageField>) {
        var record = record
        for field in fields.reversed() {
            var outer = WireWriter()
            outer.field(field.number, bytes: record)
            record = outer.bytes
        }
        writer.bytes += record
    }

    // MARK: Values

    /// The encoded field, tag included; nil if the text leaves the field alone, as a default does that means absence.
    private func value(
        _ text: UnsafeRawBufferPointer,
        _ field: MessageField,
        _ path: String
    ) throws(ParameterProblem) -> [UInt8]? {
        var record = WireWriter()
        let mayBeDefault = field.hasPresence || field.isRepeated
        switch field.kind {
        case .string:
            if text.isEmpty, !mayBeDefault { return nil }
            record.field(field.number, bytes: text)
        case .bytes:
            guard let bytes = decodedBase64(text) else { throw .wrong(path, "base64 text", text) }
            if bytes.isEmpty, !mayBeDefault { return nil }
            record.field(field.number, bytes: bytes)
        case .message:
            guard let content = try message(text, field, path) else { return nil }
            record.field(field.number, bytes: content)
        default:
            if text.isEmpty { return nil }
            guard let scalar = scalar(text, field) else { throw .wrong(path, expectation(field), text) }
            if scalar.isDefault, !mayBeDefault { return nil }
            record.tag(field.number, field.kind.wireType)
            scalar.write(to: &record)
        }
        return record.bytes
    }

    private func scalar(_ text: UnsafeRawBufferPointer, _ field: MessageField) -> ScalarValue? {
        switch field.kind {
        case .bool: text.elementsEqual("true".utf8) ? .varint(1) : text.elementsEqual("false".utf8) ? .varint(0) : nil
        case .enum:
            type.tables.enumNumber(text, of: Int(field.row.type)).map { .varint(UInt64(bitPattern: Int64($0))) }
                ?? field.kind.number(text)
        default: field.kind.quotedNumber(text)
        }
    }

    private func expectation(_ field: MessageField) -> String {
        guard let type = field.enumType else { return field.kind.expectation }
        let names = type.values.map(\.name)
        return names.count > 20 ? "a name of \(type.fullName)" : "one of " + names.joined(separator: ", ")
    }

    /// The content of a message that has a text form.
    private func message(
        _ text: UnsafeRawBufferPointer,
        _ field: MessageField,
        _ path: String
    ) throws(ParameterProblem) -> [UInt8]? {
        var content = WireWriter()
        let wellKnown = field.isMap ? .none : field.messageType?.wellKnown ?? .none
        switch wellKnown {
        case .timestamp, .duration:
            if text.isEmpty { return nil }
            let isTimestamp = wellKnown == .timestamp
            let time = isTimestamp ? SecondsAndNanos(timestamp: text) : SecondsAndNanos(duration: text)
            guard let time else {
                throw .wrong(path, isTimestamp ? TimeExpectation.timestamp : TimeExpectation.duration, text)
            }
            time.write(to: &content)
        case .fieldMask:
            if text.isEmpty { return nil }
            guard let paths = maskPaths(fromJSON: text) else { throw .wrong(path, TimeExpectation.fieldMask, text) }
            for path in paths { content.field(1, bytes: path) }
        case .wrapper:
            guard let inner = field.messageType?.fields.first else { return nil }
            return try value(text, inner, path) ?? []
        case .none, .struct, .value, .listValue, .any:
            let nature = field.isMap ? "a map" : "a message"
            throw ParameterProblem(
                path,
                .notSettable,
                "\(quotedExcerpt(path)) is \(nature); it can only be set in a body"
            )
        }
        return content.bytes
    }
}

/// A parameter that does not fit the request's type.
public struct ParameterProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of misfit.
    public enum Kind: Sendable {
        /// No field has that name.
        case unknown
        /// The text is not a value of the field.
        case wrongValue
        /// A singular field is given twice.
        case repeated
        /// The field cannot be set from text.
        case notSettable
    }

    /// The parameter as the caller named it.
    public let parameter: String
    public let kind: Kind
    /// What is wrong, for the caller.
    public let message: String

    public var description: String { message }

    init(_ parameter: String, _ kind: Kind, _ message: String) {
        self.parameter = parameter
        self.kind = kind
        self.message = message
    }

    static func wrong(_ parameter: String, _ expected: String, _ text: UnsafeRawBufferPointer) -> ParameterProblem {
        let found = quotedExcerpt(String(decoding: text, as: UTF8.self))
        return ParameterProblem(
            parameter,
            .wrongValue,
            "\(quotedExcerpt(parameter)): expected \(expected), found \(found)"
        )
    }
}
