/// Writes a project page by page.
struct ProjectExport {
    /// `projects/p`
    let parent: String
    let console: Console

    private static let pageSize = 1000

    /// Writes what is missing and returns the counts of the whole file.
    func run(from client: RESTClient, to destination: inout ExportDestination) async throws -> TransferCounts {
        if destination.progress.bytes == 0 {
            try destination.append(ExportRecord.header(project: parent).line)
        }
        while let collection = destination.progress.collection {
            try await append(collection, from: client, to: &destination)
        }
        let counts = destination.progress.counts
        try destination.append(ExportRecord.end(counts).line)
        try destination.finish()
        console.endProgress()
        return counts
    }

    /// A whole project is what is directly in it and in all of its locations.
    private var listed: String { parent.contains("/locations/") ? parent : "\(parent)/locations/-" }

    private func append(
        _ collection: ExportProgress.Collection,
        from client: RESTClient,
        to destination: inout ExportDestination
    ) async throws {
        let listing = Listing(
            path: "/grafeion/v1/\(listed)/\(collection.rawValue):export",
            collection: collection.rawValue
        )
        let token = destination.progress.pageToken
        let page = try await listing.page(size: Self.pageSize, token: token, from: client)
        var lines: [UInt8] = []
        let kept = try Self.byName(page.kept)
        for entry in page.entries {
            // Before the entry, so that an import has both when it sends them.
            if !kept.isEmpty, let text = kept[try Self.name(entry)] { lines += ExportRecord.kept(text).line }
            lines += (collection == .notes ? ExportRecord.note(entry) : .occurrence(entry)).line
        }
        try destination.append(lines)
        destination.progress.advance(by: page.entries.count, nextToken: page.nextToken)
        try destination.keepProgress()
        let counts = destination.progress.counts
        console.progress("\(counts.notes) notes, \(counts.occurrences) occurrences…")
    }
}

extension ProjectExport {
    private static func byName(_ kept: [ArraySlice<UInt8>]) throws -> [String: ArraySlice<UInt8>] {
        Dictionary(try kept.map { (try name($0), $0) }) { first, _ in first }
    }

    /// The `name` of a JSON object that the server sent.
    private static func name(_ object: ArraySlice<UInt8>) throws -> String {
        var name = ""
        do {
            var scanner = JSONScanner(object)
            try scanner.eachMember { (member, scanner) throws(JSONSyntaxError) in
                if member == "name" { name = try scanner.string() } else { try scanner.skipValue() }
            }
        } catch {
            throw ClientFailure.unexpected("the server sent an entry that is no JSON object: \(error)")
        }
        return name
    }
}

/// How far an export has come; kept beside the file after each page.
struct ExportProgress: Codable, Equatable {
    /// In the order in which they are written.
    enum Collection: String, Codable {
        case notes, occurrences
    }

    let project: String
    /// What is being written; nil when both are done.
    var collection: Collection? = .notes
    /// Of the next page.
    var pageToken = ""
    /// Bytes of the file that are good.
    var bytes = 0
    var counts = TransferCounts()

    /// Takes in a page that has been written.
    mutating func advance(by entries: Int, nextToken: String) {
        if collection == .notes { counts.notes += entries } else { counts.occurrences += entries }
        pageToken = nextToken
        if nextToken.isEmpty { collection = collection == .notes ? .occurrences : nil }
    }
}
