import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// SLSA provenance v0.2 (https://slsa.dev/provenance/v0.2): an invocation and its materials.
struct SLSAProvenanceZeroTwo {
    let predicate: JSONNode
    private typealias Message = Grafeas_V1_SlsaProvenanceZeroTwo

    func build() throws(ReportProblem) -> SLSABuild {
        var message = Message()
        message.builder.id = try predicate["builder"]["id"].slsaURI() ?? ""
        message.buildType = try predicate["buildType"].slsaURI() ?? ""
        message.invocation = try invocation()
        if let configuration = try predicate["buildConfig"].structure() { message.buildConfig = configuration }
        message.metadata = try metadata()
        for node in try predicate["materials"].array() {
            var material = Message.SlsaMaterial()
            material.uri = try node["uri"].slsaURI() ?? ""
            material.digest = try node["digest"].digestSet()
            message.materials.append(material)
        }
        return SLSABuild(facts: try facts(message), predicate: .zeroTwo(message))
    }

    private func facts(_ message: Message) throws(ReportProblem) -> BuildFacts {
        var facts = try BuildFacts(builder: predicate["builder"], buildType: predicate["buildType"])
        let metadata = message.metadata
        facts.invocationID = metadata.buildInvocationID.isEmpty ? nil : metadata.buildInvocationID
        facts.startTime = metadata.hasBuildStartedOn ? metadata.buildStartedOn : nil
        facts.endTime = metadata.hasBuildFinishedOn ? metadata.buildFinishedOn : nil
        facts.source = try source(message)
        let environment = try BuildEnvironment(node: predicate["invocation"]["environment"])
        facts.creator = try environment.creator
        facts.add("event", try environment.event)
        facts.add("entry_point", try predicate["invocation"]["configSource"]["entryPoint"].slsaURI())
        return facts
    }

    /// Where the configuration of the build was; the commit that BuildKit found in the directory it was given; else the
    /// first material that is in Git.
    private func source(_ message: Message) throws(ReportProblem) -> GitSource? {
        let configuration = message.invocation.configSource
        if let source = GitSource(uri: configuration.uri, digest: configuration.digest, isConfiguration: true) {
            return source
        }
        let directory = try predicate["metadata"]["https://mobyproject.org/buildkit@v1#metadata"]["vcs"]
        if let source = try directory.buildKitSource() { return source }
        return try predicate["materials"].firstGitSource()
    }

    private func invocation() throws(ReportProblem) -> Message.SlsaInvocation {
        let node = try predicate["invocation"]
        var invocation = Message.SlsaInvocation()
        let source = try node["configSource"]
        if source.isThere {
            invocation.configSource.uri = try source["uri"].slsaURI() ?? ""
            invocation.configSource.digest = try source["digest"].digestSet()
            invocation.configSource.entryPoint = try source["entryPoint"].slsaURI() ?? ""
        }
        if let parameters = try node["parameters"].structure() { invocation.parameters = parameters }
        if let environment = try node["environment"].structure() { invocation.environment = environment }
        return invocation
    }

    private func metadata() throws(ReportProblem) -> Message.SlsaMetadata {
        let node = try predicate["metadata"]
        var metadata = Message.SlsaMetadata()
        metadata.buildInvocationID = try node.invocationID("buildInvocationId", "buildInvocationID") ?? ""
        if let time = try node["buildStartedOn"].time() { metadata.buildStartedOn = time }
        if let time = try node["buildFinishedOn"].time() { metadata.buildFinishedOn = time }
        metadata.reproducible = try node["reproducible"].boolean() ?? false
        let completeness = try node["completeness"]
        if completeness.isThere {
            metadata.completeness.parameters = try completeness["parameters"].boolean() ?? false
            metadata.completeness.environment = try completeness["environment"].boolean() ?? false
            metadata.completeness.materials = try completeness["materials"].boolean() ?? false
        }
        return metadata
    }
}
