import SwiftProtobuf

/// The configuration of an image (image specification, "Image Configuration"; Docker's is the same with more members).
struct ImageConfig: Sendable {
    let digest: String
    let created: Google_Protobuf_Timestamp?
    let author: String?
    /// `os`, `architecture` and what else of the configuration tells how the image runs, under its own name.
    let facts: [(name: String, value: String)]
    /// In the order of the configuration.
    let labels: [(name: String, value: String)]
    /// The digests of the layers' contents, the bottom layer's first.
    let diffIDs: [String]
    /// The command that made each layer, the bottom layer's first; none where the history does not tell.
    let commands: [String]
    /// What built the image, with its version if that is known: `buildah 1.41.5`.
    let builder: String?

    init(_ blob: CarriedBlob) throws(ReportProblem) {
        let root = blob.root
        digest = blob.digest
        created = try root["created"].time()
        author = try root["author"].prose(bytesMax: root.limits.titleBytesMax)
        labels = try Self.labels(root["config"]["Labels"])
        facts = try Self.facts(root)
        diffIDs = try Self.diffIDs(root["rootfs"])
        commands = try Self.commands(root["history"], layerCount: diffIDs.count)
        builder = try Self.builder(root, labels)
    }

    func label(_ names: String...) -> String? {
        names.lazy.compactMap { name in labels.first { $0.name == name }?.value }.first
    }

    private static func labels(_ node: JSONNode) throws(ReportProblem) -> [(name: String, value: String)] {
        let limits = node.limits
        var labels: [(name: String, value: String)] = []
        for (name, value) in try node.members()
        where labels.count < limits.labelsMax && name.utf8.count <= limits.versionBytesMax {
            labels.append((name, try value.prose(bytesMax: limits.labelBytesMax) ?? ""))
        }
        return labels
    }

    private static func facts(_ root: JSONNode) throws(ReportProblem) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = []
        let texts = [
            ("os", try root["os"]), ("architecture", try root["architecture"]), ("variant", try root["variant"]),
            ("user", try root["config"]["User"]),
        ]
        for (name, node) in texts {
            if let text = try node.prose(bytesMax: root.limits.titleBytesMax) { facts.append((name, text)) }
        }
        for (name, node) in [("entrypoint", try root["config"]["Entrypoint"]), ("cmd", try root["config"]["Cmd"])] {
            var words: [String] = []
            for word in try node.array() { words.append(try word.text() ?? "\"\"") }
            let text = words.joined(separator: " ").cut(bytesMax: root.limits.titleBytesMax)
            if !text.isEmpty { facts.append((name, text)) }
        }
        return facts
    }

    private static func diffIDs(_ rootfs: JSONNode) throws(ReportProblem) -> [String] {
        guard try rootfs["type"].text() == "layers" else { throw try rootfs["type"].problem("expected \"layers\"") }
        guard try rootfs["diff_ids"].isThere else {
            throw try rootfs["diff_ids"].problem("is required: the digests of the layers' contents")
        }
        var diffIDs: [String] = []
        for node in try rootfs["diff_ids"].layers() {
            guard let diffID = try node.digest() else { throw node.problem("expected a digest, sha256:…") }
            diffIDs.append(diffID.lowercased())
        }
        return diffIDs
    }

    /// Histories are for people and need not be whole: one that has not an entry for each layer tells of none.
    private static func commands(_ history: JSONNode, layerCount: Int) throws(ReportProblem) -> [String] {
        let limits = history.limits
        let entries = try history.array()
        if entries.count > limits.historyEntriesMax {
            throw history.problem("has \(entries.count) entries; at most \(limits.historyEntriesMax) are taken")
        }
        var commands: [String] = []
        for entry in entries where try entry["empty_layer"].boolean() != true {
            commands.append(try entry["created_by"].prose(bytesMax: limits.layerCommandBytesMax) ?? "")
        }
        return commands.count == layerCount ? commands : []
    }

    /// Buildah leaves its version in a label, BuildKit its name in the history and in members of its own, and Docker's
    /// classic builder a member.
    private static func builder(
        _ root: JSONNode,
        _ labels: [(name: String, value: String)]
    ) throws(ReportProblem) -> String? {
        if let version = labels.first(where: { $0.name == "io.buildah.version" })?.value { return "buildah \(version)" }
        if try root.members().contains(where: { $0.name.hasPrefix("moby.buildkit.") }) { return "buildkit" }
        for entry in try root["history"].array() where try entry["comment"].text()?.hasPrefix("buildkit.") == true {
            return "buildkit"
        }
        return try root["docker_version"].prose(bytesMax: root.limits.titleBytesMax).map { "docker \($0)" }
    }
}
