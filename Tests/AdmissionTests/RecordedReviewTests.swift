import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import Admission

/// Requests exactly as an API server of Kubernetes 1.36 sent them.
@Suite("Recorded admission reviews")
struct RecordedReviewTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let file: String
        /// Nil for what passes.
        let images: [String]?
        var user = "kubernetes-admin"
        var title = ""
        var breakGlass: String?
        var isBreakGlassNew = false
        var controller: String?

        var testDescription: String { file }
    }

    private static let initImage = "init init registry.local/tools/init@sha256:" + String(repeating: "1", count: 64)
    private static let debugger = "ephemeral dbg registry.local/tools/debug:1"
    private static let incident = "INC-1234 prod is down"
    static let controllers = "system:serviceaccount:kube-system:"

    static let rows = [
        Row(file: "cronjob-create", images: ["container c1 registry.local/good/job:1"], title: "CronJob default/c1"),
        Row(
            file: "deployment-create",
            images: ["container app registry.local/good/app:1.2.3"],
            user: "alice",
            title: "Deployment default/web"
        ),
        Row(
            file: "deployment-update-image",
            images: ["container app registry.local/good/app:1.2.5"],
            title: "Deployment default/web"
        ),
        Row(
            file: "pod-create-by-replicaset-controller",
            images: ["container app registry.local/good/app:1.2.3"],
            user: controllers + "replicaset-controller",
            title: "Pod default/web-5f6565bdc7-56slf",
            controller: "ReplicaSet web-5f6565bdc7"
        ),
        Row(file: "pod-create-dryrun", images: ["container dry registry.local/good/app:2"], title: "Pod default/dry"),
        Row(file: "pod-create-generatename", images: ["container app nginx"], title: "Pod default/gen-d8x6s"),
        Row(
            file: "pod-create",
            images: [initImage, "container app registry.local/good/app:1.2.3"],
            user: "alice",
            title: "Pod default/web",
            breakGlass: incident,
            isBreakGlassNew: true
        ),
        Row(file: "pod-update-annotate", images: nil),
        Row(
            file: "pod-update-ephemeralcontainers",
            images: [initImage, "container app registry.local/good/app:1.2.3", debugger],
            user: "alice",
            title: "Pod default/web",
            breakGlass: incident
        ),
        Row(
            file: "pod-update-image",
            images: [initImage, "container app registry.local/good/app:1.2.4", debugger],
            title: "Pod default/web",
            breakGlass: incident
        ),
        Row(
            file: "replicaset-create-by-controller",
            images: ["container app registry.local/good/app:1.2.3"],
            user: controllers + "deployment-controller",
            title: "ReplicaSet default/web-5f6565bdc7",
            controller: "Deployment web"
        ),
    ]

    /// The bytes of each, by the file's name without its extension.
    static func recorded() throws -> [String: [UInt8]] {
        let directory = try Surroundings.shared().appending(path: "data/kubernetes")
        let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        let pairs = try files.filter { $0.pathExtension == "json" }.map { file in
            (file.deletingPathExtension().lastPathComponent, [UInt8](try Data(contentsOf: file)))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test("Every recorded review has its row")
    func tableIsWhole() throws {
        #expect(try Self.recorded().keys.sorted() == Self.rows.map(\.file).sorted())
    }

    @Test("Each becomes what it asks", arguments: rows)
    func tasks(row: Row) throws {
        let review = try AdmissionReview(parsing: #require(try Self.recorded()[row.file]))
        #expect(review.envelope.apiVersion == "admission.k8s.io/v1" && review.envelope.uid.utf8.count == 36)
        #expect(review.user.name == row.user && review.user.groups.last == "system:authenticated")
        #expect(review.isDryRun == (row.file == "pod-create-dryrun"))
        #expect(review.operation == (row.file.contains("update") ? .update : .create))
        #expect(review.subresource == (row.file.contains("ephemeral") ? "ephemeralcontainers" : ""))
        switch try review.task() {
        case .pass(let reason):
            #expect(row.images == nil && reason == "the update changes no image, no service account and no break-glass")
        case .judge(let workload):
            #expect(workload.images.map { "\($0.kind.rawValue) \($0.container) \($0.image)" } == row.images)
            #expect(workload.title == row.title && workload.serviceAccount == "default")
            #expect(workload.breakGlass?.reason == row.breakGlass && workload.isBreakGlassNew == row.isBreakGlassNew)
            #expect(workload.controller.map { "\($0.kind) \($0.name)" } == row.controller)
            #expect(workload.uid.utf8.count == 36)
        }
    }

    @Test("Each is answered with its uid")
    func answers() throws {
        for (file, bytes) in try Self.recorded() {
            let review = try AdmissionReview(parsing: bytes)
            let limits = AdmissionLimits().json
            let sent = try JSONValue(parsing: bytes, limits: limits)
            let answer = try JSONValue(parsing: AdmissionAnswer.allowed().bytes(for: review.envelope), limits: limits)
            #expect(answer["response"]?["uid"] == sent["request"]?["uid"], "\(file)")
            #expect(answer["apiVersion"] == sent["apiVersion"] && answer["kind"] == sent["kind"], "\(file)")
        }
    }

    @Test("Whatever is cut or damaged, there is a task or a problem with its reason")
    func damagedReviews() throws {
        var generator = SeededGenerator(seed: SeededGenerator.freshSeed("damaged reviews"))
        for (file, good) in try Self.recorded().sorted(by: { $0.key < $1.key }) {
            let end = try #require(good.lastIndex(of: UInt8(ascii: "}")))
            for _ in 0..<40 {
                let cut = Array(good[..<Int.random(in: 0...end, using: &generator)])
                let problem = #expect(throws: AdmissionProblem.self) { try AdmissionReview(parsing: cut) }
                #expect(problem?.envelope == nil && problem?.description.isEmpty == false)
            }
            for _ in 0..<150 {
                let bytes = Self.damaged(good, &generator)
                do {
                    let review = try AdmissionReview(parsing: bytes)
                    guard case .judge(let workload) = try review.task() else { continue }
                    #expect(!workload.images.isEmpty && workload.images.allSatisfy { !$0.image.isEmpty }, "\(file)")
                } catch {
                    #expect(!error.description.isEmpty, "\(file)")
                }
            }
        }
    }

    /// Bytes changed, doubled or left out in one to four places, with a liking for what JSON is made of.
    private static func damaged(_ good: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = good
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let byte = Array("{}[]\",:\\u0eEn-1tf x".utf8).randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = byte
            case 1: bytes[place] = .random(in: 0...255, using: &generator)
            case 2: bytes.insert(byte, at: place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
            default:
                let end = min(bytes.count, place + Int.random(in: 1...200, using: &generator))
                bytes.insert(contentsOf: Array(bytes[place..<end]), at: end)
            }
        }
        return bytes
    }
}
