import Admission
import GrafeasProto
import Logging
import MetadataModel
import Metrics
import StrictJSON
import SwiftProtobuf
import Synchronization
import Testing

@testable import AdmissionFrontend

/// Reviews are answered in time, whatever becomes of the judgement.
struct AdmissionDoorTests {
    // MARK: What is asked and what is answered

    @Test func aReviewThatBringsNoImagesIsAnsweredWithoutAQuestion() async throws {
        let judge = ScriptedJudge { _ in throw Failure() }
        let answer = try await Door(judge).answer(Self.review(operation: "DELETE"))
        #expect(answer.isAllowed && judge.requests.isEmpty)
    }

    @Test func theQuestionHasAllThatPoliciesAskFor() async throws {
        let judge = ScriptedJudge { _ in .admitted }
        var settings = AdmissionSettings(policy: .stored("projects/p/policies/prod"))
        settings.cluster = "eu.one"
        _ = try await Door(judge, settings).answer(Self.review(annotation: "now"))
        let request = try #require(judge.requests.first)
        #expect(request.policy == "projects/p/policies/prod" && request.record)
        #expect(request.images.map(\.image) == [Self.pinnedInit, Self.app])
        #expect(request.pod.namespace == "shop" && request.pod.serviceAccount == "api")
        #expect(request.pod.cluster == "eu.one")
        #expect(request.admission.user == "alice" && request.admission.groups == ["developers"])
        #expect(request.admission.objectUid == "pod-1" && request.admission.ownerUids == ["set-1"])
        #expect(request.admission.breakGlass)
    }

    @Test func aDryRunRequestIsJudgedAndNotRecorded() async throws {
        let judge = ScriptedJudge { _ in .admitted }
        _ = try await Door(judge).answer(Self.review(isDryRun: true))
        #expect(judge.requests.map(\.record) == [false])
    }

    @Test func aRefusalSaysWhatToDoAndWhereItIsRecorded() async throws {
        let answer = try await Door(ScriptedJudge { _ in .refused }).answer(Self.review())
        #expect(!answer.isAllowed && answer.code == 403)
        #expect(answer.message.contains("Pod shop/web is refused by policy projects/p/policies/prod"))
        #expect(answer.message.contains("- image r.example/app@sha256:aaaa: signed: no valid attestation"))
        #expect(answer.message.contains("grafeion decisions get projects/p/decisions/d1"))
        #expect(answer.annotations["decision"] == "projects/p/decisions/d1")
        #expect(answer.annotations["verdict"] == "NON_CONFORMANT")
    }

    @Test func aDryRunPolicyWarns() async throws {
        let judge = ScriptedJudge { _ in
            var decision = Grafeion_V1_Decision.refused
            (decision.allowed, decision.enforced) = (true, false)
            return decision
        }
        let answer = try await Door(judge).answer(Self.review())
        #expect(answer.isAllowed)
        #expect(answer.warnings.first?.contains("would refuse Pod shop/web (dry run)") == true)
    }

    @Test func brokenGlassIsNeverSilent() async throws {
        let broken = ScriptedJudge { _ in
            var decision = Grafeion_V1_Decision.refused
            (decision.allowed, decision.brokeGlass) = (true, true)
            return decision
        }
        let answer = try await Door(broken).answer(Self.review())
        #expect(answer.isAllowed && answer.annotations["break-glass"] == "true")
        #expect(answer.warnings.first?.contains("was let in by break-glass") == true)
        let refused = ScriptedJudge { _ in
            var decision = Grafeion_V1_Decision.refused
            decision.breakGlassRefusal = "user \"alice\" may not break the glass"
            return decision
        }
        #expect(try await Door(refused).answer(Self.review()).warnings == ["user \"alice\" may not break the glass"])
    }

    // MARK: Tags

    @Test func tagsAreResolvedWhereThePolicyWantsItAndOnlyTheLastDecisionIsRecorded() async throws {
        let judge = ScriptedJudge { request in
            var decision = Grafeion_V1_Decision.admitted
            decision.wantsTagsResolved = request.images.contains { $0.image.hasSuffix(":2") && $0.digest.isEmpty }
            return decision
        }
        let door = Door(judge) { image in
            #expect(image == "r.example/init:2")
            return "sha256:9"
        }
        #expect(try await door.answer(Self.review(initImage: "r.example/init:2")).isAllowed)
        #expect(judge.requests.map(\.record) == [false, true])
        #expect(judge.requests.last?.images.map(\.digest) == ["sha256:9", ""])
    }

