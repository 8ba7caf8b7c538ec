import GrafeasProto
import MetadataModel

/// Why a product is not affected, in the five words that the VEX working group chose; OpenVEX and CSAF have both taken
/// them over.
enum AssessmentWords {
    static let justifications: [String: AssessmentJustification] = [
        "component_not_present": .componentNotPresent, "vulnerable_code_not_present": .vulnerableCodeNotPresent,
        "vulnerable_code_not_in_execute_path": .vulnerableCodeNotInExecutePath,
        "vulnerable_code_cannot_be_controlled_by_adversary": .vulnerableCodeCannotBeControlledByAdversary,
        "inline_mitigations_already_exist": .inlineMitigationsAlreadyExist,
    ]
}

extension JSONNode {
    /// What a word stands for; nil if there is none. A word that is not in the table is refused: a judgement that is not
    /// understood must not pass for another.
    func word<Meaning>(of table: [String: Meaning], _ kind: String) throws(ReportProblem) -> Meaning? {
        guard let text = try text() else { return nil }
        guard let meaning = table[text] else {
            let known = table.keys.sorted().joined(separator: ", ")
            throw problem("expected a \(kind), one of \(known); found \(text.quotedForMessage)")
        }
        return meaning
    }

    /// What a word that must be there stands for.
    func requiredWord<Meaning>(of table: [String: Meaning], _ kind: String) throws(ReportProblem) -> Meaning {
        guard let meaning = try word(of: table, kind) else {
            throw problem("is required: a \(kind), one of \(table.keys.sorted().joined(separator: ", "))")
        }
        return meaning
    }

    /// A remark, cut to what every note and every occurrence it is repeated in can bear.
    func remark() throws(ReportProblem) -> String? { try prose(bytesMax: limits.titleBytesMax) }
}
