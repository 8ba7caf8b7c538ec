import MessageReflection

/// A page of encoded messages, framed as a reply carries them.
public struct MessagePage: Sendable {
    /// The messages in list order, each as the length-delimited field 1 of a list reply: tag, length, bytes. The replies
    /// of all list methods have their entries in field 1.
    public var frames: [UInt8]
    /// How many there are.
    public var count: Int
    /// Whether each is just its v1 message; false if one of them says more (``MetadataModel/StoredRecord``).
    public var isV1Only: Bool
    /// The position the next page begins below, or nil when the list is at its end. A page may be short or empty and
    /// still have a next one, when the bound on scanned rows was met first.
    public var next: Int64?

    public init(frames: [UInt8] = [], count: Int = 0, isV1Only: Bool = true, next: Int64? = nil) {
        self.frames = frames
        self.count = count
        self.isV1Only = isV1Only
        self.next = next
    }

    /// The messages one by one.
    public func messages() throws -> [[UInt8]] {
        try frames.withUnsafeBytes { buffer in
            var reader = WireReader(buffer)
            var all: [[UInt8]] = []
            all.reserveCapacity(count)
            while let field = try reader.next() { all.append([UInt8](field.payload)) }
            return all
        }
    }
}
