import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// SLSA provenance v0.1 (https://slsa.dev/provenance/v0.1): a recipe and its materials.
struct SLSAProvenanceZeroOne {
    let predicate: JSONNode

    func build() throws(ReportProblem) -> SLSABuild {
        let recipe = try predicate["recipe"]
        var facts = try BuildFacts(builder: predicate["builder"], buildType: recipe["type"])
        let metadata = try metadata()
        facts.invocationID = metadata.buildInvocationID.isEmpty ? nil : metadata.buildInvocationID
        facts.startTime = metadata.hasBuildStartedOn ? metadata.buildStartedOn : nil
        facts.endTime = metadata.hasBuildFinishedOn ? metadata.buildFinishedOn : nil
        facts.source = try source()
        facts.creator = try BuildEnvironment(node: recipe["environment"]).creator
        facts.add("event", try BuildEnvironment(node: recipe["environment"]).event)
        facts.add("entry_point", try recipe["entryPoint"].slsaURI())
        var message = Grafeas_V1_SlsaProvenance()
        message.builder.id = try predicate["builder"]["id"].slsaURI() ?? ""
        message.recipe = try self.recipe()
        message.metadata = metadata
        for node in try predicate["materials"].array() {
            var material = Grafeas_V1_SlsaProvenance.Material()
            material.uri = try node["uri"].slsaURI() ?? ""
            material.digest = try node["digest"].digestSet()
            message.materials.append(material)
        }
        return SLSABuild(facts: facts, predicate: .zeroOne(message))
    }

    private func recipe() throws(ReportProblem) -> Grafeas_V1_SlsaProvenance.SlsaRecipe {
        let node = try predicate["recipe"]
        var recipe = Grafeas_V1_SlsaProvenance.SlsaRecipe()
        recipe.type = try node["type"].slsaURI() ?? ""
        recipe.definedInMaterial = Int64(try node["definedInMaterial"].integer() ?? 0)
        recipe.entryPoint = try node["entryPoint"].slsaURI() ?? ""
        if let arguments = try node["arguments"].anything() { recipe.arguments = arguments }
        if let environment = try node["environment"].anything() { recipe.environment = environment }
        return recipe
    }

    private func metadata() throws(ReportProblem) -> Grafeas_V1_SlsaProvenance.SlsaMetadata {
        let node = try predicate["metadata"]
        var metadata = Grafeas_V1_SlsaProvenance.SlsaMetadata()
        metadata.buildInvocationID = try node.invocationID("buildInvocationId", "buildInvocationID") ?? ""
        if let time = try node["buildStartedOn"].time() { metadata.buildStartedOn = time }
        if let time = try node["buildFinishedOn"].time() { metadata.buildFinishedOn = time }
        metadata.reproducible = try node["reproducible"].boolean() ?? false
        let completeness = try node["completeness"]
        if completeness.isThere {
            metadata.completeness.arguments = try completeness["arguments"].boolean() ?? false
            metadata.completeness.environment = try completeness["environment"].boolean() ?? false
            metadata.completeness.materials = try completeness["materials"].boolean() ?? false
        }
        return metadata
    }

    /// The material that the recipe is in, else the first that is in Git.
    private func source() throws(ReportProblem) -> GitSource? {
        let materials = try predicate["materials"].array()
        if let index = try predicate["recipe"]["definedInMaterial"].integer().map({ Int($0) }),
            materials.indices.contains(index)
        {
            let node = materials[index]
            let digest = try node["digest"].digestSet()
            if let source = GitSource(uri: try node["uri"].slsaURI(), digest: digest, isConfiguration: true) {
                return source
            }
        }
        return try predicate["materials"].firstGitSource()
    }
}
