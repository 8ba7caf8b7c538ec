import MetadataModel

/// A block of PEM text (RFC 7468): a label and the bytes under it.
struct PEMBlock {
    /// `PUBLIC KEY`.
    let label: String
    let bytes: [UInt8]

    /// The text of a block, in lines of 64 characters.
    var text: String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Substring(Base64.text(bytes))
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return lines.joined(separator: "\n") + "\n-----END \(label)-----\n"
    }

    /// The blocks of a text. What stands around them is passed over: tools write there whose key it is.
    static func all(in text: String) throws(AttestationProblem) -> [PEMBlock] {
        if text.utf8.count > AttestationLimits.keyBytesMax {
            let bound = "at most \(AttestationLimits.keyBytesMax) are taken"
            throw AttestationProblem("the key's text has \(text.utf8.count) bytes; \(bound)")
        }
        var blocks: [PEMBlock] = []
        var label: String?
        var lines: [UInt8] = []
        for line in text.split(whereSeparator: \.isNewline).map({ $0.trimmedOfSpaces }) {
            if let open = label {
                if line == "-----END \(open)-----" {
                    blocks.append(PEMBlock(label: open, bytes: try bytes(lines, under: open)))
                    label = nil
                } else {
                    lines += line.utf8
                }
            } else if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----"), line.utf8.count > 16 {
                label = String(line.dropFirst(11).dropLast(5))
                lines = []
            }
        }
        if let label { throw AttestationProblem("the PEM text ends before -----END \(label)-----; it is cut off") }
        return blocks
    }

    private static func bytes(_ lines: [UInt8], under label: String) throws(AttestationProblem) -> [UInt8] {
        if lines.contains(UInt8(ascii: ":")) {
            let remedy = "an encrypted key must be decrypted first, as with `openssl pkey -in FILE -out PLAIN`"
            throw AttestationProblem("the PEM block \(label.quotedForMessage) has headers; \(remedy)")
        }
        guard let bytes = Base64.bytes(of: lines), !bytes.isEmpty else {
            throw AttestationProblem("what stands under \(label.quotedForMessage) is not base64")
        }
        return bytes
    }
}

extension Substring {
    fileprivate var trimmedOfSpaces: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        return start.lastIndex { $0 != " " && $0 != "\t" }.map { start[...$0] } ?? ""
    }
}
