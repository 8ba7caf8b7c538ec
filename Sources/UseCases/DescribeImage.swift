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
        let resources = try await resources(image, project)
        let evidence = try await evidence(resources, project)
        guard let resource = resources.first, evidence.isThere else {
            throw MetadataError.notFound(ResourceReference(type: "image", name: image))
        }
        let family = try await services.store.family(of: resource, project: project)
        // Who deploys an index runs its images.
        let ofIndexes = try await self.evidence(family.indexes, project)
        var description = evidence.adding(deploymentsOf: ofIndexes).description(services.limits)
        description.image = resource.uri.written
        description.also = resources.dropFirst().map(\.uri.written)
        for index in description.platforms.indices {
            let digest = description.platforms[index].image
            description.platforms[index].image = resource.uri.repository.map { "https://\($0)@\(digest)" } ?? digest
        }
        description.index = family.indexes.first?.uri.written ?? ""
        let platform = ofIndexes.platforms.first { $0.image == resource.uri.digest }?.platform
        if let previous = try await previous(resource, family, platform: platform, project) {
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
    private func resources(_ image: String, _ project: ProjectName?) async throws -> [KnownResource] {
        if ResourceURI.isDigest(image) { return try await resources(.digest(image), project) }
        let uri = ResourceURI(image)
        // The name as it was given comes first: some clients name artifacts without a digest, or do not spell out Docker Hub.
        let reference = ImageReference(image)
        for name in [uri.canonical, reference?.pinned].compactMap(\.self) {
            let known = try await resources(.uri(name), project)
            if let known = known.first { return try await withOtherNames(known, project) }
        }
        if let digest = uri.digest { return try await resources(.digest(digest), project) }
        guard let reference else {
            let form = "must be registry/repository@sha256:…, a digest, or registry/repository"
            throw MetadataError.invalid("image", "\(form); got \(image.quotedForMessage)")
        }
        if let tag = reference.tag {
            let tag = tag.quotedForMessage
            let text = "a tag (\(tag)) may move; name the image by its digest, or leave the tag out for the last one"
            throw MetadataError.invalid("image", text)
        }
        for name in [reference.repository, uri.canonical] {
            let last = try await resources(.repository(name, before: nil), project, limit: 1)
            if let last = last.first { return try await withOtherNames(last, project) }
        }
        return []
    }

    private func withOtherNames(_ resource: KnownResource, _ project: ProjectName?) async throws -> [KnownResource] {
        guard let digest = resource.uri.digest else { return [resource] }
        return [resource] + (try await resources(.digest(digest), project)).filter { $0 != resource }
    }

    private func resources(
        _ selection: ResourceSelection,
        _ project: ProjectName?,
        limit: Int? = nil
    ) async throws -> [KnownResource] {
        try await services.store.resources(selection, project: project, limit: limit ?? services.limits.imageNamesMax)
    }

    /// The image before this one in its repository: an index before an index, and an image of an index the one for the same
    /// platform in the index before.
    private func previous(
        _ resource: KnownResource,
        _ family: ImageFamily,
        platform: String?,
        _ project: ProjectName?
    ) async throws -> KnownResource? {
        guard let repository = resource.uri.repository else { return nil }
        let relatives = family.images.union(family.indexes.map(\.artifact))
        let wantsIndex = family.isIndex || platform != nil
        let earlier = try await resources(.repository(repository, before: resource.position), project)
        for candidate in earlier where !relatives.contains(candidate.artifact) {
            let its = try await services.store.family(of: candidate, project: project)
            guard its.isIndex == wantsIndex else { continue }
            guard wantsIndex, let platform, !family.isIndex else { return candidate }
            let images = try await evidence([candidate], project).platforms
            guard let digest = images.first(where: { $0.platform == platform })?.image else { continue }
            let image = try await resources(.uri("\(repository)@\(digest)"), project, limit: 1)
            if let image = image.first { return image }
        }
        return nil
    }

    // MARK: What is stored of it

    /// What is stored of some resources, as far as one answer reads.
    private func evidence(_ resources: [KnownResource], _ project: ProjectName?) async throws -> ImageEvidence {
        var evidence = ImageEvidence()
        var (occurrencesLeft, bytesLeft) = (services.limits.imageOccurrencesMax, services.limits.imageBytesMax)
        for resource in resources {
            let page = try await services.store.occurrences(
                of: resource,
                project: project,
                limit: occurrencesLeft,
                bytesMax: bytesLeft
            )
            if page.next != nil { evidence.isPartial = true }
            occurrencesLeft -= page.count
            bytesLeft -= page.frames.count
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
