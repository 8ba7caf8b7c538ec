import Foundation
import NIOCore

/// A file that is sent as it is read, so that it may be larger than memory. Each iteration reads it anew.
struct FileBody: AsyncSequence, Sendable {
    let path: String
    /// Bytes of the file.
    let size: Int64

    /// Bytes that are read at once.
    private static let pieceBytes = 256 << 10

    /// Nil if there is no file of that path, or it is none whose size is known.
    init?(path: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular, let size = attributes?[.size] as? Int64 else {
            return nil
        }
        self.path = path
        self.size = size
    }

    func makeAsyncIterator() -> Iterator { Iterator(path: path) }

    struct Iterator: AsyncIteratorProtocol {
        let path: String
        private var file: FileHandle?

        init(path: String) { self.path = path }

        mutating func next() async throws -> ByteBuffer? {
            let file = try self.file ?? FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            self.file = file
            guard let piece = try file.read(upToCount: FileBody.pieceBytes), !piece.isEmpty else { return nil }
            return ByteBuffer(bytes: piece)
        }
    }
}
