import GrafeasProto
import MetadataModel
import Reports
import Storage
import SwiftProtobuf

/// Says what is known of an image, from everything that is stored of it in all projects.
public struct DescribeImage: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameters:
    ///   - image: `registry/repository@sha256:…`, a digest, or a repository for the image of it that became known last.
    ///   - project: the only project that counts; empty for all.
    /// - Returns: an encoded `grafeion.v1.ImageDescription`.
    /// - Throws: `notFound` when nothing is stored of the image; `invalid` for a text of another form.
    public func run(image: String, project: String) async throws -> [UInt8] {
        let project = try services.searchedProject(project)
        let resources = try await resources(image)
        guard let resource = resources.first else {
            throw MetadataError.notFound(ResourceReference(type: "image", name: image))
        }
        let evidence = try await evidence(resources, project)
        guard evidence.isThere else { throw MetadataError.notFound(ResourceReference(type: "image", name: image)) }
        var description = evidence.description(services.limits)
        description.image = resource.uri.written
        description.also = resources.dropFirst().map(\.uri.written)
        for index in description.platforms.indices {
            let digest = description.platforms[index].image
            description.platforms[index].image = resource.uri.repository.map { "https://\($0)@\(digest)" } ?? digest
        }
        description.index = try await index(of: resource, project) ?? ""
        if let previous = try await previous(resource) {
            let before = try await self.evidence([previous], project)
            if before.isThere {
                description.sincePrevious = evidence.change(since: before, services.limits)
                description.sincePrevious.previous = previous.uri.written
            }
        }
        return try description.serializedBytes()
    }

    // MARK: Which image

    /// The image under all names that it has, the one asked for first.
    private func resources(_ image: String) async throws -> [KnownResource] {
        let store = services.store
        let most = services.limits.imageNamesMax
        if ResourceURI.isDigest(image) { return try await store.resources(.digest(image), limit: most) }
        let uri = ResourceURI(image)
        if let digest = uri.digest {
            let spelledOut = ImageReference(image)?.pinned
            let known = try await store.resources(.digest(digest), limit: most)
            let asked = [uri.canonical, spelledOut].compactMap(\.self).compactMap { name in
                known.first { $0.uri.canonical == name }
            }.first
            guard let asked else { return known }
            return [asked] + known.filter { $0 != asked }
        }
        // An artifact without a digest in its name, as some clients have them.
        let exact = try await store.resources(.uri(uri.canonical), limit: 1)
        if !exact.isEmpty { return exact }
        guard let reference = ImageReference(image) else {
            let form = "must be registry/repository@sha256:…, a digest, or registry/repository"
            throw MetadataError.invalid("image", "\(form); got \(image.quotedForMessage)")
        }
        if let tag = reference.tag {
            let text =
                "a tag (\(tag.quotedForMessage)) may move; name the image by its digest, or leave the tag out for the last one"
            throw MetadataError.invalid("image", text)
        }
        for name in Set([reference.repository, uri.canonical]) {
            let last = try await store.resources(.repository(name, before: nil), limit: 1)
            guard let last = last.first else { continue }
            guard let digest = last.uri.digest else { return [last] }
            return [last] + (try await store.resources(.digest(digest), limit: most)).filter { $0 != last }
        }
        return []
    }

    private func previous(_ resource: KnownResource) async throws -> KnownResource? {
        guard let repository = resource.uri.repository else { return nil }
        let selection = ResourceSelection.repository(repository, before: resource.position)
        return try await services.store.resources(selection, limit: 1).first
    }

    /// The index that names the image as one of its platforms.
    private func index(of resource: KnownResource, _ project: ProjectName?) async throws -> String? {
        guard let digest = resource.uri.digest else { return nil }
        let query = ImageQuery(
            conditions: [[.platform(digest)]],
            project: project,
            before: nil,
            limit: 1,
            stepsMax: services.limits.scannedRowsMax,
            occurrencesMax: 0
        )
        return try await services.store.searchImages(query).images.first?.resource.uri.written
    }

    // MARK: What is stored of it

    private func evidence(_ resources: [KnownResource], _ project: ProjectName?) async throws -> ImageEvidence {
        var evidence = ImageEvidence()
        for resource in resources {
            let page = try await services.store.occurrences(
                of: resource,
                project: project,
                limit: services.limits.imageOccurrencesMax,
                bytesMax: services.limits.imageBytesMax
            )
            if page.next != nil { evidence.isPartial = true }
            for message in try page.messages() { evidence.add(try Occurrence(serializedBytes: message)) }
        }
        return evidence
    }
}

extension ResourceURI {
    /// What stands before the digest.
    fileprivate var repository: String? {
        guard digest != nil, let at = canonical.lastIndex(of: "@") else { return nil }
        return String(canonical[..<at])
    }
}
