/// The line of a text that has the other ids of a vulnerability: Grafeas has no field for them.
public enum AliasLine {
    private static let label = "Other ids: "
    /// No id of a vulnerability has a comma in it.
    private static let separator = ", "

    /// Nil if there are none.
    public static func text(_ ids: [String]) -> String? {
        ids.isEmpty ? nil : label + ids.joined(separator: separator)
    }

    /// The ids in the first such line of a text.
    public static func ids(in text: String) -> [String] {
        // By bytes: a policy asks it of every finding of an image.
        let lines = text.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        guard let line = lines.first(where: { $0.starts(with: label.utf8) }) else { return [] }
        return line.dropFirst(label.utf8.count).split(separator: UInt8(ascii: ",")).map { id in
            String(Substring(id.drop { $0 == UInt8(ascii: " ") }))
        }
    }
}
