/// One thing wrong with a JSON text, told for the person who wrote it.
public struct JSONProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where in the text.
    public struct Place: Equatable, Sendable {
        /// Bytes from the start of the text, from 0.
        public var offset: Int
        /// Line and column from 1; the column counts characters.
        public var line: Int
        public var column: Int
    }

    /// The value at fault in JSON spelling (`occurrence.vulnerability.packageIssue[0].affectedVersion.epoch`); empty at the top.
    public let path: String
    /// The same in proto spelling (`occurrence.vulnerability.package_issue[0].affected_version.epoch`).
    public let protoPath: String
    /// What would have been right: `an integer from -2147483648 to 2147483647`. Empty if `found` says it all.
    public let expected: String
    /// What was there, at most about 40 characters of it: `"one"`, `a list`, `the end of the text`.
    public let found: String
    /// Where it was there.
    public let place: Place
    /// Whether the text is not JSON at all (or not JSON we read: nested too deeply, a name twice); then it is the only problem.
    public let isSyntax: Bool

    /// The sentence for the caller, without the path.
    public var message: String {
        if expected.isEmpty { return found }
        return "expected \(expected), found \(found)"
    }

    public var description: String {
        let end = isSyntax ? " (line \(place.line), column \(place.column))" : ""
        return path.isEmpty ? message + end : "\(path): \(message)\(end)"
    }
}

/// Everything found wrong with a JSON text: one syntax error, or up to ``countMax`` values of the wrong type.
public struct JSONProblems: Error, Equatable, Sendable, CustomStringConvertible {
    /// Reading stops at so many problems: nobody reads on.
    public static let countMax = 20

    /// At least one, in the order of the text.
    public let problems: [JSONProblem]

    public var description: String { problems.map(\.description).joined(separator: "; ") }
}

/// Stops the reading of a JSON text.
struct JSONStop: Error {
    enum Reason {
        case expected(String)
        case refused(String)
        /// The gathered problems are enough.
        case enough
    }

    var reason: Reason
    var offset: Int

    static func expected(_ what: String, _ offset: Int) -> JSONStop {
        JSONStop(reason: .expected(what), offset: offset)
    }
    static func refused(_ why: String, _ offset: Int) -> JSONStop { JSONStop(reason: .refused(why), offset: offset) }
}
