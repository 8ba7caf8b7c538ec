/// The messages that have a JSON form of their own.
extension JSONWriter {
    mutating func wellKnown(
        _ kind: WellKnownType,
        _ type: Int,
        _ wire: UnsafeRawBufferPointer,
        depth: Int
    ) throws(WireError) {
        switch kind {
        case .none: break
        case .timestamp: try timestamp(try SecondsAndNanos(wire))
        case .duration: try duration(try SecondsAndNanos(wire))
        case .fieldMask: try fieldMask(wire)
        case .struct: try structure(wire, depth: depth)
        case .value: try dynamicValue(wire, depth: depth)
        case .listValue: try list(wire, depth: depth)
        case .any: try any(wire, depth: depth)
        case .wrapper: try wrapper(type, wire)
        }
    }

    private mutating func timestamp(_ time: SecondsAndNanos) throws(WireError) {
        guard time.isTimestamp else { throw SecondsAndNanos.timestampError }
        let date = CivilDate(daysSince1970: (time.seconds - modulo(time.seconds, 86400)) / 86400)
        let second = Int(modulo(time.seconds, 86400))
        out.byte(UInt8(ascii: "\""))
        out.padded(date.year, 4)
        out.byte(UInt8(ascii: "-"))
        out.padded(date.month, 2)
        out.byte(UInt8(ascii: "-"))
        out.padded(date.day, 2)
        out.byte(UInt8(ascii: "T"))
        out.padded(second / 3600, 2)
        out.byte(UInt8(ascii: ":"))
        out.padded(second / 60 % 60, 2)
        out.byte(UInt8(ascii: ":"))
        out.padded(second % 60, 2)
        fraction(Int(time.nanos))
        out.text("Z\"")
    }

    private mutating func duration(_ time: SecondsAndNanos) throws(WireError) {
        guard time.isDuration else { throw SecondsAndNanos.durationError }
        out.byte(UInt8(ascii: "\""))
        if time.seconds < 0 || time.nanos < 0 { out.byte(UInt8(ascii: "-")) }
        out.unsigned(time.seconds.magnitude)
        fraction(Int(time.nanos.magnitude))
        out.text("s\"")
    }

    /// Nothing, or three, six or nine digits.
    private mutating func fraction(_ nanos: Int) {
        guard nanos > 0 else { return }
        out.byte(UInt8(ascii: "."))
        if nanos % 1_000_000 == 0 {
            out.padded(nanos / 1_000_000, 3)
        } else if nanos % 1000 == 0 {
            out.padded(nanos / 1000, 6)
        } else {
            out.padded(nanos, 9)
        }
    }

    private mutating func fieldMask(_ wire: UnsafeRawBufferPointer) throws(WireError) {
        out.byte(UInt8(ascii: "\""))
        var isFirst = true
        var reader = WireReader(wire)
        while let field = try reader.next() {
            guard field.number == 1, field.type == .lengthDelimited else { continue }
            if !isFirst { out.byte(UInt8(ascii: ",")) }
            isFirst = false
            guard let path = maskPathInJSON(field.payload) else { throw maskPathError(field) }
            out.bytes += path
        }
        out.byte(UInt8(ascii: "\""))
    }

    private mutating func structure(_ wire: UnsafeRawBufferPointer, depth: Int) throws(WireError) {
        out.byte(UInt8(ascii: "{"))
        try structureMembers(wire, isFirst: true, depth: depth)
        out.byte(UInt8(ascii: "}"))
    }

    private mutating func structureMembers(
        _ wire: UnsafeRawBufferPointer,
        isFirst: Bool,
        depth: Int
    ) throws(WireError) {
        var isFirst = isFirst
        for member in try StructMember.members(of: wire) {
            if !isFirst { out.byte(UInt8(ascii: ",")) }
            isFirst = false
            try out.string(member.name)
            out.byte(UInt8(ascii: ":"))
            // Two levels of messages: the map's entry and the value.
            do throws(WireError) { try dynamicValue(member.value, depth: depth + 2) } catch {
                throw error.within(String(decoding: member.name, as: UTF8.self))
            }
        }
    }

    mutating func dynamicValue(_ wire: UnsafeRawBufferPointer, depth: Int) throws(WireError) {
        guard depth <= WireReader.depthMax else { throw WireError(.nestedTooDeeply, offset: 0) }
        // Lists and objects given in pieces merge; so rare that only then the message is sorted out first.
        if tables.valueType >= 0, try !tables.isInOrder(wire, of: tables.valueType) {
            let sorted = try tables.sorted(wire, of: tables.valueType, keepingUnknown: false)
            return try sorted.withWireBytes { bytes throws(WireError) in try valueInOrder(bytes, depth: depth) }
        }
        try valueInOrder(wire, depth: depth)
    }

    private mutating func valueInOrder(_ wire: UnsafeRawBufferPointer, depth: Int) throws(WireError) {
        var reader = WireReader(wire)
        while let field = try reader.next() {
            switch (field.number, field.type) {
            case (1, .varint): return out.text("null")
            case (2, .fixed64):
                let number = Double(bitPattern: field.value)
                guard number.isFinite else {
                    throw WireError(.unrepresentable("a google.protobuf.Value cannot be \(number)"), offset: 0)
                }
                return out.double(number)
            case (3, .lengthDelimited): return try out.string(field.payload)
            case (4, .varint): return field.value != 0 ? out.text("true") : out.text("false")
            case (5, .lengthDelimited): return try structure(field.payload, depth: depth + 1)
            case (6, .lengthDelimited): return try list(field.payload, depth: depth + 1)
            default: continue
            }
        }
        // A value without a kind is what other libraries write for null.
        out.text("null")
    }

