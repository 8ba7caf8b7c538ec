import GrafeasProto
import MetadataModel

extension AssessmentDocument {
    /// One VULNERABILITY_ASSESSMENT note for each image, vulnerability, and package that a statement is limited to.
    ///
    /// Where the document tells images by digest, only what it says of these counts, and of the image given if one is.
    /// Where it does not, it is about the image given. There are no occurrences: what a scan found is judged by
    /// ``VulnerabilityAssessments``, whenever it is found.
    /// - Throws: ``ReportProblem`` when the document is about other images, or nobody names one, or it contradicts
    ///   itself.
    func records(for target: ReportTarget) throws(ReportProblem) -> [ReportRecords] {
        let named = statements.flatMap(\.products).compactMap(\.image)
        let given = try givenURI(target, named)
        let digest = given.flatMap { ResourceURI($0).digest }
        var images: [ImageAssessments] = []
        var positions: [String: Int] = [:]
        func add(_ statement: Statement, _ package: AssessedPackage?, _ uri: String) throws(ReportProblem) {
            let position = positions[uri] ?? images.count
            if position == images.count { images.append(ImageAssessments(uri: uri)) }
            positions[uri] = position
            try images[position].add(statement, package, of: self)
        }
        for statement in statements {
            if statement.products.isEmpty {
                guard let given else { throw unnamed(statement.place) }
                try add(statement, nil, given)
            }
            for product in statement.products {
                let isMeant = given != nil && (named.isEmpty || product.image?.digest == digest)
                if let uri = given == nil ? product.image?.uri : isMeant ? given : nil {
                    try add(statement, product.package, uri)
                }
            }
        }
        if images.isEmpty { throw nothing(of: digest, named) }
        var bytesLeft = target.limits.assessmentNotesBytesMax
        var records: [ReportRecords] = []
        for image in images {
            let notes = try image.notes(of: self, target.limits, &bytesLeft)
            records.append(self.records(image.uri, notes))
        }
        return records
    }

    private func records(_ imageURI: String, _ notes: [ReportNote]) -> ReportRecords {
        ReportRecords(
            source: "vex",
            author: author.name ?? "an unnamed author",
            replacesEarlier: false,
            resourceURI: imageURI,
            notes: notes,
            occurrences: []
        )
    }

    /// The image as somebody named it. To a repository without a digest the document's digest for it is added.
    private func givenURI(_ target: ReportTarget, _ named: [AssessedProduct.Image]) throws(ReportProblem) -> String? {
        guard let given = target.image, !given.isEmpty else { return nil }
        var image = ScannedImage(path: "")
        if ImageReference(given)?.digest == nil {
            image.repoDigests = named.filter { $0.repository != nil }.map(\.text)
        }
        return try image.uri(given: given)
    }

    private func unnamed(_ place: String) -> ReportProblem {
        let way = "name the image that it is about as registry/repository@sha256:…"
        return ReportProblem(path: place, description: "names no image by repository and digest; \(way)")
    }

    /// Why there are no records.
    private func nothing(of digest: String?, _ named: [AssessedProduct.Image]) -> ReportProblem {
        if statements.isEmpty { return ReportProblem(path: "", description: "the document has no statements") }
        guard let digest, !named.isEmpty else { return unnamed("") }
        let list = Set(named.map(\.text)).sorted()
        let names = list.prefix(5).joined(separator: ", ") + (list.count > 5 ? " and \(list.count - 5) more" : "")
        return ReportProblem(path: "", description: "the document is about \(names), not about \(digest)")
    }
}
