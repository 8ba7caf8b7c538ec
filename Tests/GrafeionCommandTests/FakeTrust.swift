@testable import grafeion

/// As much of the server's attestors, policies and decisions as the commands need, in memory.
///
/// It judges by words in the names of images: `bad` does not conform, `evil` is from elsewhere, `doubt` cannot be decided,
/// `infra` is on an allowlist.
actor FakeTrust {
    private(set) var requests: [FakeServer.Request] = []
    private var revisions: [String: [JSONValue]] = [:]
    private let decisions: [String]
    /// Whether the policy wants tags resolved.
    private let wantsTags: Bool
    private let isEnforced: Bool

    init(decisions: [String] = [], wantsTags: Bool = false, isEnforced: Bool = true) {
        self.decisions = decisions
        self.wantsTags = wantsTags
        self.isEnforced = isEnforced
    }

    /// The questions that were asked, as they came.
    var questions: [JSONValue] {
        requests.filter { $0.path.hasSuffix(":check") }.compactMap { try? JSONValue(parsing: $0.body) }
    }

    func answer(_ request: FakeServer.Request) -> FakeServer.Reply {
        requests.append(request)
        let path = request.path
        guard path.hasPrefix("/grafeion/v1/") else { return FakeServer.Reply("no such thing", status: 404) }
        let name = String(path.dropFirst("/grafeion/v1/".count))
        if path.hasSuffix(":check") { return FakeServer.Reply(judge(request.body).compact) }
        if name.hasSuffix("/decisions") {
            return FakeServer.Reply(#"{"decisions":[\#(decisions.joined(separator: ","))]}"#)
        }
        if name.contains("/decisions/") { return FakeServer.Reply(decisions[0]) }
        if name.hasSuffix(":history") { return list(revisions[String(name.dropLast(":history".count))] ?? []) }
        let isOne = name.split(separator: "/").count == 4
        switch (request.method, isOne) {
        case ("GET", false): return list(revisions.values.compactMap(\.first).filter { $0["deleted"] == nil })
        case ("GET", true): return get(name, request.query)
        case ("PUT", true): return put(name, request)
        case ("DELETE", true):
            if let newest = revisions[name]?.first { add(name, "", newest, deleted: true) }
            return FakeServer.Reply("{}")
        default: return FakeServer.Reply("no such thing", status: 404)
        }
    }

    // MARK: Texts

    private func list(_ documents: [JSONValue]) -> FakeServer.Reply {
        FakeServer.Reply(JSONValue.members([("documents", .array(documents))]).compact)
    }

    private func get(_ name: String, _ query: String) -> FakeServer.Reply {
        let wanted = query.hasPrefix("revision=") ? Int(query.dropFirst("revision=".count)) : nil
        let found = revisions[name]?.first { wanted == nil ? $0["deleted"] == nil : $0["revision"]?.integer == wanted }
        guard let found, wanted != nil || found == revisions[name]?.first else {
            return FakeServer.Reply(
                #"{"error":{"code":404,"message":"\#(name) does not exist","status":"NOT_FOUND"}}"#,
                status: 404
            )
        }
        return FakeServer.Reply(found.compact)
    }

    private func put(_ name: String, _ request: FakeServer.Request) -> FakeServer.Reply {
        let text = String(decoding: request.body, as: UTF8.self)
        if text.contains("refused-by-server") {
            return FakeServer.Reply(
                #"{"error":{"code":400,"message":"the server does not want it","status":"INVALID_ARGUMENT"}}"#,
                status: 400
            )
        }
        let newest = revisions[name]?.first
        if let newest, newest["deleted"] == nil, newest["content"]?.text == text {
            return FakeServer.Reply(newest.compact)
        }
        add(name, text, newest, deleted: false)
        return FakeServer.Reply(revisions[name]?.first?.compact ?? "")
    }

    private func add(_ name: String, _ text: String, _ newest: JSONValue?, deleted: Bool) {
        let revision = (newest?["revision"]?.integer ?? 0) + 1
        var members: [(String, JSONValue)] = [("name", .string(name))]
        if !text.isEmpty { members.append(("content", .string(text))) }
        members += [
            ("version", .string(deleted ? "" : "sha256:\(text.utf8.count)")), ("revision", .number(String(revision))),
            ("createTime", .string("2026-01-0\(revision)T00:00:00.5Z")),
        ]
        if deleted { members.append(("deleted", .bool(true))) }
        revisions[name, default: []].insert(.members(members), at: 0)
    }

    // MARK: Verdicts

    private func judge(_ body: [UInt8]) -> JSONValue {
        guard let question = try? JSONValue(parsing: body) else { return .null }
        let images = (question["images"]?.elements ?? []).map { Self.judge($0, needsDigest: wantsTags) }
        let order = ["SKIPPED", "CONFORMANT", "ERROR", "NON_CONFORMANT"]
        let verdict = images.compactMap { $0["verdict"]?.text }
            .max { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) }
        let hasTags = images.contains { $0["digest"] == nil }
        let isRecorded = question["record"] == .bool(true)
        return .members(
            (isRecorded ? [("name", .string("projects/p/decisions/d\(questions.count)"))] : [])
                + [
                    ("policy", .string("production")), ("policyVersion", .string("sha256:1")),
                    ("checkSet", .string("default")), ("pod", question["pod"] ?? .null), ("images", .array(images)),
                    ("verdict", .string(verdict ?? "CONFORMANT")),
                    ("allowed", .bool(verdict == "CONFORMANT" || !isEnforced)), ("enforced", .bool(isEnforced)),
                    ("duration", .string("0.002s")), ("wantsTagsResolved", .bool(wantsTags && hasTags)),
                ]
        )
    }

    private static func judge(_ wanted: JSONValue, needsDigest: Bool) -> JSONValue {
        let image = wanted["image"]?.text ?? ""
        let digest = image.split(separator: "@").dropFirst().first.map(String.init) ?? wanted["digest"]?.text
        let words = [("bad", "NON_CONFORMANT"), ("doubt", "ERROR"), ("infra", "SKIPPED")]
        let isLost = needsDigest && digest == nil
        let found = words.first { image.contains($0.0) }?.1 ?? (isLost ? "NON_CONFORMANT" : "CONFORMANT")
        let place = image.contains("evil") ? "NON_CONFORMANT" : found == "SKIPPED" ? found : "CONFORMANT"
        let verdict = place == "NON_CONFORMANT" ? place : found
        func check(_ title: String, _ field: String, _ verdict: String, _ explanation: String) -> JSONValue {
            .texts([
                ("displayName", title), ("check", field), ("verdict", verdict), ("explanation", explanation),
            ])
        }
        var members: [(String, JSONValue)] = [("image", .string(image))]
        if let digest { members.append(("digest", .string(digest))) }
        let explanation =
            found == "CONFORMANT"
            ? "scanned by trivy, clean"
            : "1 vulnerability is not tolerated: CVE-2026-1 (CRITICAL, <bash> & 5.0-4, no fix); "
                + "update what has a fix, record a VEX judgement, or allow them in the policy"
        members += [
            ("verdict", .string(verdict)),
            (
                "checks",
                .array([
                    check("from our registry", "trustedDirectoryCheck", place, "it is in registry.example"),
                    check("no serious known vulnerability", "vulnerabilityCheck", found, explanation),
                ])
            ),
        ]
        return .members(members)
    }
}
