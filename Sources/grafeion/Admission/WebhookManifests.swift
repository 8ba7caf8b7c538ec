import Foundation

/// The two objects that bring the webhook into a cluster, as YAML for `kubectl apply -f`.
///
/// The texts depend on nothing but these values: the same certificate gives the same bytes.
struct WebhookManifests: Sendable {
    /// What the API server does with a request when the webhook does not answer.
    enum FailurePolicy: String, Sendable, CaseIterable {
        case fail = "Fail"
        case ignore = "Ignore"
    }

    let service: WebhookService
    let certificate: WebhookCertificate
    var failurePolicy = FailurePolicy.fail
    /// How long the API server waits, 1 to 30 seconds.
    var timeoutSeconds = Self.timeoutSecondsDefault
    /// Namespaces that are not judged beside kube-system and the webhook's own.
    var excludedNamespaces: [String] = []

    static let timeoutSecondsDefault = 5
    static let timeoutSecondsRange = 1...30
    /// Where the webhook listens for reviews.
    static let path = "/admission/review"

    /// The Secret's name, as deploy/kubernetes mounts it.
    var secretName: String { "\(service.name)-tls" }

    /// The Secret with certificate and private key. Keep it where secrets are kept.
    var secret: String {
        """
        # The certificate that the admission webhook serves with, and its private key: a secret.
        # Made by `grafeion admission setup`. The certificate is good until \(certificate.end.formatted(.iso8601)); make a new one before.
        apiVersion: v1
        kind: Secret
        metadata:
          name: "\(secretName)"
          namespace: "\(service.namespace)"
          labels:
            app.kubernetes.io/name: "grafeion-admission"
            app.kubernetes.io/part-of: "grafeion"
        type: kubernetes.io/tls
        data:
          tls.crt: \(Self.base64(certificate.certificatePEM))
          tls.key: \(Self.base64(certificate.keyPEM))
          ca.crt: \(Self.base64(certificate.authorityPEM))

        """
    }

    /// The ValidatingWebhookConfiguration: which objects are judged, where, and what happens when nobody answers.
    var configuration: String {
        """
        # Asks Grafeion about every pod, and about what makes pods, before it is stored. Made by `grafeion admission setup`.
        # Apply it last, when the webhook answers:
        #
        #   kubectl -n \(service.namespace) rollout status deployment/\(service.name)
        #
        # To take the webhook out of the way: kubectl delete validatingwebhookconfiguration \(service.name)
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata:
          name: "\(service.name)"
          labels:
            app.kubernetes.io/name: "grafeion-admission"
            app.kubernetes.io/part-of: "grafeion"
        webhooks:
          - name: admission.grafeion.dev
            admissionReviewVersions: [v1, v1beta1]
        \(Self.failureComment)
            failurePolicy: \(failurePolicy.rawValue)
            # The webhook answers before, with what the policy says of pods that cannot be judged in time.
            timeoutSeconds: \(timeoutSeconds)
            # Decisions are recorded, but not those about requests that are dry runs.
            sideEffects: NoneOnDryRun
            # Also objects that were sent in another version of their group.
            matchPolicy: Equivalent
            # The pods of these namespaces are not judged: without them nothing else could be mended. The API server itself sets this
            # label to the namespace's name and nobody can change it. Whoever may create pods here goes past the policy.
            namespaceSelector:
              matchExpressions:
                - key: kubernetes.io/metadata.name
                  operator: NotIn
                  values:
        \(notJudged.map { "            - \"\($0)\"" }.joined(separator: "\n"))
            rules:
              - apiGroups: [""]
                apiVersions: [v1]
                resources: [pods, pods/ephemeralcontainers, replicationcontrollers]
                operations: [CREATE, UPDATE]
                scope: Namespaced
              - apiGroups: [apps]
                apiVersions: [v1]
                resources: [deployments, replicasets, statefulsets, daemonsets]
                operations: [CREATE, UPDATE]
                scope: Namespaced
              - apiGroups: [batch]
                apiVersions: [v1]
                resources: [jobs, cronjobs]
                operations: [CREATE, UPDATE]
                scope: Namespaced
            clientConfig:
              # The authority that signed the webhook's certificate, the only one trusted for it.
              caBundle: \(Self.base64(certificate.authorityPEM))
              service:
                name: "\(service.name)"
                namespace: "\(service.namespace)"
                path: \(Self.path)
                port: 443

        """
    }

    /// Each once, in the order given.
    private var notJudged: [String] {
        let all = ["kube-system", service.namespace] + excludedNamespaces
        return all.enumerated().filter { !all[..<$0.offset].contains($0.element) }.map(\.element)
    }

    private static let failureComment = """
            # What happens when the webhook does not answer, or not in time:
            #   Fail    nothing runs unjudged; but while the webhook is gone, nobody starts or changes pods outside of the
            #           namespaces below, and a node that is lost takes its pods with it. For clusters where an image that was
            #           not judged is worse than one that does not start.
            #   Ignore  everything runs; but while the webhook is gone, or somebody makes it so, nothing is judged. For the
            #           first weeks, and for clusters where staying up comes first.
            # A verdict against an image blocks it under both.
        """

    private static func base64(_ pem: String) -> String { Data(pem.utf8).base64EncodedString() }
}
