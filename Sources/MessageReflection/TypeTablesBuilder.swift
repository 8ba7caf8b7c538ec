/// Builds ``TypeTables`` from descriptor drafts: first every name gets its index, then the rows are written with the names
/// resolved, so that the order of files and recursion do not matter.
struct TypeTablesBuilder {
    var messages: [MessageRow] = []
    var fields: [FieldRow] = []
    var enums: [EnumRow] = []
    var enumValues: [EnumValueRow] = []
    var text: [UInt8] = []
    var numberTable: [UInt16] = []
    var nameTable: [Int32] = []
    var messageNames: [String] = []
    var enumNames: [String] = []
    var oneofNames: [[String]] = []
    var messageByName: [String: Int32] = [:]
    var enumByName: [String: Int32] = [:]
    var services: [ServiceRow] = []
    var files: [FileRow] = []
    var fileByName: [String: Int] = [:]
    var fileBySymbol: [String: Int] = [:]
    var extensions: [String: [Int: Int]] = [:]

    private var messageDrafts: [(draft: MessageDraft, isProto3: Bool)] = []

    init(_ drafts: [FileDraft]) throws(DescriptorError) {
        for (index, file) in drafts.enumerated() { fileByName[file.name] = index }
        for (index, file) in drafts.enumerated() { name(file, index) }
        for (index, entry) in messageDrafts.enumerated() {
            try add(entry.draft, Int32(index), isProto3: entry.isProto3)
        }
        for file in drafts { try add(file) }
    }

    // MARK: Names

    private mutating func name(_ file: FileDraft, _ index: Int) {
        let scope = file.package.isEmpty ? "" : file.package + "."
        for message in file.messages { name(message, in: scope, file, index) }
        for draft in file.enums { add(draft, in: scope, index) }
        nameExtensions(file.extensions, in: scope, index)
        for service in file.services {
            fileBySymbol[scope + service.name] = index
            for method in service.methods { fileBySymbol["\(scope)\(service.name).\(method.name)"] = index }
        }
    }

    private mutating func name(_ message: MessageDraft, in scope: String, _ file: FileDraft, _ index: Int) {
        let fullName = scope + message.name
        messageByName[fullName] = Int32(messageNames.count)
        fileBySymbol[fullName] = index
        messageNames.append(fullName)
        messageDrafts.append((message, file.isProto3))
        let inner = fullName + "."
        for nested in message.nested { name(nested, in: inner, file, index) }
        for draft in message.enums { add(draft, in: inner, index) }
        for field in message.fields { fileBySymbol[inner + field.name] = index }
        for oneof in message.oneofs { fileBySymbol[inner + oneof] = index }
        nameExtensions(message.extensions, in: inner, index)
    }

    private mutating func nameExtensions(_ drafts: [FieldDraft], in scope: String, _ index: Int) {
        for field in drafts {
            fileBySymbol[scope + field.name] = index
            extensions[String(field.extendee.drop { $0 == "." }), default: [:]][field.number] = index
        }
    }

    // MARK: Enums

    private mutating func add(_ draft: EnumDraft, in scope: String, _ index: Int) {
        let fullName = scope + draft.name
        enumByName[fullName] = Int32(enums.count)
        fileBySymbol[fullName] = index
        enumNames.append(fullName)
        // A value's name is a sibling of its enum's, so its scope is the enum's (descriptor.proto, EnumValueDescriptorProto).
        for value in draft.values { fileBySymbol[scope + value.name] = index }
        // Stable by number: of several names of a number, JSON writes the one declared first.
        let sorted = draft.values.enumerated()
            .sorted { ($0.element.number, $0.offset) < ($1.element.number, $1.offset) }
            .map(\.element)
        let first = Int32(enumValues.count)
        for value in sorted { enumValues.append(EnumValueRow(number: value.number, quoted: add("\"\(value.name)\""))) }
        let isDense = sorted.enumerated().allSatisfy { $0.offset == Int($0.element.number) }
        let isNull = fullName == "google.protobuf.NullValue"
        enums.append(
            EnumRow(firstValue: first, valueCount: Int32(sorted.count), isDense: isDense, isNullValue: isNull)
        )
    }

    // MARK: Messages

    private mutating func add(_ draft: MessageDraft, _ index: Int32, isProto3: Bool) throws(DescriptorError) {
        var row = MessageRow()
        row.firstField = Int32(fields.count)
        row.fieldCount = Int32(draft.fields.count)
        row.isMapEntry = draft.isMapEntry
        row.wellKnown = WellKnownType(fullName: messageNames[Int(index)])
        for field in draft.fields.sorted(by: { $0.number < $1.number }) {
            fields.append(try self.row(field, of: index, isProto3: isProto3))
        }
        addNumbers(&row)
        addNames(&row)
        messages.append(row)
        oneofNames.append(draft.oneofs)
    }

