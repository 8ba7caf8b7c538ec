import GrafeasProto
import MetadataModel

/// An image as its registry has it, checked.
struct ImageFacts: Sendable {
    /// `registry/repository`, spelt out.
    let repository: String
    let tag: String?
    let index: ImageIndex?
    /// Of an index those platforms that were fetched.
    let images: [PlatformImage]

    /// The image for one platform.
    struct Platform: Sendable {
        let manifest: ImageManifest
        let config: ImageConfig
        /// Where in the document it stands.
        let place: String
    }

    /// Facts do not age, but readers of them learn: what is said now takes the place of what was said before.
    func records(for target: ReportTarget) throws(ReportProblem) -> [ReportRecords] {
        if let image = target.image, !image.isEmpty { try check(image) }
        var records = images.map { record(of: $0, for: target) }
        if let index { records.append(record(of: index, for: target)) }
        return records
    }

    /// Refuses the name of another image.
    private func check(_ image: String) throws(ReportProblem) {
        let digests = images.map(\.manifest.digest) + [index?.digest].compactMap(\.self)
        guard let named = ImageReference(image), named.repository == repository,
            named.digest.map({ digests.contains($0) }) ?? true
        else {
            let known = digests.prefix(5).joined(separator: ", ")
            let what = "the document is about \(repository) with \(known), not about \(image.quotedForMessage)"
            throw ReportProblem(path: "repository", description: what)
        }
    }

    private func record(of image: PlatformImage, for target: ReportTarget) -> ReportRecords {
        let uri = uri(image.manifest.digest)
        let note = imageNote(of: uri, image.fingerprint)
        var occurrence = Occurrence()
        occurrence.resourceUri = uri
        occurrence.noteName = NoteName(parent: target.provider, id: note.id).text
        occurrence.image.fingerprint = image.fingerprint
        occurrence.image.distance = Int32(image.manifest.layerDigests.count)
        occurrence.image.layerInfo = image.layers
        return ReportRecords(
            source: Self.source,
            author: Self.source,
            replacesEarlier: true,
            resourceURI: uri,
            notes: [note, Self.buildNote],
            occurrences: [
                ReportOccurrence(key: ["image"], occurrence: occurrence, place: "\(image.place).manifest"),
                ReportOccurrence(
                    key: ["config"],
                    occurrence: buildOccurrence(of: image, uri, for: target),
                    place: "\(image.place).config"
                ),
            ],
            layerChains: ImageLayers.chainIDs(diffIDs: image.config.diffIDs)
        )
    }

    private func record(of index: ImageIndex, for target: ReportTarget) -> ReportRecords {
        let uri = uri(index.digest)
        var fingerprint = Grafeas_V1_Fingerprint()
        fingerprint.v2Blob = index.entries.map(\.digest)
        let note = imageNote(of: uri, fingerprint)
        var occurrence = Occurrence()
        occurrence.resourceUri = uri
        occurrence.noteName = NoteName(parent: target.provider, id: note.id).text
        occurrence.image.fingerprint = fingerprint
        occurrence.image.layerInfo = index.entries.map { entry in
            var layer = Grafeas_V1_Layer()
            layer.directive = entry.isIndex ? "INDEX" : "MANIFEST"
            layer.arguments = [entry.platform, entry.digest].compactMap(\.self).joined(separator: " ")
            return layer
        }
        return ReportRecords(
            source: Self.source,
            author: Self.source,
            replacesEarlier: true,
            resourceURI: uri,
            notes: [note],
            occurrences: [ReportOccurrence(key: ["index"], occurrence: occurrence, place: "index")]
        )
    }

    private static let source = "oci"

    func uri(_ digest: String) -> String { "https://\(repository)@\(digest)" }

    /// The note that an image is by itself: an image built on it may hang on it too.
    private func imageNote(of uri: String, _ fingerprint: Grafeas_V1_Fingerprint) -> ReportNote {
        var note = Note()
        note.shortDescription = "Image \(ResourceURI(uri).canonical)"
        note.image.resourceURL = uri
        note.image.fingerprint = fingerprint
        // A URI is longer than an id may be, and half of its digest's digits tell as many images apart.
        let digits = ContentDigest.sha256Digits(Array(ResourceURI(uri).canonical.utf8)).prefix(32)
        return ReportNote(id: "image-\(digits)", note: note)
    }
}

typealias PlatformImage = ImageFacts.Platform

extension PlatformImage {
    /// Blobs and layers are ordered as the published comments of `Fingerprint` and `ImageOccurrence` have it, the top
    /// one first.
    var fingerprint: Grafeas_V1_Fingerprint {
        var fingerprint = Grafeas_V1_Fingerprint()
        fingerprint.v1Name = ImageLayers.chainIDs(diffIDs: config.diffIDs).last ?? ""
        fingerprint.v2Blob = manifest.layerDigests.reversed()
        fingerprint.v2Name = ImageLayers.v2Name(blobs: fingerprint.v2Blob)
        return fingerprint
    }

    /// One for each layer, without words where the history does not tell.
    var layers: [Grafeas_V1_Layer] {
        if config.commands.isEmpty { return manifest.layerDigests.map { _ in Grafeas_V1_Layer() } }
        return config.commands.reversed().map { Grafeas_V1_Layer(createdBy: $0) }
    }
}
