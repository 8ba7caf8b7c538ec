import MetadataModel

/// What several formats have in common.
extension JSONNode {
    /// The elements of an array of layers.
    func layers() throws(ReportProblem) -> [JSONNode] {
        let layers = try array()
        if layers.count > limits.layersMax {
            throw problem("has \(layers.count) layers; at most \(limits.layersMax) are taken")
        }
        return layers
    }

    /// The elements of an array of an image's names.
    private func imageNames() throws(ReportProblem) -> [JSONNode] {
        let names = try array()
        if names.count > limits.imageNamesMax {
            throw problem("has \(names.count) names; at most \(limits.imageNamesMax) are taken")
        }
        return names
    }

    /// The strings of an array, as names.
    func references() throws(ReportProblem) -> [String] {
        var references: [String] = []
        for element in try imageNames() {
            if let reference = try element.name(bytesMax: limits.referenceBytesMax) { references.append(reference) }
        }
        return references
    }

    /// The references of an array, each of which must have a digest.
    func pinnedReferences() throws(ReportProblem) -> [String] {
        var references: [String] = []
        for element in try imageNames() {
            guard let text = try element.name(bytesMax: limits.referenceBytesMax) else { continue }
            guard ImageReference(text)?.digest != nil else {
                throw element.problem("expected repository@sha256:…, found \(text.quotedForMessage)")
            }
            references.append(text)
        }
        return references
    }

    /// A digest, `sha256:…`; nil if there is none.
    func digest() throws(ReportProblem) -> String? {
        guard let text = try name(bytesMax: limits.versionBytesMax) else { return nil }
        guard ResourceURI.isDigest(text) else {
            throw problem("expected a digest, sha256:…, found \(text.quotedForMessage)")
        }
        return text
    }

    /// Refuses more versions than a finding may have, and ones too long; they are those of this value.
    func checkVersions(_ versions: [String]) throws(ReportProblem) {
        if versions.count > limits.fixedVersionsMax {
            throw problem("names \(versions.count) versions; at most \(limits.fixedVersionsMax) are taken")
        }
        for version in versions { try checkName(version, bytesMax: limits.versionBytesMax) }
    }
}

extension [String] {
    /// The URLs that are kept: not too long, each once, and not too many.
    func usable(_ limits: ReportLimits) -> [String] {
        var seen = Set<String>()
        var kept: [String] = []
        for url in self where !url.isEmpty && url.utf8.count <= limits.urlBytesMax && kept.count < limits.urlsMax {
            if seen.insert(url).inserted { kept.append(url) }
        }
        return kept
    }
}

extension [CVSSRating] {
    /// The ratings with those of the named source first, then those of the databases that everybody cites; otherwise
    /// as they were.
    func preferring(_ source: String?) -> [CVSSRating] {
        let order = [source ?? "nvd", "nvd", "ghsa"]
        let ranked = enumerated().map { index, rating in
            (rank: order.firstIndex(of: rating.source) ?? order.count, index: index, rating: rating)
        }
        return ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.rating)
    }
}

extension StringProtocol {
    /// The text without spaces at its ends.
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
