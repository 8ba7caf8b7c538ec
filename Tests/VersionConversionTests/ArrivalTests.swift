import MessageReflection
import MetadataModel
import Testing
import VersionConversion

/// Every field that has a counterpart arrives there, and comes back: each is set alone and looked for by its path.
@Suite struct ArrivalTests {
    @Test(arguments: Forms.others, RecordSort.allCases)
    func everyFieldArrivesAlone(version: APIVersion, sort: RecordSort) throws {
        let (form, v1) = (Forms.form(version, sort), Forms.form(.v1, sort))
        var count = 0
        for path in paths(of: form.type) {
            guard let target = form.storedPath(of: path.map(\.name)) else { continue }
            let name = path.map(\.name).joined(separator: ".")
            let stored = try form.writing(message(path[...]))
            let there = try value(at: target[...], in: stored.message, v1.type)
            #expect(there == text(of: path), "\(name) as \(target)")
            // From v1 alone, without what is kept.
            let view = try form.reading(StoredRecord(message: stored.message))
            let back = try value(at: path.map(\.name)[...], in: view, form.type)
            // v1 has one list of signatures, which is shown in one of two places.
            let isShownElsewhere = name.contains("generic_signed_attestation.signatures")
            #expect(isShownElsewhere || back == text(of: path), "\(name) read back")
            count += 1
        }
        #expect(count > 40, "\(version) \(sort)")
    }

    // MARK: Paths

    /// The paths to all that is no message with fields of its own; a repeated field stands for its only element.
    private func paths(of type: MessageType, _ before: [MessageField] = []) -> [[MessageField]] {
        type.fields.flatMap { field -> [[MessageField]] in
            if field.isMap { return [] }
            guard let inner = field.messageType, inner.wellKnown == .none, !inner.fields.isEmpty else {
                return [before + [field]]
            }
            return paths(of: inner, before + [field])
        }
    }

    private func message(_ path: ArraySlice<MessageField>) -> [UInt8] {
        guard let field = path.first else { return [] }
        var writer = WireWriter()
        switch field.kind {
        case .message: writer.field(field.number, bytes: path.count > 1 ? message(path.dropFirst()) : [])
        case .string, .bytes: writer.field(field.number, string: "x")
        case .enum: writer.field(field.number, varint: UInt64(number(of: field)))
        case .double:
            writer.tag(field.number, .fixed64)
            writer.fixed64(1)
        case .float:
            writer.tag(field.number, .fixed32)
            writer.fixed32(1)
        default: writer.field(field.number, varint: 1)
        }
        return writer.bytes
    }

    private func number(of field: MessageField) -> Int {
        field.enumType?.values.map(\.number).first { $0 > 0 } ?? 0
    }

    // MARK: Values

    /// What ``message(_:)`` puts at a path, as text: enums by name, in v1's words.
    private func text(of path: [MessageField]) -> String {
        guard let field = path.last else { return "" }
        switch field.kind {
        case .message: return "{}"
        case .string, .bytes: return "x"
        case .enum:
            let name = field.enumType?.name(of: number(of: field)) ?? ""
            return Self.renamed[name] ?? name
        default: return "1"
        }
    }

    private static let renamed = ["PACKAGE_VULNERABILITY": "VULNERABILITY"]

    private func value(at path: ArraySlice<String>, in message: [UInt8], _ type: MessageType) throws -> String? {
        guard let name = path.first, let field = type.field(named: name) else { return nil }
        return try message.withWireBytes { bytes throws -> String? in
            var reader = WireReader(bytes)
            while let found = try reader.next() {
                guard found.number == field.number else { continue }
                if let inner = field.messageType, path.count > 1 {
                    return try value(at: path.dropFirst(), in: [UInt8](found.payload), inner)
                }
                switch field.kind {
                case .message: return "{}"
                case .string, .bytes: return found.text
                case .enum:
                    let name = field.enumType?.name(of: Int(found.value)) ?? ""
                    return Self.renamed[name] ?? name
                default: return String(found.value)
                }
            }
            return nil
        }
    }
}
