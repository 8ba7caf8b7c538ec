import Foundation
import HTTPFrontend
import MetadataModel
import NIOCore
import Synchronization
import Testing

@testable import ServerApp

/// Large bodies on disk: kept whole, within their time, and not when there is no room.
@Suite struct FileSpoolTests {
    private func store(_ spool: FileSpool, pieces: Int = 3, bytesMax: Int = 1000) async throws -> SpooledBody? {
        var left = pieces
        return try await spool.spool.store(ByteBuffer(string: "begin "), bytesMax) {
            left -= 1
            return left >= 0 ? ByteBuffer(string: "\(left) ") : nil
        }
    }

    @Test func aBodyIsReadAsItCame() async throws {
        let body = try #require(try await store(FileSpool(limits: Limits())))
        for _ in 0..<2 {
            let read = Mutex<[UInt8]>([])
            try body.source { bytes in read.withLock { $0 += Array(bytes) } }
            #expect(String(decoding: read.withLock { $0 }, as: UTF8.self) == "begin 2 1 0 ")
        }
        body.remove()
    }

    @Test func whoTricklesGivesUpItsPlace() async throws {
        var limits = Limits()
        limits.largeBodySeconds = 0
        limits.largeBodiesMax = 1
        let spool = FileSpool(limits: limits)
        for _ in 0..<2 {
            let error = await #expect(throws: MetadataError.self) { try await store(spool) }
            #expect(error?.message == "the document did not arrive within 0 seconds; nothing was written")
        }
        #expect(try await store(spool, pieces: 0) != nil, "the place is free again")
    }

    @Test func oneThatIsTooLargeGivesUpItsPlace() async throws {
        var limits = Limits()
        limits.largeBodiesMax = 1
        let spool = FileSpool(limits: limits)
        #expect(try await store(spool, bytesMax: 8) == nil)
        #expect(try await store(spool) != nil)
        let error = await #expect(throws: MetadataError.self) { try await store(spool) }
        #expect(error?.message.contains("taken in already") == true)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aFullDiskIsSaid() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let error = #expect(throws: MetadataError.self) {
            try FileSpool.write(ByteBuffer(string: "text"), to: descriptor)
        }
        #expect(error?.message.hasPrefix("no room for a large document in /") == true)
        if case .unavailable? = error { return }
        Issue.record("\(String(describing: error))")
    }
}
