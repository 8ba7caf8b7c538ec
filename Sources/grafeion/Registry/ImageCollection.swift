import Foundation

/// Collects what a source has of an image into the documents that the server reads.
struct ImageCollection {
    let source: any ImageSource
    /// `registry/repository`.
    let name: String
    let tag: String?
    /// `linux/amd64` or `linux/arm64/v8`; nil for all platforms of an index.
    let platform: String?

    /// One document, and one more for each index in the index.
    func documents(of tagOrDigest: String) async throws -> [JSONValue] {
        var allowance = Allowance()
        let top = try allowance.take(try await source.manifest(tagOrDigest))
        let manifest = try Manifest(top)
        guard case .index(let entries) = manifest.content else {
            let config = try await configuration(top, manifest)
            let found = try Self.platform(of: config)
            if let platform, !Self.isPlatform(found, platform) { throw absent(platform, there: [found]) }
            return [document(index: nil, images: [Self.image(top, config)])]
        }
        var found = try await images(of: entries, &allowance)
        var documents: [JSONValue] = []
        for digest in found.indexes {
            let inner = try allowance.take(try await source.manifest(digest))
            guard case .index(let entries) = try Manifest(inner).content else { continue }
            let images = try await self.images(of: entries, &allowance).images
            found.platforms += entries.compactMap(\.platform)
            if !images.isEmpty { documents.append(document(index: inner, images: images)) }
        }
        if let platform, found.images.isEmpty, documents.isEmpty { throw absent(platform, there: found.platforms) }
        return [document(index: top, images: found.images)] + documents
    }

    private func images(
        of entries: [Manifest.Entry],
        _ allowance: inout Allowance
    ) async throws -> (images: [JSONValue], indexes: [String], platforms: [String]) {
        var images: [JSONValue] = []
        var indexes: [String] = []
        var seen: Set<String> = []
        for entry in entries where seen.insert(entry.digest).inserted {
            if entry.isIndex {
                indexes.append(entry.digest)
                continue
            }
            // An entry that names no platform is a match for none.
            if let platform, !Self.isPlatform(entry.platform ?? "", platform) { continue }
            if images.count == Allowance.imagesOfIndexMax { throw tooMany() }
            let blob = try allowance.take(try await source.manifest(entry.digest))
            let manifest = try Manifest(blob)
            guard case .image = manifest.content else { continue }
            images.append(Self.image(blob, try allowance.take(try await configuration(blob, manifest))))
        }
        return (images, indexes, entries.compactMap(\.platform))
    }

    /// Whether an index's platform is the one that was asked for; a variant counts only if it was asked for.
    static func isPlatform(_ found: String, _ wanted: String) -> Bool {
        found == wanted || found.hasPrefix(wanted + "/") && wanted.split(separator: "/").count == 2
    }

    private func tooMany() -> ClientFailure {
        let bound = "at most \(Allowance.imagesOfIndexMax) are taken"
        return .unexpected("\(name) has more images in one index than can be stored (\(bound)); choose a --platform")
    }

    private func absent(_ platform: String, there: [String]) -> ClientFailure {
        let list = there.isEmpty ? "names no platform" : "has \(there.joined(separator: ", "))"
        return .unexpected("\(name) has no image for \(platform); it \(list)")
    }

    private func configuration(_ blob: ImageBlob, _ manifest: Manifest) async throws -> ImageBlob {
        guard case .image(let digest) = manifest.content else {
            throw ClientFailure.unexpected("\(name)@\(blob.digest) is not an image: \(manifest.kind)")
        }
        return try await source.configuration(digest)
    }

    /// The platform that a configuration is of.
    private static func platform(of config: ImageBlob) throws(ClientFailure) -> String {
        do {
            let root = try JSONValue(parsing: config.bytes)
            return Manifest.platform(root) ?? ""
        } catch {
            throw .unexpected("the configuration \(config.digest) is not JSON: \(error)")
        }
    }

    private static func image(_ manifest: ImageBlob, _ config: ImageBlob) -> JSONValue {
        .object([.init("manifest", base64(manifest)), .init("config", base64(config))])
    }

    private func document(index: ImageBlob?, images: [JSONValue]) -> JSONValue {
        var members: [JSONValue.Member] = [.init("grafeionImage", .number("1")), .init("repository", .string(name))]
        if let tag { members.append(.init("tag", .string(tag))) }
        if let index { members.append(.init("index", Self.base64(index))) }
        members.append(.init("images", .array(images)))
        return .object(members)
    }

    private static func base64(_ blob: ImageBlob) -> JSONValue {
        .string(Data(blob.bytes).base64EncodedString())
    }
}

extension JSONValue.Member {
    fileprivate init(_ name: String, _ value: JSONValue) { self.init(name: name, value: value) }
}

extension ImageCollection {
    /// As much of a manifest as it takes to fetch what belongs to it; the server reads all of it.
    struct Manifest {
        enum Content {
            /// An image, by the digest of its configuration.
            case image(String)
            /// An index, without the attestations in it.
            case index([Entry])
            /// Something else that lies in registries.
            case other
        }

        struct Entry {
            let digest: String
            let platform: String?
            let isIndex: Bool
        }

        let content: Content
        /// What it says that it is, for messages.
        let kind: String

        init(_ blob: ImageBlob) throws(ClientFailure) {
            let root: JSONValue
            do {
                root = try JSONValue(parsing: blob.bytes)
            } catch {
                throw .unexpected("the manifest \(blob.digest) is not JSON: \(error)")
            }
            let configType = root["config"]?["mediaType"]?.text
            let version = root["schemaVersion"]?.integer == 1 ? "of Docker's schema 1, which has no configuration" : nil
            kind = version ?? root["artifactType"]?.text ?? configType ?? root["mediaType"]?.text ?? "no manifest"
            if root["manifests"] != nil {
                content = .index(root["manifests"]?.elements.compactMap(Self.entry) ?? [])
            } else if let digest = root["config"]?["digest"]?.text, RegistryReference.isDigest(digest),
                ImageMediaType.configurations.contains(configType ?? "")
            {
                content = .image(digest)
            } else {
                content = .other
            }
        }

        /// Nil for attestations, which BuildKit lists as images of an unknown platform, and for other artifacts.
        private static func entry(_ node: JSONValue) -> Entry? {
            guard let digest = node["digest"]?.text, RegistryReference.isDigest(digest), node["artifactType"] == nil
            else {
                return nil
            }
            let platform = node["platform"].flatMap(platform)
            if platform == "unknown/unknown" { return nil }
            let isIndex = ImageMediaType.indexes.contains(node["mediaType"]?.text ?? "")
            return Entry(digest: digest, platform: platform, isIndex: isIndex)
        }

        /// `os/architecture/variant` of an object with these members.
        fileprivate static func platform(_ node: JSONValue) -> String? {
            let parts = ["os", "architecture", "variant"].compactMap { node[$0]?.text }.filter { !$0.isEmpty }
            return parts.isEmpty ? nil : parts.joined(separator: "/")
        }
    }
}
