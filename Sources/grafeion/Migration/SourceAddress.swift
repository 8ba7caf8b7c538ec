/// Where records are migrated from, as `--from` says it.
enum SourceAddress: Equatable {
    /// A database that a reference server keeps its records in.
    case postgres(url: String)
    /// A server.
    case rest(ServerAddress)

    init(parsing text: String) throws(ClientFailure) {
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres(url: text)
        } else if text.hasPrefix("bolt:") {
            throw .usage(
                """
                files of the embedded store (bolt) are not read: there is no reader of them that is kept up. \
                Start the old server on the file and migrate from that: --from http://HOST:PORT
                """
            )
        } else if text.hasPrefix("http://") || text.hasPrefix("https://") || text.hasPrefix("unix:") {
            self = .rest(try ServerAddress(parsing: text))
        } else {
            throw .usage("--from takes postgres://…, http://HOST:PORT, https://HOST:PORT or unix:PATH; got \"\(text)\"")
        }
    }

    /// As messages and files call it: without the password, which may also stand among the parameters.
    var name: String {
        switch self {
        case .rest(let address): return address.description
        case .postgres(let url):
            let bare = url.prefix { $0 != "?" && $0 != "#" }
            guard let at = bare.lastIndex(of: "@"), let start = bare.firstRange(of: "//")?.upperBound, start <= at
            else {
                return String(bare)
            }
            let user = bare[start..<at].prefix { $0 != ":" }
            return String(bare[..<start] + user + bare[at...])
        }
    }
}