    private mutating func row(
        _ draft: FieldDraft,
        of message: Int32,
        isProto3: Bool
    ) throws(DescriptorError) -> FieldRow {
        guard let kind = FieldKind(rawValue: UInt8(truncatingIfNeeded: draft.type)) else {
            throw DescriptorError("field \(draft.name) of \(messageNames[Int(message)]) has unknown type \(draft.type)")
        }
        var row = FieldRow(number: Int32(draft.number), kind: kind, message: message)
        row.isRepeated = draft.label == 3
        row.isPacked = row.isRepeated && row.isPackable && (draft.packed ?? isProto3)
        row.oneof = draft.isProto3Optional ? -1 : Int32(draft.oneof ?? -1)
        row.hasPresence =
            !row.isRepeated && (!isProto3 || draft.oneof != nil || kind == .message || kind == .group)
        row.key = add("\"\(draft.jsonName)\":")
        row.name = add(draft.name)
        let usualName = camelCase(draft.name)
        row.usualJSONName = usualName == draft.jsonName ? row.jsonName : add(usualName)
        row.isDeprecated = draft.isDeprecated
        row.behaviors = FieldBehaviors(numbers: draft.behaviors)
        let typeName = String(draft.typeName.drop { $0 == "." })
        switch kind {
        case .message, .group:
            guard let type = messageByName[typeName] else { throw DescriptorError("no message type \(typeName)") }
            row.type = type
            row.isMap = row.isRepeated && messageDrafts[Int(type)].draft.isMapEntry
        case .enum:
            guard let type = enumByName[typeName] else { throw DescriptorError("no enum type \(typeName)") }
            row.type = type
        default: break
        }
        return row
    }

    /// Small numbers are looked up in a table; a message whose numbers start higher has none of that size.
    private mutating func addNumbers(_ row: inout MessageRow) {
        let small = row.fields.filter { fields[$0].number < 256 }
        row.numberStart = Int32(numberTable.count)
        row.numberCount = (small.map { fields[$0].number }.max() ?? -1) + 1
        numberTable += Array(repeating: 0xFFFF, count: Int(row.numberCount))
        for index in small {
            numberTable[Int(row.numberStart + fields[index].number)] = UInt16(index - Int(row.firstField))
        }
    }

    private mutating func addNames(_ row: inout MessageRow) {
        var size = 4
        while size < 4 * Int(row.fieldCount) { size *= 2 }
        row.nameStart = Int32(nameTable.count)
        row.nameMask = Int32(size - 1)
        nameTable += Array(repeating: -1, count: size)
        for index in row.fields {
            insert(fields[index].jsonName, index, row)
            insert(fields[index].name, index, row)
        }
        // Last, so that a field's own name wins over what another would usually be called.
        for index in row.fields { insert(fields[index].usualJSONName, index, row) }
    }

    private mutating func insert(_ name: TextRange, _ index: Int, _ row: MessageRow) {
        var slot = text.withUnsafeBytes { Int(nameHash(UnsafeRawBufferPointer(rebasing: $0[name.indices]))) }
        slot &= Int(row.nameMask)
        while nameTable[Int(row.nameStart) + slot] >= 0 {
            if nameTable[Int(row.nameStart) + slot] == Int32(index) { return }
            slot = (slot + 1) & Int(row.nameMask)
        }
        nameTable[Int(row.nameStart) + slot] = Int32(index)
    }

    private mutating func add(_ string: String) -> TextRange {
        let start = text.count
        text += string.utf8
        return TextRange(start: Int32(start), count: Int32(text.count - start))
    }

    // MARK: Files and services

    private mutating func add(_ file: FileDraft) throws(DescriptorError) {
        let scope = file.package.isEmpty ? "" : file.package + "."
        for service in file.services {
            var methods: [MethodRow] = []
            for method in service.methods { methods.append(try row(method)) }
            services.append(ServiceRow(fullName: scope + service.name, methods: methods))
        }
        let dependencies = file.dependencies.compactMap { fileByName[$0] }
        files.append(FileRow(name: file.name, encoded: file.encoded, dependencies: dependencies))
    }

    private func row(_ method: MethodDraft) throws(DescriptorError) -> MethodRow {
        guard let input = messageByName[String(method.input.drop { $0 == "." })],
            let output = messageByName[String(method.output.drop { $0 == "." })]
        else { throw DescriptorError("method \(method.name) takes or returns a type that is not there") }
        return MethodRow(
            name: method.name,
            input: input,
            output: output,
            clientStreams: method.clientStreams,
            serverStreams: method.serverStreams,
            bindings: method.bindings
        )
    }
}

/// The descriptors contradict themselves; the text says how.
public struct DescriptorError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
