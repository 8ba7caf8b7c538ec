/// What is wrong, or likely to be wrong, with a policy's text, and where.
public struct PolicyProblem: Sendable, Equatable, CustomStringConvertible {
    /// `spec.checkSets[0].checks[1]`; empty for the text as a whole.
    public let path: String
    /// From 1.
    public let line: Int
    /// From 1, in Unicode scalars.
    public let column: Int
    /// What was expected, what was found, what to do.
    public let message: String

    public init(path: String, line: Int, column: Int, message: String) {
        self.path = path
        self.line = line
        self.column = column
        self.message = message
    }

    /// All in one line: `line 7, column 5: spec.checkSets: expected a list, found a text`.
    public var description: String {
        "line \(line), column \(column): " + (path.isEmpty ? "" : path + ": ") + message
    }
}

/// A text is no policy: everything that is wrong with it, in the order of the text.
///
/// A policy is taken whole or not at all: half of one would let through what the other half forbids.
public struct InvalidPolicy: Error, Sendable, Equatable, CustomStringConvertible {
    public let problems: [PolicyProblem]

    public init(_ problems: [PolicyProblem]) { self.problems = problems }

    /// A line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
