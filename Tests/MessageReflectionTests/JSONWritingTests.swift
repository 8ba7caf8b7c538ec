import GrafeasProto
import MessageReflection
import SwiftProtobuf
import Testing

@Suite struct JSONWritingTests {
    /// Our JSON of a generated message, after making sure that it is SwiftProtobuf's.
    private func json<M: SwiftProtobuf.Message>(_ message: M) throws -> String {
        let type = try Types.message(M.protoMessageName)
        let ours = try type.json(from: try message.serializedBytes() as [UInt8])
        let theirs: [UInt8] = try message.jsonUTF8Bytes()
        #expect(string(ours) == string(theirs))
        return string(ours)
    }

    @Test func textIsEscapedOnlyWhereNeeded() throws {
        var note = Grafeas_V1_Note()
        note.name = "plain é漢😀\u{2028}"
        note.shortDescription = String(String.UnicodeScalarView((0...0xA1).compactMap(Unicode.Scalar.init)))
        note.longDescription = "1234567\"8901234\\567\u{7F}"
        #expect(try json(note).contains(#""longDescription":"1234567\"8901234\\567\u007F""#))
    }

    @Test(arguments: 0...17)
    func anEscapeIsFoundAtEveryPlace(place: Int) throws {
        for odd in ["\"", "\\", "\u{0}", "\u{1F}", "\u{7F}", "\u{9F}", "é", "😀"] {
            let text = String(repeating: "a", count: place) + odd + String(repeating: "z", count: 17 - place)
            _ = try json(Grafeas_V1_Note.with { $0.name = text })
        }
    }

    @Test func numbersAreWrittenAsSwiftProtobufDoes() throws {
        for value: Double in [
            0, -0.0, 1, -1.5, 0.1, 1e21, 1e-7, 5e300, .infinity, -.infinity, .nan, .greatestFiniteMagnitude,
        ] {
            _ = try json(Google_Protobuf_DoubleValue(value))
            _ = try json(Google_Protobuf_FloatValue(Float(value)))
        }
        for value: Int64 in [0, 1, -1, 10, .min, .max] { _ = try json(Google_Protobuf_Int64Value(value)) }
        for value: Int32 in [0, 1, -1, .min, .max] { _ = try json(Google_Protobuf_Int32Value(value)) }
        _ = try json(Google_Protobuf_UInt64Value(.max))
        _ = try json(Google_Protobuf_UInt32Value(.max))
        _ = try json(Google_Protobuf_BoolValue(true))
        _ = try json(Google_Protobuf_StringValue("x"))
        #expect(try json(Google_Protobuf_Empty()) == "{}")
    }

