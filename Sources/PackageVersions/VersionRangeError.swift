/// Why a text is not a version range, and where. For people: it may be shown to whoever wrote the range.
public struct VersionRangeError: Error, Sendable, Equatable {
    /// One sentence, without the position.
    public var message: String
    /// The column at fault, from 1, in characters as people count them. Whoever cut the range out of a longer text adds
    /// what stood before it.
    public var column: Int

    /// An error at a column.
    public init(_ message: String, column: Int) {
        self.message = message
        self.column = column
    }

    /// `version range, column 5: "<" wants a version behind it`
    public var oneLine: String { "version range, column \(column): \(message)" }

    /// A piece of the text in quotation marks, cut short and without what could steer a terminal.
    static func quote(_ bytes: VersionBytes) -> String {
        let text = bytes.prefix(120).text
        let visible = text.prefix(40).map { character in
            character.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : String(character)
        }
        return "\"" + visible.joined() + (text.count > 40 || bytes.count > 120 ? "…" : "") + "\""
    }
}
