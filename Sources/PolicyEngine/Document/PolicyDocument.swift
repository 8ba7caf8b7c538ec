/// A policy as its author wrote it, read and checked.
///
/// Whatever it was written as (Grafeion's own kind, a platform or project policy of Binary Authorization, documents of
/// Kritis), it is check sets in the end, and the first whose scope fits a pod decides.
public struct PolicyDocument: Sendable {
    /// The name in its metadata; empty where the kind has none.
    public internal(set) var name = ""
    /// Whether it is of Grafeion's own kind.
    public internal(set) var isNative = false
    /// Whether it is a project policy of Binary Authorization.
    public internal(set) var isProjectPolicy = false
    /// Images that no check is made of.
    var imageAllowlist: [ImagePattern] = []
    var checkSets: [CheckSet] = []
    /// What happens with an image that could not be judged.
    public internal(set) var onError = ErrorAction.deny
    /// Whether tags are to be resolved to digests by their registry before images are judged.
    public internal(set) var resolvesTags = false
    /// Who may run images against the policy's verdict.
    public internal(set) var breakGlass = BreakGlass()
    /// Parts that were understood and do nothing.
    var remarks: [PolicyProblem] = []

    init() {}

    /// What happens with an image that could not be judged.
    public enum ErrorAction: String, Sendable {
        case deny = "DENY"
        case allow = "ALLOW"
    }

    /// Users and groups, by their names in Kubernetes, who may run images against the verdict.
    public struct BreakGlass: Sendable, Equatable {
        public internal(set) var users: [String] = []
        public internal(set) var groups: [String] = []

        /// Whether a user, or one of the groups that the user is in, is named. Names are compared by their bytes.
        public func permits(user: String, groups userGroups: [String]) -> Bool {
            users.contains { $0.utf8.elementsEqual(user.utf8) }
                || groups.contains { group in userGroups.contains { $0.utf8.elementsEqual(group.utf8) } }
        }
    }
}

/// Checks that pods of a scope have to pass.
struct CheckSet: Sendable {
    var displayName: String
    /// Nil for all pods.
    var scope: Scope?
    var imageAllowlist: [ImagePattern] = []
    var checks: [Check] = []
    var enforcement = Enforcement.enforce
    /// Whether the author said in as many words that every image passes.
    var allowsAll = false
    var place: PolicyPlace

    enum Scope: Sendable, Hashable {
        case namespace(String)
        case serviceAccount(namespace: String, name: String)
        case cluster(String)
        case istioServiceIdentity(String)
    }
}

/// Whether a verdict blocks, or is only recorded.
public enum Enforcement: String, Sendable {
    case enforce = "ENFORCE"
    case dryRun = "DRY_RUN"
}

/// One check of a set.
struct Check: Sendable {
    var displayName: String
    /// Images that this check passes over.
    var imageAllowlist: [ImagePattern] = []
    var rule: any ImageCheck
    var place: PolicyPlace
}
