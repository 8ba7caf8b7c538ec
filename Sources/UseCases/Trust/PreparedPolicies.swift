import Attestations
import MetadataModel
import PolicyEngine
import Reports
import Storage
import Synchronization

/// A policy that can judge, with everybody whose signatures count for it.
final class PreparedPolicy: Sendable {
    /// The stored policy's name; nil for one that came with a request.
    let name: DocumentName?
    let compiled: CompiledPolicy
    let authorities: [Authority]
    /// The store's count of changes of documents before it was made.
    let changeCount: UInt64
    /// Microseconds since 1970.
    let made: Int64
    /// Whether nothing in it was made for a time: no filter, which may say `now()`, and no key that may end.
    let isTimeless: Bool
    let decisions = RememberedDecisions()

    init(
        name: DocumentName?,
        compiled: CompiledPolicy,
        authorities: [Authority],
        changeCount: UInt64,
        made: Int64
    ) {
        self.name = name
        self.compiled = compiled
        self.authorities = authorities
        self.changeCount = changeCount
        self.made = made
        isTimeless = !compiled.readsWholeOccurrences && !authorities.contains(where: \.mayExpire)
    }

    /// Somebody whose signatures count, and where.
    struct Authority: Sendable {
        let id: String
        let authority: AttestationAuthority
        /// Attestations count under this note only; nil for any.
        let note: NoteName?
        /// Attestations count in these projects only, `projects/security`; none for all.
        let projects: [String]
        /// Why it cannot judge.
        let problem: String?

        /// Whether what it has verified may cease to be so by itself.
        var mayExpire: Bool { authority.keys.contains { $0.mayExpire } }
    }
}

/// Makes policies ready, once for each state of what is stored.
final class PreparedPolicies: Sendable {
    /// Where a policy's text is.
    enum Source: Hashable {
        case stored(DocumentName)
        /// It is the text itself.
        case content(ExactText)
    }

    private let services: RecordServices
    private let known = Mutex<[Source: PreparedPolicy]>([:])

    init(_ services: RecordServices) { self.services = services }

    /// The policy, if it was made ready and is as good as new.
    func ready(_ source: Source, now: Int64) -> PreparedPolicy? {
        let changeCount = services.store.documentChangeCount()
        guard let policy = known.withLock({ $0[source] }), policy.changeCount == changeCount, policy.isGood(at: now)
        else { return nil }
        return policy
    }

    /// The policy, of a stored one the newest revision.
    /// - Throws: `notFound` if there is none, `invalid` with all that is wrong with a text.
    func policy(_ source: Source) async throws -> PreparedPolicy {
        let changeCount = services.store.documentChangeCount()
        let now = services.now()
        if let policy = ready(source, now: now) { return policy }
        let (content, version, name) = try await read(source)
        let compiled = try services.compiledPolicy(checking: content, version: version)
        var authorities: [PreparedPolicy.Authority] = []
        for authority in compiled.authorities { authorities.append(try await prepared(authority)) }
        let policy = PreparedPolicy(
            name: name,
            compiled: compiled,
            authorities: authorities,
            changeCount: changeCount,
            made: now
        )
        known.withLock { known in
            if known.count >= TrustLimits.preparedPoliciesMax { known = [:] }
            known[source] = policy
        }
        return policy
    }

    private func read(_ source: Source) async throws -> (content: String, version: String, name: DocumentName?) {
        switch source {
        case .content(let text): return (text.text, ContentDigest.sha256(Array(text.text.utf8)), nil)
        case .stored(let name):
            guard let document = try await services.store.document(name, revision: nil), let content = document.content
            else { throw MetadataError.notFound(name.reference) }
            return (content, document.version, name)
        }
    }

    private func prepared(_ authority: SigningAuthority) async throws -> PreparedPolicy.Authority {
        switch authority.trust {
        case .attestor(let text):
            let name = try DocumentName(parsing: text, sort: .attestor, field: "attestors")
            let attestor = try await services.attestor(name)
            return PreparedPolicy.Authority(
                id: authority.id,
                authority: attestor?.authority ?? AttestationAuthority(name: text, keys: []),
                note: attestor?.note,
                projects: authority.projects,
                problem: attestor == nil ? "attestor \"\(text)\" does not exist; apply it" : attestor?.problem
            )
        case .keys(_, let note):
            return prepared(authority, note: note.flatMap { try? NoteName(parsing: $0, field: "noteReference") })
        case .sigstore: return prepared(authority, note: nil)
        }
    }

    private func prepared(_ authority: SigningAuthority, note: NoteName?) -> PreparedPolicy.Authority {
        PreparedPolicy.Authority(
            id: authority.id,
            authority: AttestationAuthority(
                name: authority.displayName,
                keys: (try? authority.trust.attestationKeys()) ?? []
            ),
            note: note,
            projects: authority.projects,
            problem: authority.trust.keyProblem
        )
    }
}

extension PreparedPolicy {
    /// Whether times that were taken when it was made are still good.
    fileprivate func isGood(at now: Int64) -> Bool {
        isTimeless || (made...made + TrustLimits.holdSeconds * 1_000_000).contains(now)
    }
}

extension RecordServices {
    /// A stored attestor, ready to judge; nil if there is none.
    func attestor(_ name: DocumentName) async throws -> AttestorAuthority? {
        guard let content = try await store.document(name, revision: nil)?.content else { return nil }
        return AttestorAuthority(name, try AttestorDocument(checking: content))
    }
}
