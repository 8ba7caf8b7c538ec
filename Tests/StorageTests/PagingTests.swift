import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases

/// Pages are stable whatever happens between them.
struct PagingTests {
    @Test func aWalkSeesEachEntryOnceWhileOthersWriteAndDelete() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        var before: [String] = []
        for _ in 0..<100 { before.append(try await office.occurrence().name) }
        var seen: [String] = []
        var token = ""
        var deleted: Set<String> = []
        repeat {
            let page = try await ListOccurrences(office.services).run(
                parent: "projects/p",
                page: PageRequest(pageSize: 9, pageToken: token)
            )
            seen += try page.page.messages().map { try Occurrence(serializedBytes: $0).name }
            token = page.nextPageToken
            try await office.occurrence()
            // One that was seen and one that was not yet.
            let targets = [
                seen.last { !deleted.contains($0) }, before.first { !seen.contains($0) && !deleted.contains($0) },
            ]
            for name in targets.compactMap({ $0 }) {
                try await DeleteOccurrence(office.services).run(name: name, claim: nil)
                deleted.insert(name)
            }
        } while !token.isEmpty
        #expect(Set(seen).count == seen.count)
        #expect(Set(seen).isSubset(of: before))
        #expect(Set(before).subtracting(deleted).isSubset(of: seen))
        try await office.store.close()
    }

    @Test func sizesAreBounded() async throws {
        var limits = Limits()
        limits.pageSizeMax = 10
        limits.pageSizeDefault = 4
        let office = try Office(limits: limits)
        try await office.note("CVE-1")
        for _ in 0..<15 { try await office.occurrence() }
        for (asked, given) in [(0, 4), (3, 3), (10, 10), (11, 10), (5000, 10)] as [(Int32, Int)] {
            let page = try await ListOccurrences(office.services).run(
                parent: "projects/p",
                page: PageRequest(pageSize: asked)
            )
            #expect(page.page.count == given)
        }
        let error = await Office.error {
            try await ListOccurrences(office.services).run(parent: "projects/p", page: PageRequest(pageSize: -1))
        }
        #expect(error == .invalid("page_size", "must not be negative; got -1"))
        try await office.store.close()
    }

    @Test func aPageOfLargeEntriesEndsAtItsBytes() async throws {
        var limits = Limits()
        limits.pageBytesMax = 10_000
        let office = try Office(limits: limits)
        try await office.note("CVE-1")
        for _ in 0..<10 { try await office.occurrence { $0.remediation = String(repeating: "x", count: 4000) } }
        let page = try await ListOccurrences(office.services).run(parent: "projects/p", page: PageRequest(pageSize: 10))
        #expect((1...3).contains(page.page.count))
        #expect(try await office.occurrences().count == 10)
        try await office.store.close()
    }

    @Test func tokensAreBoundToTheirList() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        for _ in 0..<3 { try await office.occurrence() }
        let list = ListOccurrences(office.services)
        let token = try await list.run(parent: "projects/p", page: PageRequest(pageSize: 1)).nextPageToken
        for (parent, filter, token) in [
            ("projects/q", "", token), ("projects/p", "kind=BUILD", token), ("projects/p", "", "made-up"),
            ("projects/p", "", String(token.reversed())), ("projects/p", "", token + "A"), ("projects/p", "", "\u{0}"),
        ] {
            let error = await Office.error {
                try await list.run(parent: parent, page: PageRequest(filter: filter, pageToken: token))
            }
            guard case .invalid(let problems)? = error else { Issue.record("\(token) was taken"); continue }
            #expect(problems.map(\.field) == ["page_token"])
        }
        try await office.store.close()
    }

    @Test func theLastPageHasNoToken() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        for index in 0..<6 { try await office.occurrence { $0.remediation = index.isMultiple(of: 2) ? "even" : "odd" } }
        for size in [3, 6] as [Int32] {
            let page = try await ListOccurrences(office.services).run(
                parent: "projects/p",
                page: PageRequest(filter: "remediation=even", pageSize: size)
            )
            #expect(page.page.count == 3)
            #expect(page.nextPageToken.isEmpty)
        }
        try await office.store.close()
    }

    @Test func aNotesOccurrencesComeFromEveryProject() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let names = [
            try await office.occurrence(in: "projects/a").name, try await office.occurrence(in: "projects/b").name,
        ]
        let page = try await ListNoteOccurrences(office.services).run(
            name: "projects/p/notes/CVE-1",
            page: PageRequest()
        )
        #expect(try page.page.messages().map { try Occurrence(serializedBytes: $0).name } == names.reversed())
        let one = try await ListNoteOccurrences(office.services).run(
            name: "projects/p/notes/CVE-1",
            page: PageRequest(filter: "projectId=a")
        )
        #expect(one.page.count == 1)
        let missing = await Office.error {
            try await ListNoteOccurrences(office.services).run(name: "projects/p/notes/none", page: PageRequest())
        }
        #expect(missing == .notFound(ResourceReference(type: "note", name: "projects/p/notes/none")))
        try await office.store.close()
    }
}
