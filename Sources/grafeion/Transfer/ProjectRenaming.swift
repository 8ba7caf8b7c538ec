/// Changes the names within one project to names within another.
struct ProjectRenaming: Equatable {
    /// `projects/p`, perhaps with a location.
    let target: String
    private let old: String
    private let new: String

    /// - Parameters:
    ///   - exported: `projects/p` or `projects/p/locations/l`.
    ///   - given: the new project, with `projects/` or without; nil leaves all names as they are.
    init(from exported: String, to given: String?) {
        let parts = exported.split(separator: "/")
        let oldProject = parts.prefix(2).joined(separator: "/")
        let newProject = given.map { $0.hasPrefix("projects/") ? $0 : "projects/\($0)" } ?? oldProject
        old = oldProject + "/"
        new = newProject + "/"
        target = ([newProject] + parts.dropFirst(2).map(String.init)).joined(separator: "/")
    }

    /// The entry's text with its own name and its note's name changed; untouched where nothing is to change.
    ///
    /// An occurrence may hang on a note of another project, whose name stays.
    func applied(to entry: ArraySlice<UInt8>) throws(JSONSyntaxError) -> ArraySlice<UInt8> {
        guard old != new else { return entry }
        var value = try JSONValue(parsing: entry)
        for field in ["name", "noteName"] {
            guard let name = value[field]?.text, name.hasPrefix(old) else { continue }
            value.replace(field, with: .string(new + name.dropFirst(old.count)))
        }
        return Array(value.compact.utf8)[...]
    }
}
