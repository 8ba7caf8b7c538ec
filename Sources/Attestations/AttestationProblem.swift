/// Why a key, a signature or a payload is refused, in words for whoever has to put it right.
public struct AttestationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was expected, what was found, and what to do where that helps.
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    /// The problem as one of a part of something larger: `subject[0].digest: …`.
    func inside(_ place: String) -> AttestationProblem { AttestationProblem("\(place): \(description)") }
}
