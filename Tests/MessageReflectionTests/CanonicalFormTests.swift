import GrafeasProto
import MessageReflection
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct CanonicalFormTests {
    static let seed = UInt64.random(in: 0...UInt64.max)

    @Test func defaultsGoAndPresenceStays() throws {
        let type = try Types.v1("Occurrence")
        let wire = encoded {
            $0.field(4, varint: 0)
            $0.field(1, string: "")
            $0.field(14) { $0.field(1, bytes: []) }
        }
        #expect(try type.canonical(wire) == encoded { $0.field(14, bytes: []) })
        let every = try Types.message("test.EveryKind")
        let optional = try #require(every.field(named: "optional_int32"))
        let choice = try #require(every.field(named: "choice_string"))
        let present = encoded {
            $0.field(choice.number, string: "")
            $0.field(optional.number, varint: 0)
        }
        #expect(try every.canonical(present) == present)
    }

    @Test func theLastOfEachFieldAndOneofCounts() throws {
        let type = try Types.v1("Occurrence")
        let wire = encoded {
            $0.field(9) { $0.field(2, string: "build") }
            $0.field(8) { $0.field(1, string: "a") }
            $0.field(1, string: "first")
            $0.field(8) { $0.field(6, string: "b") }
            $0.field(1, string: "last")
        }
        let expected = encoded {
            $0.field(1, string: "last")
            $0.field(8) {
                $0.field(1, string: "a")
                $0.field(6, string: "b")
            }
        }
        #expect(try type.canonical(wire) == expected)
    }

    @Test func listsArePackedMapsSortedAndVarintsCut() throws {
        let type = try Types.message("test.EveryKind")
        let many = try #require(type.field(named: "many_int32")).number
        let spread = try #require(type.field(named: "spread_bool")).number
        let map = try #require(type.field(named: "map_to_uint32")).number
        let wire = encoded {
            $0.field(many, varint: 1)
            $0.field(many) {
                $0.varint(0xFFFF_FFFF); $0.varint(0)
            }
            $0.field(spread) {
                $0.varint(2); $0.varint(0)
            }
            $0.field(map) {
                $0.field(2, varint: 7); $0.field(1, string: "b")
            }
            $0.field(map) { $0.field(1, string: "a") }
            $0.field(map) {
                $0.field(1, string: "b"); $0.field(2, varint: 1 << 32)
            }
        }
        let expected = encoded {
            $0.field(spread, varint: 1)
            $0.field(spread, varint: 0)
            $0.field(map) {
                $0.field(1, string: "a"); $0.field(2, varint: 0)
            }
            $0.field(map) {
                $0.field(1, string: "b"); $0.field(2, varint: 0)
            }
            $0.field(many) {
                $0.varint(1); $0.varint(UInt64.max); $0.varint(0)
            }
        }
        #expect(try type.canonical(wire) == expected)
    }

    @Test func unknownFieldsStandAtTheEndInTheirOrder() throws {
        let type = try Types.v1("RelatedUrl")
        let wire = encoded {
            $0.field(9, string: "x")
            $0.field(2, string: "label")
            $0.field(7, varint: 0)
            $0.field(1, varint: 5)
        }
        let expected = encoded {
            $0.field(2, string: "label")
            $0.field(9, string: "x")
            $0.field(7, varint: 0)
            $0.field(1, varint: 5)
        }
        #expect(try type.canonical(wire) == expected)
    }

    /// What generators and other libraries write canonically is left as it is, and however it is shuffled it comes back.
    @Test func canonicalMessagesAreFixedPoints() throws {
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        // Structs and values are maps and oneofs like others here, but Any is not looked into.
        for type in Types.registry.messages where !type.isMapEntry {
            for _ in 0..<20 {
                let wire = messages.message(type)
                #expect(try type.canonical(wire) == wire, "seed \(Self.seed): \(type)")
            }
        }
    }

    @Test func itIsWhatSwiftProtobufWritesInItsDeterministicOrder() throws {
        let type = try Types.v1("Occurrence")
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        for _ in 0..<300 {
            let wire = messages.message(type)
            let theirs: [UInt8] = try Grafeas_V1_Occurrence(serializedBytes: wire).serializedBytes()
            #expect(try type.canonical(theirs) == type.canonical(wire), "seed \(Self.seed)")
        }
    }

    @Test func nestingHasABound() throws {
        let type = try Types.message("test.EveryKind")
        let number = try #require(type.field(named: "one_message")).number
        var wire: [UInt8] = []
        for _ in 0..<200 {
            let inner = wire
            wire = encoded { $0.field(number, bytes: inner) }
        }
        #expect(throws: WireError.self) { try type.canonical(wire) }
    }
}
