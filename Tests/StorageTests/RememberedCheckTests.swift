import Attestations
import Foundation
import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import TestSupport
import Testing

@testable import UseCases

/// What is remembered of images saves work and changes no answer.
struct RememberedCheckTests {
    private static func request(_ namespace: String = "shop", record: Bool = false) -> Grafeion_V1_CheckImagesRequest {
        .with {
            $0.policy = "projects/security/policies/prod"
            $0.images = [.with { $0.image = TrustOffice.image }]
            $0.pod.namespace = namespace
            $0.record = record
        }
    }

    @Test func aRememberedDecisionIsHadWithoutWaiting() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        let attestation = try await office.attest()
        let check = CheckImages(office.trust)
        #expect(check.remembered(Self.request()) == nil)
        _ = try await check.run(Self.request())
        let known = try #require(check.remembered(Self.request()))
        #expect(known.remembered && known.allowed)
        #expect(check.remembered(Self.request("elsewhere")) == nil)
        _ = try await DeleteOccurrence(office.office.services).run(name: attestation.name, claim: nil)
        #expect(check.remembered(Self.request()) == nil)
    }

    @Test func whatNoTimeChangesIsRememberedLonger() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        try await office.attest()
        #expect(!(try await office.check().remembered))
        office.office.clock.move(seconds: 59)
        #expect(try await office.check().remembered)
        office.office.clock.move(seconds: 2)
        #expect(!(try await office.check().remembered))
        // A filter may say now().
        try await office.applyPolicy("[{occurrenceCheck: {require: 'kind=\"ATTESTATION\"'}}]")
        #expect(!(try await office.check().remembered))
        office.office.clock.move(seconds: 9)
        #expect(try await office.check().remembered)
        office.office.clock.move(seconds: 2)
        #expect(!(try await office.check().remembered))
    }

    @Test func aTokenIsNotRememberedBeyondItsEnd() async throws {
        let office = try await TrustOffice()
        let key = try SigningKey.generate(.ed25519).key
        try await office.applyAttestor("qa", key: key)
        try await office.applyPolicy(TrustOffice.signedByQA)
        let end = office.office.clock.now() / 1_000_000 + 1_000
        let input = [
            #"{"alg":"EdDSA"}"#, #"{"sub":"container:digest:\#(TrustOffice.digest)","exp":\#(end)}"#,
        ].map { Self.base64URL(Array($0.utf8)) }.joined(separator: ".")
        let token = "\(input).\(Self.base64URL(try key.signature(over: Array(input.utf8))))"
        try await office.office.occurrence(in: "projects/security") {
            $0.resourceUri = "https://" + TrustOffice.image
            $0.noteName = "projects/security/notes/qa"
            $0.attestation = .with { $0.jwts = [.with { $0.compactJwt = token }] }
        }
        let first = try await office.check()
        #expect(first.allowed, "\(first.complaints)")
        #expect(try await office.check(namespace: "elsewhere").allowed)
        office.office.clock.move(seconds: 11)
        #expect(!(try await office.check().remembered))
        // With what clocks may differ.
        office.office.clock.move(seconds: 2_000)
        #expect(!(try await office.check().allowed))
        #expect(!(try await office.check(namespace: "elsewhere").allowed))
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    @Test func aRefusalIsNotHadWithoutWaiting() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        let check = CheckImages(office.trust)
        // Somebody may break the glass, and that is looked up.
        #expect(!(try await check.run(Self.request()).allowed))
        #expect(check.remembered(Self.request()) == nil)
    }

    @Test func aRememberedDecisionIsRecordedAsAnyOther() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        try await office.attest()
        let check = CheckImages(office.trust)
        let first = try await check.run(Self.request(record: true), recording: .soon)
        let second = try #require(check.remembered(Self.request(record: true)))
        await office.trust.drain()
        #expect(first.name != second.name)
        for name in [first.name, second.name] {
            let stored = try await office.office.store.decision(try DecisionName(parsing: name, field: "name"))
            #expect(stored != nil)
        }
    }

    @Test func signaturesAreJudgedAgainWhenTheAttestorChanges() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        try await office.attest()
        // Each pod is another question about the same image.
        #expect(try await office.check(namespace: "a").allowed)
        #expect(try await office.check(namespace: "b").allowed)
        try await office.applyAttestor("qa", key: office.otherKey)
        #expect(!(try await office.check(namespace: "c").allowed))
        try await office.applyAttestor("qa", key: office.key)
        #expect(try await office.check(namespace: "d").allowed)
    }

    @Test func imagesAreForgottenWhenNobodyAsksForThem() async throws {
        let office = try await TrustOffice()
        let digests = [TrustOffice.digest, TrustOffice.otherDigest, "sha256:" + String(repeating: "c", count: 64)]
        var known: [KnownImage] = []
        for digest in digests {
            try await office.attest(digest)
            let records = try await ImageRecords(of: digest, office.office.services, isWhole: false)
            known.append(KnownImage(records, changeCount: 1))
        }
        // Room for two.
        let images = RememberedImages(bytesMax: 5 * known[0].records.byteCount / 2)
        images.remember(known[0])
        images.remember(known[1])
        #expect(images.image(digests[0], isWhole: false, changeCount: 2) == nil)
        #expect(images.image(digests[0], isWhole: true, changeCount: 1) == nil)
        #expect(images.image(digests[0], isWhole: false, changeCount: 1) === known[0])
        images.remember(known[2])
        #expect(images.image(digests[0], isWhole: false, changeCount: 1) === known[0])
        #expect(images.image(digests[1], isWhole: false, changeCount: 1) == nil)
        #expect(images.image(digests[2], isWhole: false, changeCount: 1) === known[2])
        for image in known + known { images.remember(image) }
        #expect(images.image(digests[0], isWhole: false, changeCount: 1) == nil)
        #expect(images.image(digests[1], isWhole: false, changeCount: 1) === known[1])
        let none = RememberedImages(bytesMax: known[0].records.byteCount - 1)
        none.remember(known[0])
        #expect(none.image(digests[0], isWhole: false, changeCount: 1) == nil)
    }
}
