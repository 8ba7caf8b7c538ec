/// Whether an image conforms to a policy, which the server is asked.
struct PolicyQuestion {
    /// Where the policy is.
    enum Source: Equatable {
        /// `projects/P/policies/X`, on the server.
        case stored(String)
        /// A policy's text.
        case text(String)
    }

    enum Answer: Equatable {
        case conformant(VerificationSummary.ConformedPolicy)
        /// And what is wrong, a line for each check.
        case nonConformant([String])
        /// And why.
        case undecided([String])
    }

    let policy: Source
    /// With its digest.
    let image: RegistryReference

    /// Asks the server, as `policy check` does; nothing is recorded.
    func answer(from client: RESTClient) async -> Answer {
        let (path, content): (String, String?) =
            switch policy {
            case .stored(let name): (ResourceCollection.policies.path(of: name) + ":check", nil)
            case .text(let text): ("/grafeion/v1/policies:check", text)
            }
        let inquiry = PolicyInquiry(
            client: client,
            path: path,
            content: content,
            project: nil,
            isRecorded: false,
            usesPlainHTTP: false,
            environment: [:]
        )
        do {
            return Self.answer(in: try await inquiry.judge(CheckedPod(images: [.init(image: image.text)])).judgement)
        } catch {
            return .undecided(["\(error)"])
        }
    }

    /// What a decision says. An image on an allowlist conforms: nothing is asked of it.
    private static func answer(in judgement: Judgement) -> Answer {
        let complaints = (judgement.json["complaints"]?.elements ?? []).compactMap(\.text)
        switch judgement.verdict {
        case .skipped, .conformant:
            let version = judgement.json["policyVersion"]?.text ?? ""
            return .conformant(.init(name: judgement.policy, version: version))
        case .nonConformant: return .nonConformant(complaints)
        case .error: return .undecided(complaints)
        }
    }
}
