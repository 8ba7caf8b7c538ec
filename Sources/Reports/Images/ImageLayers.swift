import GrafeasProto
import MetadataModel

/// What the layers of an image say of it.
enum ImageLayers {
    /// The ids of the stacks of layers that an image is made of, the lowest layer alone first and the whole image last:
    /// images with the same chain id have the same content (image specification, "Layer ChainID").
    static func chainIDs(diffIDs: [String]) -> [String] {
        var chain: [String] = []
        for diffID in diffIDs {
            chain.append(chain.last.map { ContentDigest.sha256(Array("\($0) \(diffID)".utf8)) } ?? diffID)
        }
        return chain
    }

    /// `Fingerprint.v2_name`, by the formula of its published comment: the bottom blob's name is its digest, and each
    /// blob above is named for the digest of its own digest, a space and the name of the one below.
    /// - Parameter blobs: digests of the layers' blobs, the top one first.
    static func v2Name(blobs: [String]) -> String {
        guard var name = blobs.last else { return "" }
        for blob in blobs.reversed().dropFirst() { name = ContentDigest.sha256Digits(Array("\(blob) \(name)".utf8)) }
        return name
    }

    /// An image's occurrence when it is known what the image is built on.
    ///
    /// - Parameters:
    ///   - occurrence: of kind IMAGE, as a report's records have it: with all its layers, the top one first.
    ///   - baseURI: the resource URI of the base image.
    ///   - baseLayerCount: how many of the layers, from the bottom, are the base image's.
    /// - Returns: the occurrence with the base image, the number of layers on top of it, and only those layers. As it
    ///   was if the base image has no layers or all of them: it is not what this one is built on then.
    static func rebased(_ occurrence: Occurrence, onto baseURI: String, baseLayerCount: Int) -> Occurrence {
        let distance = occurrence.image.fingerprint.v2Blob.count - baseLayerCount
        guard baseLayerCount > 0, distance > 0 else { return occurrence }
        var rebased = occurrence
        rebased.image.baseResourceURL = baseURI
        rebased.image.distance = Int32(distance)
        rebased.image.layerInfo = Array(occurrence.image.layerInfo.prefix(distance))
        return rebased
    }
}

extension ReportRecords {
    /// Says what the image is built on, see ``layerChains``.
    /// - Parameters:
    ///   - baseURI: the resource URI of the base image.
    ///   - layerCount: how many of the layers, from the bottom, are the base image's.
    public mutating func placeImage(on baseURI: String, layerCount: Int) {
        occurrences = occurrences.map { entry in
            guard case .image = entry.occurrence.details else { return entry }
            let rebased = ImageLayers.rebased(entry.occurrence, onto: baseURI, baseLayerCount: layerCount)
            return ReportOccurrence(key: entry.key, occurrence: rebased, place: entry.place)
        }
    }
}
