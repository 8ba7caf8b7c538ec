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
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { $0.utf8.starts(with: label.utf8) })
        else {
            return []
        }
        return line.dropFirst(label.count).split(separator: ",").map { String($0.drop { $0 == " " }) }
    }
}
