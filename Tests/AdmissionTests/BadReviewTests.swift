import StrictJSON
import Testing

@testable import Admission

/// Reviews that are refused with the reason, each named after what is wrong with it.
@Suite("Bad input of the admission webhook")
struct BadReviewTests {
    private static let pod = WrittenPod()

    private func problem(_ text: String, limits: AdmissionLimits = AdmissionLimits()) throws -> AdmissionProblem {
        try problem(Array(text.utf8), limits: limits)
    }

    private func problem(_ bytes: [UInt8], limits: AdmissionLimits = AdmissionLimits()) throws -> AdmissionProblem {
        let found = #expect(throws: AdmissionProblem.self) { try AdmissionReview(parsing: bytes, limits: limits) }
        return try #require(found)
    }

    private static func text(request: String, apiVersion: String = "admission.k8s.io/v1") -> String {
        #"{"kind":"AdmissionReview","apiVersion":"\#(apiVersion)","request":\#(request)}"#
    }

    @Test("Huge payloads")
    func hugePayloads() throws {
        let huge = try problem([UInt8](repeating: 0x20, count: (3 << 20) + 1))
        #expect(huge.description == "the review has 3145729 bytes; at most 3145728 are taken" && huge.envelope == nil)
        let deep = Self.text(request: String(repeating: #"{"a":"#, count: 50_000))
        #expect(try problem(deep).description.contains("nested deeper than 100 levels"))
        let many = "[" + String(repeating: "0,", count: 400_000) + "0]"
        #expect(try problem(many).description.contains("more than 300000 values"))
    }

    @Test("Duplicate JSON keys")
    func duplicateKeys() throws {
        let twice = try problem(Self.text(request: #"{"uid":"1","object":{"spec":{"image":1,"im\u0061ge":2}}}"#))
        let reason = #"the member "image" is there twice in one object at byte 110 in request.object.spec"#
        #expect(twice.description == "the review is not JSON that can be relied on: \(reason)" && twice.envelope == nil)
    }

    @Test("Not JSON", arguments: ["", "kind: AdmissionReview", "{", #"{"kind":"AdmissionReview"}{}"#, "\u{1F}\u{8B}"])
    func notJSON(text: String) throws {
        #expect(try problem(text).description.hasPrefix("the review is not JSON that can be relied on: "))
    }

    @Test("Not UTF-8")
    func notUTF8() throws {
        let bytes = Array(#"{"kind":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        #expect(try problem(bytes).description.hasSuffix("in the string that starts at byte 9 in kind"))
    }

    @Test("No uid")
    func noUID() throws {
        for request in [#"{"operation":"CREATE"}"#, #"{"uid":""}"#, #"{"uid":null}"#] {
            let found = try problem(Self.text(request: request))
            #expect(found.description == "request.uid is missing" && found.envelope == nil)
        }
        #expect(
            try problem(Self.text(request: #"{"uid":7}"#)).description
                == "request.uid is a number; a string was expected"
        )
        let long = #"{"uid":"\#(String(repeating: "u", count: 257))"}"#
        #expect(try problem(Self.text(request: long)).description == "request.uid has 257 bytes; at most 256 are taken")
        for request in ["null", "{}"] {
            #expect(try problem(Self.text(request: request)).envelope == nil)
        }
    }

    @Test("Foreign kinds of documents")
    func foreignDocuments() throws {
        let expected = "an AdmissionReview of admission.k8s.io/v1 or admission.k8s.io/v1beta1 was expected"
        let documents = [
            (#"{"kind":"Pod","apiVersion":"v1"}"#, #"the document is of kind "Pod" and apiVersion "v1""#),
            (
                #"{"kind":"ImageReview","apiVersion":"imagepolicy.k8s.io/v1alpha1","spec":{}}"#,
                #"the document is of kind "ImageReview" and apiVersion "imagepolicy.k8s.io/v1alpha1""#
            ),
            (
                Self.text(request: #"{"uid":"1"}"#, apiVersion: "admission.k8s.io/v2"),
                #"the document is of kind "AdmissionReview" and apiVersion "admission.k8s.io/v2""#
            ),
            ("{}", "the document names no kind and no apiVersion"),
        ]
        for (text, found) in documents {
            let problem = try problem(text)
            #expect(problem.description == "\(found); \(expected)" && problem.envelope == nil)
        }
        #expect(try problem("[]").description == "the document is an array; an object was expected")
    }

    @Test("Workloads of versions that are not known")
    func unknownVersions() {
        let kind = ObjectKind(group: "apps", version: "v3", kind: "Deployment")
        let review = WrittenReview(kind: kind, object: Self.pod.inTemplate)
        let expected = "Deployment (apps/v3) is of a version that is not known (known are v1, v1beta2, v1beta1); name"
        #expect(review.problem().hasPrefix(expected))
    }

    @Test("1,000 containers")
    func thousandContainers() throws {
        let containers = (0..<1_000).map { ("c\($0)", "registry.example/app:\($0)") }
        var review = WrittenReview(object: WrittenPod(containers: containers).json)
        #expect(review.problem() == "Pod (v1) has 1000 images; at most 256 are judged")
        // It can be answered, and an update that is none goes on: such a pod can still be taken down.
        let found = #expect(throws: AdmissionProblem.self) { try review.task() }
        #expect(found?.envelope == (try review.review().envelope) && found?.answer.isAllowed == false)
        review.operation = "UPDATE"
        review.oldObject = review.object
        #expect(try review.workload() == nil)
        var pod = WrittenPod(containers: Array(containers[..<256]))
        #expect(try WrittenReview(object: pod.json).workload() != nil)
        pod.imageVolumes = [("v", "registry.example/data:1")]
        #expect(WrittenReview(object: pod.json).problem() == "Pod (v1) has 257 images; at most 256 are judged")
    }

    @Test("A container without an image")
    func noImage() {
        let review = WrittenReview(object: WrittenPod(initContainers: [("a", "x"), ("b", "")]).json)
        #expect(review.problem() == "request.object.spec.initContainers[1].image is missing")
    }

    @Test("An image volume without an image")
    func noVolumeImage() {
        let review = WrittenReview(object: WrittenPod(imageVolumes: [("a", "x"), ("b", "")]).json)
        #expect(review.problem() == "request.object.spec.volumes[2].image.reference is missing")
    }

    @Test("An object that is not there, or of another kind than the request says")
    func foreignObject() {
        #expect(WrittenReview().problem() == "request.object is missing: there is nothing to judge")
        let object: JSONValue = ["kind": .string("Pod"), "spec": ["containers": .array([])]]
        let kind = ObjectKind(group: "apps", version: "v1", kind: "Deployment")
        let expected = #"request.object is of kind "Pod", not the Deployment (apps/v1) of request.kind"#
        #expect(WrittenReview(kind: kind, object: object).problem() == expected)
    }

    @Test("Ephemeral containers without their pod, as before Kubernetes 1.22")
    func olderEphemeralContainers() {
        let kind = ObjectKind(group: "", version: "v1", kind: "EphemeralContainers")
        let review = WrittenReview(operation: "UPDATE", kind: kind, subresource: "ephemeralcontainers", object: [:])
        #expect(review.problem().hasPrefix("ephemeralcontainers of kind EphemeralContainers (v1) cannot be judged"))
    }

    @Test(
        "Values of another type",
        arguments: [
            (#"{"uid":"1"}"#, "request.operation is missing"),
            (#"{"uid":"1","operation":"PATCH"}"#, #"request.operation is "PATCH", which is not known; CREATE"#),
            (#"{"uid":"1","operation":"CREATE","kind":"Pod"}"#, "request.kind is a string; an object was expected"),
            (#"{"uid":"1","operation":"CREATE","kind":{"version":"v1"}}"#, "request.kind.kind is missing"),
        ]
    )
    func requestTypes(request: String, expected: String) throws {
        let found = try problem(Self.text(request: request))
        #expect(found.description.hasPrefix(expected) && found.envelope?.uid == "1")
    }

    @Test(
        "Values of another type in the object",
        arguments: [
            (#"[]"#, "request.object is an array; an object was expected"),
            (#"{"spec":{"containers":{}}}"#, "request.object.spec.containers is an object; an array was expected"),
            (#"{"spec":{"containers":[7]}}"#, "request.object.spec.containers[0] is a number; an object was expected"),
            (
                #"{"spec":{"containers":[{"image":["x"]}]}}"#,
                "request.object.spec.containers[0].image is an array; a string was expected"
            ),
            (
                #"{"spec":{"volumes":[{"image":"x"}]}}"#,
                "request.object.spec.volumes[0].image is a string; an object was expected"
            ),
            (
                #"{"metadata":{"annotations":"x"}}"#,
                "request.object.metadata.annotations is a string; an object was expected"
            ),
            (
                #"{"metadata":{"annotations":{"a.b/c":true}}}"#,
                #"request.object.metadata.annotations["a.b/c"] is a boolean; a string was expected"#
            ),
            (
                #"{"spec":{"containers":[{"image":"x"}]},"metadata":{"ownerReferences":[{"controller":"true"}]}}"#,
                "request.object.metadata.ownerReferences[0].controller is a string; true or false was expected"
            ),
        ]
    )
    func objectTypes(object: String, expected: String) throws {
        let value = try JSONValue(parsing: Array(object.utf8), limits: AdmissionLimits().json)
        #expect(WrittenReview(object: value).problem() == expected)
    }
}
