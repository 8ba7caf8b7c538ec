import FilterLanguage
import GrafeasProto
import MetadataModel
import PolicyEngine
import Storage
import SwiftProtobuf

extension AttestorDocument {
    /// Reads an attestor that a request brings.
    init(checking text: String) throws(MetadataError) {
        do throws(InvalidPolicy) {
            self = try AttestorDocument(parsing: text)
        } catch {
            throw error.error
        }
    }
}

extension RecordServices {
    /// A policy that a request brings or that is stored, ready to judge.
    func compiledPolicy(checking text: String, version: String) throws(MetadataError) -> CompiledPolicy {
        do throws(InvalidPolicy) {
            return try CompiledPolicy(PolicyDocument(parsing: text), version: version, filter: filterTest)
        } catch {
            throw error.error
        }
    }

    /// A filter of a policy as a test of occurrences.
    private func filterTest(_ text: String) throws(FilterError) -> @Sendable (Occurrence) -> Bool {
        let filter = try CheckedFilter.parse(text, schema: schema.occurrences, now: filterTime)
        let matchers = MessageMatchers(types: types)
        return { occurrence in
            guard let filter, let bytes: [UInt8] = try? occurrence.serializedBytes() else { return filter == nil }
            return bytes.withUnsafeBytes(matchers.matcher(for: filter, in: .occurrences(ParentName(project: "-"))))
        }
    }
}

extension InvalidPolicy {
    /// The same as the error of a request's content.
    fileprivate var error: MetadataError {
        .invalid(
            problems.map { problem in
                FieldProblem(
                    field: "content",
                    place: "line \(problem.line), column \(problem.column)",
                    description: problem.path.isEmpty ? problem.message : "\(problem.path): \(problem.message)"
                )
            }
        )
    }
}