    @Test func aTagThatCannotBeResolvedStaysATag() async throws {
        let judge = ScriptedJudge { _ in
            var decision = Grafeion_V1_Decision.refused
            decision.wantsTagsResolved = true
            return decision
        }
        let answer = try await Door(judge) { _ in throw Failure() }.answer(Self.review(initImage: "r.example/init:2"))
        #expect(!answer.isAllowed && answer.code == 403)
        #expect(judge.requests.last?.images.first?.unresolved == "it is down")
    }

    @Test func noLastDecisionStandsInForATagThatMayHaveMoved() async throws {
        let isDown = Mutex(false)
        let judge = ScriptedJudge { _ in
            if isDown.withLock({ $0 }) { throw Failure() }
            return .admitted
        }
        let door = Door(judge)
        _ = try await door.answer(Self.review(initImage: "r.example/init:2"))
        isDown.withLock { $0 = true }
        #expect(try await door.answer(Self.review(initImage: "r.example/init:2")).code == 503)
    }

    // MARK: No decision

    @Test func aJudgeThatNeverAnswersIsNotWaitedFor() async throws {
        let never = ScriptedJudge { _ in
            try await Task.sleep(for: .seconds(3_600))
            throw Failure()
        }
        let answer = try await Door(never, milliseconds: 50).answer(Self.review())
        #expect(!answer.isAllowed && answer.code == 503)
        #expect(
            answer.message == "Pod shop/web could not be judged: the images could not be judged within 50 ms; try again"
        )
    }

    @Test func aJudgeThatDoesNotListenIsNotWaitedForEither() async throws {
        let gate = Gate()
        let deaf = ScriptedJudge { _ in
            await gate.wait()
            return .admitted
        }
        let answer = try await Door(deaf, milliseconds: 50).answer(Self.review())
        #expect(answer.code == 503)
        gate.open()
    }

    @Test func anErrorIsWhatThePolicySaysOfErrors() async throws {
        let failing = ScriptedJudge { _ in throw Failure() }
        #expect(!(try await Door(failing).answer(Self.review()).isAllowed))
        let text = """
            {apiVersion: grafeion.dev/v1, kind: Policy, metadata: {name: x}, \
            spec: {onError: ALLOW, checkSets: [{checks: []}]}}
            """
        let answer = try await Door(failing, AdmissionSettings(policy: .text { text })).answer(Self.review())
        #expect(answer.isAllowed && answer.annotations["verdict"] == "ERROR")
        #expect(answer.warnings.first?.hasSuffix("; the policy allows that") == true)
        // Of a stored policy it is known from its last decision.
        let flag = Mutex(false)
        let changing = ScriptedJudge { _ in
            if flag.withLock({ $0 }) { throw Failure() }
            var decision = Grafeion_V1_Decision.admitted
            decision.allowsOnError = true
            return decision
        }
        let door = Door(changing)
        _ = try await door.answer(Self.review())
        flag.withLock { $0 = true }
        #expect(try await door.answer(Self.review(namespace: "other")).isAllowed)
    }

    @Test func theLastDecisionStandsInForOneThatCannotBeHad() async throws {
        let isDown = Mutex(false)
        let judge = ScriptedJudge { request in
            if isDown.withLock({ $0 }) { throw Failure() }
            return request.pod.namespace == "shop" ? .admitted : .refused
        }
        let door = Door(judge)
        _ = try await door.answer(Self.review())
        _ = try await door.answer(Self.review(namespace: "bad"))
        isDown.withLock { $0 = true }
        let allowed = try await door.answer(Self.review())
        #expect(allowed.isAllowed && allowed.annotations["decided-seconds-ago"] != nil)
        #expect(allowed.warnings.first?.contains("because it is down") == true)
        // It is another request: the decision's name is not its own.
        #expect(allowed.annotations["decision"] == nil)
        #expect(try await door.answer(Self.review(namespace: "bad")).code == 403)
        #expect(try await door.answer(Self.review(namespace: "new")).code == 503)
        #expect(
            try await door.answer(Self.review(image: "r.example/app@sha256:" + String(repeating: "2", count: 64))).code
                == 503
        )
    }

    @Test func aLastDecisionStandsInForSilenceAndNotForAnAnswer() async throws {
        let isGone = Mutex(false)
        let judge = ScriptedJudge { _ in
            if isGone.withLock({ $0 }) {
                throw MetadataError.notFound(ResourceReference(type: "policy", name: "projects/p/policies/prod"))
            }
            return .admitted
        }
        let door = Door(judge)
        #expect(try await door.answer(Self.review()).isAllowed)
        isGone.withLock { $0 = true }
        let answer = try await door.answer(Self.review())
        #expect(answer.code == 503 && answer.message.contains("policy \"projects/p/policies/prod\" does not exist"))
    }

    @Test func whatCouldNotBeFoundOutOrWasAllowedToOnePersonStandsInForNothing() async throws {
        let changes: [@Sendable (inout Grafeion_V1_Decision) -> Void] = [
            { $0.verdict = .error }, { $0.brokeGlass = true },
        ]
        for change in changes {
            let isDown = Mutex(false)
            let judge = ScriptedJudge { _ in
                if isDown.withLock({ $0 }) { throw Failure() }
                var decision = Grafeion_V1_Decision.admitted
                change(&decision)
                return decision
            }
            let door = Door(judge)
            #expect(try await door.answer(Self.review()).isAllowed)
            isDown.withLock { $0 = true }
            #expect(try await door.answer(Self.review()).code == 503)
        }
    }

    @Test func decisionsStandInForNoLongerThanTheyMay() async throws {
        let isDown = Mutex(false)
        let judge = ScriptedJudge { _ in
            if isDown.withLock({ $0 }) { throw Failure() }
            return .admitted
        }
        var settings = AdmissionSettings(policy: .stored("projects/p/policies/prod"))
        settings.staleSeconds = 0
        let door = Door(judge, settings)
        _ = try await door.answer(Self.review())
        isDown.withLock { $0 = true }
        #expect(try await door.answer(Self.review()).code == 503)
    }

    @Test func beyondTheBoundReviewsAreNotWaitedFor() async throws {
        let gate = Gate()
        let judge = ScriptedJudge { _ in
            await gate.wait()
            return .admitted
        }
        var settings = AdmissionSettings(policy: .stored("projects/p/policies/prod"))
        settings.reviewsMax = 1
        settings.deadlineMilliseconds = 60_000
        let door = Door(judge, settings)
        async let first = door.answer(Self.review())
        while judge.requests.isEmpty { await Task.yield() }
        let second = try await door.answer(Self.review())
        #expect(second.code == 503 && second.message.contains("too many pods wait to be judged"))
        gate.open()
        #expect(try await first.isAllowed)
        #expect(try await door.answer(Self.review()).isAllowed)
    }

    @Test func aJudgeThatHangsGathersNoMoreReviewsThanTheBound() async throws {
        let gate = Gate()
        let judge = ScriptedJudge { _ in
            await gate.wait()
            return .admitted
        }
        var settings = AdmissionSettings(policy: .stored("projects/p/policies/prod"))
        settings.reviewsMax = 2
        let door = Door(judge, settings, milliseconds: 50)
        for _ in 0..<4 { #expect(try await door.answer(Self.review()).code == 503) }
        #expect(judge.requests.count == 2)
        gate.open()
    }

    // MARK: The door's own business

    private static let waits: [(path: String, seconds: Double?)] = [
        ("/admission/review?timeout=10s", 10), ("/admission/review?a=b&timeout=500ms", 0.5),
        ("/admission/review?timeout=1.5s", 1.5), ("/admission/review", nil), ("/?timeout=", nil),
        ("/?timeout=1h", nil), ("/?timeout=abcs", nil),
    ]

    @Test("how long API servers say that they wait", arguments: waits)
    func timeouts(path: String, seconds: Double?) {
        #expect(AdmissionDoor.timeout(path) == seconds)
    }

    @Test func whatIsNoReviewIsRefusedAndWhatCannotBeJudgedIsDenied() async throws {
        let door = Door(ScriptedJudge { _ in .admitted })
        await #expect(throws: AdmissionProblem.self) { try await door.answer(Array("{}".utf8)) }
        let answer = try await door.answer(Self.review(apiVersion: "v9"))
        #expect(!answer.isAllowed && answer.code == 400)
    }

    static let pinnedInit = "r.example/init@sha256:" + String(repeating: "2", count: 64)
    static let app = "r.example/app@sha256:" + String(repeating: "1", count: 64)

    static func review(
        operation: String = "CREATE",
        namespace: String = "shop",
        apiVersion: String = "v1",
        image: String = app,
        initImage: String = pinnedInit,
        annotation: String? = nil,
        isDryRun: Bool = false
    ) -> [UInt8] {
        let annotations = annotation.map { "\"annotations\": {\"image-policy.k8s.io/break-glass\": \"\($0)\"}," } ?? ""
        return Array(
            """
            {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
              "uid": "u1", "kind": {"group": "", "version": "\(apiVersion)", "kind": "Pod"}, "operation": "\(operation)",
              "namespace": "\(namespace)", "name": "web", "dryRun": \(isDryRun),
              "userInfo": {"username": "alice", "groups": ["developers"]},
              "object": {"kind": "Pod", "metadata": {"name": "web", "uid": "pod-1", \(annotations)
                  "ownerReferences": [{"kind": "ReplicaSet", "name": "s", "uid": "set-1", "controller": true}]},
                "spec": {"serviceAccountName": "api", "containers": [{"name": "app", "image": "\(image)"}],
                  "initContainers": [{"name": "init", "image": "\(initImage)"}]}}}}
            """.utf8
        )
    }
}

