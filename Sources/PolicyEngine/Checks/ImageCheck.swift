public import FilterLanguage
public import MetadataModel
import SwiftProtobuf

/// One kind of check: what it asks of an image and how it answers.
///
/// To add one is to add a type with this and a line in `PolicyReader+Checks.swift`.
protocol ImageCheck: Sendable {
    /// The field of a check that has it, `vulnerabilityCheck`.
    static var field: String { get }
    /// Whether it can only be answered of a digest.
    var readsMetadata: Bool { get }
    /// Whether its verdict may change with nothing but time. One that says no is judged once where others are judged twice.
    var dependsOnTime: Bool { get }
    /// Whether it may read any field of an occurrence, and not only what ``CompiledPolicy/readsWholeOccurrences`` leaves of
    /// findings.
    var readsWholeOccurrences: Bool { get }
    /// Whether what it finds fault with counts wherever it is found: in an index as well as in its manifests.
    var forbids: Bool { get }
    /// Whose signatures a verifier has to look for.
    var authorities: [SigningAuthority] { get }
    /// The check with its filter compiled, if it has one.
    func compiled(by compile: FilterCompiler) throws(FilterError) -> any ImageCheck
    func answer(_ subject: Subject, _ context: CheckContext) -> Answer
}

/// Makes a test of a filter's text, with the schema that the caller has.
public typealias FilterCompiler = (String) throws(FilterError) -> @Sendable (Occurrence) -> Bool

extension ImageCheck {
    var readsMetadata: Bool { true }
    var dependsOnTime: Bool { true }
    var readsWholeOccurrences: Bool { false }
    var forbids: Bool { false }
    var authorities: [SigningAuthority] { [] }
    func compiled(by compile: FilterCompiler) throws(FilterError) -> any ImageCheck { self }
}

/// What an evaluation is about, beside the metadata.
struct CheckContext {
    let image: ImageName
    let time: Google_Protobuf_Timestamp
    let limits: PolicyLimits

    /// Seconds since a time; nil if it is not a time that anybody can know: further ahead than clocks differ.
    func age(of past: Google_Protobuf_Timestamp) -> Int64? {
        let (age, overflow) = time.seconds.subtractingReportingOverflow(past.seconds)
        return overflow || age < -limits.clockSkewSeconds ? nil : max(age, 0)
    }
}

/// What a check says of one digest.
struct Answer {
    enum Kind {
        case satisfied
        /// What must be there is not.
        case missing
        /// What must not be there is.
        case violated
        /// It could not be found out.
        case failed
    }

    let kind: Kind
    /// One line: what was found and, if that is not good, what to do.
    let explanation: String
    /// Names of the occurrences that it rests on.
    let occurrences: [String]

    init(_ kind: Kind, _ explanation: String, _ occurrences: [String] = []) {
        self.kind = kind
        self.explanation = explanation
        self.occurrences = occurrences
    }
}
