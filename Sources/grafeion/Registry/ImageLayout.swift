import Foundation
import MetadataModel

/// A directory of images (image specification, "Image Layout"), as `skopeo copy`, `umoci` and `docker buildx` write it.
struct ImageLayout: ImageSource {
    private let directory: String
    private let entries: [Entry]

    private struct Entry {
        let digest: String
        /// What the writer called it, a tag or a whole reference.
        let name: String?
    }

    /// Whether a directory is a layout.
    static func isThere(_ directory: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(directory)/oci-layout")
    }

    init(directory: String) throws {
        self.directory = directory
        guard Self.isThere(directory) else {
            throw ClientFailure.file("\(directory) is no layout of images: it has no file oci-layout")
        }
        let version = try Self.json(at: "\(directory)/oci-layout")["imageLayoutVersion"]?.text
        guard version?.hasPrefix("1.") == true else {
            throw ClientFailure.file(
                "\(directory)/oci-layout: expected version 1 of the layout, found \(version ?? "none")"
            )
        }
        entries =
            try Self.json(at: "\(directory)/index.json")["manifests"].map(\.elements)?.map { entry in
                guard let digest = entry["digest"]?.text, RegistryReference.isDigest(digest) else {
                    throw ClientFailure.file("\(directory)/index.json: a manifest has no digest, sha256:…")
                }
                return Entry(digest: digest, name: entry["annotations"]?["org.opencontainers.image.ref.name"]?.text)
            } ?? []
    }

    /// The digest and the tag of the image with that tag, or of the only one there is.
    func image(tagged tag: String?) throws(ClientFailure) -> (digest: String, tag: String?) {
        let names = entries.compactMap(\.name)
        let found =
            tag.map { tag in entries.filter { $0.name == tag || $0.name?.hasSuffix(":\(tag)") == true } } ?? entries
        guard let entry = found.first, found.count == 1 else {
            let there =
                names.isEmpty ? "its images have no names" : "there is \(names.prefix(10).joined(separator: ", "))"
            if let tag { throw .file("\(directory) has \(found.isEmpty ? "no" : "several") \(tag); \(there)") }
            throw .file("\(directory) has \(found.count) images; name one as \(directory):TAG; \(there)")
        }
        return (entry.digest, tag ?? entry.name.flatMap { RegistryReference.isTag($0) ? $0 : nil })
    }

    func manifest(_ digest: String) async throws -> ImageBlob { try blob(digest) }

    func configuration(_ digest: String) async throws -> ImageBlob { try blob(digest) }

    private func blob(_ digest: String) throws -> ImageBlob {
        guard RegistryReference.isDigest(digest) else {
            throw ClientFailure.file("\(directory): \(digest.quotedForMessage) is no digest, sha256:…")
        }
        let path = "\(directory)/blobs/sha256/\(digest.dropFirst("sha256:".count))"
        return try ImageBlob(Self.contents(of: path)).checked(is: digest, path)
    }

    private static func json(at path: String) throws -> JSONValue {
        let bytes = try contents(of: path)
        do { return try JSONValue(parsing: bytes) } catch { throw ClientFailure.file("\(path): \(error)") }
    }

    private static func contents(of path: String) throws -> [UInt8] {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        if let size, size > ImageBlob.bytesMax {
            throw ClientFailure.file("\(path) has \(size) bytes; at most \(ImageBlob.bytesMax) are taken")
        }
        return [UInt8](try InputFile.contents(of: path))
    }
}
