/// Gathers the problems of one message, so that a caller hears of all of them at once.
public struct FieldProblems: Sendable {
    public private(set) var all: [FieldProblem] = []

    public init() {}

    /// Problems listed at most; nobody reads more, and a hostile request has millions.
    private static let countMax = 100

    /// Keeps a problem, unless there are more already than anybody reads.
    public mutating func add(_ field: String, _ description: String) {
        guard all.count < Self.countMax else { return }
        all.append(FieldProblem(field: field, description: description))
    }

    /// A field that must be set, with what it is for.
    public mutating func require(_ field: String, _ meaning: String) {
        add(field, "is required: \(meaning)")
    }

    /// Runs a check that throws, and keeps what it finds at the field.
    public mutating func check(_ field: String, _ body: (String) throws(MetadataError) -> Void) {
        do {
            try body(field)
        } catch {
            if case .invalid(let problems) = error {
                all += problems
            } else {
                add(field, error.message)
            }
        }
    }

    /// Throws when something was found.
    public func throwIfAny() throws(MetadataError) {
        if !all.isEmpty { throw .invalid(all) }
    }
}
