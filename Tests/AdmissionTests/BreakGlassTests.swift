import StrictJSON
import Testing

@testable import Admission

/// Who asks to be let in whatever the policy says.
@Suite("Break-glass")
struct BreakGlassTests {
    private func request(_ annotations: [String: String], labels: [String: String] = [:]) throws -> BreakGlassRequest? {
        let pod = WrittenPod(annotations: annotations, labels: labels)
        let workload = try WrittenReview(object: pod.json).workload()
        #expect(workload?.isBreakGlassNew == workload?.wantsBreakGlass)
        return workload?.breakGlass
    }

    @Test(
        "Kubernetes' annotation with and without a prefix, and Kritis'",
        arguments: [
            "image-policy.k8s.io/break-glass", "alpha.image-policy.k8s.io/break-glass",
            "mycluster.image-policy.k8s.io/break-glass", "kritis.grafeas.io/breakglass",
        ]
    )
    func annotations(key: String) throws {
        for value in ["true", "INC-1234 prod is down", "", "no", "False"] {
            #expect(try request([key: value]) == BreakGlassRequest(key: key, reason: value))
        }
        #expect(try request([key: "false"]) == nil)
        // One that asks beside one that does not.
        #expect(try request([key: "true", "a.image-policy.k8s.io/break-glass": "false"])?.key == key)
    }

    @Test("What is recorded of a reason")
    func recordedReason() throws {
        func recorded(_ written: String) throws -> String? {
            try request(["image-policy.k8s.io/break-glass": written])?.recordedReason
        }
        #expect(try recorded("INC-1234 prod is down") == "INC-1234 prod is down")
        #expect(try recorded("true") == "")
        #expect(try recorded("") == "")
        let cut = String(repeating: "x", count: 499) + "…"
        #expect(try recorded(String(repeating: "x", count: 501)) == cut)
    }

    @Test(
        "Other annotations ask for nothing",
        arguments: [
            "break-glass", "image-policy.k8s.io/break-glass2", "evilimage-policy.k8s.io/break-glass",
            "image-policy.k8s.io/breakglass", "kritis.grafeas.io/break-glass", "a.kritis.grafeas.io/breakglass",
            "mycluster.image-policy.k8s.io/ticket-1234", "Image-Policy.k8s.io/break-glass",
        ]
    )
    func otherAnnotations(key: String) throws {
        #expect(try request([key: "true"]) == nil)
    }

    @Test("Binary Authorization's label asks too, other labels do not")
    func labels() throws {
        let key = "image-policy.k8s.io/break-glass"
        #expect(try request([:], labels: [key: "true"]) == BreakGlassRequest(key: key, reason: "true"))
        #expect(try request([:], labels: [key: "false"]) == nil)
        #expect(try request([:], labels: ["kritis.grafeas.io/breakglass": "true"]) == nil)
    }

    @Test("It is read from the object and from what its pods will have")
    func layers() throws {
        let asking: JSONValue = ["annotations": ["kritis.grafeas.io/breakglass": .string("yes")]]
        let spec: JSONValue = ["containers": .array([["name": .string("a"), "image": .string("i")]])]
        func wants(own: JSONValue, template: JSONValue) throws -> Bool? {
            let kind = ObjectKind(group: "apps", version: "v1", kind: "Deployment")
            let object: JSONValue = ["metadata": own, "spec": ["template": ["metadata": template, "spec": spec]]]
            return try WrittenReview(kind: kind, object: object).workload()?.wantsBreakGlass
        }
        #expect(try wants(own: asking, template: [:]) == true && wants(own: [:], template: asking) == true)
        #expect(try wants(own: [:], template: .null) == false)
        let job: JSONValue = ["metadata": asking, "spec": ["template": ["spec": spec]]]
        let cronJob = ObjectKind(group: "batch", version: "v1", kind: "CronJob")
        let object: JSONValue = ["metadata": [:], "spec": ["jobTemplate": job]]
        #expect(try WrittenReview(kind: cronJob, object: object).workload()?.wantsBreakGlass == true)
    }
}
