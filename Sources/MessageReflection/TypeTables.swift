/// Everything the descriptors say, flattened into arrays that the hot paths index with small integers.
///
/// Types refer to each other (and to themselves, as `google.protobuf.Struct` does) by index, so the whole is one immutable
/// object without cycles, and looking at a field retains nothing. The public types are an index with a name.
final class TypeTables: Sendable {
    let messages: [MessageRow]
    let fields: [FieldRow]
    let enums: [EnumRow]
    let enumValues: [EnumValueRow]
    /// Bytes of `"jsonName":`, proto names and quoted enum names, addressed by ``TextRange``.
    let text: [UInt8]
    /// Per message, the field of each small number, relative to the first field of the message; 0xFFFF for none.
    let numberTable: [UInt16]
    /// Per message, an open-addressing table of JSON and proto names to global field indices, -1 for none.
    let nameTable: [Int32]

    let messageNames: [String]
    let enumNames: [String]
    let oneofNames: [[String]]
    let messageByName: [String: Int32]
    let enumByName: [String: Int32]
    /// `google.protobuf.Value` and `google.protobuf.Struct`, -1 where no file imports them.
    let valueType: Int
    let structType: Int
    let services: [ServiceRow]
    let files: [FileRow]
    let fileByName: [String: Int]
    let fileBySymbol: [String: Int]
    let extensions: [String: [Int: Int]]

    init(_ builder: TypeTablesBuilder) {
        messages = builder.messages
        fields = builder.fields
        enums = builder.enums
        enumValues = builder.enumValues
        text = builder.text
        numberTable = builder.numberTable
        nameTable = builder.nameTable
        messageNames = builder.messageNames
        enumNames = builder.enumNames
        oneofNames = builder.oneofNames
        messageByName = builder.messageByName
        enumByName = builder.enumByName
        valueType = Int(builder.messageByName["google.protobuf.Value"] ?? -1)
        structType = Int(builder.messageByName["google.protobuf.Struct"] ?? -1)
        services = builder.services
        files = builder.files
        fileByName = builder.fileByName
        fileBySymbol = builder.fileBySymbol
        extensions = builder.extensions
    }
}

/// A stretch of ``TypeTables/text``.
struct TextRange {
    var start: Int32 = 0
    var count: Int32 = 0

    var indices: Range<Int> { Int(start)..<Int(start + count) }
}

struct MessageRow {
    var firstField: Int32 = 0
    var fieldCount: Int32 = 0
    var numberStart: Int32 = 0
    var numberCount: Int32 = 0
    var nameStart: Int32 = 0
    /// The size of the name table, a power of two, minus one.
    var nameMask: Int32 = 0
    var wellKnown = WellKnownType.none
    var isMapEntry = false

    var fields: Range<Int> { Int(firstField)..<Int(firstField + fieldCount) }
}

struct FieldRow {
    var number: Int32
    var kind: FieldKind
    var isRepeated = false
    var isMap = false
    var isPacked = false
    var hasPresence = false
    /// Index of the message or enum type, or -1.
    var type: Int32 = -1
    /// Index of the oneof in its message, or -1.
    var oneof: Int32 = -1
    /// The message that declares it.
    var message: Int32
    /// `"jsonName":` ready to be written.
    var key = TextRange()
    var name = TextRange()
    /// What JSON would call it, had the .proto file not given it another name: readers take both.
    var usualJSONName = TextRange()
    var behaviors = FieldBehaviors()
    var isDeprecated = false

    var isPackable: Bool { kind.wireType != .lengthDelimited && kind.wireType != .group }

    /// Whether a field written so is this field; otherwise it is an unknown field that happens to have its number.
    @inline(__always)
    func accepts(_ type: WireType) -> Bool {
        type == kind.wireType && type != .group || (isRepeated && type == .lengthDelimited && isPackable)
    }

    var jsonName: TextRange { TextRange(start: key.start + 1, count: key.count - 3) }
}

struct EnumRow {
    var firstValue: Int32 = 0
    var valueCount: Int32 = 0
    /// The numbers are 0, 1, 2 … without gap or alias.
    var isDense = false
    var isNullValue = false

    var values: Range<Int> { Int(firstValue)..<Int(firstValue + valueCount) }
}

/// Values lie sorted by number, aliases in the order declared.
struct EnumValueRow {
    var number: Int32
    /// `"NAME"`, quotes included.
    var quoted: TextRange

    var name: TextRange { TextRange(start: quoted.start + 1, count: quoted.count - 2) }
}

struct ServiceRow {
    var fullName: String
    var methods: [MethodRow]
}

struct MethodRow {
    var name: String
    var input: Int32
    var output: Int32
    var clientStreams: Bool
    var serverStreams: Bool
    var bindings: [HTTPBinding]
}

struct FileRow {
    var name: String
    var encoded: [UInt8]
    var dependencies: [Int]
}

extension TypeTables {
    func string(_ range: TextRange) -> String { String(decoding: text[range.indices], as: UTF8.self) }

    /// The index of the field with this number, or -1.
    @inline(__always)
    func field(_ number: Int, of message: Int) -> Int {
        let row = messages[message]
        if number < Int(row.numberCount) {
            let offset = numberTable[Int(row.numberStart) + number]
            return offset == 0xFFFF ? -1 : Int(row.firstField) + Int(offset)
        }
        return searchField(number, row)
    }

    /// Binary search for the numbers too large for the table.
    private func searchField(_ number: Int, _ row: MessageRow) -> Int {
        var (low, high) = (row.fields.lowerBound, row.fields.upperBound)
        while low < high {
            let middle = (low + high) / 2
            let found = Int(fields[middle].number)
            if found == number { return middle }
            if found < number { low = middle + 1 } else { high = middle }
        }
        return -1
    }

    /// The index of the field with this JSON or proto name, or with the usual JSON form of the latter; or -1.
    func field(named name: UnsafeRawBufferPointer, of message: Int) -> Int {
        let message = messages[message]
        var slot = Int(nameHash(name)) & Int(message.nameMask)
        while true {
            let candidate = Int(nameTable[Int(message.nameStart) + slot])
            if candidate < 0 { return -1 }
            let row = fields[candidate]
            if equals(row.jsonName, name) || equals(row.name, name) || equals(row.usualJSONName, name) {
                return candidate
            }
            slot = (slot + 1) & Int(message.nameMask)
        }
    }

    /// The quoted name of an enum's number, or nil if it has none.
    @inline(__always)
    func enumName(_ number: Int32, of index: Int) -> TextRange? {
        let row = enums[index]
        if row.isDense {
            return number >= 0 && number < row.valueCount ? enumValues[Int(row.firstValue + number)].quoted : nil
        }
        var (low, high) = (row.values.lowerBound, row.values.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if enumValues[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < row.values.upperBound && enumValues[low].number == number ? enumValues[low].quoted : nil
    }

    /// The number of an enum's name, or nil if it has no such name.
    func enumNumber(_ name: UnsafeRawBufferPointer, of index: Int) -> Int32? {
        for value in enums[index].values where equals(enumValues[value].name, name) { return enumValues[value].number }
        return nil
    }

    func equals(_ range: TextRange, _ other: UnsafeRawBufferPointer) -> Bool {
        guard Int(range.count) == other.count else { return false }
        return text.withUnsafeBytes { $0[range.indices].elementsEqual(other) }
    }
}

/// FNV-1a: names are few and short, and none of them comes from outside.
func nameHash(_ name: UnsafeRawBufferPointer) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return hash
}
