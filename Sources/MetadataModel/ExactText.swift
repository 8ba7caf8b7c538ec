/// Text that is equal only to the same bytes, as databases and filters compare it.
///
/// Swift's own strings are equal where Unicode holds them to be the same, whatever their bytes; as keys of names that
/// clients choose they would merge what the store keeps apart.
public struct ExactText: Hashable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        // All bytes at once: this is done for every entry of a batch.
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
