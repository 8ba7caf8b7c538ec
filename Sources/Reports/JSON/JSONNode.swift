import MetadataModel

/// A value of a JSON text, or a member that is not there, which knows its path.
///
/// Members that are null count as not there: that is how Go, in which most scanners are written, prints what is empty.
/// Every accessor refuses a value of another type, naming the path; none guesses.
struct JSONNode {
    let document: JSONDocument
    /// The value's entry; of a member that is not there, the entry of the last value above it that is.
    private let index: Int
    /// The names from that last value on; nil when the value is there.
    private let missing: [String]?

    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
        missing = nil
    }

    private init(document: JSONDocument, above index: Int, missing: [String]) {
        self.document = document
        self.index = index
        self.missing = missing
    }

    var limits: ReportLimits { document.limits }

    /// Whether there is a value other than null.
    var isThere: Bool { missing == nil && document.entries[index].kind != .null }

    var kind: JSONDocument.Kind { missing == nil ? document.entries[index].kind : .null }

    /// `Results[0].Vulnerabilities[3].PkgName`; empty for the root. Found by walking there from the root, so it is for
    /// messages only.
    var path: String {
        var path = document.path(of: index)
        for name in missing ?? [] { path.appendJSONStep(.member(name)) }
        return path
    }

    /// The problem that something else was expected of this value.
    func problem(_ description: String) -> ReportProblem {
        ReportProblem(path: path, description: description).inside(document.origin.container)
    }

    /// The path in all of the report, of which this document may be a part: `payload: subject[0].digest`.
    var fullPath: String { problem("").path }

    private func require(_ kind: JSONDocument.Kind) throws(ReportProblem) {
        if self.kind != kind { throw problem("expected \(kind.name), found \(self.kind.name)") }
    }

    // MARK: Objects and arrays

    /// A member of an object; one that is not there of an object that is not there.
    subscript(name: String) -> JSONNode {
        get throws(ReportProblem) {
            if let missing { return JSONNode(document: document, above: index, missing: missing + [name]) }
            guard isThere else { return JSONNode(document: document, above: index, missing: [name]) }
            try require(.object)
            let end = Int(document.entries[index].next)
            var at = index + 1
            while at < end {
                if document.string(at, is: name) { return JSONNode(document: document, index: at + 1) }
                at = Int(document.entries[at + 1].next)
            }
            return JSONNode(document: document, above: index, missing: [name])
        }
    }

    /// The members of an object, none if it is not there.
    func members() throws(ReportProblem) -> [(name: String, value: JSONNode)] {
        guard isThere else { return [] }
        try require(.object)
        var members: [(name: String, value: JSONNode)] = []
        let end = Int(document.entries[index].next)
        var at = index + 1
        while at < end {
            members.append((document.string(at), JSONNode(document: document, index: at + 1)))
            at = Int(document.entries[at + 1].next)
        }
        return members
    }

    /// The elements of an array, none if it is not there.
    func array() throws(ReportProblem) -> [JSONNode] {
        guard isThere else { return [] }
        try require(.array)
        var elements: [JSONNode] = []
        let end = Int(document.entries[index].next)
        var at = index + 1
        while at < end {
            elements.append(JSONNode(document: document, index: at))
            at = Int(document.entries[at].next)
        }
        return elements
    }

    /// The elements of an array that must be there.
    func requiredArray(_ meaning: String) throws(ReportProblem) -> [JSONNode] {
        guard isThere else { throw problem("is required: \(meaning)") }
        return try array()
    }

    /// The text of an object as it stands in the document; nil if there is none.
    func objectText() throws(ReportProblem) -> String? {
        guard isThere else { return nil }
        try require(.object)
        return String(decoding: document.text(index), as: UTF8.self)
    }

    /// The content of a string; of anything else its text as it stands in the document, `null` if there is none.
    var plainText: String { missing == nil ? document.string(index) : "null" }

    // MARK: Scalars

    /// The text of a string; nil if there is none or it is empty.
    func text() throws(ReportProblem) -> String? {
        guard isThere else { return nil }
        guard kind == .string || kind == .escapedString else {
            throw problem("expected a string, found \(kind.name)")
        }
        let text = document.string(index)
        return text.isEmpty ? nil : text
    }

    /// The value of a boolean; nil if there is none.
    func boolean() throws(ReportProblem) -> Bool? {
        guard isThere else { return nil }
        try require(.boolean)
        return document.string(index, is: "true")
    }

    /// The value of a number; nil if there is none.
    func number() throws(ReportProblem) -> Double? {
        guard isThere else { return nil }
        try require(.number)
        // A number may have a million digits; none that is meant here has more than a few.
        let text = document.text(index)
        guard text.count <= 40, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
            let shown = String(decoding: text.prefix(41), as: UTF8.self).quotedForMessage
            throw problem("the number \(shown) is out of range")
        }
        return value
    }

    /// The value of a whole number that fits 32 bits; nil if there is none.
    func integer() throws(ReportProblem) -> Int32? {
        guard let number = try number() else { return nil }
        guard let integer = Int32(exactly: number) else { throw problem("expected a whole number of 32 bits") }
        return integer
    }
}
