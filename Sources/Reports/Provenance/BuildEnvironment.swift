/// What builders note of the surroundings of a build, each in its own words.
///
/// No specification says what is in there, so only strings are looked at, and nothing is refused.
struct BuildEnvironment {
    /// `invocation.environment` (v0.2) or `internalParameters` (v1).
    let node: JSONNode

    /// The person or account that started it.
    var creator: String? {
        get throws(ReportProblem) {
            let names = ["github_actor", "GITHUB_ACTOR", "buildInvokedBy", "GITLAB_USER_LOGIN"]
            if let name = try first(of: names) { return name }
            for event in ["github_event_payload", "GITHUB_EVENT_PAYLOAD"] {
                if let login = try member(event)?.member("sender")?.first(of: ["login"]) { return login }
            }
            return nil
        }
    }

    /// What kind of event started it: `push`.
    var event: String? {
        get throws(ReportProblem) {
            if let name = try first(of: ["github_event_name", "GITHUB_EVENT_NAME"]) { return name }
            return try member("github")?.first(of: ["event_name"])
        }
    }

    /// The first of the members that is a short string.
    func first(of names: [String]) throws(ReportProblem) -> String? {
        guard node.kind == .object else { return nil }
        for name in names {
            let value = try node[name]
            guard value.kind == .string || value.kind == .escapedString, let text = try value.text(),
                text.utf8.count <= node.limits.titleBytesMax
            else { continue }
            return text
        }
        return nil
    }

    /// A member that is an object.
    func member(_ name: String) throws(ReportProblem) -> BuildEnvironment? {
        guard node.kind == .object else { return nil }
        let value = try node[name]
        return value.kind == .object ? BuildEnvironment(node: value) : nil
    }
}
