internal import Dispatch
internal import Foundation
internal import HTTPFrontend
internal import MetadataModel
internal import NIOConcurrencyHelpers
internal import NIOCore

/// Keeps large request bodies in files of the system's directory for temporary ones (`TMPDIR`).
///
/// The files have no name from the moment they are open: whatever happens to the server, they are gone.
final class FileSpool: Sendable {
    private let filesMax: Int
    private let seconds: Int
    /// Disks may take their time, which is not for the threads that answer calls to wait.
    private let writes = DispatchQueue(label: "dev.grafeion.spool", attributes: .concurrent)
    private let fileCount = NIOLockedValueBox(0)
    /// Bytes that are read at once.
    private static let pieceBytes = 256 << 10

    init(limits: Limits) {
        filesMax = limits.largeBodiesMax
        seconds = limits.largeBodySeconds
    }

    var spool: BodySpool { BodySpool { try await self.store($0, bytesMax: $1, $2) } }

    private func store(_ beginning: ByteBuffer, bytesMax: Int, _ rest: BodySpool.Pieces) async throws -> SpooledBody? {
        try enter()
        do {
            let file = try Self.openNameless()
            let deadline = ContinuousClock.now + .seconds(seconds)
            var count = 0
            var piece: ByteBuffer? = beginning
            while let bytes = piece {
                count += bytes.readableBytes
                guard count <= bytesMax else {
                    leave()
                    return nil
                }
                try await write(bytes, to: file)
                piece = try await rest()
                // One that sends nothing at all is cut off for being idle.
                if piece != nil, ContinuousClock.now > deadline { throw slow() }
            }
            return SpooledBody(source: { try Self.read(file, $0) }, remove: { self.leave() })
        } catch {
            leave()
            throw error
        }
    }

    private func enter() throws {
        let isFull = fileCount.withLockedValue { count in
            if count >= filesMax { return true }
            count += 1
            return false
        }
        if isFull {
            let text = "\(filesMax) large documents are being taken in already; nothing was written"
            throw MetadataError.unavailable(text, retryAfterSeconds: 10)
        }
    }

    private func leave() { fileCount.withLockedValue { $0 -= 1 } }

    private func slow() -> MetadataError {
        let text = "the document did not arrive within \(seconds) seconds; nothing was written"
        return .unavailable(text, retryAfterSeconds: 10)
    }

    // MARK: Files

    private static func openNameless() throws -> FileHandle {
        let path = FileManager.default.temporaryDirectory.appending(path: "grafeion-body-XXXXXX").path
        var name = Array(path.utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw MetadataError.unavailable("no file for a large document at \(path): \(reason)", retryAfterSeconds: 10)
        }
        unlink(name)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private func write(_ bytes: ByteBuffer, to file: FileHandle) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            writes.async { continuation.resume(with: Swift.Result { try Self.write(bytes, to: file.fileDescriptor) }) }
        }
    }

    /// - Throws: `unavailable` when the disk is full.
    static func write(_ bytes: ByteBuffer, to descriptor: CInt) throws {
        try bytes.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw failure(errno) }
                rest = rest.dropFirst(count)
            }
        }
    }

    private static func failure(_ code: CInt) -> any Error {
        guard code == ENOSPC || code == EDQUOT else { return POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        let place = FileManager.default.temporaryDirectory.path
        let text = "no room for a large document in \(place): \(String(cString: strerror(code))); nothing was written"
        return MetadataError.unavailable(text, retryAfterSeconds: 60)
    }

    /// Reads by position, so that two may read at once.
    private static func read(_ file: FileHandle, _ feed: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)
        defer { buffer.deallocate() }
        var offset: off_t = 0
        while true {
            let count = pread(file.fileDescriptor, buffer.baseAddress, buffer.count, offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            if count == 0 { return }
            try feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += off_t(count)
        }
    }
}
