/// A Grafeas server that is read over its v1beta1 REST API.
///
/// Reference servers have to be handled with care: a page token that they did not make, or made when they had more
/// records, ends them; some go on with the first page behind the last; and a list of `projects/a` has the records of
/// `projects/ab` too.
struct RESTSource: MigrationSource {
    let name: String
    private let client: RESTClient
    private let types: RecordTypes

    init(name: String, client: RESTClient, types: RecordTypes) {
        self.name = name
        self.client = client
        self.types = types
    }

    /// A page should stay below the 4 MiB that a reference server's gateway takes from the server behind it.
    private static let pageSize = 200
    /// So many pages without anything new end a walk that goes round in circles.
    private static let stalePagesMax = 3

    func projects() async throws -> [String] {
        var names: Set<String> = []
        try await walk(Listing(path: "/v1beta1/projects", collection: "projects")) { texts in
            let before = names.count
            names.formUnion(try texts.compactMap { try JSONValue(parsing: $0)["name"]?.text })
            return names.count > before
        }
        return names.sorted()
    }

    /// The API does not tell.
    func counts(of collection: RecordCollection) async throws -> [String: Int]? { nil }

    /// Always from the beginning: a token of an earlier run may be one that ends the server by now.
    func eachPage(
        of collection: RecordCollection,
        in project: String,
        after position: String?,
        _ body: (SourcePage) async throws -> Void
    ) async throws {
        var seen: Set<String> = []
        let listing = Listing(path: "/v1beta1/\(project)/\(collection.rawValue)", collection: collection.rawValue)
        try await walk(listing) { texts in
            let entries = texts.map { types.entry(fromJSON: $0, of: collection) }
            let new = entries.filter { $0.name.isEmpty || seen.insert($0.name).inserted }
            try await body(SourcePage(entries: new))
            return !new.isEmpty
        }
    }

    /// Gets page after page until there are no more.
    /// - Parameter take: takes the entries and says whether any was new.
    private func walk(
        _ listing: Listing,
        _ take: ([ArraySlice<UInt8>]) async throws -> Bool
    ) async throws {
        var (token, tokens, stalePages, size) = ("", Set<String>(), 0, Self.pageSize)
        repeat {
            let page = try await page(of: listing, size: &size, token: token)
            stalePages = try await take(page.entries) ? 0 : stalePages + 1
            token = page.nextToken
            // Behind an empty page some servers begin again.
            if page.entries.isEmpty || stalePages == Self.stalePagesMax { return }
        } while !token.isEmpty && tokens.insert(token).inserted
    }

    /// A page, a smaller one if the server cannot pass on as much.
    private func page(of listing: Listing, size: inout Int, token: String) async throws -> Listing.Page {
        while true {
            do {
                return try await listing.page(size: size, token: token, from: client)
            } catch ClientFailure.refused(let error) {
                guard error.message.contains("larger than max"), size > 1 else {
                    throw ClientFailure.unexpected("\(name) answers \(listing.path) with an error: \(error)")
                }
                size /= 2
            } catch ClientFailure.noServer(let server, let reason) {
                // Starting a Grafeion, as is said of a missing server, would not help here.
                throw ClientFailure.unreachable(server: server, reason: reason)
            }
        }
    }
}
