/// A W3C Trace Context `traceparent` header that is valid by the recommendation's section 3.2.
public struct TraceParent: Sendable, Equatable {
    /// The header as it came, for the log.
    public let text: String
    /// 32 lower-case hexadecimal digits, not all zero.
    public let traceID: String
    /// The caller's span: 16 lower-case hexadecimal digits, not all zero.
    public let parentID: String

    /// Bytes of a header that a later version of the recommendation may have made longer.
    private static let bytesMax = 256

    /// Nil for anything the recommendation tells us to ignore.
    public init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(Self.bytesMax + 1))
        guard (55...Self.bytesMax).contains(bytes.count), bytes[2] == dash, bytes[35] == dash, bytes[52] == dash else {
            return nil
        }
        let version = bytes[0..<2]
        let trace = bytes[3..<35]
        let parent = bytes[36..<52]
        guard [version, trace, parent, bytes[53..<55]].allSatisfy({ $0.allSatisfy(isLowercaseHex) }) else { return nil }
        guard trace.contains(where: { $0 != zero }), parent.contains(where: { $0 != zero }) else { return nil }

        // Version 00 ends here, ff is forbidden, and a later version may go on after another dash.
        if version.elementsEqual("ff".utf8) { return nil }
        if version.elementsEqual("00".utf8), bytes.count != 55 { return nil }
        let rest = bytes[55...]
        guard rest.isEmpty || (rest.first == dash && rest.allSatisfy { (0x21...0x7E).contains($0) }) else { return nil }
        self.text = text
        traceID = String(decoding: trace, as: UTF8.self)
        parentID = String(decoding: parent, as: UTF8.self)
    }
}

private let dash = UInt8(ascii: "-")
private let zero = UInt8(ascii: "0")

private func isLowercaseHex(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
}
