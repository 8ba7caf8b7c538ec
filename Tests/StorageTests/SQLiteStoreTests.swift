import Foundation
import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases

/// What is SQLite's own: the file, its lock, its limits, group commit.
struct SQLiteStoreTests {
    @Test func aStoreIsThereAgainAfterReopening() async throws {
        let directory = try ScratchDirectory()
        let location = SQLiteStore.Location.file(path: directory.path("g.db"))
        let first = try Office(location)
        try await first.note("CVE-1")
        let made = try await first.occurrence()
        try await first.store.close()
        let second = try Office(location)
        #expect(try await second.occurrences() == [made])
        let later = try await second.occurrence()
        #expect(try await second.occurrences().map(\.name) == [later.name, made.name])
        try await second.store.close()
    }

    @Test func oneProcessAtATimeHasTheFile() async throws {
        let directory = try ScratchDirectory()
        let path = directory.path("g.db")
        let first = try Office(.file(path: path))
        let error = #expect(throws: StoreOpeningError.self) { try Office(.file(path: path)) }
        let text = error?.description ?? ""
        #expect(text.contains("in use by process \(ProcessInfo.processInfo.processIdentifier)"), "\(text)")
        try await first.store.close()
    }

    @Test func filesOfOthersAreLeftAlone() throws {
        let directory = try ScratchDirectory()
        let text = Data("this is a letter, not a database, and it is longer than a header of SQLite would be".utf8)
        let letter = directory.url.appending(path: "letter.db")
        try text.write(to: letter)
        let error = #expect(throws: StoreOpeningError.self) { try Office(.file(path: letter.path)) }
        #expect(error?.description.contains("is not an SQLite database") == true)
        #expect(try Data(contentsOf: letter) == text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path) == ["letter.db"])
    }

    @Test func aFullDatabaseRefusesAndRecovers() async throws {
        let office = try Office(pageCountMax: 60)
        try await office.note("CVE-1")
        var made: [String] = []
        var refusal: MetadataError?
        for _ in 0..<100 where refusal == nil {
            refusal = await Office.error {
                made.append(
                    try await office.occurrence { $0.remediation = String(repeating: "x", count: 20_000) }.name
                )
            }
        }
        guard case .unavailable(let text, _)? = refusal else { Issue.record("\(String(describing: refusal))"); return }
        #expect(text == "the disk or the database is full; nothing was written")
        #expect(try await office.occurrences().map(\.name) == made.reversed())
        for name in made { try await DeleteOccurrence(office.services).run(name: name, claim: nil) }
        try await office.occurrence()
        try await office.store.close()
    }

    @Test func oneFailureInAGroupLeavesTheOthers() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let note = index.isMultiple(of: 3) ? "projects/p/notes/none" : "projects/p/notes/CVE-1"
                    return await Office.error { try await office.occurrence { $0.noteName = note } } == nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 133)
        #expect(try await office.occurrences().count == 133)
        try await office.store.close()
    }

    @Test func aClosedStoreSaysSo() async throws {
        let office = try Office()
        try await office.store.close()
        await #expect(throws: (any Error).self) { try await office.occurrences() }
        await #expect(throws: (any Error).self) { try await office.note("CVE-1") }
    }

    @Test func moreWritersThanMayWaitAreTurnedAway() async throws {
        var limits = Limits()
        limits.queuedWritesMax = 1
        let office = try Office(limits: limits)
        try await office.note("CVE-1")
        let refusals = await withTaskGroup(of: MetadataError?.self) { group in
            for _ in 0..<64 { group.addTask { await Office.error { try await office.occurrence() } } }
            return await group.reduce(into: [MetadataError]()) { if let error = $1 { $0.append(error) } }
        }
        #expect(try await office.occurrences().count == 64 - refusals.count)
        for refusal in refusals {
            guard case .unavailable = refusal else { Issue.record("\(refusal)"); continue }
        }
        try await office.store.close()
    }
}
