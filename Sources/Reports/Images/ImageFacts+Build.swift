import GrafeasProto
import MetadataModel

/// What an image's configuration claims of its build. Nobody has signed it: it is what the builder wrote down.
extension ImageFacts {
    /// The note on which the claims of all images hang.
    static var buildNote: ReportNote {
        var note = Note()
        note.shortDescription = "Builds as image configurations tell of them"
        note.build = Grafeas_V1_BuildNote()
        return ReportNote(id: "image-config", note: note)
    }

    func buildOccurrence(of image: PlatformImage, _ uri: String, for target: ReportTarget) -> Occurrence {
        let config = image.config
        var provenance = Grafeas_V1_BuildProvenance()
        // A build has to have an id, and the configuration is all that this one left.
        provenance.id = config.digest
        if let created = config.created { provenance.endTime = created }
        provenance.creator = config.author ?? config.label("org.opencontainers.image.authors") ?? ""
        provenance.builderVersion = config.builder ?? ""
        provenance.builtArtifacts = [artifact(image, uri)]
        for (name, value) in config.labels + config.facts { provenance.buildOptions[name] = value }
        setSource(of: &provenance, config)
        var occurrence = Occurrence()
        occurrence.resourceUri = uri
        occurrence.noteName = NoteName(parent: target.provider, id: Self.buildNote.id).text
        occurrence.build.provenance = provenance
        return occurrence
    }

    private func artifact(_ image: PlatformImage, _ uri: String) -> Grafeas_V1_Artifact {
        var artifact = Grafeas_V1_Artifact()
        artifact.checksum = image.manifest.digest
        artifact.id = ResourceURI(uri).canonical
        if let tag { artifact.names = ["\(repository):\(tag)"] }
        return artifact
    }

    /// The labels of the image specification ("Annotations"), and those that came before it (label-schema.org 1.0).
    private func setSource(of provenance: inout Grafeas_V1_BuildProvenance, _ config: ImageConfig) {
        var git = Grafeas_V1_GitSourceContext()
        git.url = config.label("org.opencontainers.image.source", "org.label-schema.vcs-url") ?? ""
        git.revisionID = config.label("org.opencontainers.image.revision", "org.label-schema.vcs-ref") ?? ""
        if git != Grafeas_V1_GitSourceContext() { provenance.sourceProvenance.context.git = git }
    }
}
