import MetadataModel

/// JSON text (RFC 8259), checked as a whole and indexed, so that a report can be walked without taking it apart.
///
/// The index has one entry for each value and each member name, in the order of the text. That is a fraction of what a
/// tree of values takes, and hostile text cannot make it larger than ``ReportLimits/valuesMax`` entries.
final class JSONDocument: Sendable {
    let bytes: [UInt8]
    let entries: [Entry]
    let limits: ReportLimits
    /// Where in another text this one stands.
    let origin: JSONOrigin

    /// One value, or the name of a member, which stands right before its value.
    struct Entry {
        var kind: Kind
        /// Where its text begins; for strings behind the opening quote.
        var start: UInt32
        /// Where its text ends; for strings at the closing quote.
        var end: UInt32
        /// The first entry behind the value and all that is in it.
        var next: UInt32
    }

    enum Kind: UInt8 {
        case null, boolean, number, string, escapedString, array, object

        /// With its article, for messages.
        var name: String {
            switch self {
            case .null: "null"
            case .boolean: "a boolean"
            case .number: "a number"
            case .string, .escapedString: "a string"
            case .array: "an array"
            case .object: "an object"
            }
        }
    }

    /// Reads and checks all of the text, which must be one value.
    ///
    /// - Parameter origin: where the text stands in another one.
    init(_ bytes: [UInt8], limits: ReportLimits, origin: JSONOrigin = JSONOrigin()) throws(ReportProblem) {
        do {
            entries = try Self.index(bytes, limits, origin)
        } catch {
            throw error.inside(origin.container)
        }
        self.bytes = bytes
        self.limits = limits
        self.origin = origin
    }

    private static func index(
        _ bytes: [UInt8],
        _ limits: ReportLimits,
        _ origin: JSONOrigin
    ) throws(ReportProblem) -> [Entry] {
        if bytes.count > limits.reportBytesMax {
            let bound = "at most \(limits.reportBytesMax) are taken"
            throw ReportProblem(path: origin.path, description: "the report has \(bytes.count) bytes; \(bound)")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw ReportProblem(path: origin.path, description: "the report is not JSON: it is not UTF-8 text")
        }
        var indexer = JSONIndexer(bytes, limits: limits, origin: origin)
        return try indexer.index()
    }

    /// The value that the text is.
    var root: JSONNode { JSONNode(document: self, index: 0) }

    /// The bytes of an entry's text.
    func text(_ index: Int) -> ArraySlice<UInt8> {
        bytes[Int(entries[index].start)..<Int(entries[index].end)]
    }

    /// The content of a string.
    func string(_ index: Int) -> String {
        let text = text(index)
        if entries[index].kind != .escapedString { return String(decoding: text, as: UTF8.self) }
        return String(decoding: JSONEscapes.resolved(text), as: UTF8.self)
    }

    /// Whether the string has this content.
    func string(_ index: Int, is name: String) -> Bool {
        if entries[index].kind == .escapedString { return string(index) == name }
        let text = text(index)
        return text.count == name.utf8.count && text.elementsEqual(name.utf8)
    }

    /// The path from the root to a value, `Results[0].Target`; empty for the root.
    func path(of target: Int) -> String {
        var path = origin.path
        var at = 0
        while at < target {
            let isObject = entries[at].kind == .object
            var child = at + 1
            var position = 0
            while true {
                let value = isObject ? child + 1 : child
                let next = Int(entries[value].next)
                if target < next {
                    path.appendJSONStep(isObject ? .member(string(child)) : .element(position))
                    at = value
                    break
                }
                child = next
                position += 1
            }
        }
        return path
    }
}

/// Where a JSON text stands in a larger one, so that problems are told as if that had been read.
struct JSONOrigin: Sendable {
    /// The document in which the text is a document of its own, `payload` or `line 2`: problems name it before a colon. Empty if
    /// it is none.
    var container = ""
    /// The path of its value.
    var path = ""
    /// The line in which it begins, from 1; nil if the text was put together from parts, so that lines mean nothing.
    var line: Int? = 1
    /// The column of its first byte, from 1.
    var column = 1
}

/// One step down in a JSON text.
enum JSONStep {
    case member(String)
    case element(Int)
}

extension String {
    /// Appends a step to a path. Names that would not read as one, and long ones, are quoted and cut.
    mutating func appendJSONStep(_ step: JSONStep) {
        switch step {
        case .element(let index): self += "[\(index)]"
        case .member(let name):
            let isPlain = name.utf8.allSatisfy { byte in
                byte != UInt8(ascii: ".") && byte != UInt8(ascii: "[") && byte > 0x20 && byte != 0x7F
            }
            if isPlain, (1...80).contains(name.utf8.count) {
                self += isEmpty ? name : ".\(name)"
            } else {
                self += "[\(name.quotedForMessage)]"
            }
        }
    }
}
