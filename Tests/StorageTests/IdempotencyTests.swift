import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases

/// A request that is sent again under its key is answered again and not carried out again.
struct IdempotencyTests {
    private let call = Call(caller: .anonymous, idempotencyKey: "key-1", requestID: "r")

    @Test func theFirstAnswerComesBack() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let claim = try office.services.claim(method: "m", request: [1], call: call)
        let first = try await office.occurrence(claim: claim)
        let second = try await office.occurrence(claim: claim)
        #expect(first == second)
        #expect(try await office.occurrences().count == 1)
        try await office.store.close()
    }

    @Test func anotherBodyUnderTheKeyIsRefused() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        try await office.occurrence(claim: try office.services.claim(method: "m", request: [1], call: call))
        let other = try office.services.claim(method: "m", request: [2], call: call)
        guard case .alreadyExists? = await Office.error({ try await office.occurrence(claim: other) }) else {
            Issue.record("the key was used for another body")
            return
        }
        #expect(try await office.occurrences().count == 1)
        try await office.store.close()
    }

    @Test func keysAreTheCallersAndTheMethodsOwnAndAgeOut() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let other = Call(caller: .certificate(subject: "CN=ci"), idempotencyKey: "key-1", requestID: "r")
        for (method, call) in [("m", call), ("n", call), ("m", other)] {
            try await office.occurrence(claim: try office.services.claim(method: method, request: [1], call: call))
        }
        #expect(try await office.occurrences().count == 3)
        office.clock.move(seconds: 25 * 60 * 60)
        try await office.occurrence(claim: try office.services.claim(method: "m", request: [1], call: call))
        #expect(try await office.occurrences().count == 4)
        try await office.store.close()
    }

    @Test func aFailedRequestDoesNotUseItsKeyUp() async throws {
        let office = try Office()
        let claim = try office.services.claim(method: "m", request: [1], call: call)
        #expect(await Office.error { try await office.occurrence(claim: claim) } != nil)
        try await office.note("CVE-1")
        try await office.occurrence(claim: claim)
        #expect(try await office.occurrences().count == 1)
        try await office.store.close()
    }

    @Test(arguments: ["", String(repeating: "k", count: 129), "line\nbreak", "é"])
    func keysHaveAForm(key: String) throws {
        let services = try Office().services
        #expect(throws: MetadataError.self) {
            try services.claim(
                method: "m",
                request: [],
                call: Call(caller: .anonymous, idempotencyKey: key, requestID: "")
            )
        }
    }
}
