public import GrafeasProto
public import SwiftProtobuf

/// What a BUILD occurrence says in the end, wherever its producer put it: there are six places for a builder alone.
public struct BuildSummary: Sendable, Equatable {
    /// The builder's id, else its version; empty if nothing names it.
    public var builder = ""
    /// Who or what started the build.
    public var startedBy = ""
    /// The id of this run of the builder.
    public var invocation = ""
    public var started: Google_Protobuf_Timestamp?
    public var finished: Google_Protobuf_Timestamp?
    /// What was built, the main source first; at most ``sourcesMax``.
    public var sources: [Source] = []

    /// Sources that a build has in a summary, which people read; a message holds some hundred thousand materials.
    public static let sourcesMax = 100

    /// A repository at a commit.
    public struct Source: Sendable, Equatable {
        /// Without `git+` in front and `@ref` behind; empty if only the commit is known.
        public var repository: String
        /// 40 or 64 hexadecimal digits in lower case, or what another version control system has; empty if it is not known.
        public var commit: String
    }

    public init(_ build: Grafeas_V1_BuildOccurrence) {
        addProvenance(build.provenance)
        if build.hasInTotoSlsaProvenanceV1 { addSLSA1(build.inTotoSlsaProvenanceV1.predicate) }
        switch build.intotoStatement.predicate {
        case .slsaProvenanceZeroTwo(let provenance): addSLSA02(provenance)
        case .slsaProvenance(let provenance): addSLSA01(provenance)
        case .provenance(let provenance): addInToto(provenance)
        case nil: break
        }
        if build.hasIntotoProvenance { addInToto(build.intotoProvenance) }
        if builder.isEmpty { builder = build.provenance.builderVersion }
    }

    // MARK: The forms of provenance

    private mutating func addProvenance(_ provenance: Grafeas_V1_BuildProvenance) {
        startedBy = provenance.creator
        invocation = provenance.id
        started = provenance.hasStartTime ? provenance.startTime : nil
        finished = provenance.hasEndTime ? provenance.endTime : nil
        let source = provenance.sourceProvenance
        for context in [source.context] + source.additionalContexts {
            switch context.context {
            case .git(let git): addSource(git.url, git.revisionID)
            case .gerrit(let gerrit): addSource("\(gerrit.hostUri)/\(gerrit.gerritProject)", gerrit.revisionID)
            case .cloudRepo(let repository):
                addSource(repository.repoID.projectRepoID.repoName, repository.revisionID)
            case nil: break
            }
        }
    }

    private mutating func addSLSA1(_ provenance: Grafeas_V1_InTotoSlsaProvenanceV1.SlsaProvenanceV1) {
        let run = provenance.runDetails
        if builder.isEmpty { builder = run.builder.id }
        addRun(
            run.metadata.invocationID,
            run.metadata.hasStartedOn ? run.metadata.startedOn : nil,
            run.metadata.hasFinishedOn ? run.metadata.finishedOn : nil
        )
        for dependency in provenance.buildDefinition.resolvedDependencies {
            addMaterial(dependency.uri, dependency.digest)
        }
    }

    private mutating func addSLSA02(_ provenance: Grafeas_V1_SlsaProvenanceZeroTwo) {
        if builder.isEmpty { builder = provenance.builder.id }
        let metadata = provenance.metadata
        addRun(
            metadata.buildInvocationID,
            metadata.hasBuildStartedOn ? metadata.buildStartedOn : nil,
            metadata.hasBuildFinishedOn ? metadata.buildFinishedOn : nil
        )
        let configuration = provenance.invocation.configSource
        addMaterial(configuration.uri, configuration.digest, isConfiguration: true)
        for material in provenance.materials { addMaterial(material.uri, material.digest) }
    }

    private mutating func addSLSA01(_ provenance: Grafeas_V1_SlsaProvenance) {
        if builder.isEmpty { builder = provenance.builder.id }
        let metadata = provenance.metadata
        addRun(
            metadata.buildInvocationID,
            metadata.hasBuildStartedOn ? metadata.buildStartedOn : nil,
            metadata.hasBuildFinishedOn ? metadata.buildFinishedOn : nil
        )
        for material in provenance.materials { addMaterial(material.uri, material.digest) }
    }

    private mutating func addInToto(_ provenance: Grafeas_V1_InTotoProvenance) {
        if builder.isEmpty { builder = provenance.builderConfig.id }
        let metadata = provenance.metadata
        addRun(
            metadata.buildInvocationID,
            metadata.hasBuildStartedOn ? metadata.buildStartedOn : nil,
            metadata.hasBuildFinishedOn ? metadata.buildFinishedOn : nil
        )
    }

    // MARK: The parts that they share

    private mutating func addRun(
        _ id: String,
        _ started: Google_Protobuf_Timestamp?,
        _ finished: Google_Protobuf_Timestamp?
    ) {
        if invocation.isEmpty { invocation = id }
        self.started = self.started ?? started
        self.finished = self.finished ?? finished
    }

    /// Adds a material that is a commit: what else went into a build (base images, packages) has other digests.
    private mutating func addMaterial(_ uri: String, _ digest: [String: String], isConfiguration: Bool = false) {
        guard sources.count < Self.sourcesMax,
            let source = GitSource(uri: uri, digest: digest, isConfiguration: isConfiguration)
        else { return }
        add(Source(repository: source.url, commit: (source.revision ?? "").lowercased()))
    }

    private mutating func addSource(_ uri: String, _ commit: String) {
        add(Source(repository: String(GitSource.divided(uri).url), commit: commit.lowercased()))
    }

    private mutating func add(_ source: Source) {
        guard !source.repository.isEmpty || !source.commit.isEmpty, sources.count < Self.sourcesMax,
            !sources.contains(source)
        else { return }
        sources.append(source)
    }
}
