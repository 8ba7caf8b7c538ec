import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases
import VersionConversion

/// Updates change what their mask names and nothing else.
struct UpdateTests {
    @Test func aMaskedUpdateLeavesTheRest() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let made = try await office.occurrence { $0.remediation = "old" }
        let patch = Occurrence.with {
            $0.remediation = "new"
            $0.vulnerability.effectiveSeverity = .low
        }
        let updated = try await update(office, made.name, patch, ["vulnerability.effectiveSeverity"])
        var expected = made
        expected.vulnerability.effectiveSeverity = .low
        expected.updateTime = updated.updateTime
        #expect(updated == expected)
        #expect(updated.updateTime != made.updateTime)
        #expect(try await office.occurrences(filter: "effectiveSeverity=LOW").map(\.name) == [made.name])
        #expect(try await office.occurrences(filter: "effectiveSeverity=HIGH").isEmpty)
        try await office.store.close()
    }

    @Test func withoutAMaskAllThatMayChangeIsReplaced() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        var unknown = Occurrence.sample
        // Field 500, a varint, of a newer API than the client's.
        try unknown.merge(serializedBytes: [0xA0, 0x1F, 0x2A] as [UInt8])
        unknown.remediation = "old"
        let sent = unknown
        let made = try await office.occurrence { $0 = sent }
        let patch = Occurrence.with { $0.vulnerability.packageIssue = [.with { $0.affectedPackage = "zlib" }] }
        for mask in [[], ["*"]] {
            let updated = try await update(office, made.name, patch, mask)
            #expect(updated.remediation.isEmpty)
            #expect(updated.unknownFields == made.unknownFields)
            #expect(updated.resourceUri == made.resourceUri)
            #expect(updated.noteName == made.noteName)
            #expect(updated.createTime == made.createTime)
            #expect(try await office.occurrences(filter: "packageName=zlib").count == 1)
            #expect(try await office.occurrences(filter: "packageName=openssl").isEmpty)
        }
        try await office.store.close()
    }

    @Test func immutableAndUnknownFieldsAreRefused() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let made = try await office.occurrence()
        let cases: [(Occurrence, [String], String)] = [
            (.with { $0.resourceUri = "other" }, ["resource_uri"], "occurrence.resource_uri"),
            (.with { $0.noteName = "projects/p/notes/x" }, ["noteName"], "occurrence.note_name"),
            (.with { $0.build.provenance.id = "1" }, [], "occurrence.details"),
            (.with { $0.build.provenance.id = "1" }, ["build"], "occurrence.details"),
            (Occurrence(), ["vulnerability"], "occurrence.details"),
            (Occurrence(), ["remedation"], "update_mask"),
        ]
        for (patch, mask, field) in cases {
            let error = await Office.error { try await update(office, made.name, patch, mask) }
            guard case .invalid(let problems)? = error else {
                Issue.record("\(mask): \(String(describing: error))"); continue
            }
            #expect(problems.map(\.field).contains(field), "\(mask): \(problems)")
        }
        #expect(try await office.occurrences() == [made])
        try await office.store.close()
    }

    @Test func concurrentUpdatesBothApply() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let made = try await office.occurrence()
        try await withThrowingTaskGroup { group in
            for index in 0..<20 {
                group.addTask {
                    let isEven = index.isMultiple(of: 2)
                    let patch = Occurrence.with {
                        $0.remediation = "done"
                        $0.vulnerability.shortDescription = "described"
                    }
                    _ = try await update(
                        office,
                        made.name,
                        patch,
                        [isEven ? "remediation" : "vulnerability.short_description"]
                    )
                }
            }
            try await group.waitForAll()
        }
        let read = try #require(try await office.occurrences().first)
        #expect(read.remediation == "done")
        #expect(read.vulnerability.shortDescription == "described")
        #expect(read.vulnerability.packageIssue == made.vulnerability.packageIssue)
        try await office.store.close()
    }

    @Test func notesAreUpdatedTheSameWay() async throws {
        let office = try Office()
        let made = try await office.note("CVE-1") { $0.longDescription = "long" }
        let patch = Note.with { $0.shortDescription = "short" }
        let bytes = try await UpdateNote(office.services).run(
            name: made.name,
            in: office.services.versions.form(.v1, .note),
            patch: try patch.serializedBytes(),
            maskPaths: ["shortDescription"],
            claim: nil
        )
        let updated = try Note(serializedBytes: bytes)
        #expect(updated.shortDescription == "short")
        #expect(updated.longDescription == "long")
        #expect(updated.vulnerability == made.vulnerability)
        try await office.store.close()
    }

    @Sendable private func update(
        _ office: Office,
        _ name: String,
        _ patch: Occurrence,
        _ mask: [String]
    ) async throws -> Occurrence {
        let bytes = try await UpdateOccurrence(office.services).run(
            name: name,
            in: office.services.versions.form(.v1, .occurrence),
            patch: try patch.serializedBytes(),
            maskPaths: mask,
            claim: nil
        )
        return try Occurrence(serializedBytes: bytes)
    }
}
