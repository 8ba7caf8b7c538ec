/// One of the collections of the API that commands list, get, create and delete in.
enum ResourceCollection: String, Sendable, CaseIterable {
    case notes, occurrences, projects, attestors, policies, decisions

    /// One of them in a sentence.
    var singular: String { self == .policies ? "policy" : String(rawValue.dropLast()) }

    /// Where the API has one of them. What is Grafeion's own is beside what every Grafeas server has.
    func path(of name: String) -> String {
        switch self {
        case .notes, .occurrences, .projects: "/v1/\(name)"
        case .attestors, .policies, .decisions: "/grafeion/v1/\(name)"
        }
    }

    /// The full name of a thing given by full name or, with a project, by bare id.
    func fullName(_ given: String, parent: String?) throws(ClientFailure) -> String {
        if self == .projects { return given.hasPrefix("projects/") ? given : "projects/\(given)" }
        if given.hasPrefix("projects/") { return given }
        guard let parent else {
            throw .usage(
                "\"\(given)\" is not a full name such as projects/P/\(rawValue)/\(given); "
                    + "give that, or say --project P (or GRAFEION_PROJECT)"
            )
        }
        return "\(parent)/\(rawValue)/\(given)"
    }

    // MARK: Tables

    /// The headings of a table of them.
    var headings: [String] {
        switch self {
        case .notes: ["NAME", "KIND", "DESCRIPTION", "CREATED"]
        case .occurrences: ["NAME", "KIND", "RESOURCE", "NOTE", "SEVERITY", "CREATED"]
        case .projects: ["NAME"]
        case .attestors, .policies: ["NAME", "REVISION", "APPLIED", "VERSION"]
        case .decisions: DecisionRow.headings
        }
    }

    /// One of them as a row under ``headings``.
    func row(_ thing: JSONValue) -> [String] {
        let name = thing["name"]?.text ?? ""
        let kind = thing["kind"]?.text ?? ""
        let created = Self.upToSeconds(thing["createTime"]?.text ?? "")
        switch self {
        case .notes:
            return [Self.id(name), kind, thing["shortDescription"]?.text ?? "", created]
        case .occurrences:
            let note = Self.shortNoteName(thing["noteName"]?.text ?? "", besides: name)
            return [Self.id(name), kind, thing["resourceUri"]?.text ?? "", note, Self.severity(thing), created]
        case .projects:
            return [Self.id(name)]
        case .attestors, .policies:
            let version = thing["deleted"] == .bool(true) ? "deleted" : thing["version"]?.text ?? ""
            return [Self.id(name), String(thing["revision"]?.integer ?? 0), created, version]
        case .decisions:
            return DecisionRow(id: Self.id(name), time: created, Judgement(thing)).cells
        }
    }

    private static func id(_ name: String) -> String { String(name.split(separator: "/").last ?? "") }

    /// A note of the occurrence's own project by its id, one of another by its full name.
    private static func shortNoteName(_ note: String, besides occurrence: String) -> String {
        let isSameProject = project(note) == project(occurrence)
        return isSameProject ? id(note) : note
    }

    private static func project(_ name: String) -> Substring? { name.split(separator: "/").dropFirst().first }

    private static func severity(_ occurrence: JSONValue) -> String {
        guard let vulnerability = occurrence["vulnerability"] else { return "" }
        let stated = [vulnerability["effectiveSeverity"], vulnerability["severity"]].compactMap { $0?.text }
        return stated.first { $0 != "SEVERITY_UNSPECIFIED" } ?? ""
    }

    /// `2026-05-04T03:02:01Z` of `2026-05-04T03:02:01.123456Z`.
    private static func upToSeconds(_ time: String) -> String {
        guard let point = time.firstIndex(of: "."), time.last == "Z" else { return time }
        return time[..<point] + "Z"
    }
}
