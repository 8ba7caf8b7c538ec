/// A table of text with aligned columns, whose widths follow from the headings and the first rows.
///
/// Rows may come in several portions (a long list is fetched page by page); all are laid out alike.
struct TextTable {
    private let headings: [String]
    private let widths: [Int]
    /// Whether cells that are too wide are cut; on paper and in pipes nothing is.
    private let isFitted: Bool

    private static let gap = "  "
    /// A column is not made narrower than this to fit a terminal.
    private static let narrowest = 10
    /// Columns whose beginnings say enough.
    private static let readableHeadings: Set = ["RESOURCE", "NOTE", "DESCRIPTION", "WHAT", "COMPLAINT"]

    /// - Parameter width: columns of the terminal; nil where the output goes elsewhere and nothing may be cut.
    init(headings: [String], firstRows: [[String]], width: Int?) {
        self.headings = headings
        isFitted = width != nil
        var widths = headings.indices.map { column in
            firstRows.reduce(headings[column].count) { max($0, column < $1.count ? $1[column].count : 0) }
        }
        if let width {
            // Texts that are for reading give way first, then all but the name, which is for copying.
            let readable = headings.indices.filter { Self.readableHeadings.contains(headings[$0]) }
            for columns in [readable, Array(headings.indices.dropFirst())] {
                Self.narrow(&widths, columns: columns, toFit: width)
            }
        }
        self.widths = widths
    }

    /// Makes the widest of the columns narrower, again and again, until the line fits or all are at their narrowest.
    private static func narrow(_ widths: inout [Int], columns: [Int], toFit width: Int) {
        while widths.reduce(0, +) + gap.count * (widths.count - 1) > width,
            let widest = columns.max(by: { widths[$0] < widths[$1] }), widths[widest] > narrowest
        {
            widths[widest] -= 1
        }
    }

    /// Heading and rows, each line ended.
    func text(rows: [[String]]) -> String { line(headings) + lines(rows) }

    /// Rows without the heading, each line ended.
    func lines(_ rows: [[String]]) -> String { rows.map(line).joined() }

    private func line(_ cells: [String]) -> String {
        var line = ""
        for (column, cell) in cells.enumerated() {
            let shown = Self.oneLine(isFitted ? Self.cut(cell, to: widths[column]) : cell)
            line += shown
            guard column < cells.count - 1 else { break }
            line += String(repeating: " ", count: max(0, widths[column] - shown.count)) + Self.gap
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    private static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : String(text.prefix(width - 1)) + "…"
    }

    /// What a server sent must not move the cursor or break the line.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
    }

    /// Controls, ends of lines and paragraphs, and what turns the direction of the text around it (Unicode Standard Annex 9),
    /// so that it would read as another.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