    private mutating func list(_ wire: UnsafeRawBufferPointer, depth: Int) throws(WireError) {
        out.byte(UInt8(ascii: "["))
        var count = 0
        var reader = WireReader(wire)
        while let field = try reader.next() {
            guard field.number == 1, field.type == .lengthDelimited else { continue }
            if count > 0 { out.byte(UInt8(ascii: ",")) }
            do throws(WireError) { try dynamicValue(field.payload, depth: depth + 1) } catch {
                throw error.within("[\(count)]")
            }
            count += 1
        }
        out.byte(UInt8(ascii: "]"))
    }

    private mutating func wrapper(_ type: Int, _ wire: UnsafeRawBufferPointer) throws(WireError) {
        let row = tables.fields[Int(tables.messages[type].firstField)]
        var last: WireField?
        var reader = WireReader(wire)
        while let field = try reader.next() {
            if field.number == 1, row.accepts(field.type) { last = field }
        }
        let zero = WireField(number: 1, type: row.kind.wireType, value: 0, whole: emptyBytes)
        try value(row, last ?? zero, depth: 0)
    }

    // MARK: Any

    private mutating func any(_ wire: UnsafeRawBufferPointer, depth: Int) throws(WireError) {
        let content = try AnyContent(wire)
        if content.typeURL.isEmpty && content.value.isEmpty { return out.text("{}") }
        let start = out.bytes.count
        if let type = tables.messageByName[content.typeName] {
            do throws(WireError) {
                return try known(content, Int(type), depth: depth)
            } catch {
                // Not such a message after all: its bytes are still worth returning.
                out.bytes.removeLast(out.bytes.count - start)
            }
        }
        try typeMember(content)
        out.text(",\"value\":")
        out.base64(content.value)
        out.byte(UInt8(ascii: "}"))
    }

    private mutating func known(_ content: AnyContent, _ type: Int, depth: Int) throws(WireError) {
        let kind = tables.messages[type].wellKnown
        if kind == .struct, try isWrappedObject(content.value) {
            return try structure(content.value, depth: depth + 1)
        }
        try typeMember(content)
        if kind == .none {
            guard depth < WireReader.depthMax else { throw WireError(.nestedTooDeeply, offset: 0) }
            _ = try members(type, content.value, isFirst: false, depth: depth + 1)
        } else {
            out.text(",\"value\":")
            try message(type, content.value, depth: depth + 1)
        }
        out.byte(UInt8(ascii: "}"))
    }

    private mutating func typeMember(_ content: AnyContent) throws(WireError) {
        out.text("{\"@type\":")
        try out.string(content.typeURLBytes)
    }

    /// Whether a Struct is a JSON object of a type unknown to us, kept whole: one that names its own `@type`.
    private func isWrappedObject(_ wire: UnsafeRawBufferPointer) throws(WireError) -> Bool {
        for member in try StructMember.members(of: wire) where member.name.elementsEqual("@type".utf8) {
            var reader = WireReader(member.value)
            var url: String?
            while let field = try reader.next() { url = field.number == 3 ? field.text : nil }
            guard let url else { return false }
            return tables.messageByName[AnyContent.typeName(of: url)] == nil
        }
        return false
    }
}

/// The two fields of `google.protobuf.Any`.
struct AnyContent {
    private(set) var typeURLBytes = emptyBytes
    private(set) var value = emptyBytes

    init(_ wire: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(wire)
        while let field = try reader.next() {
            if field.number == 1, field.type == .lengthDelimited { typeURLBytes = field.payload }
            if field.number == 2, field.type == .lengthDelimited { value = field.payload }
        }
    }

    var typeURL: String { String(decoding: typeURLBytes, as: UTF8.self) }
    var typeName: String { Self.typeName(of: typeURL) }

    /// What follows the last slash, if there is one; a URL without a slash names no type.
    static func typeName(of url: String) -> String {
        guard let slash = url.lastIndex(of: "/") else { return "" }
        return String(url[url.index(after: slash)...])
    }
}

/// A member of a `google.protobuf.Struct`, in place.
struct StructMember {
    let name: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer

    /// The members in order; of several with the same name, the last.
    static func members(of wire: UnsafeRawBufferPointer) throws(WireError) -> [StructMember] {
        var members: [StructMember] = []
        var reader = WireReader(wire)
        while let field = try reader.next() {
            guard field.number == 1, field.type == .lengthDelimited else { continue }
            var (name, value) = (emptyBytes, emptyBytes)
            var entry = WireReader(field.payload)
            while let part = try entry.next() {
                if part.number == 1, part.type == .lengthDelimited { name = part.payload }
                if part.number == 2, part.type == .lengthDelimited { value = part.payload }
            }
            members.append(StructMember(name: name, value: value))
        }
        let keep = lastOfEach(members.map { [UInt8]($0.name) })
        return keep.count == members.count ? members : keep.map { members[$0] }
    }
}
