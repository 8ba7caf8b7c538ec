/// Finds the binding for an HTTP method and a path: a tree with a level for each segment, so that the cost does not grow
/// with the number of bindings.
///
/// Where several templates match, literal text wins over `*`, `*` over `**`, and a template with a custom verb
/// (`…/notes/*:setIamPolicy`) over one that would take the verb as part of the id. Ids may contain colons: a template
/// without a verb takes its last segment whole.
struct RouteTable: Sendable {
    /// What a look-up found.
    enum Outcome: Equatable {
        /// The binding added with this number; its custom verb takes that many bytes at the end of the path.
        case found(Int, verbBytes: Int)
        /// The path is known, for these other methods only; sorted.
        case wrongMethod(allowed: [String])
        case unknown
    }

    /// The bindings whose template ends at a node with the same custom verb.
    private struct End: Sendable {
        /// With its colon; empty for templates without.
        var verb: [UInt8]
        var routes: [(method: String, route: Int)]
    }

    private struct Node: Sendable {
        var literals: [(text: [UInt8], node: Int)] = []
        var one: Int?
        /// Longest verb first.
        var ends: [End] = []
        var restEnds: [End] = []
    }

    private var nodes = [Node()]

    /// Adds a binding under a number of the caller's.
    mutating func add(_ route: Int, method: String, template: PathTemplate) throws(PathTemplate.Problem) {
        var node = 0
        var verb = template.verb.map { ":" + $0 } ?? ""
        for (index, segment) in template.segments.enumerated() {
            switch segment {
            case .literal(let text):
                // After literal text the verb is more literal text.
                let isLast = index == template.segments.count - 1
                node = child(of: node, literal: Array((isLast ? text + verb : text).utf8))
                if isLast { verb = "" }
            case .one: node = wildcard(of: node)
            case .rest: break
            }
        }
        let path = template.segments.last == .rest ? \Node.restEnds : \Node.ends
        try insert(route, method: method, verb: Array(verb.utf8), into: &nodes[node][keyPath: path])
    }

    private mutating func child(of node: Int, literal: [UInt8]) -> Int {
        if let known = nodes[node].literals.first(where: { $0.text == literal }) { return known.node }
        nodes.append(Node())
        nodes[node].literals.append((literal, nodes.count - 1))
        return nodes.count - 1
    }

    private mutating func wildcard(of node: Int) -> Int {
        if let known = nodes[node].one { return known }
        nodes.append(Node())
        nodes[node].one = nodes.count - 1
        return nodes.count - 1
    }

    private func insert(_ route: Int, method: String, verb: [UInt8], into ends: inout [End]) throws(PathTemplate
        .Problem)
    {
        guard let index = ends.firstIndex(where: { $0.verb == verb }) else {
            ends.append(End(verb: verb, routes: [(method, route)]))
            ends.sort { $0.verb.count > $1.verb.count }
            return
        }
        guard !ends[index].routes.contains(where: { $0.method == method }) else {
            throw PathTemplate.Problem(template: "\(method) binding \(route)", explanation: "is bound twice")
        }
        ends[index].routes.append((method, route))
    }

    /// Finds the binding for a path whose segments have been found but not decoded.
    func find(method: String, target: RequestTarget) -> Outcome {
        var search = Search(method: method, target: target, nodes: nodes)
        if let hit = search.visit(0, depth: 0) { return hit }
        guard !search.allowed.isEmpty else { return .unknown }
        return .wrongMethod(allowed: search.allowed.sorted())
    }

    private struct Search {
        let method: String
        let target: RequestTarget
        let nodes: [Node]
        var allowed: Set<String> = []

        /// Depth first, so that the more particular template is found first. No deeper than the longest template.
        mutating func visit(_ index: Int, depth: Int) -> Outcome? {
            let node = nodes[index]
            guard depth < target.segments.count else { return pick(node.ends) }
            for literal in node.literals where target.segment(depth, is: literal.text) {
                if let hit = visit(literal.node, depth: depth + 1) { return hit }
            }
            if let one = node.one, let hit = visit(one, depth: depth + 1) { return hit }
            return pick(node.restEnds)
        }

        private mutating func pick(_ ends: [End]) -> Outcome? {
            for end in ends where target.ends(with: end.verb) {
                if let match = end.routes.first(where: { $0.method == method }) {
                    return .found(match.route, verbBytes: end.verb.count)
                }
                allowed.formUnion(end.routes.map(\.method))
            }
            return nil
        }
    }
}
