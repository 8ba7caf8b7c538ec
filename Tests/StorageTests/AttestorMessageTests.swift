import Attestations
import GrafeasProto
import MetadataModel
import SwiftProtobuf
import TestSupport
import Testing
import UseCases

/// Attestors of Binary Authorization and our own are the same things.
struct AttestorMessageTests {
    private typealias AttestorMessage = Google_Cloud_Binaryauthorization_V1_Attestor

    private static let parent = "projects/security"
    private static let note = "projects/security/notes/qa"

    private static func message(_ key: SigningKey? = nil, _ change: (inout AttestorMessage) -> Void = { _ in })
        -> AttestorMessage
    {
        var message = AttestorMessage.with {
            $0.description_p = "quality & assurance, R &D"
            $0.userOwnedGrafeasNote.noteReference = note
            if let key {
                $0.userOwnedGrafeasNote.publicKeys = [.with { $0.pkixPublicKey.publicKeyPem = key.publicKey.pem }]
            }
        }
        change(&message)
        return message
    }

    private func create(_ office: TrustOffice, _ id: String, _ message: AttestorMessage) async throws -> AttestorMessage
    {
        try await CreateAttestor(office.office.services).run(
            parent: Self.parent,
            attestorID: id,
            attestor: message,
            claim: nil
        )
    }

    private func get(_ office: TrustOffice, _ id: String = "qa") async throws -> AttestorMessage {
        try await GetAttestor(office.office.services).run(name: "\(Self.parent)/attestors/\(id)")
    }

    private func update(_ office: TrustOffice, _ message: AttestorMessage) async throws -> AttestorMessage {
        try await UpdateAttestor(office.office.services).run(message, claim: nil)
    }

    private func document(_ office: TrustOffice, _ id: String) async throws -> Grafeion_V1_Document {
        let name = "\(Self.parent)/attestors/\(id)"
        let bytes = try await GetDocument(office.office.services).run(name: name, revision: 0)
        return try Grafeion_V1_Document(serializedBytes: bytes)
    }

    @Test func anAttestorThatIsCreatedIsADocument() async throws {
        let office = try await TrustOffice()
        let made = try await create(office, "ci", Self.message(office.otherKey))
        let document = try await document(office, "ci")
        #expect(made.name == "projects/security/attestors/ci")
        #expect(made.description_p == "quality & assurance, R &D")
        #expect(made.etag == document.version && made.updateTime == document.createTime)
        let key = try #require(made.userOwnedGrafeasNote.publicKeys.first)
        #expect(key.id.hasPrefix("ni:///sha-256;"))
        #expect(key.pkixPublicKey.signatureAlgorithm == .ecdsaP256Sha256)
        #expect(made.userOwnedGrafeasNote.delegationServiceAccountEmail.isEmpty)
        #expect(document.content.contains(#""userOwnedGrafeasNote": {"#))
        #expect(!document.content.contains("etag") && !document.content.contains("updateTime"))
        #expect(try await get(office, "ci") == made)
        try await office.attest(by: office.otherKey)
        #expect(try await office.verify(["projects/security/attestors/ci"]).attestors.first?.verified == true)
    }

    @Test func anAttestorOfOursIsShownAsAMessage() async throws {
        let office = try await TrustOffice()
        let message = try await get(office)
        #expect(message.name == "projects/security/attestors/qa")
        #expect(message.userOwnedGrafeasNote.noteReference == Self.note)
        let pem = message.userOwnedGrafeasNote.publicKeys.first?.pkixPublicKey.publicKeyPem ?? ""
        #expect(try PKIXPublicKey(pem: pem).der == office.key.publicKey.der)
        #expect(message.etag == (try await document(office, "qa")).version)
    }

