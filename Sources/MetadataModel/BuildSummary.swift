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
    /// What was built, the main source first.
    public var sources: [Source] = []

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
        addMaterial(provenance.invocation.configSource.uri, provenance.invocation.configSource.digest)
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
    private mutating func addMaterial(_ uri: String, _ digest: [String: String]) {
        let commit = digest["gitCommit"] ?? digest["sha1"]
        if commit == nil, let page = uri.firstRange(of: "/commit/"), Self.isCommit(uri[page.upperBound...]) {
            // Google Cloud Build names the page of the commit, and has no digest.
            addSource(String(uri[..<page.lowerBound]), String(uri[page.upperBound...]))
        } else if uri.hasPrefix("git+") || commit != nil {
            addSource(uri, commit ?? "")
        }
    }

    private static func isCommit(_ text: Substring) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    private mutating func addSource(_ uri: String, _ commit: String) {
        var repository = uri.hasPrefix("git+") ? uri.dropFirst(4) : uri[...]
        if let ref = repository.firstRange(of: "@refs/") {
            repository = repository[..<ref.lowerBound]
        } else if let at = repository.lastIndex(of: "@"), !repository[at...].contains("/") {
            // An @ before the last slash belongs to a user's name.
            repository = repository[..<at]
        }
        let source = Source(repository: String(repository), commit: commit.lowercased())
        guard !source.repository.isEmpty || !source.commit.isEmpty, !sources.contains(source) else { return }
        sources.append(source)
    }
}
