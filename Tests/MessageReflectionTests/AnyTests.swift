import GrafeasProto
import MessageReflection
import SwiftProtobuf
import Testing

@Suite struct AnyTests {
    private func type() throws -> MessageType { try Types.message("google.protobuf.Any") }

    @Test func aKnownTypeIsEncodedAsItself() throws {
        let json = #"{"@type":"type.googleapis.com/grafeas.v1.Version","epoch":3,"name":"x"}"#
        let wire = try type().wire(fromJSON: json.bytes)
        let any = try Google_Protobuf_Any(serializedBytes: wire)
        #expect(try Grafeas_V1_Version(unpackingAny: any).name == "x")
        #expect(string(try type().json(from: wire)) == json)
        let late = #"{"name":"x","epoch":3,"@type":"type.googleapis.com/grafeas.v1.Version"}"#
        #expect(try type().wire(fromJSON: late.bytes) == wire)
    }

    @Test func aWellKnownTypeStandsUnderValue() throws {
        let json = #"{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1.500s"}"#
        #expect(try roundTrip(json, as: type()) == json)
        let missing = problems(#"{"@type":"type.googleapis.com/google.protobuf.Duration"}"#, as: try type())
        #expect(missing.count == 1)
        let object = #"{"@type":"type.googleapis.com/google.protobuf.Struct","value":{"a":1.0}}"#
        #expect(try roundTrip(object, as: type()) == object)
    }

    @Test func anUnknownTypeComesBackAsItCame() throws {
        let json = #"{"b":[1.0,{"c":null}],"@type":"https://slsa.dev/Unknown/v1","a":"x"}"#
        let wire = try type().wire(fromJSON: json.bytes)
        let any = try Google_Protobuf_Any(serializedBytes: wire)
        #expect(any.typeURL == "type.googleapis.com/google.protobuf.Struct")
        #expect(
            try Google_Protobuf_Struct(unpackingAny: any).fields["@type"]?.stringValue == "https://slsa.dev/Unknown/v1"
        )
        #expect(string(try type().json(from: wire)) == json)
    }

    @Test func bytesOfAnUnknownTypeAreBase64() throws {
        let wire = encoded { writer in
            writer.field(1, string: "example.com/x.Y")
            writer.field(2, bytes: [1, 2])
        }
        #expect(string(try type().json(from: wire)) == #"{"@type":"example.com/x.Y","value":"AQI="}"#)
    }

    @Test func bytesThatAreNoSuchMessageAreBase64() throws {
        let wire = encoded { writer in
            writer.field(1, string: "type.googleapis.com/grafeas.v1.Version")
            writer.field(2, bytes: [0x0A, 0x7F])
        }
        let expected = #"{"@type":"type.googleapis.com/grafeas.v1.Version","value":"Cn8="}"#
        #expect(string(try type().json(from: wire)) == expected)
    }

    @Test func anEmptyAnyIsAnEmptyObject() throws {
        #expect(try roundTrip("{}", as: type()) == "{}")
        #expect(problems(#"{"a":1}"#, as: try type()).count == 1)
        #expect(problems(#"{"@type":1}"#, as: try type()).count == 1)
    }

    /// Only a type we do not know is unwrapped; otherwise reading the JSON again would give another message.
    @Test func aStructThatOnlyLooksWrappedStaysAStruct() throws {
        let json =
            #"{"@type":"type.googleapis.com/google.protobuf.Struct","value":{"@type":"type.googleapis.com/grafeas.v1.Note"}}"#
        #expect(try roundTrip(json, as: type()) == json)
    }

    @Test func problemsInsideHaveTheirPath() throws {
        let json = #"{"environment":{"@type":"type.googleapis.com/grafeas.v1.Version","epoch":"x"}}"#
        for message in Types.registry.messages where !message.isMapEntry {
            guard let field = message.fields.first(where: { $0.messageType?.wellKnown == .any && !$0.isRepeated })
            else { continue }
            let text = json.replacing("environment", with: field.jsonName)
            #expect(problems(text, as: message).map(\.path) == ["\(field.jsonName).epoch"])
        }
    }
}
