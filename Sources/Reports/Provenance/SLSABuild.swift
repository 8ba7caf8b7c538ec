import GrafeasProto
import SwiftProtobuf

/// The predicate of a statement that is SLSA provenance, of any version.
struct SLSABuild: Sendable {
    /// What all versions say in their ways.
    let facts: BuildFacts
    let predicate: Predicate

    /// The predicate as the message that Grafeas has for it.
    enum Predicate: Sendable {
        case zeroOne(Grafeas_V1_SlsaProvenance)
        case zeroTwo(Grafeas_V1_SlsaProvenanceZeroTwo)
        case v1(Grafeas_V1_InTotoSlsaProvenanceV1.SlsaProvenanceV1)
    }

    static let predicateTypes = ["v0.1", "v0.2", "v1"].map { "https://slsa.dev/provenance/\($0)" }

    init(facts: BuildFacts, predicate: Predicate) {
        self.facts = facts
        self.predicate = predicate
    }

    /// Nil if the type is none of SLSA provenance.
    init?(_ predicate: JSONNode, type: String) throws(ReportProblem) {
        guard let version = Self.predicateTypes.firstIndex(of: type) else { return nil }
        guard predicate.isThere else { throw predicate.problem("is required: how the artifacts were built") }
        self =
            switch version {
            case 0: try SLSAProvenanceZeroOne(predicate: predicate).build()
            case 1: try SLSAProvenanceZeroTwo(predicate: predicate).build()
            default: try SLSAProvenanceOne(predicate: predicate).build()
            }
    }
}

extension JSONNode {
    /// A URI of SLSA, which names a thing: `git+https://github.com/owner/repository@refs/heads/main`.
    func slsaURI() throws(ReportProblem) -> String? { try name(bytesMax: limits.referenceBytesMax) }

    /// The id of one run of a build. BuildKit and the Go library of in-toto spell the member as Go does.
    func invocationID(_ names: String...) throws(ReportProblem) -> String? {
        for name in names {
            if let id = try self[name].name(bytesMax: limits.referenceBytesMax) { return id }
        }
        return nil
    }
}
