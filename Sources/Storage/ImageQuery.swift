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
    /// Occurrences that are read of an image for each condition, at least one.
    public var occurrencesMax: Int
    /// Bytes of them with which a page ends.
    public var bytesMax: Int

    public init(
        conditions: [[SearchTerm]],
        project: ProjectName?,
        before: Int64?,
        limit: Int,
        stepsMax: Int,
        occurrencesMax: Int,
        bytesMax: Int
    ) {
        self.conditions = conditions
        self.project = project
        self.before = before
        self.limit = limit
        self.stepsMax = stepsMax
        self.occurrencesMax = occurrencesMax
        self.bytesMax = bytesMax
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

/// An image, under whatever names it has, and the encoded occurrences that it was found by.
public struct FoundImage: Sendable {
    /// Grows in the order in which images became known.
    public var position: Int64
    /// What the first of the occurrences is about; with `https://`, as images have it.
    public var uri: ResourceURI
    /// For each condition.
    public var occurrences: [[[UInt8]]]
    /// The deployments that run: of the image, and of indexes that it is in.
    public var running: [[UInt8]]

    public init(position: Int64, uri: ResourceURI, occurrences: [[[UInt8]]], running: [[UInt8]]) {
        self.position = position
        self.uri = uri
        self.occurrences = occurrences
        self.running = running
    }

    /// Bytes of the occurrences.
    public var byteCount: Int { (occurrences.joined() + running).reduce(0) { $0 + $1.count } }
}

/// A resource of which something is stored.
public struct KnownResource: Sendable, Equatable {
    /// Grows in the order in which resources became known.
    public var position: Int64
    /// The same for all resources of one digest.
    public var artifact: Int64
    /// With `https://` if an image; the spelling of an occurrence is its own.
    public var uri: ResourceURI

    public init(position: Int64, artifact: Int64, uri: ResourceURI) {
        self.position = position
        self.artifact = artifact
        self.uri = uri
    }
}

/// An image and its relatives, by ``KnownResource/artifact``: an index of images for several platforms has them as its own.
public struct ImageFamily: Sendable, Equatable {
    /// Whether it is an index.
    public var isIndex = false
    /// The indexes that it is in, the one that became known last first, at most ``indexesMax``.
    public var indexes: [KnownResource] = []
    /// The images of the index that it is, or of those that it is in; itself included.
    public var images: Set<Int64> = []

    public static let indexesMax = 20

    public init(isIndex: Bool = false, indexes: [KnownResource] = [], images: Set<Int64> = []) {
        self.isIndex = isIndex
        self.indexes = indexes
        self.images = images
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