    @Test func bytesAreBase64() throws {
        for count in 0...9 {
            let content = encoded { $0.field(1, bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 * 29 + 200) }) }
            _ = try json(try Grafeas_V1_Signature(serializedBytes: content))
        }
    }

    @Test func timesAreWrittenAsSwiftProtobufDoes() throws {
        for seconds: Int64 in [-62_135_596_800, -1, 0, 951_782_399, 951_782_400, 4_107_542_399, 253_402_300_799] {
            for nanos: Int32 in [0, 1, 1000, 1_000_000, 999_999_999, 120_000_000] {
                _ = try json(Google_Protobuf_Timestamp(seconds: seconds, nanos: nanos))
            }
        }
        for (seconds, nanos): (Int64, Int32) in [(0, 0), (0, -5), (1, 500_000_000), (-1, -1000), (315_576_000_000, 0)] {
            _ = try json(Google_Protobuf_Duration(seconds: seconds, nanos: nanos))
        }
        let type = try Types.message("google.protobuf.Timestamp")
        #expect(throws: WireError.self) { try type.json(from: encoded { $0.field(1, varint: 253_402_300_800) }) }
    }

    @Test func enumsAreNamesOrUnknownNumbers() throws {
        #expect(try json(Grafeas_V1_Note.with { $0.kind = .UNRECOGNIZED(4242) }) == #"{"kind":4242}"#)
        #expect(try json(Grafeas_V1_Note.with { $0.kind = .build }) == #"{"kind":"BUILD"}"#)
    }

    @Test func orderOnTheWireDoesNotMatter() throws {
        let bytes = encoded { writer in
            writer.field(4, varint: 1)
            writer.field(1, string: "first")
            writer.field(99_999, string: "unknown")
            writer.field(1, string: "last")
        }
        #expect(string(try Types.v1("Occurrence").json(from: bytes)) == #"{"name":"last","kind":"VULNERABILITY"}"#)
    }

    @Test func messagesInPiecesMerge() throws {
        let type = try Types.v1("Occurrence")
        let number = try #require(type.field(named: "vulnerability")).number
        let severity = try #require(try Types.v1("VulnerabilityOccurrence").field(named: "severity")).number
        let bytes = encoded { writer in
            writer.field(number) { $0.field(1, string: "a") }
            writer.field(1, string: "n")
            writer.field(number) { $0.field(severity, varint: 4) }
        }
        #expect(string(try type.json(from: bytes)) == #"{"name":"n","vulnerability":{"type":"a","severity":"HIGH"}}"#)
    }

    @Test func theLastMemberOfAOneofCounts() throws {
        let type = try Types.v1("Occurrence")
        let vulnerability = try #require(type.field(named: "vulnerability")).number
        let image = try #require(type.field(named: "image")).number
        let bytes = encoded { writer in
            writer.field(vulnerability) { $0.field(1, string: "gone") }
            writer.field(image) { $0.field(2, varint: 7) }
            writer.field(vulnerability) { _ in }
        }
        #expect(string(try type.json(from: bytes)) == #"{"vulnerability":{}}"#)
    }

    @Test func listsArePackedOrNot() throws {
        let type = try Types.message("google.protobuf.FileDescriptorProto")
        let number = try #require(type.field(named: "publicDependency")).number
        let bytes = encoded { writer in
            writer.field(number, varint: 1)
            writer.field(number, bytes: [])
            writer.field(number, bytes: [2, 3])
        }
        #expect(string(try type.json(from: bytes)) == #"{"publicDependency":[1,2,3]}"#)
        #expect(string(try type.json(from: encoded { $0.field(number, bytes: []) })) == "{}")
    }

    @Test func mapsKeepTheLastOfEachKey() throws {
        let type = try Types.message("google.protobuf.Struct")
        func member(_ name: String, _ text: String, _ writer: inout WireWriter) {
            writer.field(1) { entry in
                entry.field(1, string: name)
                entry.field(2) { $0.field(3, string: text) }
            }
        }
        let bytes = encoded { writer in
            member("a", "1", &writer)
            member("b", "2", &writer)
            member("a", "3", &writer)
        }
        #expect(string(try type.json(from: bytes)) == #"{"b":"2","a":"3"}"#)
        let labels = try Types.v1("BatchCreateNotesRequest")
        let notes = try #require(labels.field(named: "notes")).number
        let empty = encoded { writer in writer.field(notes) { _ in } }
        #expect(string(try labels.json(from: empty)) == #"{"notes":{"":{}}}"#)
    }

    @Test func aFieldOfTheWrongWireTypeIsUnknown() throws {
        #expect(string(try Types.v1("Note").json(from: encoded { $0.field(1, varint: 5) })) == "{}")
    }

    @Test func hostileBytesAreErrorsWithPaths() throws {
        let type = try Types.v1("Occurrence")
        let number = try #require(type.field(named: "vulnerability")).number
        let bytes = encoded { writer in writer.field(number) { $0.field(1, bytes: [0xFF]) } }
        let error = #expect(throws: WireError.self) { try type.json(from: bytes) }
        #expect(error?.reason == .invalidUTF8 && error?.path == "vulnerability.type")
    }

    @Test func deepValuesAreRefusedWithoutOverflow() throws {
        let type = try Types.message("google.protobuf.Value")
        var bytes: [UInt8] = encoded { $0.field(1, varint: 0) }
        for _ in 0..<2000 {
            let inner = bytes
            bytes = encoded { $0.field(6) { $0.field(1, bytes: inner) } }
        }
        #expect(throws: WireError.self) { try type.json(from: bytes) }
        #expect(throws: WireError.self) { try type.check(bytes) }
    }

    /// Messages whose fields are out of order at every level must not be written twice at every level.
    @Test(.timeLimit(.minutes(1))) func disorderAtEveryLevelCostsNoMore() throws {
        let type = try Types.message("google.protobuf.DescriptorProto")
        let nested = try #require(type.field(named: "nestedType")).number
        var bytes = encoded { $0.field(1, string: "x") }
        for _ in 0..<90 {
            let inner = bytes
            bytes = encoded { writer in
                writer.field(nested, bytes: inner)
                writer.field(1, string: "x")
            }
        }
        #expect(try type.json(from: bytes).count > 90 * 10)
    }

    @Test func prettyJSONHasLinesAndLevels() throws {
        let type = try Types.v1("Note")
        let wire = try type.wire(
            fromJSON: #"{"name":"a{\",:[","relatedUrl":[{"url":"u"},{}],"package":{"license":{}}}"#.bytes
        )
        let pretty = string(try type.json(from: wire, layout: .pretty))
        #expect(
            pretty == """
                {
                  "name": "a{\\",:[",
                  "relatedUrl": [
                    {
                      "url": "u"
                    },
                    {}
                  ],
                  "package": {
                    "license": {}
                  }
                }
                """
        )
    }

    @Test func jsonIsAppendedToWhatIsThere() throws {
        var text = "[".bytes
        try encoded { $0.field(1, string: "n") }.withWireBytes { try Types.v1("Note").appendJSON(from: $0, to: &text) }
        #expect(string(text) == #"[{"name":"n"}"#)
    }
}
