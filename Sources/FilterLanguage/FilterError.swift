/// Why a text is not a filter, and where.
///
/// The message names the thing at fault, what was expected and the way out; it may be shown to whoever wrote the filter.
public struct FilterError: Error, Sendable, Equatable {
    /// One sentence, without the position.
    public var message: String
    /// The line at fault, from 1.
    public var line: Int
    /// The column at fault, from 1, in characters as people count them.
    public var column: Int

    /// The part of the line around the column, safe to print on a terminal: at most `excerptCharactersMax` characters.
    private var excerpt: String
    /// Characters of `excerpt` before the column.
    private var excerptColumn: Int

    private static let excerptCharactersMax = 100

    /// An error at a position; it keeps a bounded piece of the text, however long that is.
    public init(_ message: String, at position: FilterPosition) {
        self.message = message
        let bytes = position.text.utf8
        let end = bytes.index(bytes.startIndex, offsetBy: position.offset, limitedBy: bytes.endIndex) ?? bytes.endIndex
        let newline = UInt8(ascii: "\n")
        let lineStart = bytes[..<end].lastIndex(of: newline).map(bytes.index(after:)) ?? bytes.startIndex
        line = bytes[..<end].count { $0 == newline } + 1

        let before = String(decoding: bytes[lineStart..<end], as: UTF8.self)
        let after = String(decoding: bytes[end...].prefix { $0 != newline }.prefix(400), as: UTF8.self)
        column = before.count + 1
        let room = Self.excerptCharactersMax / 2
        let shownBefore = Self.printable(before.suffix(room))
        excerpt = shownBefore + Self.printable(after.prefix(room))
        excerptColumn = shownBefore.count
    }

    /// `filter, column 14: "severty" is not a field; did you mean "severity"?`
    public var oneLine: String {
        line == 1 ? "filter, column \(column): \(message)" : "filter, line \(line), column \(column): \(message)"
    }

    /// The line of text, cut to what fits a screen, and below it a caret under the column.
    /// Empty where there is no text to show.
    public var caretDescription: String {
        excerpt.isEmpty ? "" : excerpt + "\n" + String(repeating: " ", count: excerptColumn) + "^"
    }

    /// Control characters become spaces, so that a hostile filter cannot steer the terminal that shows its error.
    private static func printable(_ text: Substring) -> String {
        String(text.map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : $0 })
    }
}
