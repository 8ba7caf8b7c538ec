import Testing

@testable import grafeion

@Suite("Pods of manifests")
struct KubernetesManifestTests {
    @Test func everyKindWithPodsIsRead() throws {
        let template = "template: {spec: {containers: [{name: c, image: app}]}}"
        let kinds = [
            ("apps/v1", "Deployment", template), ("apps/v1", "ReplicaSet", template),
            ("apps/v1", "StatefulSet", template), ("apps/v1", "DaemonSet", template), ("batch/v1", "Job", template),
            ("v1", "ReplicationController", template), ("batch/v1", "CronJob", "jobTemplate: {spec: {\(template)}}"),
            ("v1", "Pod", "containers: [{name: c, image: app}]"),
        ]
        for (version, kind, spec) in kinds {
            let text = "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: n, namespace: ns}\nspec: {\(spec)}\n"
            let manifest = try KubernetesManifest(text, file: "m.yaml")
            let pod = try #require(manifest.pods.first, "\(kind)")
            #expect(pod.images.map(\.image) == ["app"] && pod.namespace == "ns" && manifest.passedOver == 0)
            #expect(pod.title == "m.yaml: \(kind) n")
        }
    }

    @Test func allContainersOfAPodAreThereWithTheirPlaces() throws {
        let text = """
            # A comment
            apiVersion: v1
            kind: Pod
            metadata:
              generateName: web-
              namespace: payments
            spec:
              serviceAccountName: api
              initContainers:
              - name: first
                image: registry.example/init:1
              containers:
              - {name: web, image: "registry.example/web@sha256:00"}
              ephemeralContainers:
              - name: look
                image: registry.example/debug
              volumes:
              - name: model
                image: {reference: registry.example/model:2}
              - name: cache
                emptyDir: {}
            """
        let pod = try #require(try KubernetesManifest(text, file: "m.yaml").pods.first)
        #expect(
            pod.object == ManifestObject(file: "m.yaml", kind: "Pod", name: "web-", place: .init(line: 2, column: 1))
        )
        #expect(pod.serviceAccount == "api")
        #expect(
            pod.images == [
                .init(image: "registry.example/init:1", container: "first", place: .init(line: 11, column: 12)),
                .init(image: "registry.example/web@sha256:00", container: "web", place: .init(line: 13, column: 24)),
                .init(image: "registry.example/debug", container: "look", place: .init(line: 16, column: 12)),
                .init(image: "registry.example/model:2", container: "volume model", place: .init(line: 19, column: 24)),
            ]
        )
        #expect(
            JSONValue.object(pod.members).compact.contains(
                #""pod":{"namespace":"payments","serviceAccount":"api"}"#
            )
        )
    }

    @Test func documentsAndListsAreTakenApart() throws {
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: %}, spec: {containers: [{name: c, image: %}]}}"
        func named(_ name: String) -> String { pod.replacing("%", with: name) }
        let text = """
            ---
            \(named("a"))
            ---
            # nothing
            ---
            apiVersion: v1
            kind: List
            items:
            - \(named("b"))
            - {apiVersion: v1, kind: Service, metadata: {name: s}}
            - {apiVersion: v1, kind: List, items: [\(named("c"))]}
            - {apiVersion: batch.example/v1, kind: Job, metadata: {name: another}}
            ---
            apiVersion: v1
            kind: PodList
            items: [{metadata: {name: d}, spec: {containers: [{name: c, image: d}]}}]
            ---
            """
        let manifest = try KubernetesManifest(text, file: "m.yaml")
        #expect(manifest.pods.map { $0.images[0].image } == ["a", "b", "c", "d"])
        #expect(manifest.passedOver == 2)
        let json = #"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"c","image":"j"}]}}"#
        #expect(try KubernetesManifest(json, file: "m.json").pods.first?.images.first?.image == "j")
    }

    @Test func whatIsMergedInIsNotOverlooked() throws {
        let text = """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Pod
              spec: &spec
                containers: &all
                - &one {name: one, image: first}
            - apiVersion: v1
              kind: Pod
              spec: {<<: *spec, serviceAccountName: other}
            - apiVersion: v1
              kind: Pod
              spec: {containers: [{<<: [*one], name: two}]}
            """
        let pods = try KubernetesManifest(text, file: "m.yaml").pods
        #expect(pods.map { $0.images.map(\.image) } == [["first"], ["first"], ["first"]])
        #expect(pods[1].serviceAccount == "other")
    }

    @Test(arguments: [
        ("kind: Pod\n", "m.yaml:1:1: not an object of Kubernetes"), ("[1]\n", "m.yaml:1:1: not an object"),
        ("apiVersion: v1\nkind: Pod\nspec: {containers: []}\n", "m.yaml:3:7: the Pod has no containers"),
        ("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n", "m.yaml:5:5: container \"a\" has no image"),
        ("apiVersion: v1\nkind: Pod\nspec: {containers: {a: b}}\n", "m.yaml:3:20: containers is no list"),
        (
            "apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 1}\n",
            "m.yaml:3:7: the Deployment has no spec.template"
        ),
        ("apiVersion: v1\nkind: Pod\nkind: Pod\n", "m.yaml:2:1: \"kind\" is given twice"),
        ("a: [\n", "m.yaml:2:1: not YAML: "), ("a: b: c\n", "m.yaml:1:5: not YAML: "),
    ])
    func whatCannotBeReadIsSaidWithItsPlace(text: String, problem: String) throws {
        do {
            _ = try KubernetesManifest(text, file: "m.yaml")
            Issue.record("taken: \(text)")
        } catch {
            #expect(error.description.hasPrefix(problem), "\(error)")
        }
    }
}