/// A door with a judge, and its answers taken apart.
private struct Door {
    let door: AdmissionDoor

    init(
        _ judge: any ImageJudge,
        _ settings: AdmissionSettings = AdmissionSettings(policy: .stored("projects/p/policies/prod")),
        milliseconds: Int? = nil,
        resolve: AdmissionDoor.TagResolver? = nil
    ) {
        var settings = settings
        if let milliseconds { settings.deadlineMilliseconds = milliseconds }
        door = AdmissionDoor(
            settings,
            judge: judge,
            resolve: resolve,
            metrics: NOOPMetricsHandler.instance,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func answer(_ review: [UInt8]) async throws -> Answer {
        let json = try JSONValue(
            parsing: await door.answer(review, timeoutSeconds: nil),
            limits: JSONLimits(bytesMax: 1 << 20, depthMax: 20, valuesMax: 10_000)
        )
        return Answer(json["response"])
    }
}

private struct Answer {
    let isAllowed: Bool
    let code: Int
    let message: String
    let warnings: [String]
    let annotations: [String: String]

    init(_ response: JSONValue?) {
        isAllowed = response?["allowed"]?.boolean ?? false
        let status = response?["status"]
        code = if case .number(let text)? = status?["code"] { Int(text) ?? 0 } else { 0 }
        message = status?["message"]?.string ?? ""
        warnings = (response?["warnings"]?.elements ?? []).compactMap(\.string)
        let members = (response?["auditAnnotations"]?.members ?? []).map { ($0.name, $0.value.string ?? "") }
        annotations = Dictionary(uniqueKeysWithValues: members)
    }
}

/// A judge that does as it is told, and remembers what it was asked.
private final class ScriptedJudge: ImageJudge {
    private let script: @Sendable (Grafeion_V1_CheckImagesRequest) async throws -> Grafeion_V1_Decision
    private let asked = Mutex<[Grafeion_V1_CheckImagesRequest]>([])

    var requests: [Grafeion_V1_CheckImagesRequest] { asked.withLock { $0 } }

    init(_ script: @escaping @Sendable (Grafeion_V1_CheckImagesRequest) async throws -> Grafeion_V1_Decision) {
        self.script = script
    }

    func decide(_ request: Grafeion_V1_CheckImagesRequest) async throws -> Grafeion_V1_Decision {
        asked.withLock { $0.append(request) }
        return try await script(request)
    }
}

private struct Failure: Error, CustomStringConvertible {
    var description: String { "it is down" }
}

/// Keeps those who wait until it is opened, however they are cancelled.
private final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }
}

extension Grafeion_V1_Decision {
    fileprivate static var admitted: Grafeion_V1_Decision {
        .with {
            $0.name = "projects/p/decisions/d1"
            $0.policy = "projects/p/policies/prod"
            $0.verdict = .conformant
            $0.allowed = true
            $0.enforced = true
        }
    }

    fileprivate static var refused: Grafeion_V1_Decision {
        var decision = admitted
        decision.verdict = .nonConformant
        decision.allowed = false
        decision.complaints = ["image r.example/app@sha256:aaaa: signed: no valid attestation; have it attested"]
        return decision
    }
}
