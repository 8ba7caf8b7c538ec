public import MetadataModel

/// What images are searched for: all of its conditions hold for what is found.
public struct ImageQuery: Sendable {
    /// The images are found under one term of each condition.
    public var conditions: [[SearchTerm]]
    /// Only what is in this project counts; nil for all.
    public var project: ProjectName?
    /// Images that became known before this position; nil for the newest.
    public var before: Int64?
    /// Images of a page.
    public var limit: Int
    /// Steps in the index after which a page ends with what it found and a position to go on.
    public var stepsMax: Int
    /// Occurrences that are read of an image for each condition.
    public var occurrencesMax: Int

    public init(
        conditions: [[SearchTerm]],
        project: ProjectName?,
        before: Int64?,
        limit: Int,
        stepsMax: Int,
        occurrencesMax: Int
    ) {
        self.conditions = conditions
        self.project = project
        self.before = before
        self.limit = limit
        self.stepsMax = stepsMax
        self.occurrencesMax = occurrencesMax
    }
}

/// Images that were found.
public struct FoundImagePage: Sendable {
    public var images: [FoundImage]
    /// Where the next page begins, or nil at the end.
    public var next: Int64?

    public init(images: [FoundImage] = [], next: Int64? = nil) {
        self.images = images
        self.next = next
    }
}

/// An image, and the encoded occurrences that it was found by.
public struct FoundImage: Sendable {
    public var resource: KnownResource
    /// For each condition.
    public var occurrences: [[[UInt8]]]
    /// Its deployments that run.
    public var running: [[UInt8]]

    public init(resource: KnownResource, occurrences: [[[UInt8]]], running: [[UInt8]]) {
        self.resource = resource
        self.occurrences = occurrences
        self.running = running
    }
}

/// A resource of which something is stored.
public struct KnownResource: Sendable, Equatable {
    /// Grows in the order in which resources became known.
    public var position: Int64
    /// With `https://` unless it has another scheme; the spelling of an occurrence is its own.
    public var uri: ResourceURI

    public init(position: Int64, uri: ResourceURI) {
        self.position = position
        self.uri = uri
    }
}

/// Which resources are meant.
public enum ResourceSelection: Sendable {
    /// Its URI, without `https://`.
    case uri(String)
    /// All with a digest, in whatever repository.
    case digest(String)
    /// All of a repository, `registry/repository`, that became known before a position.
    case repository(String, before: Int64?)
}
