import FilterLanguage
import Foundation
import MessageReflection
import PolicyEngine
import Storage
import VersionConversion

/// Reads attestors and policies as the server does, without one.
struct TrustTextCheck {
    private let filters: FilterSchema
    private let now: FilterTimestamp

    /// What there is to say of a text that is right.
    struct Finding {
        /// The name that the text gives itself; empty if it gives none.
        let name: String
        /// What is allowed and likely to be a mistake.
        let warnings: [PolicyProblem]
    }

    /// - Parameter now: what `now()` in a filter is.
    init(now: Date) throws {
        let types = try TypeRegistry.load()
        filters = RecordSchema(types: types, versions: try VersionConversion(types: types)).occurrences
        self.now = FilterTimestamp(seconds: Int64(now.timeIntervalSince1970))
    }

    /// - Throws: ``InvalidPolicy`` with all that is wrong, in the order of the text.
    func check(_ text: TrustText) throws(InvalidPolicy) -> Finding {
        if text.collection == .attestors {
            let attestor = try AttestorDocument(parsing: text.text)
            let silent = PolicyProblem(
                path: "",
                line: 1,
                column: 1,
                message: "the attestor has no keys: nothing that it attests counts"
            )
            return Finding(name: attestor.name, warnings: attestor.keys.isEmpty ? [silent] : [])
        }
        let policy = try PolicyDocument(parsing: text.text)
        _ = try CompiledPolicy(policy, version: "") { filter throws(FilterError) in
            _ = try CheckedFilter.parse(filter, schema: filters, now: now)
            return { _ in false }
        }
        return Finding(name: policy.name, warnings: policy.lint())
    }
}

extension PolicyProblem {
    /// `FILE:LINE:COLUMN: …` in one line, where editors find it.
    func text(in file: String, _ sort: String = "") -> String {
        TextTable.oneLine("\(file):\(line):\(column): \(sort)" + (path.isEmpty ? "" : "\(path): ") + message)
    }
}

extension InvalidPolicy {
    /// A line for each problem.
    func text(in file: String) -> String { problems.map { $0.text(in: file) }.joined(separator: "\n") }
}
