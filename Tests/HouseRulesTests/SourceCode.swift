/// Swift source with comments and the text of string literals blanked out, so that rules about code see code alone.
///
/// Every character keeps its line and column. Code in interpolations stays; comments nest; raw and multi-line strings are
/// told apart by their delimiters. Regex literals and `#` expressions other than raw strings are taken for code.
struct SourceCode {
    /// The lines of code, as many as the file has.
    let lines: [String]

    init(_ text: String) {
        var scanner = Scanner(Array(text.unicodeScalars))
        scanner.code(untilParenthesis: false)
        lines = String(String.UnicodeScalarView(scanner.out)).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }
}

private struct Scanner {
    let text: [Unicode.Scalar]
    var out: [Unicode.Scalar] = []
    private var position = 0

    init(_ text: [Unicode.Scalar]) {
        self.text = text
        out.reserveCapacity(text.count)
    }

    private var isAtEnd: Bool { position >= text.count }

    private func sees(_ word: String) -> Bool {
        let scalars = Array(word.unicodeScalars)
        return position + scalars.count <= text.count
            && text[position..<(position + scalars.count)].elementsEqual(scalars)
    }

    private mutating func keep(_ count: Int = 1) {
        out += text[position..<min(position + count, text.count)]
        position += count
    }

    private mutating func blank(_ count: Int = 1) {
        for scalar in text[position..<min(position + count, text.count)] { out.append(scalar == "\n" ? "\n" : " ") }
        position += count
    }

    /// Code up to the end, or up to the parenthesis that closes an interpolation.
    mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while !isAtEnd {
            if sees("//") {
                while !isAtEnd, text[position] != "\n" { blank() }
            } else if sees("/*") {
                comment()
            } else if let hashes = stringStart() {
                string(hashes: hashes)
            } else {
                if text[position] == "(" { depth += 1 }
                if text[position] == ")" {
                    if untilParenthesis, depth == 0 { return }
                    depth -= 1
                }
                keep()
            }
        }
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if sees("/*") {
                depth += 1
                blank(2)
            } else if sees("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && !isAtEnd
    }

    /// The number of `#` before the quote, if a string literal begins here.
    private func stringStart() -> Int? {
        var end = position
        while end < text.count, text[end] == "#" { end += 1 }
        return end < text.count && text[end] == "\"" ? end - position : nil
    }

    private mutating func string(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        keep(hashes)
        let quotes = sees("\"\"\"") ? "\"\"\"" : "\""
        keep(quotes.count)
        while !isAtEnd {
            if sees(quotes + marks) {
                keep(quotes.count + hashes)
                return
            }
            if sees("\\" + marks + "(") {
                keep(2 + hashes)
                code(untilParenthesis: true)
                keep()
            } else if sees("\\" + marks) {
                blank(2 + hashes)
            } else {
                blank()
            }
        }
    }
}
