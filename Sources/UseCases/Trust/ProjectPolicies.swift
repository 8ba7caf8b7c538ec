public import GrafeasProto
import MetadataModel
import PolicyEngine
public import Storage
import SwiftProtobuf

/// A project policy as Binary Authorization has it.
private typealias PolicyMessage = Google_Cloud_Binaryauthorization_V1_Policy

/// The etag of a policy that nobody has written: it is that of no text.
private let etagOfNone = "none"

/// Finds the policy of a project.
///
/// It is a document like other policies, `projects/{project}/policies/~project`, and may have been applied as one.
public struct GetProjectPolicy: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Returns: the policy; for a project that has none one that denies everything. Binary Authorization's default allows
    ///   everything, but here nothing is admitted by a policy that is not there, and what is answered should be what is
    ///   so. Written back with a rule added, it denies too much, which shows at once; the other would allow too much.
    public func run(name: String) async throws -> Google_Cloud_Binaryauthorization_V1_Policy {
        let name = try ProjectPolicyName(parsing: name, field: "name")
        guard let found = try await services.store.document(name.document, revision: nil), found.content != nil else {
            return .with {
                $0 = .denyingAll
                $0.name = name.text
                $0.etag = etagOfNone
            }
        }
        return try PolicyMessage(Grafeion_V1_Document(found), as: name)
    }
}

/// Replaces the policy of a project as a whole.
public struct UpdateProjectPolicy: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameter policy: its etag, unless empty, must be that of the stored one.
    /// - Throws: `invalid` by the fields of the message, `changedMeanwhile`.
    public func run(
        _ policy: Google_Cloud_Binaryauthorization_V1_Policy,
        claim: IdempotencyClaim?
    ) async throws -> Google_Cloud_Binaryauthorization_V1_Policy {
        let name = try ProjectPolicyName(parsing: policy.name, field: "policy.name")
        guard policy.hasDefaultAdmissionRule else {
            let meaning = "is required: what holds where no other rule does"
            throw MetadataError.invalid("policy.default_admission_rule", meaning)
        }
        var own = policy
        own.clearUpdateTime()
        own.etag = ""
        let text = try services.documentText(own)
        do throws(InvalidPolicy) {
            _ = try PolicyDocument(parsing: text)
        } catch {
            throw services.fieldError(of: error, in: PolicyMessage.self, field: "policy")
        }
        let replaced: String? =
            switch policy.etag {
            case "": nil
            case etagOfNone: ""
            default: policy.etag
            }
        let stored = try await services.storeText(
            text,
            as: name.document,
            from: "policy",
            replacing: replaced,
            claim: claim
        )
        return try PolicyMessage(stored, as: name)
    }
}

/// Shows the policy on a platform's own images.
public struct GetSystemPolicy: Sendable {
    public init() {}

    /// - Returns: a policy that exempts nothing: no image passes here for whose it is, and a project policy's
    ///   `global_policy_evaluation_mode` has no effect.
    public func run(name: String) throws -> Google_Cloud_Binaryauthorization_V1_Policy {
        let name = try SystemPolicyName(parsing: name, field: "name")
        return .with {
            $0 = .denyingAll
            $0.name = name.text
        }
    }
}

extension PolicyMessage {
    fileprivate static let denyingAll = PolicyMessage.with {
        $0.defaultAdmissionRule.evaluationMode = .alwaysDeny
        $0.defaultAdmissionRule.enforcementMode = .enforcedBlockAndAuditLog
    }

    /// A stored project policy, in YAML or JSON.
    fileprivate init(_ document: Grafeion_V1_Document, as name: ProjectPolicyName) throws {
        let json = try PolicyDocument.json(of: document.content, without: ["updateTime", "etag"])
        self = try PolicyMessage(jsonString: json)
        self.name = name.text
        updateTime = document.createTime
        etag = document.version
    }
}
