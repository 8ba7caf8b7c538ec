import MetadataModel

/// Why a text is not taken as JSON.
public struct JSONProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was expected, or which bound was crossed.
    public let reason: String
    /// Bytes before the place of the problem; nil if it is one of the whole text.
    public let offset: Int?
    /// Names and indexes that lead to the value at fault, outermost last: they are added on the way out.
    private var steps: [Step] = []

    private enum Step: Equatable {
        case member(String)
        case element(Int)
    }

    init(_ reason: String, at offset: Int?) {
        self.reason = reason
        self.offset = offset
    }

    /// The path of the value at fault, `request.object.spec.containers[3]`; empty if it is the outermost.
    public var path: String {
        var path = ""
        for step in steps.reversed().prefix(Self.shownStepsMax) {
            switch step {
            case .member(let name): path += (path.isEmpty ? "" : ".") + name.quotedForMessage.dropFirst().dropLast()
            case .element(let index): path += "[\(index)]"
            }
        }
        return steps.count > Self.shownStepsMax ? path + "…" : path
    }

    public var description: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        return reason + place + (path.isEmpty ? "" : " in \(path)")
    }

    /// A message is for people: a path of hundreds of names is not.
    private static let shownStepsMax = 10

    func inside(member name: String) -> JSONProblem { adding(.member(name)) }

    func inside(element index: Int) -> JSONProblem { adding(.element(index)) }

    private func adding(_ step: Step) -> JSONProblem {
        var problem = self
        problem.steps.append(step)
        return problem
    }
}
