public import NIOCore
public import UseCases

/// Keeps bodies that are too large for memory while their calls are answered.
public struct BodySpool: Sendable {
    /// The pieces of a body that have not been read yet, one after the other; nil at the end.
    public typealias Pieces = () async throws -> ByteBuffer?

    /// Stores a body of which the beginning was read; nil, and nothing stored, if it has more than so many bytes.
    /// - Throws: `unavailable` when there are as many as may be.
    public let store: @Sendable (_ beginning: ByteBuffer, _ bytesMax: Int, _ rest: Pieces) async throws -> SpooledBody?

    public init(
        store:
            @escaping @Sendable (_ beginning: ByteBuffer, _ bytesMax: Int, _ rest: Pieces) async throws
            -> SpooledBody?
    ) {
        self.store = store
    }
}

/// A body that has been stored.
public struct SpooledBody: Sendable {
    public let source: ByteSource
    /// Lets go of it.
    public let remove: @Sendable () -> Void

    public init(source: @escaping ByteSource, remove: @escaping @Sendable () -> Void) {
        self.source = source
        self.remove = remove
    }
}
