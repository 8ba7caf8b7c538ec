import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// SLSA provenance v1 (https://slsa.dev/provenance/v1): a definition of the build and the details of its run.
struct SLSAProvenanceOne {
    let predicate: JSONNode
    private typealias Message = Grafeas_V1_InTotoSlsaProvenanceV1

    func build() throws(ReportProblem) -> SLSABuild {
        var message = Message.SlsaProvenanceV1()
        message.buildDefinition = try definition()
        message.runDetails = try details()
        return SLSABuild(facts: try facts(message), predicate: .v1(message))
    }

    private func facts(_ message: Message.SlsaProvenanceV1) throws(ReportProblem) -> BuildFacts {
        let definition = try predicate["buildDefinition"]
        let details = message.runDetails
        var facts = try BuildFacts(builder: predicate["runDetails"]["builder"], buildType: definition["buildType"])
        let versions = details.builder.version.sorted { $0.key < $1.key }
        facts.builderVersion = versions.isEmpty ? nil : versions.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        facts.invocationID = details.metadata.invocationID.isEmpty ? nil : details.metadata.invocationID
        facts.startTime = details.metadata.hasStartedOn ? details.metadata.startedOn : nil
        facts.endTime = details.metadata.hasFinishedOn ? details.metadata.finishedOn : nil
        facts.source = try source()
        let environment = try BuildEnvironment(node: definition["internalParameters"])
        let parameters = try BuildEnvironment(node: definition["externalParameters"])
        facts.creator = try environment.creator
        if facts.creator == nil { facts.creator = try parameters.member("variables")?.creator }
        facts.triggerID = try environment.first(of: ["triggerUri"])
        facts.add("event", try environment.event)
        let workflow = try parameters.member("workflow")
        facts.add("entry_point", try parameters.first(of: ["entryPoint"]))
        facts.add("entry_point", try workflow?.first(of: ["path"]))
        facts.add("ref", try workflow?.first(of: ["ref"]))
        return facts
    }

    /// Where the configuration of the build was, as BuildKit names it; else the first dependency that is in Git, which
    /// with GitHub and GitLab is the repository.
    private func source() throws(ReportProblem) -> GitSource? {
        let definition = try predicate["buildDefinition"]
        if let parameters = try BuildEnvironment(node: definition["externalParameters"]).member("configSource") {
            let digest = try parameters.node["digest"].digestSet()
            let uri = try parameters.node["uri"].slsaURI()
            if let source = GitSource(uri: uri, digest: digest, isConfiguration: true) { return source }
        }
        let directory = try predicate["runDetails"]["metadata"]["buildkit_metadata"]["vcs"]
        if let source = try directory.buildKitSource() { return source }
        return try definition["resolvedDependencies"].firstGitSource()
    }

    private func definition() throws(ReportProblem) -> Message.BuildDefinition {
        let node = try predicate["buildDefinition"]
        var definition = Message.BuildDefinition()
        definition.buildType = try node["buildType"].slsaURI() ?? ""
        if let parameters = try node["externalParameters"].structure() { definition.externalParameters = parameters }
        if let parameters = try node["internalParameters"].structure() { definition.internalParameters = parameters }
        definition.resolvedDependencies = try descriptors(node["resolvedDependencies"])
        return definition
    }

    private func details() throws(ReportProblem) -> Message.RunDetails {
        let node = try predicate["runDetails"]
        var details = Message.RunDetails()
        details.builder.id = try node["builder"]["id"].slsaURI() ?? ""
        details.builder.version = try node["builder"]["version"].names(bytesMax: node.limits.versionBytesMax)
        details.builder.builderDependencies = try descriptors(node["builder"]["builderDependencies"])
        let metadata = try node["metadata"]
        if metadata.isThere {
            details.metadata.invocationID = try metadata.invocationID("invocationId", "invocationID") ?? ""
            if let time = try metadata["startedOn"].time() { details.metadata.startedOn = time }
            if let time = try metadata["finishedOn"].time() { details.metadata.finishedOn = time }
        }
        details.byproducts = try descriptors(node["byproducts"])
        return details
    }

    /// Artifacts as in-toto's ResourceDescriptor has them.
    private func descriptors(_ array: JSONNode) throws(ReportProblem) -> [Message.ResourceDescriptor] {
        var descriptors: [Message.ResourceDescriptor] = []
        for node in try array.array() {
            var descriptor = Message.ResourceDescriptor()
            descriptor.name = try node["name"].name(bytesMax: node.limits.referenceBytesMax) ?? ""
            descriptor.uri = try node["uri"].slsaURI() ?? ""
            descriptor.digest = try node["digest"].digestSet()
            if let content = try node["content"].bytes() { descriptor.content = content.value }
            descriptor.downloadLocation = try node["downloadLocation"].slsaURI() ?? ""
            descriptor.mediaType = try node["mediaType"].name(bytesMax: node.limits.titleBytesMax) ?? ""
            descriptor.annotations = try node["annotations"].structure()?.fields ?? [:]
            descriptors.append(descriptor)
        }
        return descriptors
    }
}
