import MetadataModel

/// Grafeion's own kind, and the platform policies of Binary Authorization that it follows.
extension PolicyReader {
    mutating func grafeionPolicy(_ node: PolicyNode) -> PolicyDocument {
        let fields = fields(node, ["apiVersion", "kind", "metadata", "spec"])
        expect(fields, "apiVersion", "grafeion.dev/v1")
        expect(fields, "kind", "Policy")
        var policy = PolicyDocument()
        policy.isNative = true
        if let metadata = required(fields, "metadata") { policy.name = name(metadata) }
        guard let spec = required(fields, "spec") else { return policy }
        let parts = self.fields(
            spec,
            ["imageAllowlist", "checkSets", "onError", "resolveTags", "breakGlass", "description"]
        )
        _ = text(parts["description"])
        policy.imageAllowlist = allowlist(parts["imageAllowlist"])
        policy.checkSets = list(parts["checkSets"], max: limits.checkSetsMax).enumerated()
            .map { checkSet($0.element, at: $0.offset) }
        policy.onError = choice(parts["onError"], ["DENY": .deny, "ALLOW": .allow]) ?? .deny
        policy.resolvesTags = flag(parts["resolveTags"]) ?? false
        policy.breakGlass = breakGlass(parts["breakGlass"])
        return policy
    }

    /// As `gcloud container binauthz policy` writes it: `{gkePolicy: {checkSets: …}}`.
    mutating func platformPolicy(_ node: PolicyNode) -> PolicyDocument {
        let fields = fields(node, ["name", "description", "updateTime", "etag", "gkePolicy"])
        var policy = PolicyDocument()
        policy.name = text(fields["name"]) ?? ""
        guard let gke = required(fields, "gkePolicy") else { return policy }
        let parts = self.fields(gke, ["imageAllowlist", "checkSets"])
        policy.imageAllowlist = allowlist(parts["imageAllowlist"])
        policy.checkSets = list(parts["checkSets"], max: limits.checkSetsMax).enumerated()
            .map { checkSet($0.element, at: $0.offset) }
        return policy
    }

    mutating func expect(_ fields: PolicyFields, _ name: String, _ value: String) {
        if let node = required(fields, name), node.scalarText != value {
            expected("\(value.quotedForMessage)", node)
        }
    }

    /// What Kubernetes keeps of every object; only the name means something here.
    static let metadataFields = [
        "name", "namespace", "labels", "annotations", "uid", "resourceVersion", "generation", "creationTimestamp",
        "managedFields", "selfLink", "ownerReferences", "finalizers",
    ]

    private mutating func name(_ metadata: PolicyNode) -> String {
        let fields = fields(metadata, Self.metadataFields)
        guard let node = required(fields, "name"), let name = text(node) else { return "" }
        guard Self.isObjectName(name) else {
            refuse(node, "\(name.quotedForMessage) is not a name; use lower-case letters, digits, - and .")
            return ""
        }
        return name
    }

    private mutating func breakGlass(_ node: PolicyNode?) -> PolicyDocument.BreakGlass {
        var breakGlass = PolicyDocument.BreakGlass()
        guard let node else { return breakGlass }
        let fields = fields(node, ["users", "groups"])
        breakGlass.users = texts(fields["users"])
        breakGlass.groups = texts(fields["groups"])
        return breakGlass
    }

    mutating func allowlist(_ node: PolicyNode?) -> [ImagePattern] {
        guard let node else { return [] }
        return patterns(fields(node, ["allowPattern"])["allowPattern"])
    }

    mutating func patterns(_ node: PolicyNode?) -> [ImagePattern] {
        list(node, max: limits.patternsMax).compactMap { pattern($0) }
    }

    mutating func pattern(_ node: PolicyNode) -> ImagePattern? {
        guard let text = text(node) else { return nil }
        do throws(ImagePattern.Flaw) {
            return try ImagePattern(text)
        } catch {
            refuse(node, "the pattern \(text.quotedForMessage) \(error.text)")
            return nil
        }
    }

    // MARK: Check sets

    private mutating func checkSet(_ node: PolicyNode, at index: Int) -> CheckSet {
        let fields = fields(node, ["displayName", "scope", "imageAllowlist", "checks", "enforcement"])
        var set = CheckSet(displayName: text(fields["displayName"]) ?? "check set \(index)", place: node.place)
        set.scope = fields["scope"].flatMap { scope($0) }
        set.imageAllowlist = allowlist(fields["imageAllowlist"])
        set.checks = list(fields["checks"], max: limits.checksMax).compactMap { check($0) }
        set.enforcement = choice(fields["enforcement"], ["ENFORCE": .enforce, "DRY_RUN": .dryRun]) ?? .enforce
        return set
    }

    private mutating func scope(_ node: PolicyNode) -> CheckSet.Scope? {
        let fields = fields(node, ["kubernetesNamespace", "kubernetesServiceAccount"])
        guard fields.values.count == 1, let (name, value) = fields.values.first else {
            refuse(node, "a scope has one of kubernetesNamespace and kubernetesServiceAccount")
            return nil
        }
        guard let text = text(value) else { return nil }
        return name == "kubernetesNamespace" ? namespace(text, value) : serviceAccount(text, value)
    }

    mutating func namespace(_ text: String, _ node: PolicyNode) -> CheckSet.Scope? {
        guard Self.isObjectName(text), !text.contains(".") else {
            refuse(node, "\(text.quotedForMessage) is not the name of a namespace")
            return nil
        }
        return .namespace(text)
    }

    mutating func serviceAccount(_ text: String, _ node: PolicyNode) -> CheckSet.Scope? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy(Self.isObjectName), !parts[0].contains(".") else {
            refuse(node, "\(text.quotedForMessage) is not a service account; write namespace:name")
            return nil
        }
        return .serviceAccount(namespace: parts[0], name: parts[1])
    }

    /// RFC 1123's subdomain, as Kubernetes has it for names.
    static func isObjectName(_ text: String) -> Bool {
        let isPlain = text.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-.".utf8.contains($0) }
        let isOutside = { (byte: UInt8?) in byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") }
        return isPlain && (1...253).contains(text.utf8.count) && !isOutside(text.utf8.first)
            && !isOutside(text.utf8.last)
    }
}
