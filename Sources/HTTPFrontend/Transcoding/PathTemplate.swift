/// A path template of `google.api.http`, cut into its segments: `/v1/{name=projects/*/notes/*}:setIamPolicy`.
struct PathTemplate: Sendable, Equatable {
    enum Segment: Sendable, Equatable {
        /// This very text.
        case literal(String)
        /// `*`: any one segment.
        case one
        /// `**`: all that follow; only ever the last.
        case rest
    }

    /// A field of the request that takes its value from some of the segments.
    struct Variable: Sendable, Equatable {
        /// The field's path in proto spelling.
        var field: String
        /// Which segments, slashes between them included, make the value.
        var segments: Range<Int>
    }

    /// Why a template of the descriptors cannot be served; a mistake in the contract, found when the server starts.
    struct Problem: Error, CustomStringConvertible {
        var template: String
        var explanation: String
        var description: String { "HTTP binding \(template): \(explanation)" }
    }

    private(set) var segments: [Segment] = []
    private(set) var variables: [Variable] = []
    /// What follows the last segment after a colon, if the template has it: `setIamPolicy`.
    private(set) var verb: String?

    init(_ text: String) throws(Problem) {
        guard text.hasPrefix("/") else { throw Problem(template: text, explanation: "does not begin with a slash") }
        var rest = text.dropFirst()
        while true {
            rest = try takePart(rest, of: text)
            guard let next = rest.popFirst() else { break }
            if next == ":" {
                verb = String(rest)
                break
            }
            guard next == "/" else { throw Problem(template: text, explanation: "has \(next) after a segment") }
        }
        let isRestLast = segments.dropLast().allSatisfy { $0 != .rest }
        guard isRestLast else { throw Problem(template: text, explanation: "has ** before the end") }
    }

    /// The literal text up to the API's version, without slashes around it: `v1`, `grafeion/v1`.
    var versionPrefix: String? {
        var prefix: [String] = []
        for case .literal(let text) in segments {
            prefix.append(text)
            let isVersion = text.first == "v" && text.dropFirst().first?.isNumber == true
            if isVersion { return prefix.joined(separator: "/") }
        }
        return nil
    }

    /// Takes one literal, wildcard or variable from the front.
    private mutating func takePart(_ text: Substring, of template: String) throws(Problem) -> Substring {
        guard text.first == "{" else {
            let end = text.firstIndex { $0 == "/" || $0 == ":" || $0 == "{" } ?? text.endIndex
            try append(text[..<end], of: template)
            return text[end...]
        }
        guard let end = text.firstIndex(of: "}") else {
            throw Problem(template: template, explanation: "has a brace that is not closed")
        }
        let inner = text[text.index(after: text.startIndex)..<end]
        let parts = inner.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let first = segments.count
        for segment in (parts.count == 2 ? parts[1] : "*").split(separator: "/", omittingEmptySubsequences: false) {
            try append(segment, of: template)
        }
        variables.append(Variable(field: String(parts[0]), segments: first..<segments.count))
        return text[text.index(after: end)...]
    }

    private mutating func append(_ segment: Substring, of template: String) throws(Problem) {
        switch segment {
        case "": throw Problem(template: template, explanation: "has an empty segment")
        case "*": segments.append(.one)
        case "**": segments.append(.rest)
        default: segments.append(.literal(String(segment)))
        }
    }
}
