import Foundation
import Testing
import Yams

@testable import grafeion

@Suite("Admission manifests")
struct AdmissionManifestTests {
    private static let certificate = WebhookCertificate(
        authorityPEM: "authority\n",
        certificatePEM: "certificate\n",
        keyPEM: "key\n",
        end: Date(timeIntervalSince1970: 1_800_000_000)
    )

    private static func manifests(_ name: String = "grafeion-admission", in namespace: String = "grafeion") throws
        -> WebhookManifests
    {
        WebhookManifests(service: try WebhookService(name: name, namespace: namespace), certificate: certificate)
    }

    @Test func theSecretIsOneOfTLSWithTheAuthority() throws {
        let secret = try YAMLTree(Self.manifests().secret)
        #expect(secret["apiVersion"] == "v1" && secret["kind"] == "Secret" && secret["type"] == "kubernetes.io/tls")
        #expect(secret["metadata"]["name"] == "grafeion-admission-tls")
        #expect(secret["metadata"]["namespace"] == "grafeion")
        for (key, text) in [("tls.crt", "certificate\n"), ("tls.key", "key\n"), ("ca.crt", "authority\n")] {
            #expect(secret["data"][key].decoded == text)
        }
    }

    @Test func theConfigurationAsksAboutPodsAndWhatMakesThem() throws {
        let configuration = try YAMLTree(Self.manifests().configuration)
        #expect(configuration["apiVersion"] == "admissionregistration.k8s.io/v1")
        #expect(configuration["kind"] == "ValidatingWebhookConfiguration")
        #expect(configuration["webhooks"].elements.count == 1)
        let webhook = configuration["webhooks"][0]
        // Kubernetes wants at least three labels.
        #expect(webhook["name"] == "admission.grafeion.dev")
        #expect(webhook["admissionReviewVersions"].texts == ["v1", "v1beta1"])
        #expect(webhook["failurePolicy"] == "Fail" && webhook["timeoutSeconds"].value as? Int == 5)
        #expect(webhook["sideEffects"] == "NoneOnDryRun" && webhook["matchPolicy"] == "Equivalent")
        let client = webhook["clientConfig"]
        #expect(client["caBundle"].decoded == "authority\n")
        #expect(client["service"]["name"] == "grafeion-admission" && client["service"]["namespace"] == "grafeion")
        #expect(client["service"]["path"] == "/admission/review" && client["service"]["port"].value as? Int == 443)

        let asked = webhook["rules"].elements.flatMap { rule in
            #expect(rule["operations"].texts == ["CREATE", "UPDATE"] && rule["apiVersions"].texts == ["v1"])
            #expect(rule["scope"] == "Namespaced")
            return rule["resources"].texts.map { "\(rule["apiGroups"].texts[0])/\($0)" }
        }
        #expect(
            asked == [
                "/pods", "/pods/ephemeralcontainers", "/replicationcontrollers", "apps/deployments",
                "apps/replicasets", "apps/statefulsets", "apps/daemonsets", "batch/jobs", "batch/cronjobs",
            ]
        )
    }

    @Test func kubeSystemTheWebhooksOwnNamespaceAndThoseNamedAreNotJudged() throws {
        var manifests = try Self.manifests(in: "security")
        manifests.excludedNamespaces = ["monitoring", "kube-system", "monitoring"]
        let selector = try YAMLTree(manifests.configuration)["webhooks"][0]["namespaceSelector"]
        #expect(selector["matchExpressions"].elements.count == 1)
        let expression = selector["matchExpressions"][0]
        #expect(expression["key"] == "kubernetes.io/metadata.name" && expression["operator"] == "NotIn")
        #expect(expression["values"].texts == ["kube-system", "security", "monitoring"])
    }

    @Test(arguments: WebhookManifests.FailurePolicy.allCases)
    func theFailurePolicyIsSetAndExplained(_ policy: WebhookManifests.FailurePolicy) throws {
        var manifests = try Self.manifests()
        manifests.failurePolicy = policy
        manifests.timeoutSeconds = 30
        let webhook = try YAMLTree(manifests.configuration)["webhooks"][0]
        #expect(webhook["failurePolicy"].value as? String == policy.rawValue)
        #expect(webhook["timeoutSeconds"].value as? Int == 30)
        #expect(manifests.configuration.contains("#   Fail    nothing runs unjudged"))
        #expect(manifests.configuration.contains("#   Ignore  everything runs"))
    }

    @Test func theSameCertificateGivesTheSameBytes() throws {
        #expect(try Self.manifests().secret == Self.manifests().secret)
        #expect(try Self.manifests().configuration == Self.manifests().configuration)
    }

    @Test("Names that YAML would take for something else stay names", arguments: ["on", "null", "123", "1e3", "no"])
    func namesStayNames(_ namespace: String) throws {
        let manifests = try Self.manifests("y", in: namespace)
        #expect(try YAMLTree(manifests.secret)["metadata"]["namespace"].value as? String == namespace)
        let webhook = try YAMLTree(manifests.configuration)["webhooks"][0]
        #expect(webhook["clientConfig"]["service"]["namespace"].value as? String == namespace)
        #expect(webhook["clientConfig"]["service"]["name"] == "y")
        #expect(webhook["namespaceSelector"]["matchExpressions"][0]["values"].texts == ["kube-system", namespace])
    }

    @Test(
        "Names that Kubernetes would refuse are refused",
        arguments: ["", "-a", "a-", "a.b", "A", "a_b", "ä", "a b", "a\n", String(repeating: "a", count: 64)]
    )
    func wrongNames(_ name: String) {
        #expect(throws: ClientFailure.self) { try WebhookService(name: name, namespace: "n") }
        #expect(throws: ClientFailure.self) { try WebhookService(name: "n", namespace: name) }
    }

    @Test func onlyANamespaceMayBeginWithADigit() throws {
        #expect(try WebhookService(name: "a1", namespace: "1a").hostNames[0] == "a1.1a.svc")
        #expect(throws: ClientFailure.self) { try WebhookService(name: "1a", namespace: "a") }
    }
}

/// A YAML document as a test reads it: what is not there is nothing.
struct YAMLTree {
    let value: Any?

    init(_ text: String) throws { value = try Yams.load(yaml: text) }

    private init(value: Any?) { self.value = value }

    subscript(key: String) -> YAMLTree { YAMLTree(value: (value as? [String: Any])?[key]) }

    subscript(index: Int) -> YAMLTree { elements.indices.contains(index) ? elements[index] : YAMLTree(value: nil) }

    var elements: [YAMLTree] { (value as? [Any])?.map { YAMLTree(value: $0) } ?? [] }

    /// The elements that are texts.
    var texts: [String] { elements.compactMap { $0.value as? String } }

    /// The text behind base64.
    var decoded: String? {
        (value as? String).flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    static func == (tree: YAMLTree, text: String) -> Bool { tree.value as? String == text }
}
