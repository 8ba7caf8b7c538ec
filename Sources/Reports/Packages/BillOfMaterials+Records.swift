import MetadataModel

extension BillOfMaterials {
    /// What a tool says to be in an image takes the place of what it said before. The reference to the document comes
    /// first, then the packages in the order of the document; those of one key are one.
    func records(for target: ReportTarget) throws(ReportProblem) -> ReportRecords {
        var records = try reference(for: target)
        let drafts = PackageDrafts(
            resourceURI: records.resourceURI,
            provider: target.provider,
            distribution: distribution
        )
        var noteIDs: Set<String> = []
        for component in merged(target.limits) {
            let note = drafts.note(of: component)
            if noteIDs.insert(note.id).inserted { records.notes.append(note) }
            records.occurrences.append(drafts.occurrence(of: component))
        }
        return records
    }

    /// The components, each key once.
    private func merged(_ limits: ReportLimits) -> [Component] {
        var merged: [Component] = []
        var positions: [ComponentKey: Int] = [:]
        for component in components {
            let key = ComponentKey(component)
            if let position = positions[key] {
                merged[position].merge(component, limits)
            } else {
                positions[key] = merged.count
                merged.append(component)
            }
        }
        return merged
    }
}
