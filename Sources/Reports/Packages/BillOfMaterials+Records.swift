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
        var merged = MergedComponents()
        for component in components { merged.add(component, ComponentKey(component), target.limits) }
        for component in merged.components {
            let note = drafts.note(of: component)
            if noteIDs.insert(note.id).inserted { records.notes.append(note) }
            records.occurrences.append(drafts.occurrence(of: component))
        }
        return records
    }
}
