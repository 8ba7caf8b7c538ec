import GrafeasProto
import HTTPTypes
import MetadataModel
import NIOCore
import SwiftProtobuf
import Synchronization
import Testing

@testable import HTTPFrontend

/// A body over the limit goes to the spool where a method takes such, and is refused everywhere else.
struct LargeBodyTests {
    private static let ingest = "/grafeion/v1/projects/p:ingest?image=r.example%2Fapp"
    private static var limits: Limits {
        var limits = Limits()
        limits.bodyBytesMax = 50
        limits.wholeReportBytesMax = 100
        limits.largeBodyBytesMax = 1000
        return limits
    }

    /// A spool in memory that counts what it holds.
    private final class Spool: Sendable {
        let held = Mutex(0)

        var spool: BodySpool {
            BodySpool { beginning, bytesMax, rest in
                var bytes = Array(beginning.readableBytesView)
                while let piece = try await rest() { bytes += Array(piece.readableBytesView) }
                if bytes.count > bytesMax { return nil }
                self.held.withLock { $0 += 1 }
                return SpooledBody(
                    source: { [bytes] feed in try bytes.withUnsafeBytes { try feed($0) } },
                    remove: { self.held.withLock { $0 -= 1 } }
                )
            }
        }
    }

    @Test(arguments: [(100, ""), (101, " of 101 bytes"), (1000, " of 1000 bytes")])
    func aBodyIsReadWholeOrPieceByPiece(size: Int, how: String) async throws {
        let spool = Spool()
        let door = try Door(limits: Self.limits, spool: spool.spool)
        let answer = try await door.send("POST", Self.ingest, bytes: [UInt8](repeating: 0x20, count: size))
        #expect(answer.status == 200, "\(answer.body)")
        #expect(door.calls.all.map(\.method) == ["grafeion.v1.Ingest/IngestReport" + how])
        let request: Grafeion_V1_IngestReportRequest = try door.onlyRequest()
        #expect(request.parent == "projects/p" && request.image == "r.example/app")
        #expect(request.report.data.count == (how.isEmpty ? size : 0))
        #expect(spool.held.withLock { $0 } == 0, "what was stored is let go of")
    }

    @Test func whatIsLargerThanTheLargestIsRefused() async throws {
        let spool = Spool()
        let door = try Door(limits: Self.limits, spool: spool.spool)
        let answer = try await door.send("POST", Self.ingest, bytes: [UInt8](repeating: 0x20, count: 1001))
        #expect(answer.status == 413 && answer.body.contains("1000"))
        let announced = try await door.send("POST", Self.ingest, bytes: [0x20], headers: [.contentLength: "1001"])
        #expect(announced.status == 413)
        #expect(door.calls.all.isEmpty)
    }

    @Test func otherMethodsAndServersWithoutSpoolTakeNone() async throws {
        let bytes = [UInt8](repeating: 0x20, count: 101)
        let other = try Door(limits: Self.limits, spool: Spool().spool)
        #expect(try await other.send("POST", "/v1/projects/p/occurrences", bytes: bytes).status == 413)
        let without = try Door(limits: Self.limits)
        #expect(try await without.send("POST", Self.ingest, bytes: bytes).status == 413)
    }

    @Test func aSpooledBodyIsLetGoOfWhenTheCallFails() async throws {
        let spool = Spool()
        let door = try Door(limits: Self.limits, spool: spool.spool) { _ in throw MetadataError.invalid("x", "is wrong")
        }
        #expect(try await door.send("POST", Self.ingest, bytes: [UInt8](repeating: 0x20, count: 500)).status == 400)
        #expect(spool.held.withLock { $0 } == 0)
    }
}
