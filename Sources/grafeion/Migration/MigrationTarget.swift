/// The server that records are migrated to.
struct MigrationTarget: Sendable {
    /// A record ready to be sent.
    struct Record: Sendable {
        let name: String
        let json: [UInt8]
    }

    /// What became of the records that were sent.
    struct Outcome: Sendable {
        var counts = MigrationCounts()
        var refused: [(name: String, reason: String)] = []
    }

    let client: RESTClient
    /// As messages call it.
    let name: String

    /// One quick transaction, and a message that the server takes.
    private static let recordsAtOnce = 500
    private static let bytesAtOnce = 8 << 20

    /// Makes sure that a project is there.
    /// - Returns: why there can be none of that name, or nil.
    func create(_ project: String) async throws -> String? {
        let body = JSONValue.object([.init(name: "name", value: .string(project))])
        do {
            _ = try await client.post("/v1/projects", body: Array(body.compact.utf8))
        } catch ClientFailure.refused(let error) {
            if error.httpStatus == 409 { return nil }
            guard error.httpStatus == 400 else { throw ClientFailure.refused(error) }
            return error.description
        }
        return nil
    }

    /// Puts records of a project in. Those that the server finds at fault are left out, and all others sent.
    func put(_ records: [Record], of collection: RecordCollection, in project: String) async throws -> Outcome {
        var outcome = Outcome()
        for chunk in Self.chunks(of: records) { try await send(chunk, collection, project, &outcome) }
        return outcome
    }

    private static func chunks(of records: [Record]) -> [[Record]] {
        var chunks: [[Record]] = []
        var bytes = 0
        for record in records {
            bytes += record.json.count
            if let last = chunks.last, last.count < recordsAtOnce, bytes <= bytesAtOnce {
                chunks[chunks.count - 1].append(record)
            } else {
                chunks.append([record])
                bytes = record.json.count
            }
        }
        return chunks
    }

    private func send(
        _ records: [Record],
        _ collection: RecordCollection,
        _ project: String,
        _ outcome: inout Outcome
    ) async throws {
        var rest = records
        while !rest.isEmpty {
            do {
                let reply = try await post(rest, collection, project)
                try outcome.counts.add(reply, collection)
                return
            } catch ClientFailure.refused(let error) {
                let faults = Self.faults(in: error, collection, count: rest.count)
                if !faults.isEmpty {
                    outcome.refused += faults.sorted { $0.key < $1.key }.map { (rest[$0.key].name, $0.value) }
                    rest = rest.enumerated().filter { faults[$0.offset] == nil }.map(\.element)
                } else if !Self.mayBeOfOneRecord(error) {
                    throw ClientFailure.unexpected("\(name) does not take the records of \(project): \(error)")
                } else if rest.count == 1 {
                    outcome.refused.append((rest[0].name, error.description))
                    return
                } else {
                    // It may be too much at once, or the fault of a record that the server does not name.
                    try await send(Array(rest[..<(rest.count / 2)]), collection, project, &outcome)
                    rest.removeFirst(rest.count / 2)
                }
            }
        }
    }

    private func post(_ records: [Record], _ collection: RecordCollection, _ project: String) async throws -> [UInt8] {
        // The records' texts as they are: each is JSON already.
        var body = Array("{\"\(collection.rawValue)\":[".utf8)
        body.append(contentsOf: records.map(\.json).joined(separator: [UInt8(ascii: ",")]))
        body += Array("]}".utf8)
        return try await client.post("/grafeion/v1beta1/\(project):import", body: body, isRepeatable: true)
    }

    /// The faulty records by their place in the request, from violations of fields such as `notes[3].name`.
    private static func faults(in error: ServerError, _ collection: RecordCollection, count: Int) -> [Int: String] {
        var faults: [Int: String] = [:]
        let start = "\(collection.rawValue)["
        for violation in error.violations where violation.field.hasPrefix(start) {
            let parts = violation.field.dropFirst(start.count).split(separator: "]", maxSplits: 1)
            guard let first = parts.first, let place = Int(first), (0..<count).contains(place) else { continue }
            let field = parts.dropFirst().first.map { $0.drop { $0 == "." } } ?? ""
            let reason = (field.isEmpty ? "" : "\(field): ") + violation.description
            faults[place] = faults[place].map { "\($0); \(reason)" } ?? reason
        }
        return faults
    }

    /// Whether the error may be about what one of the records says, and not about the server or who we are.
    private static func mayBeOfOneRecord(_ error: ServerError) -> Bool {
        [400, 409, 413, 429].contains(error.httpStatus)
    }
}

/// How many records were taken, and what it meant to the server.
struct MigrationCounts: Codable, Equatable, Sendable {
    var moved = TransferCounts()
    private(set) var created = 0
    private(set) var unchanged = 0
    private(set) var replaced = 0

    /// Takes in the server's reply to an import.
    fileprivate mutating func add(_ reply: [UInt8], _ collection: RecordCollection) throws {
        let value = try JSONValue(reply: reply)
        let counts = ["created", "unchanged", "replaced"].map { value[$0]?.integer ?? 0 }
        (created, unchanged, replaced) = (created + counts[0], unchanged + counts[1], replaced + counts[2])
        moved.add(counts.reduce(0, +), collection)
    }

    static func += (sum: inout MigrationCounts, other: MigrationCounts) {
        sum.moved.notes += other.moved.notes
        sum.moved.occurrences += other.moved.occurrences
        sum.created += other.created
        sum.unchanged += other.unchanged
        sum.replaced += other.replaced
    }
}

extension TransferCounts {
    mutating func add(_ count: Int, _ collection: RecordCollection) {
        if collection == .notes { notes += count } else { occurrences += count }
    }
}
