import HTTPTypes

/// What a request's headers say about which request it is, for logs and answers.
struct RequestIdentity: Sendable {
    /// The client's own id if it is fit to be repeated, else one of ours.
    let requestID: String
    /// The trace that the request belongs to, as the client sent it, if it is well-formed.
    let traceparent: String?

    static let requestIDHeader = HTTPField.Name(known: "x-request-id")
    static let idempotencyKeyHeader = HTTPField.Name(known: "x-idempotency-key")
    private static let traceparentHeader = HTTPField.Name(known: "traceparent")

    init(_ headers: HTTPFields) {
        let sent = headers[Self.requestIDHeader]
        requestID = sent.flatMap { Self.isRepeatable($0) ? $0 : nil } ?? Self.makeID()
        traceparent = headers[Self.traceparentHeader].flatMap { Self.isTraceparent($0) ? $0 : nil }
    }

    /// 1 to 128 visible ASCII characters: safe in a header, a log line and a message.
    static func isRepeatable(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// W3C Trace Context, section 3.2.2: `version-traceid-parentid-flags` in lower-case hexadecimal digits, with neither
    /// id all zeros. A version later than 00 may have more behind it; version ff does not exist.
    static func isTraceparent(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 55, bytes.count <= 256 else { return false }
        let dash = UInt8(ascii: "-")
        guard bytes[2] == dash, bytes[35] == dash, bytes[52] == dash else { return false }
        let version = bytes[0..<2]
        let traceID = bytes[3..<35]
        let parentID = bytes[36..<52]
        guard [version, traceID, parentID, bytes[53..<55]].allSatisfy({ $0.allSatisfy(isLowerHexDigit) }) else {
            return false
        }
        let zero = UInt8(ascii: "0")
        guard !traceID.allSatisfy({ $0 == zero }), !parentID.allSatisfy({ $0 == zero }) else { return false }
        if version.elementsEqual("ff".utf8) { return false }
        if version.elementsEqual("00".utf8) { return bytes.count == 55 }
        return bytes.count == 55 || (bytes[55] == dash && bytes[56...].allSatisfy { (0x21...0x7E).contains($0) })
    }

    private static func isLowerHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// 16 hexadecimal digits: enough to find a request in a log.
    private static func makeID() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension HTTPField.Name {
    /// A name known when the program is written.
    init(known name: StaticString) {
        // A name that is no HTTP token would be a slip in the program, which the first test of it finds.
        self = HTTPField.Name("\(name)") ?? .userAgent
    }
}
