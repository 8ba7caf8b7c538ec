@testable import grafeion

/// A server to migrate from, with the habits of the reference server: names in lists are compared by their beginnings, a
/// token that it did not make ends it, and behind the last page it begins again.
actor ReferenceServer {
    private let projects: [String]
    /// Texts of notes and occurrences.
    private let records: [String: [String]]
    private var tokens: [String: Int] = [:]
    private(set) var hasDied = false
    private(set) var requests: [FakeServer.Request] = []
    /// Entries that its gateway can pass on at once.
    private let pageSizeMax: Int

    init(projects: [String], notes: [String], occurrences: [String], pageSizeMax: Int = 3) {
        self.projects = projects
        records = ["notes": notes, "occurrences": occurrences]
        self.pageSizeMax = pageSizeMax
    }

    func answer(_ request: FakeServer.Request) -> FakeServer.Reply {
        requests.append(request)
        let query = Dictionary(
            request.query.split(separator: "&").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                return (parts[0], parts.count > 1 ? parts[1] : "")
            },
            uniquingKeysWith: { $1 }
        )
        let size = query["pageSize"].flatMap { Int($0) } ?? 0
        let token = query["pageToken"] ?? ""
        guard size > 0, token.isEmpty || tokens[token] != nil else {
            hasDied = true
            return FakeServer.Reply("panic", status: 502)
        }
        let parts = request.path.split(separator: "/").map(String.init)
        switch parts.count {
        case 2: return page(projects.map { #"{"name":"\#($0)"}"# }, "projects", tokens[token] ?? 0, size)
        case 4:
            let all = records[parts[3]] ?? []
            let own = all.filter { $0.contains(#""name":"projects/\#(parts[2])"#) }
            if size > pageSizeMax {
                let text = "grpc: received message larger than max (5000000 vs. 4194304)"
                return FakeServer.Reply(#"{"error":"\#(text)","code":8,"message":"\#(text)"}"#, status: 429)
            }
            return page(own, parts[3], tokens[token] ?? 0, size)
        default: return FakeServer.Reply("Not Found", status: 404)
        }
    }

    private func page(_ all: [String], _ collection: String, _ start: Int, _ size: Int) -> FakeServer.Reply {
        let entries = all[min(start, all.count)..<min(start + size, all.count)]
        let token = "made-\(tokens.count)"
        tokens[token] = entries.isEmpty ? 0 : start + entries.count
        return FakeServer.Reply(
            #"{"\#(collection)":[\#(entries.joined(separator: ","))],"next_page_token":"\#(token)"}"#
        )
    }
}

/// A server to migrate to: takes records, and refuses those that it is told to.
actor ImportingServer {
    private(set) var projects: Set<String> = []
    /// By their names.
    private(set) var records: [String: JSONValue] = [:]
    /// The names in the order in which they came.
    private(set) var names: [String] = []
    private(set) var imports = 0
    private let faults: [String: (field: String, description: String)]
    private let refusedProjects: Set<String>
    /// Records at once; a server that is asked for more does not say which is at fault.
    private let recordsMax: Int
    private var importsUntilDown: Int?

    init(
        faults: [String: (field: String, description: String)] = [:],
        refusedProjects: Set<String> = [],
        recordsMax: Int = 1000,
        importsUntilDown: Int? = nil
    ) {
        (self.faults, self.refusedProjects) = (faults, refusedProjects)
        (self.recordsMax, self.importsUntilDown) = (recordsMax, importsUntilDown)
    }

    func comeBack() { importsUntilDown = nil }

    func answer(_ request: FakeServer.Request) -> FakeServer.Reply {
        guard request.method == "POST", let body = try? JSONValue(parsing: request.body) else {
            return FakeServer.Reply("no such thing", status: 404)
        }
        if request.path == "/v1/projects" { return create(body["name"]?.text ?? "") }
        imports += 1
        if let left = importsUntilDown {
            if left == 0 { return FakeServer.Reply("down", status: 500) }
            importsUntilDown = left - 1
        }
        return take(body)
    }

    private func create(_ project: String) -> FakeServer.Reply {
        if refusedProjects.contains(project) { return error("the name is no good", []) }
        let isNew = projects.insert(project).inserted
        return isNew ? FakeServer.Reply("{}") : FakeServer.Reply(#"{"error":{"message":"there"}}"#, status: 409)
    }

    private func take(_ body: JSONValue) -> FakeServer.Reply {
        let entries = ["notes", "occurrences"].flatMap { collection in
            (body[collection]?.elements ?? []).enumerated().map { ("\(collection)[\($0.offset)]", $0.element) }
        }
        if entries.count > recordsMax { return error("too much at once", []) }
        let faulty = entries.compactMap { place, entry in
            faults[entry["name"]?.text ?? ""].map { (place + ($0.field.isEmpty ? "" : ".\($0.field)"), $0.description) }
        }
        guard faulty.isEmpty else { return error("faults", faulty) }
        var counts = [0, 0, 0]
        for (_, entry) in entries {
            let name = entry["name"]?.text ?? ""
            counts[records[name].map { $0 == entry ? 1 : 2 } ?? 0] += 1
            records[name] = entry
            names.append(name)
        }
        return FakeServer.Reply(#"{"created":\#(counts[0]),"unchanged":\#(counts[1]),"replaced":\#(counts[2])}"#)
    }

    private func error(_ message: String, _ violations: [(String, String)]) -> FakeServer.Reply {
        let details = violations.map { #"{"field":"\#($0)","description":"\#($1)"}"# }.joined(separator: ",")
        let type = "type.googleapis.com/google.rpc.BadRequest"
        return FakeServer.Reply(
            """
            {"error":{"code":400,"message":"\(message)","status":"INVALID_ARGUMENT",
             "details":[{"@type":"\(type)","fieldViolations":[\(details)]}]}}
            """,
            status: 400
        )
    }
}
