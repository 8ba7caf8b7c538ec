import MessageReflection
import Testing

@Suite struct MessageCheckTests {
    private func failure(_ type: String, _ bytes: [UInt8]) throws -> WireError? {
        let type = try Types.message(type)
        return #expect(throws: WireError.self) { try type.check(bytes) }
    }

    @Test func badUTF8IsFoundWithItsPath() throws {
        let type = try Types.v1("Occurrence")
        let vulnerability = try #require(type.field(named: "vulnerability")).number
        let urls = try #require(try Types.v1("VulnerabilityOccurrence").field(named: "related_urls")).number
        let bytes = encoded { writer in
            writer.field(vulnerability) { inner in
                inner.field(urls) { $0.field(1, string: "fine") }
                inner.field(urls) { $0.field(1, bytes: [0xC3]) }
            }
        }
        let error = try failure("grafeas.v1.Occurrence", bytes)
        #expect(error?.path == "vulnerability.related_urls[1].url" && error?.reason == .invalidUTF8)
    }

    @Test func messagesAreCountedAtAllLevels() throws {
        let type = try Types.v1("Occurrence")
        let vulnerability = try #require(type.field(named: "vulnerability")).number
        let issues = try #require(try Types.v1("VulnerabilityOccurrence").field(named: "package_issue")).number
        let bytes = encoded { writer in
            writer.field(vulnerability) { inner in
                for _ in 0..<8 { inner.field(issues, bytes: [UInt8]()) }
            }
        }
        try type.check(bytes, messagesMax: 10)
        let error = #expect(throws: WireError.self) { try type.check(bytes, messagesMax: 9) }
        #expect(error?.reason == .tooManyMessages && error?.path == "vulnerability.package_issue[7]")
    }

    @Test func bytesFieldsMayHoldAnything() throws {
        try Types.v1("Signature").check(encoded { $0.field(1, bytes: [0xFF, 0x00]) })
    }

    @Test func truncationIsFoundInside() throws {
        let number = try #require(try Types.v1("Occurrence").field(named: "vulnerability")).number
        let error = try failure("grafeas.v1.Occurrence", encoded { $0.field(number, bytes: [0x0A, 0x05]) })
        #expect(error?.path == "vulnerability" && error?.reason == .truncated)
    }

    @Test func depthIsBounded() throws {
        let type = try Types.message("google.protobuf.DescriptorProto")
        let nested = try #require(type.field(named: "nestedType")).number
        var bytes: [UInt8] = []
        for _ in 1..<100 { bytes = encoded { [bytes] in $0.field(nested, bytes: bytes) } }
        try type.check(bytes)
        bytes = encoded { [bytes] in $0.field(nested, bytes: bytes) }
        #expect(try failure("google.protobuf.DescriptorProto", bytes)?.reason == .nestedTooDeeply)
    }

    @Test func whatJSONCannotSayIsRefused() throws {
        let late = encoded { $0.field(1, varint: 253_402_300_800) }
        #expect(try failure("google.protobuf.Timestamp", late) != nil)
        let mixed = encoded {
            $0.field(1, varint: 1); $0.field(2, varint: UInt64(bitPattern: -1))
        }
        #expect(try failure("google.protobuf.Duration", mixed) != nil)
        let infinite = encoded {
            $0.tag(2, .fixed64); $0.fixed64(Double.infinity.bitPattern)
        }
        #expect(try failure("google.protobuf.Value", infinite) != nil)
        let mask = encoded { $0.field(1, string: "camelCase") }
        #expect(try failure("google.protobuf.FieldMask", mask) != nil)
        try Types.message("google.protobuf.FieldMask").check(mask, takesAnyMask: true)
    }
}
