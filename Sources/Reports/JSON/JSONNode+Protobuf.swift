import MetadataModel
import SwiftProtobuf

/// Values that become messages of protobuf.
extension JSONNode {
    /// The bytes of a base64 text (RFC 4648, sections 4 and 5), with its padding or without; nil if there is none.
    func bytes() throws(ReportProblem) -> Google_Protobuf_BytesValue? {
        guard let text = try text() else { return nil }
        guard Self.isBase64(text), let bytes = try? Google_Protobuf_BytesValue(jsonString: "\"\(text)\"") else {
            throw problem("expected base64 text, found \(text.quotedForMessage)")
        }
        return bytes
    }

    /// Whether the text has one of the two alphabets, not both, and a length that bytes have.
    private static func isBase64(_ text: String) -> Bool {
        let digits = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.utf8.count - digits.count
        var hasStandard = false
        var hasURLSafe = false
        for byte in digits {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                break
            case UInt8(ascii: "+"), UInt8(ascii: "/"): hasStandard = true
            case UInt8(ascii: "-"), UInt8(ascii: "_"): hasURLSafe = true
            default: return false
            }
        }
        let isPadded =
            padding == 0
            || padding <= 2 && text.utf8.count % 4 == 0
                && text.utf8.suffix(padding).allSatisfy { $0 == UInt8(ascii: "=") }
        return !(hasStandard && hasURLSafe) && isPadded && digits.count % 4 != 1
    }

    /// An object of any content; nil if there is none.
    func structure() throws(ReportProblem) -> Google_Protobuf_Struct? {
        guard let text = try objectText() else { return nil }
        if try depth() > limits.parameterDepthMax {
            throw problem("is nested more than \(limits.parameterDepthMax) levels deep")
        }
        guard let structure = try? Google_Protobuf_Struct(jsonString: text) else {
            throw problem("has a number that is out of range")
        }
        return structure
    }

    /// The same as a message of any type; always of the same bytes, because nobody looks into such a message to compare.
    func anything() throws(ReportProblem) -> Google_Protobuf_Any? {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        guard let structure = try structure(), let bytes = try? structure.serializedData(options: options) else {
            return nil
        }
        return .with { any in
            any.typeURL = "type.googleapis.com/google.protobuf.Struct"
            any.value = bytes
        }
    }

    /// Objects and arrays inside each other.
    private func depth() throws(ReportProblem) -> Int {
        let children = kind == .object ? try members().map(\.value) : kind == .array ? try array() : []
        var below = 0
        for child in children { below = max(below, try child.depth()) }
        return kind == .object || kind == .array ? below + 1 : 0
    }

    /// The strings of an object's members, `{"sha256": "…"}`, as names; those that are empty or null are left out.
    func names(bytesMax: Int) throws(ReportProblem) -> [String: String] {
        var names: [String: String] = [:]
        for (name, value) in try members() {
            try value.checkName(name, bytesMax: bytesMax)
            if let text = try value.name(bytesMax: bytesMax) { names[name] = text }
        }
        return names
    }

    /// The digests of an artifact by algorithm (in-toto's DigestSet), as they stand.
    func digestSet() throws(ReportProblem) -> [String: String] { try names(bytesMax: limits.versionBytesMax) }
}
