public import Foundation
public import GrafeasProto
public import MessageReflection
public import MetadataModel
public import SQLiteStorage
public import Storage
import Synchronization
public import SwiftProtobuf
public import UseCases
import VersionConversion

/// A records office on a scratch store, with a clock that tests move.
public struct Office: Sendable {
    public let store: SQLiteStore
    public let services: RecordServices
    public let clock: TestClock
    public let types: TypeRegistry

    public init(
        _ location: SQLiteStore.Location = .scratch,
        limits: Limits = Limits(),
        projectMustExist: Bool = false,
        pageCountMax: Int? = nil
    ) throws {
        let clock = TestClock()
        let types = try TypeRegistry.load()
        var options = SQLiteStore.Options(now: { clock.now() })
        options.pageCountMax = pageCountMax
        options.queuedWritesMax = limits.queuedWritesMax
        store = try SQLiteStore(location, matchers: MessageMatchers(types: types), options: options)
        services = RecordServices(
            store: store,
            types: types,
            versions: try VersionConversion(types: types),
            limits: limits,
            projectMustExist: projectMustExist,
            now: { clock.now() }
        )
        self.clock = clock
        self.types = types
    }

    /// Stores a vulnerability note.
    @discardableResult
    public func note(_ id: String, in parent: String = "projects/p", _ change: (inout Note) -> Void = { _ in })
        async throws -> Note
    {
        var note = Note.with { $0.vulnerability.severity = .high }
        change(&note)
        let bytes = try await CreateNote(services).run(parent: parent, noteID: id, note: try .of(note), claim: nil)
        return try Note(serializedBytes: bytes)
    }

    /// Stores a vulnerability occurrence of the note `projects/p/notes/CVE-1`, unless `change` says otherwise.
    @discardableResult
    public func occurrence(
        in parent: String = "projects/p",
        claim: IdempotencyClaim? = nil,
        _ change: (inout Occurrence) -> Void = { _ in }
    ) async throws -> Occurrence {
        var occurrence = Occurrence.sample
        change(&occurrence)
        let bytes = try await CreateOccurrence(services).run(
            parent: parent,
            occurrence: try .of(occurrence),
            claim: claim
        )
        return try Occurrence(serializedBytes: bytes)
    }

    /// All occurrences of a list, page by page.
    public func occurrences(
        in parent: String = "projects/p",
        filter: String = "",
        pageSize: Int32 = 1000
    ) async throws -> [Occurrence] {
        var all: [Occurrence] = []
        var request = PageRequest(filter: filter, pageSize: pageSize)
        repeat {
            let page = try await ListOccurrences(services).run(parent: parent, page: request)
            all += try page.page.messages().map { try Occurrence(serializedBytes: $0) }
            request.pageToken = page.nextPageToken
        } while !request.pageToken.isEmpty
        return all
    }

    /// The error of a call that must fail, in the program's terms.
    public static func error<Result>(_ body: () async throws -> Result) async -> MetadataError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? MetadataError
        }
    }
}

extension StoredRecord {
    /// A message as a request brings it.
    public static func of(_ message: some SwiftProtobuf.Message) throws -> StoredRecord {
        StoredRecord(message: try message.serializedBytes(), isNormal: true)
    }
}

extension Occurrence {
    /// A small valid vulnerability occurrence.
    public static var sample: Occurrence {
        Occurrence.with {
            $0.resourceUri = "https://registry.example/app@sha256:" + String(repeating: "a", count: 64)
            $0.noteName = "projects/p/notes/CVE-1"
            $0.vulnerability = .with {
                $0.effectiveSeverity = .high
                $0.packageIssue = [.with { $0.affectedPackage = "openssl" }]
            }
        }
    }
}

/// A clock that starts in November 2026 and moves a millisecond with every look at it.
public final class TestClock: Sendable {
    private let microseconds = Mutex<Int64>(1_795_000_000_000_000)

    public init() {}

    public func now() -> Int64 {
        microseconds.withLock {
            $0 += 1000
            return $0
        }
    }

    /// Moves the clock by seconds, also backwards.
    public func move(seconds: Int64) {
        microseconds.withLock { $0 += seconds * 1_000_000 }
    }
}

/// A directory of one test's own, removed with the value.
public final class ScratchDirectory: Sendable {
    public let url: URL

    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "grafeion-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    public func path(_ name: String) -> String { url.appending(path: name).path }

    deinit { try? FileManager.default.removeItem(at: url) }
}
