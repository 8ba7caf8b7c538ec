import GrafeasProto
import Testing

@testable import Reports

/// CVSS vectors of the three versions that Grafeas has messages for.
@Suite("CVSS vectors")
struct CVSSVectorTests {
    @Test(
        "The base score follows from the vector as the specifications have it",
        arguments: [
            // The examples of CVSS 2.0, section 3.3, and of the examples to CVSS 3.0 and 3.1.
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8), ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10),
            ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2),
            ("(AV:N/AC:L/Au:N/C:N/I:N/A:N)", 0), ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1), ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10),
            ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8), ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", 0),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N/E:P/RL:O", 6.1),
        ]
    )
    func baseScores(text: String, score: Float) throws {
        #expect(try #require(CVSSVector(text)).message().baseScore == score)
    }

    @Test("Every metric of version 4 has its field")
    func version4() throws {
        let text = "CVSS:4.0/AV:A/AC:H/AT:P/PR:H/UI:P/VC:H/VI:L/VA:N/SC:L/SI:N/SA:H/E:P/S:P"
        let message = try #require(CVSSVector(text)).message(score: 5.5)
        #expect(message.baseScore == 5.5)
        #expect(message.attackVector == .adjacent && message.attackComplexity == .high)
        #expect(message.attackRequirements == .present && message.privilegesRequired == .high)
        #expect(message.userInteraction == .passive && message.scope == .unspecified)
        #expect(message.vulnerableSystemConfidentialityImpact == .high)
        #expect(message.vulnerableSystemIntegrityImpact == .low)
        #expect(message.vulnerableSystemAvailabilityImpact == .none)
        #expect(message.subsequentSystemConfidentialityImpact == .low)
        #expect(message.subsequentSystemIntegrityImpact == .none)
        #expect(message.subsequentSystemAvailabilityImpact == .high)
        #expect(message.exploitMaturity == .poc)
    }

    @Test("Every metric of versions 2 and 3 has its field")
    func versions2And3() throws {
        let two = try #require(CVSSVector("AV:A/AC:M/Au:S/C:P/I:C/A:N")).message()
        #expect(two.attackVector == .adjacent && two.attackComplexity == .medium && two.authentication == .single)
        #expect(two.confidentialityImpact == .partial && two.integrityImpact == .complete)
        #expect(two.availabilityImpact == .none)
        let three = try #require(CVSSVector("CVSS:3.1/AV:P/AC:H/PR:L/UI:R/S:C/C:L/I:N/A:H"))
        let note = try #require(three.messageV3(score: 1))
        #expect(note.attackVector == .physical && note.attackComplexity == .high && note.privilegesRequired == .low)
        #expect(note.userInteraction == .required && note.scope == .changed && note.baseScore == 1)
        #expect(note.confidentialityImpact == .low && note.integrityImpact == .none && note.availabilityImpact == .high)
        #expect(three.message().availabilityImpact == .high)
        #expect(CVSSVector("AV:A/AC:M/Au:S/C:P/I:C/A:N")?.messageV3() == nil)
    }

    @Test(
        "What is no vector is none",
        arguments: [
            "", "CVSS:3.1/", "CVSS:3.1/AV:N", "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV:N/AC:L/Au:N/C:P/I:P",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:H", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/Q:1",
            "5.3/CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L",
            "AV:N/AC:L/Au:N/C:P/I:P/A:P/E:" + String(repeating: "x", count: 500),
        ]
    )
    func noVectors(text: String) {
        #expect(CVSSVector(text) == nil)
    }
}
