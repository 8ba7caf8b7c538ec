import MessageReflection
import TestSupport
import Testing

/// What ``MessageType/check(_:messagesMax:takesAnyMask:)`` says of how a message is encoded.
@Suite struct NormalMessageTests {
    private func isNormal(_ type: String, _ write: (inout WireWriter) -> Void) throws -> Bool {
        try Types.v1(type).check(encoded(write))
    }

    /// Writes the entry of a map.
    private static func digest(_ value: String, in entry: inout WireWriter) {
        entry.field(1, string: "sha256")
        entry.field(2, string: value)
    }

    @Test func whatEncodersWriteIsNormal() throws {
        #expect(try isNormal("Occurrence") { _ in })
        #expect(
            try isNormal("Occurrence") { writer in
                writer.field(2, string: "registry.example/app")
                writer.field(8) { vulnerability in
                    vulnerability.field(2, varint: 4)
                    vulnerability.field(4) { $0.field(2, string: "openssl") }
                    vulnerability.field(4) { $0.field(2, string: "zlib") }
                }
                writer.field(1000, string: "a field of a newer API")
            }
        )
    }

    @Test func orderRepetitionAndOneofsMatter() throws {
        #expect(
            try !isNormal("Occurrence") { writer in
                writer.field(3, string: "note")
                writer.field(2, string: "uri")
            },
            "descending"
        )
        #expect(
            try !isNormal("Occurrence") { writer in
                for text in ["a", "b"] { writer.field(2, string: text) }
            },
            "twice"
        )
        #expect(
            try !isNormal("Occurrence") { writer in
                writer.field(8) { $0.field(1, string: "a") }
                writer.field(9) { $0.field(2, string: "b") }
            },
            "two members of a oneof"
        )
        #expect(
            try !isNormal("Occurrence") { writer in
                writer.field(8) { vulnerability in
                    vulnerability.field(2, varint: 4)
                    vulnerability.field(1, string: "a")
                }
            },
            "inside"
        )
    }

    @Test func valuesThatEncodersDoNotWriteAreNotNormal() throws {
        #expect(try !isNormal("Occurrence") { $0.field(2, string: "") }, "a default that means absence")
        #expect(try !isNormal("PackageOccurrence") { $0.field(5, varint: 1 << 32) }, "an enum beyond 32 bits")
        #expect(try !isNormal("Completeness") { $0.field(1, varint: 2) }, "a bool that is neither 0 nor 1")
        #expect(try isNormal("Version") { $0.field(1, varint: UInt64(bitPattern: -1)) }, "a negative epoch")
    }

    @Test func numbersLongerThanNeededAreNotNormal() throws {
        // remediation, "a": tag, length; a kind
        for bytes in [[0xAA, 0x00, 0x01, 0x61], [0x2A, 0x81, 0x00, 0x61], [0x20, 0x81, 0x00]] as [[UInt8]] {
            #expect(try !Types.v1("Occurrence").check(bytes), "\(bytes)")
        }
        #expect(try Types.v1("Occurrence").check([0x2A, 0x01, 0x61]))
    }

    @Test func unknownFieldsCountAsMessages() throws {
        let bytes = encoded { writer in for _ in 0..<10 { writer.field(2000, varint: 1) } }
        try Types.v1("Occurrence").check(bytes, messagesMax: 11)
        let error = #expect(throws: WireError.self) { try Types.v1("Occurrence").check(bytes, messagesMax: 10) }
        #expect(error?.reason == .tooManyMessages)
    }

    @Test func aDefaultMayBeWrittenWhereItIsNoAbsence() throws {
        #expect(try isNormal("RepoId") { $0.field(2, string: "") }, "in a oneof")
        #expect(try isNormal("Subject") { $0.field(2) { Self.digest("", in: &$0) } }, "in a map")
    }

    @Test func ofSeveralEntriesOfAMapKeysMightRepeat() throws {
        #expect(
            try !isNormal("Subject") { writer in
                for value in ["a", "b"] { writer.field(2) { Self.digest(value, in: &$0) } }
            }
        )
    }

    /// The generator writes as encoders do, several entries of a map aside.
    @Test func randomMessagesAreNormalUnlessTheyHaveMaps() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("normal messages seed: \(seed)")
        var random = RandomMessages(Types.registry, seed: seed)
        random.structMemberCountMax = 1
        let type = try Types.v1("VulnerabilityOccurrence")
        for _ in 0..<200 { #expect(try type.check(random.message(type)), "seed \(seed)") }
    }
}
