/// Asks the server to judge pods by a policy.
struct PolicyInquiry {
    let client: RESTClient
    /// Where the question is put.
    let path: String
    /// The policy's text, if it is not a stored one.
    let content: String?
    /// The project of the decisions, if they are to be recorded elsewhere than the policy.
    let project: String?
    /// Whether decisions are recorded.
    let isRecorded: Bool
    let usesPlainHTTP: Bool
    let environment: [String: String]

    /// The verdict on a pod. If the policy wants tags resolved, their registries are asked for what they stand for now,
    /// where a check fails for want of that.
    func judge(_ pod: CheckedPod) async throws -> JudgedPod {
        let tagged = pod.images.indices.filter { pod.images[$0].isTagged }
        // A decision that is followed by a better one is not worth a record.
        let first = try await ask(pod, isRecorded: isRecorded && tagged.isEmpty)
        let wanted = first.wantsTagsResolved ? tagged.filter { first.images[$0].lacksDigest } : []
        if tagged.isEmpty || wanted.isEmpty && !isRecorded { return JudgedPod(pod: pod, judgement: first) }
        var pinned = pod
        var reasons: [(index: Int, text: String)] = []
        for index in wanted {
            do {
                pinned.images[index].digest = try await digest(of: pinned.images[index].image)
            } catch let failure as ClientFailure {
                reasons.append((index, failure.description))
            }
        }
        var judgement = try await ask(pinned, isRecorded: isRecorded)
        for (index, reason) in reasons { judgement.images[index].withdraw(because: reason) }
        return JudgedPod(pod: pinned, judgement: judgement)
    }

    private func ask(_ pod: CheckedPod, isRecorded: Bool) async throws -> Judgement {
        var members = pod.members
        if let content { members.append(.init(name: "content", value: .string(content))) }
        if isRecorded {
            members.append(.init(name: "record", value: .bool(true)))
            if let project { members.append(.init(name: "project", value: .string(project))) }
        }
        let body = Array(JSONValue.object(members).compact.utf8)
        let reply = try await client.post(path, body: body, isRepeatable: !isRecorded)
        let judgement = Judgement(try JSONValue(reply: reply))
        guard judgement.images.count == pod.images.count else {
            throw ClientFailure.unexpected(
                "the server judged \(judgement.images.count) images where \(pod.images.count) were asked about"
            )
        }
        return judgement
    }

    private func digest(of image: String) async throws -> String {
        try await RegistryReference.digest(of: image, usesPlainHTTP: usesPlainHTTP, environment: environment) ?? ""
    }
}

extension CheckedPod.PodImage {
    /// Whether it is not named by a digest.
    fileprivate var isTagged: Bool { !image.contains("@") }
}

/// A pod and the verdict on it.
struct JudgedPod: Sendable {
    let pod: CheckedPod
    let judgement: Judgement

    /// Each image, where it stands, and what is said of it.
    var images: [(wanted: CheckedPod.PodImage, judged: JudgedImage)] {
        zip(pod.images, judgement.images).map { (wanted: $0, judged: $1) }
    }

    /// The object, and the decision as the server told it.
    var json: JSONValue {
        var members: [JSONValue.Member] = []
        if let object = pod.object {
            members = [
                .init(name: "file", value: .string(object.file)),
                .init(name: "line", value: .number(String(object.place.line))),
                .init(name: "kind", value: .string(object.kind)), .init(name: "name", value: .string(object.name)),
            ]
        } else {
            members = [.init(name: "image", value: .string(pod.title))]
        }
        members.append(.init(name: "verdict", value: .string(judgement.verdict.rawValue)))
        members.append(.init(name: "decision", value: judgement.json))
        return .object(members)
    }
}
