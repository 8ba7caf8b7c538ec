/// The facts of descriptor.proto that reflection needs, read from wire bytes as they stand: names not yet resolved.
///
/// Read by hand and not with SwiftProtobuf, because the options that matter (`google.api.http`, `field_behavior`) are
/// extensions there, and because the bytes of each file are handed on unchanged.
struct FileDraft {
    var name = ""
    var package = ""
    var isProto3 = false
    var dependencies: [String] = []
    var publicDependencies: [Int] = []
    var messages: [MessageDraft] = []
    var enums: [EnumDraft] = []
    var services: [ServiceDraft] = []
    var extensions: [FieldDraft] = []
    var encoded: [UInt8] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        encoded = [UInt8](bytes)
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = field.text
            case 2: package = field.text
            case 3: dependencies.append(field.text)
            case 4: messages.append(try MessageDraft(field.payload))
            case 5: enums.append(try EnumDraft(field.payload))
            case 6: services.append(try ServiceDraft(field.payload))
            case 7: extensions.append(try FieldDraft(field.payload))
            case 10: publicDependencies.append(Int(truncatingIfNeeded: field.value))
            case 12: isProto3 = field.text == "proto3"
            default: break
            }
        }
    }

    /// The files of an encoded FileDescriptorSet.
    static func files(inSet bytes: UnsafeRawBufferPointer) throws(WireError) -> [FileDraft] {
        var files: [FileDraft] = []
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            if field.number == 1 { files.append(try FileDraft(field.payload)) }
        }
        return files
    }
}

struct MessageDraft {
    var name = ""
    var fields: [FieldDraft] = []
    var nested: [MessageDraft] = []
    var enums: [EnumDraft] = []
    var extensions: [FieldDraft] = []
    var oneofs: [String] = []
    var isMapEntry = false

    init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = field.text
            case 2: fields.append(try FieldDraft(field.payload))
            case 3: nested.append(try MessageDraft(field.payload))
            case 4: enums.append(try EnumDraft(field.payload))
            case 6: extensions.append(try FieldDraft(field.payload))
            case 7: isMapEntry = try varint(7, in: field.payload) == 1
            case 8: oneofs.append(try text(1, in: field.payload))
            default: break
            }
        }
    }
}

struct FieldDraft {
    var name = ""
    var number = 0
    var label = 0
    var type = 0
    var typeName = ""
    var jsonName = ""
    var extendee = ""
    var oneof: Int?
    var isProto3Optional = false
    var packed: Bool?
    var isDeprecated = false
    var behaviors: [UInt64] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = field.text
            case 2: extendee = field.text
            case 3: number = Int(truncatingIfNeeded: field.value)
            case 4: label = Int(truncatingIfNeeded: field.value)
            case 5: type = Int(truncatingIfNeeded: field.value)
            case 6: typeName = field.text
            case 8: try readOptions(field.payload)
            case 9: oneof = Int(truncatingIfNeeded: field.value)
            case 10: jsonName = field.text
            case 17: isProto3Optional = field.value == 1
            default: break
            }
        }
        if jsonName.isEmpty { jsonName = camelCase(name) }
    }

    /// FieldOptions; 1052 is `google.api.field_behavior`, which may be packed or not.
    private mutating func readOptions(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.type) {
            case (2, .varint): packed = field.value == 1
            case (3, .varint): isDeprecated = field.value == 1
            case (1052, .varint): behaviors.append(field.value)
            case (1052, .lengthDelimited):
                var list = WireReader(field.payload)
                while !list.isAtEnd { behaviors.append(try list.varint()) }
            default: break
            }
        }
    }
}

struct EnumDraft {
    var name = ""
    var values: [(name: String, number: Int32)] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = field.text
            case 2:
                let number = Int32(truncatingIfNeeded: try varint(2, in: field.payload))
                values.append((try text(1, in: field.payload), number))
            default: break
            }
        }
    }
}

struct ServiceDraft {
    var name = ""
    var methods: [MethodDraft] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = field.text
            case 2: methods.append(try MethodDraft(field.payload))
            default: break
            }
        }
    }
}

struct MethodDraft {
    var name = ""
    var input = ""
    var output = ""
    var clientStreams = false
    var serverStreams = false
    var bindings: [HTTPBinding] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = field.text
            case 2: input = field.text
            case 3: output = field.text
            case 4: try readOptions(field.payload)
            case 5: clientStreams = field.value == 1
            case 6: serverStreams = field.value == 1
            default: break
            }
        }
    }

    /// MethodOptions; 72295728 is `google.api.http`.
    private mutating func readOptions(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            if field.number == 72_295_728 { bindings += try HTTPBinding.bindings(ofRule: field.payload) }
        }
    }
}

extension HTTPBinding {
    /// A `google.api.HttpRule` and its additional bindings, in order.
    static func bindings(ofRule bytes: UnsafeRawBufferPointer) throws(WireError) -> [HTTPBinding] {
        var binding = HTTPBinding(verb: "", template: "", body: "", responseBody: "")
        var additional: [HTTPBinding] = []
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 2: (binding.verb, binding.template) = ("GET", field.text)
            case 3: (binding.verb, binding.template) = ("PUT", field.text)
            case 4: (binding.verb, binding.template) = ("POST", field.text)
            case 5: (binding.verb, binding.template) = ("DELETE", field.text)
            case 6: (binding.verb, binding.template) = ("PATCH", field.text)
            case 8: (binding.verb, binding.template) = (try text(1, in: field.payload), try text(2, in: field.payload))
            case 7: binding.body = field.text
            case 12: binding.responseBody = field.text
            case 11: additional += try bindings(ofRule: field.payload)
            default: break
            }
        }
        return [binding] + additional
    }
}

/// The last varint field `number` of a message, or 0.
private func varint(_ number: Int, in bytes: UnsafeRawBufferPointer) throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    var reader = WireReader(bytes)
    while let field = try reader.next() {
        if field.number == number { value = field.value }
    }
    return value
}

/// The last string field `number` of a message, or "".
private func text(_ number: Int, in bytes: UnsafeRawBufferPointer) throws(WireError) -> String {
    var value = ""
    var reader = WireReader(bytes)
    while let field = try reader.next() {
        if field.number == number { value = field.text }
    }
    return value
}

/// `package_issue` as JSON spells it: `packageIssue`.
func camelCase(_ name: String) -> String {
    var result = ""
    var raise = false
    for character in name {
        if character == "_" {
            raise = true
        } else {
            result += raise ? character.uppercased() : String(character)
            raise = false
        }
    }
    return result
}
