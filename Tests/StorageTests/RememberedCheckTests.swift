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
        try await office.attest()
        try await office.attest(TrustOffice.otherDigest)
        let services = office.office.services
        let image = KnownImage(try await ImageRecords(of: TrustOffice.digest, services), changeCount: 1)
        let other = KnownImage(try await ImageRecords(of: TrustOffice.otherDigest, services), changeCount: 1)
        // Room for one in each generation.
        let images = RememberedImages(bytesMax: 3 * max(image.records.byteCount, other.records.byteCount))
        images.remember(image)
        #expect(images.image(TrustOffice.digest, isWhole: false, changeCount: 1) === image)
        #expect(images.image(TrustOffice.digest, isWhole: true, changeCount: 2) == nil)
        images.remember(other)
        #expect(images.image(TrustOffice.digest, isWhole: false, changeCount: 1) === image)
        #expect(images.image(TrustOffice.otherDigest, isWhole: false, changeCount: 1) === other)
        let none = RememberedImages(bytesMax: image.records.byteCount)
        none.remember(image)
        #expect(none.image(TrustOffice.digest, isWhole: true, changeCount: 1) == nil)
    }
}
