import MessageReflection

/// One direction of a table in the form that runs: small numbers instead of names.
///
/// A message is converted in two steps. The scan goes over its fields once and notes where each that is wanted lies, in a slot.
/// The emissions then write the target's fields in ascending order, each from its slot. So fields may move between levels
/// and change their order, the result is in order, and no field's bytes are looked at twice.
final class ConversionPlan: Sendable {
    /// The message that is read.
    let source: MessageType
    /// How to scan it, first, and the messages inside it whose fields have slots of their own.
    let scans: [ScanTable]
    let slotCount: Int
    /// A group is followed by what is in it.
    let emissions: [Emission]
    let enumMaps: [EnumMap]
    let rewritings: [ContentRewriting]
    let tests: [ContentTest]
    /// Runs instead of all that.
    let special: SpecialConversion.Direction?

    init(_ draft: ConversionPlanDraft, source: MessageType, special: SpecialConversion.Direction?) {
        self.source = source
        scans = draft.scans
        slotCount = draft.slotCount
        emissions = draft.emissions
        enumMaps = draft.enumMaps
        rewritings = draft.rewritings
        tests = draft.tests
        self.special = special
    }
}

/// What to do with each field of a message, by its number.
struct ScanTable: Sendable {
    var entries: [ScanEntry] = []

    /// - Throws: ``TableError`` if the message has more numbers than a table of this kind should.
    init(_ type: MessageType, oneofStart: Int) throws(TableError) {
        for field in type.fields {
            guard field.number < 1024 else { throw TableError("\(field) has too large a number to convert") }
            while entries.count <= field.number { entries.append(ScanEntry()) }
            entries[field.number] = ScanEntry(
                wireType: field.kind.wireType,
                isRepeated: field.isRepeated,
                isMessage: field.kind == .message,
                oneof: field.oneof.map { Int16(oneofStart + $0) } ?? -1
            )
        }
    }
}

struct ScanEntry: Sendable {
    var wireType = WireType.group
    var isRepeated = false
    var isMessage = false
    /// Which of the source's oneofs it is a member of, counted over all scans of the plan.
    var oneof: Int16 = -1
    /// Where to note it; -1 if nobody wants it.
    var slot: Int16 = -1
    /// The scan of its content; -1 if it is wanted whole.
    var inner: Int16 = -1

    @inline(__always)
    func accepts(_ type: WireType) -> Bool {
        type != .group && (type == wireType || (isRepeated && type == .lengthDelimited))
    }
}

/// One thing to write.
struct Emission: Sendable {
    enum Kind: Sendable {
        /// The field as it is, under another number perhaps.
        case copy
        /// Each of the field's messages by the plan `argument`.
        case message
        /// An enum's number by the map `argument`.
        case enumNumber
        /// The text for an enum's number, by the map `argument`.
        case enumText
        /// The enum's number for a text, by the map `argument`.
        case numberOfText
        /// Each of the field's contents by the function `argument`.
        case rewritten
        /// Whether the test `argument` holds for any of the field's contents.
        case derived
        /// A message around the next `argument` emissions, if any of them writes anything.
        case group
        /// As `group`, but written even if it is empty.
        case wrapper
    }

    var kind: Kind
    /// The field to write.
    var number: Int32
    /// Whether the field has the same number where it comes from.
    var isSameNumber = false
    var slot: Int16 = -1
    var argument: Int32 = 0
}

/// The values of an enum and what stands for them on the other side.
struct EnumMap: Sendable {
    /// By the source's number, the target's; 0 for what the target cannot say.
    var numbers: [Int32] = []
    /// The numbers that have a text, with it.
    var texts: [(number: Int32, text: [UInt8])] = []

    func number(for source: UInt64) -> Int32 {
        source < UInt64(numbers.count) ? numbers[Int(source)] : 0
    }

    func text(for number: UInt64) -> [UInt8]? {
        texts.first { UInt64(bitPattern: Int64($0.number)) == number }?.text
    }

    /// The number that a text names; `sha-256` is SHA256, because v1 leaves the spelling to its clients.
    func number(for text: UnsafeRawBufferPointer) -> Int32 {
        if let exact = texts.first(where: { $0.text.elementsEqual(text) }) { return exact.number }
        let letters = Self.letters(text)
        return texts.first { Self.letters($0.text) == letters }?.number ?? 0
    }

    private static func letters(_ text: some Sequence<UInt8>) -> [UInt8] {
        text.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }.map {
            $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") ? $0 - 32 : $0
        }
    }
}

/// A plan in the making.
struct ConversionPlanDraft {
    var scans: [ScanTable] = []
    var slotCount = 0
    var emissions: [Emission] = []
    var enumMaps: [EnumMap] = []
    var rewritings: [ContentRewriting] = []
    var tests: [ContentTest] = []
}
