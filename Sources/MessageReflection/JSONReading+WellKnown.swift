/// The messages that have a JSON form of their own.
extension JSONReader {
    mutating func wellKnown(_ kind: WellKnownType, _ type: Int) throws(JSONStop) {
        switch kind {
        case .none: break
        case .timestamp:
            try parsed(TimeExpectation.timestamp) { SecondsAndNanos(timestamp: $0) }?.write(to: &out)
        case .duration:
            try parsed(TimeExpectation.duration) { SecondsAndNanos(duration: $0) }?.write(to: &out)
        case .fieldMask:
            for path in try parsed(TimeExpectation.fieldMask, maskPaths(fromJSON:)) ?? [] { out.field(1, bytes: path) }
        case .struct:
            guard scanner.peek() == UInt8(ascii: "{") else { return try refuse("an object") }
            try structure()
        case .value: try dynamicValue()
        case .listValue:
            guard scanner.peek() == UInt8(ascii: "[") else { return try refuse("a list") }
            try dynamicList()
        case .any:
            guard scanner.peek() == UInt8(ascii: "{") else { return try refuse("an object with an \"@type\"") }
            try any()
        case .wrapper: try singular(tables.fields[Int(tables.messages[type].firstField)])
        }
    }

    // MARK: Free-form JSON

    private mutating func structure() throws(JSONStop) {
        try scanner.beginObject()
        var isFirst = true
        while let name = try scanner.nextName(&isFirst) {
            path.append(.key(name))
            try entry(1) { reader throws(JSONStop) in
                try reader.nested(1) { reader throws(JSONStop) in reader.scanner.append(name, to: &reader.out.bytes) }
                try reader.nested(2) { reader throws(JSONStop) in try reader.content(reader.tables.valueType) }
            }
            path.removeLast()
        }
    }

    private mutating func dynamicList() throws(JSONStop) {
        try scanner.beginArray()
        var isFirst = true
        var count = 0
        while try scanner.nextElement(&isFirst) {
            path.append(.element(count))
            try nested(1) { reader throws(JSONStop) in try reader.content(reader.tables.valueType) }
            path.removeLast()
            count += 1
        }
    }

    private mutating func dynamicValue() throws(JSONStop) {
        switch scanner.peek() {
        case UInt8(ascii: "n") where scanner.literal("null"): out.field(1, varint: 0)
        case UInt8(ascii: "t") where scanner.literal("true"): out.field(4, varint: 1)
        case UInt8(ascii: "f") where scanner.literal("false"): out.field(4, varint: 0)
        case UInt8(ascii: "\""):
            let text = try scanner.string()
            try nested(3) { reader throws(JSONStop) in reader.scanner.append(text, to: &reader.out.bytes) }
        case UInt8(ascii: "{"):
            try entry(5) { reader throws(JSONStop) in try reader.structure() }
        case UInt8(ascii: "["):
            try entry(6) { reader throws(JSONStop) in try reader.dynamicList() }
        default:
            let start = scanner.mark
            guard let number = NumberText.double(try scanner.number()) else {
                scanner.goBack(to: start)
                return try refuse("a number of magnitude up to 1.7976931348623157e+308")
            }
            out.tag(2, .fixed64)
            out.fixed64(number.bitPattern)
        }
    }

    // MARK: Any

    private mutating func any() throws(JSONStop) {
        let start = scanner.mark
        let (type, count) = try typeMember()
        guard let type else {
            if count > 0 {
                scanner.goBack(to: start)
                try refuse("an object with an \"@type\" such as \"type.googleapis.com/google.protobuf.Duration\"")
            }
            return
        }
        scanner.goBack(to: start)
        let url = scanner.bytes(of: type)
        let name = AnyContent.typeName(of: String(decoding: url, as: UTF8.self))
        let known = tables.messageByName[name].map(Int.init)
        out.field(1, bytes: known == nil ? Array("type.googleapis.com/google.protobuf.Struct".utf8) : url)
        let before = out.bytes.count
        try entry(2) { reader throws(JSONStop) in
            guard let known else { return try reader.structure() }
            if reader.tables.messages[known].wellKnown == .none {
                try reader.members(known)
            } else {
                try reader.valueMember(known, name)
            }
        }
        // An empty message is written as no bytes at all.
        if out.bytes.count == before + 2 { out.bytes.removeLast(2) }
    }

    /// The value of `@type`, wherever among the members it stands, and how many members were seen; the scanner is left anywhere.
    private mutating func typeMember() throws(JSONStop) -> (type: JSONText?, count: Int) {
        try scanner.beginObject()
        var isFirst = true
        var count = 0
        while let name = try scanner.nextName(&isFirst) {
            count += 1
            if scanner.withBytes(of: name, { $0.elementsEqual("@type".utf8) }), scanner.peek() == UInt8(ascii: "\"") {
                return (try scanner.string(), count)
            }
            try scanner.skipValue()
        }
        return (nil, count)
    }

    /// A well-known type inside an Any stands under `value`.
    private mutating func valueMember(_ type: Int, _ typeName: String) throws(JSONStop) {
        var hasValue = false
        let start = scanner.mark
        try scanner.beginObject()
        var isFirst = true
        while let name = try scanner.nextName(&isFirst) {
            guard scanner.withBytes(of: name, { $0.elementsEqual("value".utf8) }) else {
                try scanner.skipValue()
                continue
            }
            hasValue = true
            path.append(.key(name))
            try content(type)
            path.removeLast()
        }
        guard !hasValue else { return }
        scanner.goBack(to: start)
        try refuse("a member \"value\" that holds the \(typeName)", "an object without one")
    }
}
