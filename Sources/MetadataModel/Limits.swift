/// Every bound of the server, in one place and each with its reason.
public struct Limits: Sendable {
    /// Bytes of a request body or gRPC message. 32 MiB holds the largest batch (1,000 entries) at 32 KiB an entry.
    public var bodyBytesMax = 32 << 20
    /// Bytes of a report that is read as a whole, however large other bodies may be; a larger one is read piece by piece,
    /// of the formats of which that can be done.
    public var wholeReportBytesMax = 32 << 20
    /// Bytes of a request body that is put on disk and read piece by piece: bills of materials have some hundred megabytes.
    public var largeBodyBytesMax = 1 << 30
    /// Large bodies on disk at once.
    public var largeBodiesMax = 4
    /// Seconds in which a large body must have arrived, for it holds one of those places.
    public var largeBodySeconds = 600
    /// Bytes of all headers of a request together; what common proxies allow.
    public var headerBytesMax = 16 << 10
    /// Bytes of one stored message. Larger evidence belongs in a registry, with a reference here.
    public var messageBytesMax = 4 << 20
    /// Bytes of a resource URI; the indexes hold it whole.
    public var resourceURIBytesMax = 2048
    /// Package issues of one vulnerability: each is a row in an index.
    public var packageIssuesMax = 1000
    /// Bytes of a package's name; the index holds it whole.
    public var packageNameBytesMax = 1024
    /// Messages within one request, at all levels: a few bytes on the wire become a hundred in memory.
    public var requestMessagesMax = 500_000
    /// Bytes of messages that may wait for the store's writer.
    public var queuedWriteBytesMax = 256 << 20
    /// Entries of a batch create: what the hosted API takes.
    public var batchSizeMax = 1000
    /// Entries of a page when the client names no size.
    public var pageSizeDefault = 20
    /// Entries of a page whatever the client asks for.
    public var pageSizeMax = 1000
    /// Bytes of stored messages in one page, so that a page of large messages fits a client's default message limit
    /// with room to spare: common gRPC clients refuse more than 4 MiB. A single entry is always returned.
    public var pageBytesMax = 3 << 20
    /// Rows that one page of a filtered list may step over; most filters cost about a tenth of a second for so many. The
    /// page then ends with what it found and a token to go on.
    public var scannedRowsMax = 20_000
    /// Milliseconds of processor time that one page may take, for filters whose rows cost more.
    public var scanMillisecondsMax = 500
    /// Resources that one summary of vulnerabilities lists, so that it fits a client's default message limit.
    public var summaryResourcesMax = 5_000
    /// Stretches of ``scannedRowsMax`` rows that one summary may count: a million rows.
    public var summaryStretchesMax = 50
    /// Search terms that one condition of a search may stand for: versions of a package, commits that begin so.
    public var searchTermsMax = 10_000
    /// Occurrences of each image that a search reads and shows for each condition.
    public var searchFindingsMax = 20
    /// Occurrences that are read of one image to describe it: ten thousand packages and as many findings.
    public var imageOccurrencesMax = 20_000
    /// Bytes of those.
    public var imageBytesMax = 64 << 20
    /// Repositories that an image is looked for in, by its digest.
    public var imageNamesMax = 20
    /// Entries of each list in the description of an image that has no bound by nature.
    public var describedEntriesMax = 50
    /// Characters of an idempotency key.
    public var idempotencyKeyLengthMax = 128
    /// Seconds for which an idempotency key answers with its first result.
    public var idempotencySeconds = 24 * 60 * 60
    /// Levels of nested messages in a request.
    public var nestingDepthMax = 100
    /// Writes that may wait for the store's writer; beyond it the server says that it is overloaded.
    public var queuedWritesMax = 10_000
    /// HTTP/2 streams that one connection may have open.
    public var concurrentStreamsMax = 1_000
    /// Seconds that a connection may be idle.
    public var idleSeconds = 300
    /// Seconds in which a request's header must have arrived.
    public var headerSeconds = 30
    /// Connections open at once.
    public var connectionsMax = 10_000

    public init() {}
}
