extension ImageCollection {
    /// How much is fetched of what a registry has, for all of it is kept until it is sent.
    struct Allowance {
        /// Images of one index: as many as the server takes.
        static let imagesOfIndexMax = 200
        /// Manifests, indexes and configurations in all: an image has two of them, an index has a dozen images.
        static let blobsMax = 2000
        /// Bytes of all of them: in base64 what a request to the server may have.
        static let bytesMax = 24 << 20

        private var blobs = 0
        private var bytes = 0

        /// The blob, which is one more.
        mutating func take(_ blob: ImageBlob) throws(ClientFailure) -> ImageBlob {
            blobs += 1
            bytes += blob.bytes.count
            guard blobs <= Self.blobsMax, bytes <= Self.bytesMax else {
                let bound = "\(Self.blobsMax) manifests and configurations, or \(Self.bytesMax) bytes"
                throw .unexpected("the index has more than \(bound), which are the most that are taken at once")
            }
            return blob
        }
    }
}
