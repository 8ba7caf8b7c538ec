import StrictJSON
import Testing

@testable import Admission

/// What is read from the objects of each kind.
@Suite("Workloads")
struct WorkloadTests {
    static let kinds: [(String, String, [String])] = [
        ("", "ReplicationController", ["v1"]), ("apps", "Deployment", ["v1", "v1beta1", "v1beta2"]),
        ("apps", "ReplicaSet", ["v1", "v1beta2"]), ("apps", "StatefulSet", ["v1", "v1beta1", "v1beta2"]),
        ("apps", "DaemonSet", ["v1", "v1beta2"]), ("extensions", "Deployment", ["v1beta1"]),
        ("extensions", "ReplicaSet", ["v1beta1"]), ("extensions", "DaemonSet", ["v1beta1"]), ("batch", "Job", ["v1"]),
    ]

    /// One of every list, and one image twice.
    private static let pod = WrittenPod(
        containers: [("app", "a"), ("side", "b")],
        initContainers: [("init", "a")],
        ephemeralContainers: [("dbg", "c")],
        imageVolumes: [("model", "v")],
        serviceAccount: "api"
    )
    private static let images = [
        ContainerImage(container: "init", kind: .initContainer, image: "a"),
        ContainerImage(container: "app", kind: .container, image: "a"),
        ContainerImage(container: "side", kind: .container, image: "b"),
        ContainerImage(container: "dbg", kind: .ephemeral, image: "c"),
        ContainerImage(container: "model", kind: .volume, image: "v"),
    ]

    private func check(_ workload: Workload?, kind: ObjectKind) {
        #expect(workload?.images == Self.images && workload?.distinctImages == ["a", "b", "c", "v"], "\(kind)")
        #expect(workload?.kind == kind && workload?.serviceAccount == "api", "\(kind)")
        #expect(workload?.title == "\(kind.kind) payments/web" && workload?.wantsBreakGlass == false, "\(kind)")
    }

    @Test("A pod has three lists of containers, and volumes that are images")
    func pods() throws {
        let review = WrittenReview(object: Self.pod.json)
        check(try review.workload(), kind: review.kind)
    }

    @Test("What makes pods has a template, in each group and version that there was")
    func templates() throws {
        for (group, name, versions) in Self.kinds {
            for version in versions {
                let kind = ObjectKind(group: group, version: version, kind: name)
                check(try WrittenReview(kind: kind, object: Self.pod.inTemplate).workload(), kind: kind)
            }
        }
    }

    @Test("A cron job has the template of a job", arguments: ["v1", "v1beta1", "v2alpha1"])
    func cronJobs(version: String) throws {
        let kind = ObjectKind(group: "batch", version: version, kind: "CronJob")
        let object: JSONValue = ["metadata": [:], "spec": ["jobTemplate": Self.pod.inTemplate]]
        check(try WrittenReview(kind: kind, object: object).workload(), kind: kind)
    }

    @Test("v1beta1 reviews are read like v1")
    func olderReviews() throws {
        let written = WrittenReview(apiVersion: "admission.k8s.io/v1beta1", object: Self.pod.json)
        #expect(try written.review().envelope == ReviewEnvelope(apiVersion: written.apiVersion, uid: written.uid))
        check(try written.workload(), kind: written.kind)
    }

    @Test("Who asks, and whether it is a rehearsal")
    func request() throws {
        let written = WrittenReview(object: Self.pod.json, more: [("dryRun", .boolean(true))])
        let review = try written.review()
        #expect(review.user == AdmissionUser(name: "alice", groups: ["developers"]) && review.isDryRun)
        #expect(review.namespace == "payments" && review.name == "web" && review.subresource.isEmpty)
        #expect(try !WrittenReview(object: Self.pod.json, more: [("dryRun", .null)]).review().isDryRun)
    }

