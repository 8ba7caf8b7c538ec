import GrafeasProto
import SwiftProtobuf

typealias AssessmentState = Grafeas_V1_VulnerabilityAssessmentNote.Assessment.State
typealias AssessmentJustification = Grafeas_V1_VulnerabilityAssessmentNote.Assessment.Justification.JustificationType
typealias AssessmentRemediation = Grafeas_V1_VulnerabilityAssessmentNote.Assessment.Remediation

/// What somebody judges of vulnerabilities in products (VEX), whatever the format it is said in.
struct AssessmentDocument: Sendable, Equatable {
    /// The format that it was read from.
    var format: ReportFormat
    /// The document's own name, by which its author knows it.
    var id: String?
    var version: String?
    var title: String?
    /// The language that it is written in (BCP 47).
    var language: String?
    /// When it was last changed.
    var time: Google_Protobuf_Timestamp?
    var author: Author
    /// Whether a later statement takes the place of an earlier one about the same. Elsewhere two that contradict each
    /// other are an error.
    var isSequence = false
    /// In the order in which they were made, if it is a sequence; else in that of the document.
    private(set) var statements: [Statement] = []
    /// Statements, each counted for every product that it is about.
    private var assessments = 0

    /// Who judges. Only CycloneDX lets the name be missing.
    struct Author: Sendable, Equatable {
        var name: String?
        /// A URL under the author's control (CSAF 2.0, 3.2.1.8.4).
        var namespace: String?
        /// By what right the author judges.
        var authority: String?
    }

    /// One judgement of one vulnerability in some products.
    struct Statement: Sendable, Equatable {
        /// Where it stands in the document, `statements[3]`.
        var place: String
        var vulnerabilityID: String
        /// Other ids of the same vulnerability.
        var aliases: [String] = []
        /// What the vulnerability is called.
        var title: String?
        /// None where the statement is about whatever the document comes with.
        var products: [AssessedProduct] = []
        var state = AssessmentState.unspecified
        var justification = AssessmentJustification.unspecified
        /// How the author came to the state.
        var details: String?
        /// What the vulnerability does to the product, or why it does nothing.
        var impacts: [String] = []
        var remediations: [AssessmentRemediation] = []
        var urls: [String] = []
        /// When it was made, where statements have times of their own.
        var time: Google_Protobuf_Timestamp?

        init(place: String, vulnerabilityID: String) {
            self.place = place
            self.vulnerabilityID = vulnerabilityID
        }
    }

    init(format: ReportFormat, author: Author) {
        self.format = format
        self.author = author
    }

    /// Adds a statement, unless there are as many as are taken.
    mutating func add(_ statement: Statement, _ limits: ReportLimits) throws(ReportProblem) {
        assessments += max(1, statement.products.count)
        if assessments > limits.assessmentsMax {
            let text =
                "the document has more than \(limits.assessmentsMax) assessments, which are the most that are taken"
            throw ReportProblem(path: statement.place, description: text)
        }
        statements.append(statement)
    }

    /// Brings the statements into the order of their times; those of one time stay as they are, and those without one
    /// are the earliest.
    mutating func sortStatements() {
        let dated = statements.enumerated().map { index, statement in
            (seconds: statement.time?.seconds ?? .min, nanos: statement.time?.nanos ?? 0, index: index, statement)
        }
        statements = dated.sorted { ($0.seconds, $0.nanos, $0.index) < ($1.seconds, $1.nanos, $1.index) }.map(\.3)
    }
}

extension AssessmentRemediation {
    init(_ type: RemediationType, _ details: String?) {
        self.init()
        remediationType = type
        self.details = details ?? ""
    }
}
