import StrictJSON
import Testing

@testable import Admission

/// Which updates are judged. What was judged before is not looked up again; what is new is, whoever owns the object.
@Suite("Updates")
struct UpdateTests {
    private static let old = WrittenPod(
        containers: [("app", "a"), ("side", "b")],
        initContainers: [("init", "c")],
        ephemeralContainers: [("dbg", "d")]
    )
    private static let key = "image-policy.k8s.io/break-glass"

    /// The old pod with a change.
    private static func changed(_ change: (inout WrittenPod) -> Void) -> WrittenPod {
        var pod = old
        change(&pod)
        return pod
    }

    /// The images judged; nil if the update passes.
    private func judged(_ new: WrittenPod, from old: WrittenPod = Self.old, _ subresource: String = "") throws
        -> [String]?
    {
        try WrittenReview.update(from: old, to: new, subresource: subresource).workload()?.images.map(\.image)
    }

    @Test("An update that changes no image passes")
    func nothingNew() throws {
        #expect(try judged(Self.old) == nil)
        #expect(try judged(Self.changed { $0.annotations = ["note": "hello"] }) == nil)
        #expect(try judged(Self.changed { $0.labels = ["app": "web"] }) == nil)
        // Fewer containers, and another order.
        #expect(try judged(Self.changed { $0.containers.removeLast() }) == nil)
        #expect(try judged(Self.changed { $0.ephemeralContainers = [] }) == nil)
        #expect(try judged(Self.changed { $0.containers.reverse() }) == nil)
    }

    @Test("One that changes an image or adds one is judged, with all images")
    func newImages() throws {
        #expect(try judged(Self.changed { $0.containers[1].1 = "x" }) == ["c", "a", "x", "d"])
        #expect(try judged(Self.changed { $0.initContainers[0].1 = "x" }) == ["x", "a", "b", "d"])
        #expect(try judged(Self.changed { $0.ephemeralContainers[0].1 = "x" }) == ["c", "a", "b", "x"])
        #expect(try judged(Self.changed { $0.containers.append(("more", "x")) }) == ["c", "a", "b", "x", "d"])
    }

    @Test("An image that moves to another container or list is a change")
    func movedImages() throws {
        #expect(try judged(Self.changed { $0.containers = [("app", "b"), ("side", "a")] }) == ["c", "b", "a", "d"])
        #expect(try judged(Self.changed { $0.containers.append(("copy", "a")) }) == ["c", "a", "b", "a", "d"])
        #expect(try judged(Self.changed { $0.containers[0].0 = "renamed" }) != nil)
        #expect(try judged(Self.changed { $0.initContainers.append(("app", "a")) }) == ["c", "a", "a", "b", "d"])
        #expect(try judged(Self.changed { $0.ephemeralContainers[0].0 = "x" }) != nil)
    }

    @Test("One that mounts another image, or an image more, is judged")
    func imageVolumes() throws {
        let mounting = Self.changed { $0.imageVolumes = [("model", "m"), ("data", "n")] }
        func judged(_ change: (inout WrittenPod) -> Void) throws -> [String]? {
            var new = mounting
            change(&new)
            return try self.judged(new, from: mounting)
        }
        #expect(try judged { _ in } == nil)
        #expect(try judged { $0.imageVolumes.removeLast() } == nil)
        #expect(try judged { $0.imageVolumes.reverse() } == nil)
        #expect(try judged { $0.imageVolumes[1].1 = "x" } == ["c", "a", "b", "d", "m", "x"])
        #expect(try judged { $0.imageVolumes[0].0 = "renamed" } != nil)
        #expect(try self.judged(mounting) == ["c", "a", "b", "d", "m", "n"])
        // What a container runs was judged, and the same image is new as a volume.
        #expect(try self.judged(Self.changed { $0.imageVolumes = [("app", "a")] }) == ["c", "a", "b", "d", "a"])
    }

    @Test("Images are the same if their bytes are")
    func unicode() throws {
        let composed = Self.changed { $0.containers[0].1 = "caf\u{E9}" }
        let decomposed = Self.changed { $0.containers[0].1 = "cafe\u{301}" }
        #expect(try judged(composed, from: composed) == nil)
        #expect(try judged(decomposed, from: composed) == ["c", "cafe\u{301}", "b", "d"])
    }

    @Test("Break-glass that is new or asked for otherwise is judged, that of before is not")
    func breakGlass() throws {
        let asking = Self.changed { $0.annotations = [Self.key: "true"] }
        let other = Self.changed { $0.annotations = [Self.key: "INC-2"] }
        let refusing = Self.changed { $0.annotations = [Self.key: "false"] }
        #expect(try judged(asking) == ["c", "a", "b", "d"] && judged(other, from: asking) != nil)
        #expect(try judged(asking, from: refusing) != nil)
        #expect(try judged(asking, from: asking) == nil && judged(Self.old, from: asking) == nil)
        #expect(try judged(refusing) == nil && judged(refusing, from: asking) == nil)
        func isNew(_ old: WrittenPod, _ new: WrittenPod) throws -> Bool? {
            try WrittenReview.update(from: old, to: new).workload()?.isBreakGlassNew
        }
        #expect(try isNew(Self.old, asking) == true && isNew(asking, other) == true)
        var image = asking
        image.containers[0].1 = "x"
        #expect(try isNew(asking, image) == false && isNew(Self.old, image) == true)
    }

    @Test("Another service account is judged, for policies are chosen by it")
    func serviceAccount() throws {
        #expect(try judged(Self.changed { $0.serviceAccount = "api" }) != nil)
        // The same in other words.
        #expect(try judged(Self.changed { $0.serviceAccount = "default" }) == nil)
    }

    @Test("Ephemeral containers come with the whole pod")
    func ephemeralContainers() throws {
        let new = Self.changed { $0.ephemeralContainers.append(("dbg2", "x")) }
        #expect(try judged(new, "ephemeralcontainers") == ["c", "a", "b", "d", "x"])
        #expect(try judged(Self.old, "ephemeralcontainers") == nil)
    }

    @Test("Who owns it plays no part, and what has no old object is judged")
    func owners() throws {
        let owner: JSONValue = ["kind": .string("ReplicaSet"), "name": .string("r"), "controller": .boolean(true)]
        func owned(_ pod: WrittenPod) -> JSONValue {
            ["metadata": ["ownerReferences": .array([owner])], "spec": pod.json["spec"] ?? .null]
        }
        let new = Self.changed { $0.containers[0].1 = "x" }
        var review = WrittenReview(operation: "UPDATE", object: owned(new), oldObject: owned(Self.old))
        #expect(try review.workload()?.controller?.name == "r")
        review.object = owned(Self.old)
        #expect(try review.workload() == nil)
        review.oldObject = nil
        #expect(try review.workload()?.images.count == 4)
    }

    @Test("A template is compared as a pod is")
    func templates() throws {
        let new = Self.changed { $0.containers[0].1 = "x" }
        for (group, name, versions) in WorkloadTests.kinds {
            let kind = ObjectKind(group: group, version: versions[0], kind: name)
            let old = Self.old.inTemplate
            var review = WrittenReview(operation: "UPDATE", kind: kind, object: new.inTemplate, oldObject: old)
            #expect(try review.workload()?.images.map(\.image) == ["c", "x", "b", "d"])
            review.object = old
            #expect(try review.workload() == nil)
        }
    }
}