    @Test func aNameIsTakenUntilItIsDeleted() async throws {
        let office = try await TrustOffice()
        let taken = await Office.error { try await create(office, "qa", Self.message(office.key)) }
        guard case .alreadyExists(let reference, _)? = taken else {
            Issue.record("\(String(describing: taken))")
            return
        }
        #expect(reference.name == "projects/security/attestors/qa")
        let delete = DeleteAttestor(office.office.services)
        try await delete.run(name: "projects/security/attestors/qa", claim: nil)
        #expect(await Office.error { try await get(office) }?.message.contains("does not exist") == true)
        let gone = await Office.error { try await delete.run(name: "projects/security/attestors/qa", claim: nil) }
        #expect(gone?.message.contains("does not exist") == true)
        #expect(try await create(office, "qa", Self.message(office.key)).name == "projects/security/attestors/qa")
    }

    @Test func aCallThatIsRepeatedWithItsKeyCreatesOnce() async throws {
        let office = try await TrustOffice()
        let services = office.office.services
        let call = Call(caller: .anonymous, idempotencyKey: "once", requestID: "r")
        let claim = try services.claim(method: "CreateAttestor", request: [1], call: call)
        var made: [AttestorMessage] = []
        for _ in 0..<2 {
            made.append(
                try await CreateAttestor(services).run(
                    parent: Self.parent,
                    attestorID: "ci",
                    attestor: Self.message(office.key),
                    claim: claim
                )
            )
        }
        #expect(made[0] == made[1])
        #expect(try await document(office, "ci").revision == 1)
    }

    @Test func anUpdateOfSomethingElseThanWasReadIsRefused() async throws {
        let office = try await TrustOffice()
        let first = try await get(office)
        var changed = first
        changed.description_p = "second"
        let second = try await update(office, changed)
        #expect(second.description_p == "second" && second.etag != first.etag)
        changed.description_p = "third"
        let late = await Office.error { try await update(office, changed) }
        guard case .changedMeanwhile? = late else {
            Issue.record("\(String(describing: late))")
            return
        }
        changed.etag = ""
        #expect(try await update(office, changed).description_p == "third")
        let none = Self.message(office.key) { $0.name = "projects/security/attestors/nobody" }
        #expect(await Office.error { try await update(office, none) }?.message.contains("does not exist") == true)
    }

    @Test func theNoteOfAnAttestorStays() async throws {
        let office = try await TrustOffice()
        var message = try await get(office)
        message.userOwnedGrafeasNote.noteReference = "projects/security/notes/other"
        let error = await Office.error { try await update(office, message) }
        #expect(error?.message.contains("attestor.user_owned_grafeas_note.note_reference: cannot change") == true)
    }

    @Test func whatOnlyOurKindSaysSurvivesAnUpdate() async throws {
        let office = try await TrustOffice()
        let written = TrustOffice.attestor("strict", key: office.key)
            .replacing("spec:", with: "spec:\n  requireKeyIds: true\n  noteReference: \(Self.note)")
            .replacing("  - pkixPublicKey:", with: "  - signs: raw-payload\n    pkixPublicKey:")
        try await office.apply("projects/security/attestors/strict", written)
        var message = try await get(office, "strict")
        message.description_p = "stricter"
        message.userOwnedGrafeasNote.publicKeys.append(
            .with {
                $0.id = "https://keys.example/2"
                $0.pkixPublicKey.publicKeyPem = office.otherKey.publicKey.pem
            }
        )
        let updated = try await update(office, message)
        #expect(updated.description_p == "stricter")
        #expect(updated.userOwnedGrafeasNote.publicKeys.map(\.id).last == "https://keys.example/2")
        let text = try await document(office, "strict").content
        #expect(text.contains(#""kind":"Attestor""#) && text.contains(#""requireKeyIds":true"#))
        #expect(text.contains(#""signs":["raw-payload"]"#) && text.contains(#""signs":["simple-signing","dsse"]"#))
    }

