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
        let listing = Listing(path: "/v1/\(listed)/\(collection.rawValue)", collection: collection.rawValue)
        let token = destination.progress.pageToken
        let page = try await listing.page(size: Self.pageSize, token: token, from: client)
        var lines: [UInt8] = []
        for entry in page.entries {
            lines += (collection == .notes ? ExportRecord.note(entry) : .occurrence(entry)).line
        }
        try destination.append(lines)
        destination.progress.advance(by: page.entries.count, nextToken: page.nextToken)
        try destination.keepProgress()
        let counts = destination.progress.counts
        console.progress("\(counts.notes) notes, \(counts.occurrences) occurrences…")
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
