import MessageReflection
import MetadataModel
import Testing
import VersionConversion

/// What one version writes, and others update.
@Suite struct KeepingTests {
    let beta = Forms.form(.v1beta1, .occurrence)
    let alpha = Forms.form(.v1alpha1, .occurrence)
    let v1 = Forms.form(.v1, .occurrence)

    @Test func issuesKeepTheirSeverityNamesThroughAnUpdateInV1() throws {
        let stored = try beta.writing(
            beta.message(
                """
                {"vulnerability":{"packageIssue":[{"affectedLocation":{"package":"a"},"severityName":"A"},
                 {"affectedLocation":{"package":"b"},"severityName":"B"}]}}
                """
            )
        )
        func read(afterV1 json: String) throws -> String {
            try beta.json(beta.reading(v1.writing(v1.message(json), over: stored)))
        }
        // One is another package now, one is put in front, one is taken away, two change places.
        #expect(
            try read(afterV1: #"{"vulnerability":{"packageIssue":[{"affectedPackage":"x"},{"affectedPackage":"b"}]}}"#)
                == #"{"vulnerability":{"packageIssue":[{"affectedLocation":{"package":"x"}},"#
                + #"{"affectedLocation":{"package":"b"},"severityName":"B"}]}}"#
        )
        #expect(
            try read(
                afterV1:
                    #"{"vulnerability":{"packageIssue":[{"affectedPackage":"x"},{"affectedPackage":"a"},{"affectedPackage":"b"}]}}"#
            )
                == #"{"vulnerability":{"packageIssue":[{"affectedLocation":{"package":"x"}},"#
                + #"{"affectedLocation":{"package":"a"},"severityName":"A"},"#
                + #"{"affectedLocation":{"package":"b"},"severityName":"B"}]}}"#
        )
        #expect(
            try read(afterV1: #"{"vulnerability":{"packageIssue":[{"affectedPackage":"b"}]}}"#)
                == #"{"vulnerability":{"packageIssue":[{"affectedLocation":{"package":"b"},"severityName":"B"}]}}"#
        )
        #expect(
            try read(afterV1: #"{"vulnerability":{"packageIssue":[{"affectedPackage":"b"},{"affectedPackage":"a"}]}}"#)
                == #"{"vulnerability":{"packageIssue":[{"affectedLocation":{"package":"b"},"severityName":"B"},"#
                + #"{"affectedLocation":{"package":"a"},"severityName":"A"}]}}"#
        )
    }

    @Test func v1KeepsWhatOnlyItSaysThroughAnUpdateInV1beta1() throws {
        let stored = StoredRecord(
            message: try v1.message(
                """
                {"name":"n","resourceUri":"r","vulnerability":{"risk":{"epss":{"score":0.5}},"packageIssue":[
                 {"affectedPackage":"a","affectedVersion":{"name":"1","fullName":"1-f"},"fileLocation":[{"filePath":"f"}],
                  "fixAvailable":true}]}}
                """
            )
        )
        let updated = try beta.writing(
            beta.message(
                """
                {"resource":{"uri":"r"},"vulnerability":{"shortDescription":"s","packageIssue":[
                 {"affectedLocation":{"package":"a","version":{"name":"2"}}}]}}
                """
            ),
            over: stored
        )
        #expect(
            try v1.json(updated.message)
                == #"{"name":"n","resourceUri":"r","vulnerability":{"packageIssue":[{"affectedPackage":"a","#
                + #""affectedVersion":{"name":"2","fullName":"1-f"},"fixAvailable":true,"#
                + #""fileLocation":[{"filePath":"f"}]}],"shortDescription":"s","risk":{"epss":{"score":0.5}}}}"#
        )
        #expect(updated.kept.isEmpty)
    }

    @Test func aFixBecomesKnownWithItsVersion() throws {
        let stored = StoredRecord(
            message: try v1.message(#"{"vulnerability":{"packageIssue":[{"fixedPackage":"a"}]}}"#)
        )
        let updated = try beta.writing(
            beta.message(
                """
                {"vulnerability":{"packageIssue":[{"fixedLocation":{"package":"a","version":{"name":"2","kind":"NORMAL"}}}]}}
                """
            ),
            over: stored
        )
        #expect(
            try v1.json(updated.message)
                == #"{"vulnerability":{"packageIssue":[{"fixedPackage":"a","fixedVersion":{"name":"2","kind":"NORMAL"},"#
                + #""fixAvailable":true}],"fixAvailable":true}}"#
        )
    }

    @Test func aTagLongerThanNeededConvertsAsAnyOther() throws {
        // A package issue whose fixed_cpe_uri (4) has a tag of two bytes.
        var issue = WireWriter()
        issue.field(2, string: "p")
        issue.bytes += [0xA2, 0x00, 0x01, 0x63]
        var message = WireWriter()
        message.field(8) { $0.field(4, bytes: issue.bytes) }
        let view = try beta.json(beta.reading(StoredRecord(message: message.bytes)))
        #expect(
            view
                == #"{"vulnerability":{"packageIssue":[{"affectedLocation":{"package":"p"},"fixedLocation":{"cpeUri":"c"}}]}}"#
        )
    }

    @Test func aReplacedSignatureIsGoneInEveryVersion() throws {
        let stored = try beta.writing(
            beta.message(
                """
                {"attestation":{"attestation":{"genericSignedAttestation":{"contentType":"SIMPLE_SIGNING_JSON",
                 "signatures":[{"signature":"b2xk","publicKeyId":"REVOKED"}]}}}}
                """
            )
        )
        let replaced = try v1.writing(
            v1.message(
                #"{"attestation":{"serializedPayload":"e30=","signatures":[{"signature":"/w==","publicKeyId":"NEW"}]}}"#
            ),
            over: stored
        )
        let view = try beta.json(beta.reading(replaced))
        #expect(view.contains("NEW") && !view.contains("REVOKED"))
    }

    @Test func aProvidersNoteIsAProjectsInV1AndReadsBackAsItWas() throws {
        let json = #"{"noteName":"providers/p/notes/n"}"#
        let stored = try alpha.writing(alpha.message(json))
        #expect(try v1.json(v1.reading(stored)) == #"{"noteName":"projects/p/notes/n"}"#)
        #expect(try alpha.json(alpha.reading(stored)) == json)
    }

    @Test func signaturesThatV1alpha1CannotShowStay() throws {
        let json =
            #"{"attestation":{"serializedPayload":"e30=","signatures":[{"signature":"eA=="},{"signature":"eQ=="}]}}"#
        let stored = StoredRecord(message: try v1.message(json))
        let view = try alpha.reading(stored)
        #expect(try alpha.json(view) == #"{"attestation":{"pgpSignedAttestation":{"signature":"x"}}}"#)
        let updated = try alpha.writing(
            alpha.message(#"{"attestation":{"pgpSignedAttestation":{"signature":"z","pgpKeyId":"k"}}}"#),
            over: stored
        )
        #expect(
            try v1.json(updated.message)
                == #"{"attestation":{"serializedPayload":"e30=","signatures":[{"signature":"eg==","publicKeyId":"k"},"#
                + #"{"signature":"eQ=="}]}}"#
        )
    }

    @Test func nothingIsKeptOnceV1SaysItAll() throws {
        let stored = try beta.writing(beta.message(#"{"resource":{"uri":"r","name":"n"},"build":{}}"#))
        #expect(!stored.kept.isEmpty)
        let updated = try beta.writing(beta.message(#"{"resource":{"uri":"r"},"build":{}}"#), over: stored)
        #expect(updated.kept.isEmpty)
        #expect(try beta.json(beta.reading(updated)) == #"{"resource":{"uri":"r"},"build":{}}"#)
    }

    @Test func eachVersionKeepsItsOwn() throws {
        var stored = try alpha.writing(alpha.message(#"{"resourceUrl":"r","operationName":"o","buildDetails":{}}"#))
        let view = try beta.reading(stored)
        #expect(try beta.json(view) == #"{"resource":{"uri":"r"},"build":{}}"#)
        stored = try beta.writing(beta.message(#"{"resource":{"uri":"r","name":"n"},"build":{}}"#), over: stored)
        #expect(try alpha.json(alpha.reading(stored)) == #"{"resourceUrl":"r","buildDetails":{},"operationName":"o"}"#)
        #expect(try beta.json(beta.reading(stored)) == #"{"resource":{"name":"n","uri":"r"},"build":{}}"#)
        #expect(try v1.json(v1.reading(stored)) == #"{"resourceUri":"r","build":{}}"#)
    }

    @Test(
        arguments: [
            ("intoto", "INTOTO", 108), ("sbom", "SBOM", 109), ("spdxPackage", "SPDX_PACKAGE", 110),
            ("spdxFile", "SPDX_FILE", 111), ("spdxRelationship", "SPDX_RELATIONSHIP", 112),
        ],
        RecordSort.allCases
    )
    func kindsThatV1DoesNotKnow(_ kind: (detail: String, name: String, number: Int), sort: RecordSort) throws {
        let (beta, alpha, v1) = (
            Forms.form(.v1beta1, sort), Forms.form(.v1alpha1, sort), Forms.form(.v1, sort)
        )
        let text = sort == .occurrence ? "remediation" : "shortDescription"
        let stored = try beta.writing(beta.message("{\"\(text)\":\"t\",\"\(kind.detail)\":{}}"))
        #expect(stored.foreignKind == kind.number)
        #expect(try v1.json(v1.reading(stored)) == "{\"\(text)\":\"t\"}")
        #expect(try alpha.json(alpha.reading(stored)) == "{\"\(text)\":\"t\"}")
        let updated = try alpha.writing(alpha.message("{\"\(text)\":\"u\"}"), over: stored)
        #expect(updated.foreignKind == kind.number)
        let read = try beta.reading(v1.writing(v1.message("{\"\(text)\":\"v\"}"), over: updated))
        let expected = try beta.message("{\"\(text)\":\"v\",\"kind\":\"\(kind.name)\",\"\(kind.detail)\":{}}")
        try beta.expectSame(read, expected, kind.name)
    }

    @Test(arguments: ["upgrade", "compliance", "dsseAttestation"])
    func kindsThatOnlyV1Knows(detail: String) throws {
        let stored = StoredRecord(message: try v1.message("{\"resourceUri\":\"r\",\"kind\":8,\"\(detail)\":{}}"))
        #expect(try beta.json(beta.reading(stored)) == #"{"resource":{"uri":"r"}}"#)
        #expect(try alpha.json(alpha.reading(stored)) == #"{"resourceUrl":"r"}"#)
        let updated = try beta.writing(beta.message(#"{"resource":{"uri":"r"},"remediation":"x"}"#), over: stored)
        let expected = "{\"resourceUri\":\"r\",\"kind\":8,\"remediation\":\"x\",\"\(detail)\":{}}"
        try v1.expectSame(updated.message, v1.message(expected), detail)
    }

    @Test func nameKindAndTimesAreTheStores() throws {
        let stored = StoredRecord(
            message: try v1.message(#"{"name":"n","kind":"BUILD","createTime":"2024-01-01T00:00:00Z","build":{}}"#)
        )
        let updated = try beta.writing(
            beta.message(#"{"name":"other","kind":"IMAGE","remediation":"r","build":{}}"#),
            over: stored
        )
        #expect(
            try v1.json(updated.message)
                == #"{"name":"n","kind":"BUILD","remediation":"r","createTime":"2024-01-01T00:00:00Z","build":{}}"#
        )
    }
}
