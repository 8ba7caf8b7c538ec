/// Text in lines of a bounded width.
enum WrappedText {
    /// The words of a text in lines that begin with some spaces. A word that is too long has a line of its own.
    ///
    /// - Parameter width: characters of a line at most, the spaces counted in.
    static func lines(_ text: String, indent: Int, width: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        for word in TextTable.oneLine(text).split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(margin + word)
            }
        }
        return lines
    }
}
