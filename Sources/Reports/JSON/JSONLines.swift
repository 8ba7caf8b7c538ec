/// Files of several JSON objects, one a line (`.jsonl`).
extension JSONDocument {
    /// The values of a file, at least one: of several objects one a line, each of them; otherwise the one value.
    ///
    /// A document that is printed over several lines stays one. No JSON text has a line that begins with `{` right
    /// after one that ends in `}`, for a comma would stand between, so the first two lines tell.
    static func roots(of bytes: [UInt8], limits: ReportLimits) throws(ReportProblem) -> [JSONNode] {
        let lines = bytes.count > limits.reportBytesMax ? [] : try objectLines(bytes, max: limits.documentsMax)
        guard lines.count > 1 else { return [try JSONDocument(bytes, limits: limits).root] }
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
    ///
    /// They are taken one by one: a file of nothing but line feeds has millions.
    private static func objectLines(
        _ bytes: [UInt8],
        max: Int
    ) throws(ReportProblem) -> [(number: Int, text: ArraySlice<UInt8>)] {
        var lines: [(number: Int, text: ArraySlice<UInt8>)] = []
        var rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
            let content = rest[..<end].trimmingBlanks()
            rest = rest[end...].dropFirst()
            if content.isEmpty { continue }
            let isObject = content.first == UInt8(ascii: "{") && content.last == UInt8(ascii: "}")
            if lines.isEmpty, !isObject { return [] }
            if lines.count == 1, content.first != UInt8(ascii: "{") { return [] }
            if lines.count == max {
                let what = "at most \(max) documents of a file are taken; line \(number) is one more"
                throw ReportProblem(path: "", description: what)
            }
            lines.append((number, content))
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
