@testable import grafeion

/// As much of a Grafeas server as the commands need, in memory.
actor FakeGrafeas {
    private(set) var notes: [JSONValue] = []
    private(set) var occurrences: [JSONValue] = []
    private(set) var requests: [FakeServer.Request] = []
    /// Answers that are due before the real ones begin again; nil lets a request through.
    private var interruptions: [FakeServer.Reply?] = []

    init(notes: [String] = [], occurrences: [String] = []) throws {
        self.notes = try notes.map { try JSONValue(parsing: $0.utf8) }
        self.occurrences = try occurrences.map { try JSONValue(parsing: $0.utf8) }
    }

    func interrupt(_ replies: [FakeServer.Reply?]) { interruptions = replies }

    func answer(_ request: FakeServer.Request) -> FakeServer.Reply {
        requests.append(request)
        if !interruptions.isEmpty, let reply = interruptions.removeFirst() { return reply }
        let last = request.path.split(separator: "/").last ?? ""
        switch (request.method, last) {
        case ("GET", "notes"), ("GET", "notes:export"): return page(of: notes, "notes", request)
        case ("GET", "occurrences"), ("GET", "occurrences:export"): return page(of: occurrences, "occurrences", request)
        case ("GET", _): return get("projects/" + request.path.dropFirst("/v1/projects/".count))
        case ("POST", let last) where last.hasSuffix(":import"): return take(request.body)
        case ("POST", let last): return create(String(last), request.body)
        case ("DELETE", _): return FakeServer.Reply("{}")
        default: return FakeServer.Reply("no such thing", status: 404)
        }
    }

    private func get(_ name: String) -> FakeServer.Reply {
        guard let thing = (notes + occurrences).first(where: { $0["name"]?.text == name }) else {
            return FakeServer.Reply(
                #"{"error":{"code":404,"message":"note \"\#(name)\" does not exist","status":"NOT_FOUND"}}"#,
                status: 404
            )
        }
        return FakeServer.Reply(thing.compact)
    }

    private func page(of things: [JSONValue], _ collection: String, _ request: FakeServer.Request) -> FakeServer.Reply {
        let query = Dictionary(
            request.query.split(separator: "&").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                return (parts[0], parts.count > 1 ? parts[1] : "")
            },
            uniquingKeysWith: { $1 }
        )
        let start = query["pageToken"].flatMap { Int($0.dropFirst("after-".count)) } ?? 0
        // Small pages, whatever the client would like.
        let size = min(query["pageSize"].flatMap { Int($0) } ?? 2, 2)
        let end = min(start + size, things.count)
        let entries = JSONValue.array(Array(things[start..<end])).pretty(level: 1)
        let next = end < things.count ? "after-\(end)" : ""
        return FakeServer.Reply("{\n  \"\(collection)\": \(entries),\n  \"nextPageToken\": \"\(next)\"\n}\n")
    }

    private func create(_ collection: String, _ body: [UInt8]) -> FakeServer.Reply {
        guard let thing = try? JSONValue(parsing: body) else { return FakeServer.Reply("not JSON", status: 400) }
        if collection == "notes" { notes.append(thing) } else { occurrences.append(thing) }
        return FakeServer.Reply(thing.compact)
    }

    private func take(_ body: [UInt8]) -> FakeServer.Reply {
        guard let request = try? JSONValue(parsing: body) else { return FakeServer.Reply("not JSON", status: 400) }
        var counts = (created: 0, unchanged: 0, replaced: 0)
        func take(_ thing: JSONValue, into things: inout [JSONValue]) {
            if let at = things.firstIndex(where: { $0["name"] == thing["name"] }) {
                if things[at] == thing { counts.unchanged += 1 } else { counts.replaced += 1 }
                things[at] = thing
            } else {
                counts.created += 1
                things.append(thing)
            }
        }
        for note in request["notes"]?.elements ?? [] { take(note, into: &notes) }
        for occurrence in request["occurrences"]?.elements ?? [] { take(occurrence, into: &occurrences) }
        return FakeServer.Reply(
            #"{"created":"\#(counts.created)","unchanged":"\#(counts.unchanged)","replaced":\#(counts.replaced)}"#
        )
    }
}
