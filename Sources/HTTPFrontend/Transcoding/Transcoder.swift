import APIMethods
import GrafeasProto
import MessageReflection
import MetadataModel

/// REST as a translation: method, path, query and body in, an encoded request out; an encoded reply in, JSON out. All by
/// the HTTP bindings of the descriptors; it knows no method by name, and no socket.
struct Transcoder: Sendable {
    let routes: [Route]
    private let table: RouteTable
    /// Where the API lives: `v1`, `grafeion/v1`.
    private let prefixes: [String]

    /// - Parameter methodNames: the full names of the methods to serve; those without bindings are left out.
    /// - Throws: ``PathTemplate/Problem`` for a binding that can't be served as it is declared.
    init(types: TypeRegistry, methodNames: [String]) throws(PathTemplate.Problem) {
        var routes: [Route] = []
        var table = RouteTable()
        var prefixes: [String] = []
        for (index, name) in methodNames.enumerated() {
            guard let method = types.method(name) else { continue }
            for binding in method.bindings {
                let template = try PathTemplate(binding.template)
                try table.add(routes.count, method: binding.verb, template: template)
                routes.append(try Route(binding, of: method, methodIndex: index, template: template))
                if let prefix = template.versionPrefix, !prefixes.contains(prefix) { prefixes.append(prefix) }
            }
        }
        self.routes = routes
        self.table = table
        self.prefixes = prefixes
    }

    /// A request line that belongs to a method.
    struct Match {
        let route: Route
        let target: RequestTarget
        /// How many bytes the custom verb takes at the end of the path.
        let verbBytes: Int
    }

    /// Finds the method for a request line. `HEAD` finds what `GET` does.
    /// - Throws: 404 or 405, with a message that says what would be right where that can be told.
    func match(verb: String, target: RequestTarget) throws(HTTPFailure) -> Match {
        let asked = verb == "HEAD" ? "GET" : verb
        switch table.find(method: asked, target: target) {
        case .found(let index, let verbBytes):
            return Match(route: routes[index], target: target, verbBytes: verbBytes)
        case .wrongMethod(let methods):
            let allowed = methods.contains("GET") ? (methods + ["HEAD"]).sorted() : methods
            let way = suggestion(verb: asked, target: target).map { "; did you mean \($0)?" } ?? ""
            throw .methodNotAllowed(
                "\(target.shown) has no \(verb.quotedForMessage), only \(allowed.joined(separator: ", "))\(way)",
                allow: allowed
            )
        case .unknown:
            throw .unknownPath(unknownPathMessage(verb: asked, target: target))
        }
    }

    private func unknownPathMessage(verb: String, target: RequestTarget) -> String {
        let start = "no such path: \(target.shown)"
        if let suggestion = suggestion(verb: verb, target: target) { return "\(start); did you mean \(suggestion)?" }
        let places = prefixes.map { "/\($0)/" }.joined(separator: ", ")
        return "\(start); the API is under \(places), for example GET /v1/projects/{project}/occurrences"
    }

    /// A path near the one asked for that has the method.
    private func suggestion(verb: String, target: RequestTarget) -> String? {
        guard target.bytes.count < 500 else { return nil }
        let path = String(target.path)
        var candidates = prefixes.map { "/\($0)\(path)" }
        if path.hasSuffix("/") { candidates.append(String(path.dropLast())) }
        if target.segments.count > 1 {
            // The version of another server, or one we don't have.
            let rest = path.dropFirst().drop { $0 != "/" }
            candidates += prefixes.map { "/\($0)\(rest)" }
        }
        return candidates.first { candidate in
            if case .found = table.find(method: verb, target: RequestTarget(candidate)) { return true }
            return false
        }?.quotedForMessage
    }

    /// The reply's JSON.
    /// - Throws: ``WireError`` when the method's reply is not what its descriptor says, which is a fault of ours.
    func json(reply: [UInt8], of route: Route, isPrettyPrinted: Bool) throws(WireError) -> [UInt8] {
        try route.output.json(from: reply, layout: isPrettyPrinted ? .pretty : .compact)
    }
}

extension RequestTarget {
    /// The path as messages show it.
    var shown: String { String(path).quotedForMessage }
}
