import MetadataModel
import Yams

/// The pods that the objects of a manifest would make.
struct KubernetesManifest: Sendable {
    /// One for each object that has pods, in the order of the text.
    private(set) var pods: [CheckedPod] = []
    /// Objects that have none.
    private(set) var passedOver = 0

    private let file: String

    /// Lists in lists that are looked into.
    private static let listDepthMax = 4
    /// Objects of a file: aliases could make more of a short text than anybody meant.
    private static let objectsMax = 10_000

    /// - Parameters:
    ///   - text: YAML of any number of documents, or JSON.
    ///   - file: as messages call it.
    /// - Throws: what cannot be read, with its place: what is not understood might have images.
    init(_ text: String, file: String) throws(ClientFailure) {
        self.file = file
        for root in try Self.documents(text, file) where root.scalar?.string.isEmpty != true {
            try add(ManifestNode(root), depth: 0)
        }
    }

    private static func documents(_ text: String, _ file: String) throws(ClientFailure) -> [Node] {
        do {
            let parser = try Parser(yaml: text, encoding: .utf8)
            var documents: [Node] = []
            while let root = try parser.nextRoot() { documents.append(root) }
            return documents
        } catch let error as YamlError {
            throw .file(error.text(in: file))
        } catch {
            throw .file("\(file): not YAML: \(error)")
        }
    }

    private mutating func add(_ node: ManifestNode, depth: Int) throws(ClientFailure) {
        guard let kind = node["kind"]?.text, let version = node["apiVersion"]?.text else {
            throw failure(node, "not an object of Kubernetes: it has no apiVersion and kind")
        }
        guard pods.count + passedOver < Self.objectsMax else {
            throw failure(node, "there are more than \(Self.objectsMax) objects; check them in parts")
        }
        if kind.hasSuffix("List"), let items = node["items"] {
            guard depth < Self.listDepthMax else { throw failure(node, "lists in lists, too deep") }
            for item in try elements(items, "items") {
                // The objects of a PodList do not repeat their kind.
                let isBare = item["kind"] == nil && kind != "List"
                try isBare
                    ? addObject(item, String(kind.dropLast("List".count)), version) : add(item, depth: depth + 1)
            }
            return
        }
        try addObject(node, kind, version)
    }

    private mutating func addObject(_ node: ManifestNode, _ kind: String, _ version: String) throws(ClientFailure) {
        guard let path = PodKind.path(kind, version) else {
            passedOver += 1
            return
        }
        let metadata = node["metadata"]
        let object = ManifestObject(
            file: file,
            kind: kind,
            name: metadata?["name"]?.text ?? metadata?["generateName"]?.text ?? "",
            place: node.place
        )
        var spec = node
        for step in path {
            guard let next = spec[step] else {
                throw failure(spec, "the \(kind) has no \(path.joined(separator: ".")) with containers")
            }
            spec = next
        }
        pods.append(
            CheckedPod(
                object: object,
                images: try images(of: spec, kind),
                namespace: metadata?["namespace"]?.text,
                serviceAccount: spec["serviceAccountName"]?.text ?? spec["serviceAccount"]?.text
            )
        )
    }

    /// Of all its containers, and of volumes that are images.
    private func images(of spec: ManifestNode, _ kind: String) throws(ClientFailure) -> [CheckedPod.PodImage] {
        var images: [CheckedPod.PodImage] = []
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            guard let node = spec[list] else { continue }
            for container in try elements(node, list) {
                let name = container["name"]?.text ?? ""
                guard let image = container["image"], let text = image.text, !text.isEmpty else {
                    throw failure(container, "container \(name.quotedForMessage) has no image")
                }
                images.append(.init(image: text, container: name, place: image.place))
            }
        }
        if images.isEmpty { throw failure(spec, "the \(kind) has no containers") }
        for volume in try spec["volumes"].map({ node throws(ClientFailure) in try elements(node, "volumes") }) ?? [] {
            guard let image = volume["image"]?["reference"], let text = image.text else { continue }
            images.append(.init(image: text, container: "volume \(volume["name"]?.text ?? "")", place: image.place))
        }
        return images
    }

    private func elements(_ node: ManifestNode, _ name: String) throws(ClientFailure) -> [ManifestNode] {
        if node.isNull { return [] }
        guard let elements = node.elements else { throw failure(node, "\(name) is no list") }
        return elements
    }

    private func failure(_ node: ManifestNode, _ what: String) -> ClientFailure {
        .file(TextTable.oneLine("\(file):\(node.place.line):\(node.place.column): \(what)"))
    }
}

/// The kinds of objects that have pods, and where.
private enum PodKind {
    /// - Returns: nil for a kind without, and for one of the same name that others made.
    static func path(_ kind: String, _ version: String) -> [String]? {
        let group = version.contains("/") ? version.prefix { $0 != "/" } : ""
        switch (kind, group) {
        case ("Pod", ""): return ["spec"]
        case ("ReplicationController", ""): return ["spec", "template", "spec"]
        case ("Deployment", "apps"), ("ReplicaSet", "apps"), ("StatefulSet", "apps"), ("DaemonSet", "apps"),
            ("Deployment", "extensions"), ("ReplicaSet", "extensions"), ("DaemonSet", "extensions"), ("Job", "batch"):
            return ["spec", "template", "spec"]
        case ("CronJob", "batch"): return ["spec", "jobTemplate", "spec", "template", "spec"]
        default: return nil
        }
    }
}

/// A value of a manifest, and its place.
private struct ManifestNode {
    private let node: Node

    init(_ node: Node) { self.node = node }

    var place: ManifestPlace { ManifestPlace(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1) }

    var text: String? { node.scalar?.string }

    var isNull: Bool { node.scalar != nil && Resolver.default.resolveTag(of: node) == .null }

    var elements: [ManifestNode]? { node.sequence?.map(ManifestNode.init) }

    /// The value of a field, which may be merged in from elsewhere (`<<: *defaults`); nil for none and for null.
    subscript(name: String) -> ManifestNode? {
        guard let mapping = node.mapping else { return nil }
        var merged: [ManifestNode] = []
        for (key, value) in mapping {
            if key.scalar?.string == name {
                let found = ManifestNode(value)
                return found.isNull ? nil : found
            }
            if key.scalar?.string == "<<" {
                let value = ManifestNode(value)
                merged = value.elements ?? [value]
            }
        }
        return merged.lazy.compactMap { $0[name] }.first
    }
}

extension YamlError {
    /// `FILE:LINE:COLUMN: not YAML: …` in one line.
    fileprivate func text(in file: String) -> String {
        switch self {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return TextTable.oneLine("\(file):\(mark.line):\(mark.column): not YAML: \(problem)")
        case .duplicatedKeysInMapping(let names, let context):
            let named = names.prefix(5).map(\.quotedForMessage).joined(separator: ", ")
            return TextTable.oneLine("\(file):\(context.mark.line):\(context.mark.column): \(named) is given twice")
        default: return TextTable.oneLine("\(file): not YAML: \(self)")
        }
    }
}