    @Test("Names come from the object where the request has none, or are the beginning of one")
    func names() throws {
        func title(_ metadata: JSONValue) throws -> String? {
            let object: JSONValue = [
                "metadata": metadata, "spec": ["containers": .array([["name": .string("a"), "image": .string("i")]])],
            ]
            let request: JSONValue = [
                "uid": .string("1"), "operation": .string("CREATE"), "object": object,
                "kind": ["group": .string(""), "version": .string("v1"), "kind": .string("Pod")],
            ]
            let document: JSONValue = [
                "kind": .string("AdmissionReview"), "apiVersion": .string("admission.k8s.io/v1"), "request": request,
            ]
            guard case .judge(let workload) = try AdmissionReview(parsing: document.bytes).task() else { return nil }
            #expect(workload.serviceAccount == "default")
            return workload.title
        }
        #expect(try title(["name": .string("n"), "namespace": .string("s")]) == "Pod s/n")
        #expect(try title(["generateName": .string("gen-")]) == "Pod gen-")
    }

    @Test("The older name of the service account counts where the newer is not there")
    func serviceAccounts() throws {
        func account(_ members: [(String, String)]) throws -> String? {
            let image: JSONValue = ["name": .string("a"), "image": .string("i")]
            let spec = members.map { JSONMember(name: $0.0, value: .string($0.1)) }
            let object = JSONValue.object(spec + [JSONMember(name: "containers", value: .array([image]))])
            return try WrittenReview(object: ["spec": object]).workload()?.serviceAccount
        }
        #expect(try account([("serviceAccount", "old"), ("serviceAccountName", "new")]) == "new")
        #expect(try account([("serviceAccount", "old")]) == "old")
        #expect(try account([("serviceAccount", "old"), ("serviceAccountName", "")]) == "old")
        #expect(try account([]) == "default")
    }

    @Test("Owners are all there, and the controller is one of them")
    func owners() throws {
        func reference(_ name: String, _ controller: JSONValue) -> JSONValue {
            [
                "apiVersion": .string("apps/v1"), "kind": .string("ReplicaSet"), "name": .string(name),
                "uid": .string("u-\(name)"), "controller": controller,
            ]
        }
        let references = JSONValue.array([reference("a", .null), reference("b", .boolean(true))])
        let containers = JSONValue.array([["name": .string("a"), "image": .string("i")]])
        let object: JSONValue = [
            "metadata": ["ownerReferences": references, "uid": .string("own")], "spec": ["containers": containers],
        ]
        let workload = try WrittenReview(object: object).workload()
        let second = Owner(apiVersion: "apps/v1", kind: "ReplicaSet", name: "b", uid: "u-b", isController: true)
        #expect(workload?.owners.map(\.name) == ["a", "b"] && workload?.controller == second && workload?.uid == "own")
    }

    @Test(
        "What brings no images passes with its reason",
        arguments: [
            (WrittenReview(operation: "DELETE", oldObject: pod.json), "DELETE brings no images"),
            (WrittenReview(operation: "CONNECT", subresource: "exec"), "CONNECT brings no images"),
            (
                WrittenReview(kind: ObjectKind(group: "", version: "v1", kind: "ConfigMap"), object: ["data": [:]]),
                "ConfigMap (v1) is no workload with a pod template"
            ),
            // Another group's kind of the same name.
            (
                WrittenReview(
                    kind: ObjectKind(group: "apps.example", version: "v7", kind: "Deployment"),
                    object: pod.inTemplate
                ),
                "Deployment (apps.example/v7) is no workload with a pod template"
            ),
            (
                WrittenReview(
                    kind: ObjectKind(group: "", version: "v1", kind: "ReplicationController"),
                    object: ["spec": ["template": .null]]
                ),
                "the object has no containers"
            ),
        ]
    )
    func passes(review: WrittenReview, reason: String) throws {
        #expect(try review.task() == .pass(reason))
    }

    @Test(
        "Subresources pass, whatever their object is",
        arguments: ["status", "scale", "binding", "eviction", "resize", "approval"]
    )
    func subresources(name: String) throws {
        for operation in ["CREATE", "UPDATE"] {
            let review = WrittenReview(operation: operation, subresource: name, object: Self.pod.json)
            #expect(try review.task() == .pass("the subresource \(name) brings no images"))
        }
    }
}
