/// Why a request was not carried out, in the terms a caller can act on.
///
/// Doors turn each case into their own code in one table; nothing else in the program throws at a door's edge.
public indirect enum MetadataError: Error, Sendable, Equatable {
    /// The request itself is wrong; every field at fault is listed, at least one.
    case invalid([FieldProblem])
    /// Entries of a batch are at fault, at least one; nothing of the batch was carried out.
    case faultyEntries([EntryFault])
    /// The thing named does not exist.
    case notFound(ResourceReference)
    /// The thing named is there already, or an idempotency key was used for something else.
    case alreadyExists(ResourceReference, explanation: String)
    /// The request is right but the state of the store forbids it.
    case failedPrecondition(subject: String, explanation: String)
    /// The thing named is not as the caller saw it last.
    case changedMeanwhile(ResourceReference, explanation: String)
    /// The request is larger than a bound of ``Limits``.
    case overLimit(String)
    /// The store cannot serve now; nothing was written. Trying again after the given seconds makes sense.
    case unavailable(String, retryAfterSeconds: Int)
    /// The method is known but not served here.
    case unimplemented(String)

    /// Problems that a message spells out; the details have all of them.
    private static let spelledOutMax = 20

    private static func sentence(_ problems: [String]) -> String {
        let more = problems.count - spelledOutMax
        let end = more > 0 ? ["and \(more) more"] : []
        return (problems.prefix(spelledOutMax) + end).joined(separator: "; ")
    }

    /// The error of a single field at fault.
    public static func invalid(_ field: String, _ description: String) -> MetadataError {
        .invalid([FieldProblem(field: field, description: description)])
    }

    /// A sentence or more for a person: what was wrong, where, and what to do.
    public var message: String {
        switch self {
        case .invalid(let problems):
            return Self.sentence(problems.map(\.line))
        case .faultyEntries(let faults):
            return Self.sentence(faults.map { "\($0.entry): \($0.error.message)" })
        case .notFound(let reference):
            return "\(reference.type) \"\(reference.name)\" does not exist"
        case .alreadyExists(_, let explanation), .failedPrecondition(_, let explanation),
            .changedMeanwhile(_, let explanation):
            return explanation
        case .overLimit(let text), .unavailable(let text, _), .unimplemented(let text):
            return text
        }
    }
}

/// An entry of a batch that could not be carried out, and why.
public struct EntryFault: Sendable, Equatable {
    /// Where the entry stands in the request: `occurrences[3]` or `notes["CVE-2019-18276"]`.
    public var entry: String
    /// What is wrong with it.
    public var error: MetadataError

    public init(entry: String, error: MetadataError) {
        self.entry = entry
        self.error = error
    }
}

/// One field at fault and what is wrong with it.
public struct FieldProblem: Sendable, Equatable {
    /// The field's path in proto spelling, from the request down: `occurrence.vulnerability.package_issue[0].affected_package`.
    /// Empty for the request as a whole.
    public var field: String
    /// What was expected and what was found.
    public var description: String
    /// Where in the field's text, `column 14`; nil for the field as a whole.
    public var place: String?

    public init(field: String, place: String? = nil, description: String) {
        self.field = field
        self.place = place
        self.description = description
    }

    /// Path, place and description in one line.
    public var line: String {
        let subject = [field, place ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
        return subject.isEmpty ? description : "\(subject): \(description)"
    }

    /// Place and description, for where the field is named already.
    public var descriptionWithPlace: String { place.map { "\($0): \(description)" } ?? description }

    /// The same problem seen from an enclosing message.
    public func under(_ prefix: String) -> FieldProblem {
        let parts = [prefix, field].filter { !$0.isEmpty }
        return FieldProblem(field: parts.joined(separator: "."), place: place, description: description)
    }
}

/// A thing of the API by type and full name, as `google.rpc.ResourceInfo` carries it.
public struct ResourceReference: Sendable, Equatable {
    /// What it is in one word, for example `note`.
    public var type: String
    /// Its full resource name.
    public var name: String

    /// The key that a client sends so that a repeated request is carried out once.
    public static let idempotencyKey = ResourceReference(type: "idempotency key", name: "x-idempotency-key")

    public init(type: String, name: String) {
        self.type = type
        self.name = name
    }
}

extension String {
    /// The text in quotes, cut to a length that fits a message, with control characters made visible.
    public var quotedForMessage: String {
        var shown = ""
        for scalar in unicodeScalars.prefix(80) {
            let isControl = scalar.value < 0x20 || scalar.value == 0x7F
            if isControl {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        let isCut = unicodeScalars.dropFirst(80).isEmpty == false
        return "\"\(shown)\(isCut ? "…" : "")\""
    }
}