    @Test func openPGPKeysAreCalledByTheirFingerprint() async throws {
        let office = try await TrustOffice()
        let message = Self.message {
            $0.userOwnedGrafeasNote.publicKeys = [
                .with {
                    $0.id = "whatever the caller says"
                    $0.comment = "of QA"
                    $0.asciiArmoredPgpPublicKey = Self.openPGP
                }
            ]
        }
        let key = try await create(office, "pgp", message).userOwnedGrafeasNote.publicKeys.first
        #expect(key?.id == "8535F018D3F492F94D3199496CF21CD157741C0A")
        #expect(key?.comment == "of QA")
        #expect(key?.asciiArmoredPgpPublicKey == Self.openPGP)
    }

    @Test func aListHasPages() async throws {
        let office = try await TrustOffice()
        for id in ["a", "b", "c"] { _ = try await create(office, id, Self.message(office.key)) }
        var (found, token): ([String], String) = ([], "")
        repeat {
            let page = try await ListAttestors(office.office.services).run(
                parent: Self.parent,
                page: PageRequest(pageSize: 3, pageToken: token)
            )
            #expect(page.attestors.count <= 3)
            found += page.attestors.map { String($0.name.dropFirst("projects/security/attestors/".count)) }
            token = page.nextPageToken
        } while !token.isEmpty
        #expect(found == ["c", "b", "a", "qa"])
    }

    @Test func whatIsWrongIsNamedByTheMessagesFieldsAndLeavesNothing() async throws {
        let office = try await TrustOffice()
        let cases: [(field: String, change: (inout AttestorMessage) -> Void)] = [
            ("attestor.name", { $0.name = "projects/security/attestors/other" }),
            ("attestor.user_owned_grafeas_note", { $0.attestorType = nil }),
            (
                "attestor.user_owned_grafeas_note.note_reference",
                { $0.userOwnedGrafeasNote.noteReference = "notes/qa" }
            ),
            (
                "attestor.user_owned_grafeas_note.public_keys[0].pkix_public_key",
                { $0.userOwnedGrafeasNote.publicKeys[0].pkixPublicKey.publicKeyPem = "" }
            ),
            (
                "attestor.user_owned_grafeas_note.public_keys[0].pkix_public_key.key_id",
                {
                    $0.userOwnedGrafeasNote.publicKeys[0].id = "a:1"
                    $0.userOwnedGrafeasNote.publicKeys[0].pkixPublicKey.keyID = "a:2"
                }
            ),
            (
                "attestor.user_owned_grafeas_note.public_keys[0].pkix_public_key.signature_algorithm",
                { $0.userOwnedGrafeasNote.publicKeys[0].pkixPublicKey.signatureAlgorithm = .UNRECOGNIZED(99) }
            ),
            (
                "attestor",
                { $0.userOwnedGrafeasNote.publicKeys[0].pkixPublicKey.signatureAlgorithm = .ecdsaP384Sha384 }
            ),
        ]
        for (field, change) in cases {
            let error = await Office.error { try await create(office, "bad", Self.message(office.key, change)) }
            guard case .invalid(let problems)? = error else {
                Issue.record("\(field): \(String(describing: error))")
                continue
            }
            #expect(problems.map(\.field) == [field])
        }
        let id = await Office.error { try await create(office, "a/b", Self.message(office.key)) }
        #expect(id?.message.hasPrefix("attestor_id: must be") == true)
        #expect(await Office.error { try await get(office, "bad") }?.message.contains("does not exist") == true)
    }

    private static let openPGP = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        mDMEaw2LOhYJKwYBBAHaRw8BAQdAI6welvIdi3Q/vVRKJStKHFAIeS+tomf9MEWw
        OgQuUd60E1FBIDxxYUBleGFtcGxlLmNvbT6IkAQTFggAOBYhBIU18BjT9JL5TTGZ
        SWzyHNFXdBwKBQJrDYs6AhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEGzy
        HNFXdBwKBRsBAP3ItHhcS7csDjdLtUTQsNHVoFxrq5tv1fnze2kiD1TKAQCTYSLa
        cBKeMSBmZhSxA6cAIwke+E6RgaeOrv6CGEAvDw==
        =RYzU
        -----END PGP PUBLIC KEY BLOCK-----

        """
}
