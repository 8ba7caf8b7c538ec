import StrictJSON

@testable import Admission

/// A review as a test needs it, written as an API server writes it.
struct WrittenReview {
    var apiVersion = "admission.k8s.io/v1"
    var uid = "705ab4f5-6393-11e8-b7cc-42010a800002"
    var operation = "CREATE"
    var kind = ObjectKind(group: "", version: "v1", kind: "Pod")
    var subresource = ""
    var object: JSONValue?
    var oldObject: JSONValue?
    /// Members of the request that are written after all others.
    var more: [(String, JSONValue)] = []

    var json: JSONValue {
        var request: [(String, JSONValue)] = [
            ("uid", .string(uid)),
            ("kind", ["group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind)]),
            ("name", .string("web")), ("namespace", .string("payments")), ("operation", .string(operation)),
            ("userInfo", ["username": .string("alice"), "groups": .array([.string("developers")])]),
        ]
        if !subresource.isEmpty { request.append(("subResource", .string(subresource))) }
        request += [("object", object ?? .null), ("oldObject", oldObject ?? .null)] + more
        let members = request.map { JSONMember(name: $0.0, value: $0.1) }
        return [
            "kind": .string("AdmissionReview"), "apiVersion": .string(apiVersion), "request": .object(members),
        ]
    }

    func review() throws(AdmissionProblem) -> AdmissionReview { try AdmissionReview(parsing: json.bytes) }

    func task() throws(AdmissionProblem) -> AdmissionTask { try review().task() }

    /// The workload to judge; nil if the review passes.
    func workload() throws(AdmissionProblem) -> Workload? {
        if case .judge(let workload) = try task() { workload } else { nil }
    }

    /// The words of the problem.
    func problem() -> String {
        do {
            return "taken: \(try task())"
        } catch {
            return error.description
        }
    }

    /// An update of a pod.
    static func update(
        from old: WrittenPod,
        to new: WrittenPod,
        subresource: String = ""
    ) -> WrittenReview {
        WrittenReview(operation: "UPDATE", subresource: subresource, object: new.json, oldObject: old.json)
    }
}

/// A pod, or the template of one.
struct WrittenPod {
    var containers = [("app", "registry.example/app:1")]
    var initContainers: [(String, String)] = []
    var ephemeralContainers: [(String, String)] = []
    /// Image volumes; each pod has volumes of other kinds beside them.
    var imageVolumes: [(String, String)] = []
    var serviceAccount: String?
    var annotations: [String: String] = [:]
    var labels: [String: String] = [:]

    /// The pod as an object, or as a template, which has the same members.
    var json: JSONValue {
        let metadata: JSONValue = ["annotations": Self.map(annotations), "labels": Self.map(labels)]
        return ["metadata": metadata, "spec": spec]
    }

    /// What makes such pods.
    var inTemplate: JSONValue { ["metadata": ["name": .string("web")], "spec": ["template": json]] }

    private var spec: JSONValue {
        var spec = [("containers", Self.list(containers))]
        if !initContainers.isEmpty { spec.append(("initContainers", Self.list(initContainers))) }
        if !ephemeralContainers.isEmpty { spec.append(("ephemeralContainers", Self.list(ephemeralContainers))) }
        spec.append(("volumes", volumes))
        if let serviceAccount { spec.append(("serviceAccountName", .string(serviceAccount))) }
        return .object(spec.map { JSONMember(name: $0.0, value: $0.1) })
    }

    private var volumes: JSONValue {
        let images = imageVolumes.map { name, image -> JSONValue in
            [
                "name": .string(name),
                "image": ["reference": .string(image), "pullPolicy": .string("IfNotPresent")],
            ]
        }
        return .array([["name": .string("tmp"), "emptyDir": [:]]] + images)
    }

    private static func list(_ containers: [(String, String)]) -> JSONValue {
        .array(containers.map { ["name": .string($0.0), "image": .string($0.1), "resources": [:]] })
    }

    private static func map(_ pairs: [String: String]) -> JSONValue {
        .object(pairs.sorted { $0.key < $1.key }.map { JSONMember(name: $0.key, value: .string($0.value)) })
    }
}
