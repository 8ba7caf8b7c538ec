import SwiftProtobuf

/// A JSON document that another carries in base64, and the digest of its bytes.
struct CarriedBlob {
    /// `sha256:` and 64 hexadecimal digits, computed.
    let digest: String
    let root: JSONNode
}

extension JSONNode {
    /// Reads the document that this value carries, nil if there is none. What is wrong in it is blamed at its own path
    /// behind that of this value: `images[0].config.rootfs.type`.
    func carried<Value>(
        _ read: (CarriedBlob) throws(ReportProblem) -> Value
    ) throws(ReportProblem) -> Value? {
        guard let value = try self.bytes()?.value else { return nil }
        let bytes = Array(value)
        if bytes.count > limits.imageBlobBytesMax {
            throw problem("has \(bytes.count) bytes; at most \(limits.imageBlobBytesMax) are taken")
        }
        do {
            let root = try JSONDocument(bytes, limits: limits).root
            return try read(CarriedBlob(digest: ContentDigest.sha256(bytes), root: root))
        } catch {
            let separator = error.path.isEmpty || error.path.hasPrefix("[") ? "" : "."
            throw ReportProblem(path: path + separator + error.path, description: error.description)
        }
    }
}
