/// A list of the server, page by page.
struct Listing: Sendable {
    /// `/v1/projects/p/notes`
    let path: String
    /// The member of the reply that holds the entries.
    let collection: String
    var filter: String?

    /// One page of a list.
    struct Page: Sendable {
        /// The entries' texts as the server sent them.
        let entries: [ArraySlice<UInt8>]
        /// Of an export's page: what is kept of some of the entries, each with the entry's name.
        var kept: [ArraySlice<UInt8>] = []
        /// Empty after the last page.
        let nextToken: String
    }

    /// Gets a page.
    /// - Parameters:
    ///   - size: entries at most; nil for the server's own size.
    ///   - token: ``Page/nextToken`` of the page before, empty for the first.
    func page(size: Int?, token: String, from client: RESTClient) async throws -> Page {
        var query: [(String, String)] = []
        if let filter, !filter.isEmpty { query.append(("filter", filter)) }
        if let size { query.append(("pageSize", String(size))) }
        if !token.isEmpty { query.append(("pageToken", token)) }
        let reply = try await client.get(path, query: query)
        do {
            return try Self.page(in: reply, collection: collection)
        } catch {
            throw ClientFailure.unexpected("the server's reply to \(path) is not a page of \(collection): \(error)")
        }
    }

    /// Takes a reply apart without reading the entries.
    static func page(in reply: [UInt8], collection: String) throws(JSONSyntaxError) -> Page {
        var scanner = JSONScanner(reply[...])
        var entries: [ArraySlice<UInt8>] = []
        var kept: [ArraySlice<UInt8>] = []
        var token = ""
        try scanner.eachMember { (name, scanner) throws(JSONSyntaxError) in
            switch name {
            case collection:
                try scanner.eachElement { (scanner) throws(JSONSyntaxError) in entries.append(try scanner.skipValue()) }
            case "kept":
                try scanner.eachElement { (scanner) throws(JSONSyntaxError) in kept.append(try scanner.skipValue()) }
            // Some servers spell names as the proto files do.
            case "nextPageToken", "next_page_token":
                token = try scanner.string()
            default:
                try scanner.skipValue()
            }
        }
        try scanner.finish()
        return Page(entries: entries, kept: kept, nextToken: token)
    }
}
