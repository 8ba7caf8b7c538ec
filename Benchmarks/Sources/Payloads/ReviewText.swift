/// Reviews of pods with three containers, some 5 KB each, as an API server sends them.
public struct ReviewText: Sendable {
    private let pieces: [String]
    /// The pods' images: from the first on, this many, and then from the start again.
    private let images: Range<Int>

    private static let containers = 3

    public init(images: Range<Int>) {
        self.images = images
        let text = Self.template.replacing("CONTAINERS", with: Self.containerTexts)
        pieces = text.split(separator: "§", omittingEmptySubsequences: false).map(String.init)
    }

    /// The review with a number. Reviews have images of their own as long as there are enough.
    public func review(_ number: Int) -> String {
        var text = ""
        text.reserveCapacity(8_192)
        let own = (0..<Self.containers).map { place in
            TrustRecords.image(images.lowerBound + (number * Self.containers + place) % images.count)
        }
        for (index, piece) in pieces.enumerated() {
            if index.isMultiple(of: 2) {
                text += piece
            } else {
                text += Int(piece).map { own[$0] } ?? String(number)
            }
        }
        return text
    }

    private static var containerTexts: String {
        (0..<containers).map { place in
            """
            {"name":"app-\(place)","image":"§\(place)§","ports":[{"name":"http","containerPort":\(8080 + place),\
            "protocol":"TCP"}],"env":[{"name":"LOG_LEVEL","value":"info"},{"name":"REGION","value":"europe-west1"},\
            {"name":"POD_IP","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"status.podIP"}}}],\
            "resources":{"limits":{"cpu":"500m","memory":"512Mi"},"requests":{"cpu":"100m","memory":"256Mi"}},\
            "volumeMounts":[{"name":"config","mountPath":"/etc/app"},{"name":"kube-api-access-dk7n9","readOnly":true,\
            "mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"livenessProbe":{"httpGet":{"path":"/healthz",\
            "port":"http","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,\
            "failureThreshold":3},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",\
            "imagePullPolicy":"IfNotPresent","securityContext":{"runAsNonRoot":true,"readOnlyRootFilesystem":true}}
            """
        }.joined(separator: ",")
    }

    private static let template = """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"035a6d34-70b9-433f-b1c5-§n§",\
        "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},\
        "requestKind":{"group":"","version":"v1","kind":"Pod"},"requestResource":{"group":"","version":"v1",\
        "resource":"pods"},"name":"web-6d4cf56db6-§n§","namespace":"shop","operation":"CREATE","userInfo":{"username":\
        "system:serviceaccount:kube-system:replicaset-controller","uid":"6f0e1f1c-7a6f-4b42-9a0f-6b0e1a52d1a2","groups":\
        ["system:serviceaccounts","system:serviceaccounts:kube-system","system:authenticated"]},"object":{"kind":"Pod",\
        "apiVersion":"v1","metadata":{"name":"web-6d4cf56db6-§n§","generateName":"web-6d4cf56db6-","namespace":"shop",\
        "uid":"791a0634-c12b-433f-bca3-§n§","creationTimestamp":"2026-11-23T03:36:48Z","labels":{"app":"web",\
        "pod-template-hash":"6d4cf56db6"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":\
        "web-6d4cf56db6","uid":"0d4b6f64-0f6c-4a11-8d4e-1f5d6c9a7b3e","controller":true,"blockOwnerDeletion":true}],\
        "managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":\
        "2026-11-23T03:36:48Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:generateName":{},"f:labels":{".":{},\
        "f:app":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{},\
        "k:{\\"uid\\":\\"0d4b6f64-0f6c-4a11-8d4e-1f5d6c9a7b3e\\"}":{}}},"f:spec":{"f:containers":{\
        "k:{\\"name\\":\\"app-0\\"}":{".":{},"f:env":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{},\
        "f:resources":{},"f:volumeMounts":{}},"k:{\\"name\\":\\"app-1\\"}":{".":{},"f:env":{},"f:image":{},\
        "f:imagePullPolicy":{},"f:name":{},"f:ports":{},"f:resources":{},"f:volumeMounts":{}},\
        "k:{\\"name\\":\\"app-2\\"}":{".":{},"f:env":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{},\
        "f:resources":{},"f:volumeMounts":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},\
        "f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:volumes":{}}}}]},"spec":{\
        "volumes":[{"name":"config","configMap":{"name":"web","defaultMode":420}},{"name":"kube-api-access-dk7n9",\
        "projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":\
        "kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace",\
        "fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],"containers":[CONTAINERS],\
        "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"web",\
        "serviceAccount":"web","securityContext":{},"schedulerName":"default-scheduler","tolerations":[{"key":\
        "node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":\
        "node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,\
        "enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Pending","qosClass":\
        "Burstable"}},"oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}
        """
}
