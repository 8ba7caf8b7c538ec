import MessageReflection

/// What versions say of a record that v1 cannot, as it is stored beside the v1 message.
///
/// Of each version, not all of what it wrote but where that differs from what it would read back: the read-back side and the
/// original side of the difference. Both are stored, so that what an older release kept means the same to a newer one whose
/// tables know more.
struct KeptOriginals {
    private var differences: [(version: APIVersion, difference: MessageDifference)] = []

    init(_ encoded: [UInt8]) throws(WireError) {
        try encoded.withWireBytes { bytes throws(WireError) in
            var entries = WireReader(bytes)
            while let entry = try entries.next() {
                guard entry.number == 1 else { continue }
                var version: APIVersion?
                var (base, ours): ([UInt8], [UInt8]) = ([], [])
                var fields = WireReader(entry.payload)
                while let field = try fields.next() {
                    switch field.number {
                    case 1: version = APIVersion(rawValue: Int(truncatingIfNeeded: field.value))
                    case 2: base = [UInt8](field.payload)
                    case 3: ours = [UInt8](field.payload)
                    default: break
                    }
                }
                guard let version else { continue }
                differences.append((version, MessageDifference(base: base, ours: ours)))
            }
        }
    }

    /// What is kept of a version; replacing it with an empty difference drops it.
    subscript(_ version: APIVersion) -> MessageDifference? {
        get { differences.first { $0.version == version }?.difference }
        set {
            differences.removeAll { $0.version == version }
            if let newValue, !newValue.isEmpty { differences.append((version, newValue)) }
        }
    }

    /// Empty if nothing is kept.
    var encoded: [UInt8] {
        var writer = WireWriter()
        for (version, difference) in differences.sorted(by: { $0.version.rawValue < $1.version.rawValue }) {
            writer.field(1) { entry in
                entry.field(1, varint: UInt64(version.rawValue))
                entry.field(2, bytes: difference.base)
                entry.field(3, bytes: difference.ours)
            }
        }
        return writer.bytes
    }
}
