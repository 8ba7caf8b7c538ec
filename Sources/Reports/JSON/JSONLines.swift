/// Files of several JSON objects, one a line (`.jsonl`).
extension JSONDocument {
    /// The values of a file, at least one: of several objects one a line, each of them; otherwise the one value.
    ///
    /// A document that is printed over several lines stays one. No JSON text has a line that begins with `{` right
    /// after one that ends in `}`, for a comma would stand between, so the first two lines tell.
    static func roots(of bytes: [UInt8], limits: ReportLimits) throws(ReportProblem) -> [JSONNode] {
        let lines = bytes.count > limits.reportBytesMax ? [] : objectLines(bytes)
        guard lines.count > 1 else { return [try JSONDocument(bytes, limits: limits).root] }
        if lines.count > limits.documentsMax {
            let what = "the file has \(lines.count) documents; at most \(limits.documentsMax) are taken"
            throw ReportProblem(path: "", description: what)
        }
        var roots: [JSONNode] = []
        // The bound on values is one on memory, so it holds for all of them together.
        var remaining = limits
        for line in lines {
            let document = try JSONDocument(
                Array(line.text),
                limits: remaining,
                origin: JSONOrigin(container: "line \(line.number)")
            )
            remaining.valuesMax -= document.entries.count
            roots.append(document.root)
        }
        return roots
    }

    /// The lines that are not blank, if the first two are objects as a whole; otherwise none.
    private static func objectLines(_ bytes: [UInt8]) -> [(number: Int, text: ArraySlice<UInt8>)] {
        var lines: [(number: Int, text: ArraySlice<UInt8>)] = []
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let content = line.trimmingBlanks()
            if content.isEmpty { continue }
            let isObject = content.first == UInt8(ascii: "{") && content.last == UInt8(ascii: "}")
            if lines.isEmpty, !isObject { return [] }
            if lines.count == 1, content.first != UInt8(ascii: "{") { return [] }
            lines.append((index + 1, content))
        }
        return lines
    }
}

extension ArraySlice<UInt8> {
    /// The bytes without spaces, tabs and carriage returns at their ends.
    fileprivate func trimmingBlanks() -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
