import MessageReflection
import MetadataModel

extension HTTPFailure {
    /// A body that is no JSON, or not the JSON of the message expected: every place at fault.
    init(_ error: JSONProblems) {
        self = .invalid(
            error.problems.map { problem in
                let place = "line \(problem.place.line), column \(problem.place.column)"
                let start = problem.isSyntax ? "the body is not valid JSON: " : ""
                return FieldProblem(field: problem.protoPath, description: "\(start)\(problem.message) (\(place))")
            }
        )
    }
}

extension FieldProblem {
    /// A query parameter that does not fit the request.
    init(_ problem: ParameterProblem) {
        let name = "\"\(problem.parameter)\": "
        let isNamed = problem.message.hasPrefix(name)
        let description = isNamed ? String(problem.message.dropFirst(name.count)) : problem.message
        self.init(field: problem.parameter.cutForMessage, description: description)
    }
}

extension String {
    /// The text cut to a length that fits a message.
    var cutForMessage: String { unicodeScalars.dropFirst(80).isEmpty ? self : "\(String(unicodeScalars.prefix(80)))…" }
}
