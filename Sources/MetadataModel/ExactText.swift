/// Text that is equal only to the same bytes, as databases and filters compare it.
///
/// Swift's own strings are equal where Unicode holds them to be the same, whatever their bytes; as keys of names that
/// clients choose they would merge what the store keeps apart.
public struct ExactText: Hashable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (left: ExactText, right: ExactText) -> Bool {
        guard left.text.utf8.count == right.text.utf8.count else { return false }
        // All bytes at once where they lie in memory, as they nearly always do.
        let isSame = left.text.utf8.withContiguousStorageIfAvailable { left in
            right.text.utf8.withContiguousStorageIfAvailable { right in haveSameBytes(left, right) }
        }
        return isSame.flatMap(\.self) ?? left.text.utf8.elementsEqual(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        // All bytes at once: this is done for every entry of a batch.
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// Of two buffers of one length, eight bytes at a time.
private func haveSameBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    let (left, right) = (UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
    var offset = 0
    while offset + 8 <= left.count {
        let one = left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        if one != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
        offset += 8
    }
    return left[offset...].elementsEqual(right[offset...])
}
