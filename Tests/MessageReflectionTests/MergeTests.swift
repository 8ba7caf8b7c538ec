import MessageReflection
import TestSupport
import Testing

@Suite struct MergeTests {
    static let seed = UInt64.random(in: 0...UInt64.max)

    private func merged(_ base: String, _ ours: String, _ theirs: String, as type: MessageType) throws -> String {
        let sides = try [base, ours, theirs].map { try type.wire(fromJSON: $0.bytes) }
        return string(try type.json(from: type.merge(base: sides[0], ours: sides[1], theirs: sides[2])))
    }

    // MARK: Examples

    @Test func fieldsAreMergedOneByOne() throws {
        let type = try Types.v1("Note")
        #expect(
            try merged(
                #"{"name":"n","shortDescription":"s","longDescription":"l","relatedUrl":[{"url":"u"}]}"#,
                #"{"name":"n","shortDescription":"ours","longDescription":"ours","relatedUrl":[{"url":"u"}]}"#,
                #"{"name":"n","shortDescription":"theirs","longDescription":"l"}"#,
                as: type
            ) == #"{"name":"n","shortDescription":"theirs","longDescription":"ours"}"#
        )
    }

    @Test func messagesAreMergedInsideButTimesAreValues() throws {
        let type = try Types.v1("Note")
        #expect(
            try merged(
                #"{"expirationTime":"1970-01-01T00:00:01Z","package":{"version":{"name":"1"}}}"#,
                #"{"expirationTime":"1970-01-01T00:00:01.5Z","package":{"version":{"name":"1","fullName":"f"},"url":"u"}}"#,
                #"{"expirationTime":"1970-01-01T00:00:02Z","package":{"version":{"name":"2"}}}"#,
                as: type
            )
                == #"{"expirationTime":"1970-01-01T00:00:02Z","package":{"version":{"name":"2","fullName":"f"},"url":"u"}}"#
        )
    }

    @Test func aMessageThatTheirsTookAwayIsGone() throws {
        let type = try Types.v1("PackageNote")
        #expect(
            try merged(#"{"version":{"name":"1"}}"#, #"{"version":{"name":"1","fullName":"f"}}"#, "{}", as: type)
                == "{}"
        )
    }

    @Test func elementsAreFoundAgain() throws {
        let type = try Types.v1("PackageOccurrence")
        func location(_ uri: String, _ path: String? = nil) -> String {
            path.map { "{\"cpeUri\":\"\(uri)\",\"path\":\"\($0)\"}" } ?? "{\"cpeUri\":\"\(uri)\"}"
        }
        func list(_ locations: String...) -> String { "{\"location\":[\(locations.joined(separator: ","))]}" }
        let base = list(location("a"), location("b"), location("b"))
        let ours = list(location("a", "1"), location("b", "2"), location("b", "3"))
        let cases = [
            (
                list(location("b"), location("b"), location("a")),
                list(location("b", "3"), location("b", "2"), location("a", "1"))
            ),
            (
                list(location("x"), location("b"), location("b")),
                list(location("x", "1"), location("b", "2"), location("b", "3"))
            ),
            (list(location("b")), list(location("b", "2"))),
            (
                list(location("n"), location("a"), location("b"), location("b")),
                list(location("n"), location("a", "1"), location("b", "3"), location("b", "2"))
            ),
        ]
        for (theirs, expected) in cases {
            let result = try merged(base, ours, theirs, as: type)
            // Of equal elements, any may be taken for any.
            #expect(result == expected || result == expected.swappingTwoAndThree, "\(theirs)")
        }
        #expect(
            try merged(list(location("a")), list(location("a"), location("o")), list(location("t")), as: type)
                == list(location("t"), location("o"))
        )
    }

    @Test func mapsGoByKey() throws {
        let type = try Types.v1("BuildProvenance")
        #expect(
            try merged(
                #"{"buildOptions":{"a":"1","b":"1","c":"1","d":"1"}}"#,
                #"{"buildOptions":{"a":"1","b":"2","d":"2","e":"2"}}"#,
                #"{"buildOptions":{"a":"3","b":"1","c":"3","f":"3"}}"#,
                as: type
            ) == #"{"buildOptions":{"a":"3","b":"2","c":"3","e":"2","f":"3"}}"#
        )
    }

    @Test func aChosenOneofMemberPutsOursOut() throws {
        let type = try Types.v1("Occurrence")
        #expect(try merged("{}", #"{"image":{"distance":1}}"#, #"{"build":{}}"#, as: type) == #"{"build":{}}"#)
        #expect(
            try merged("{}", #"{"build":{}}"#, #"{"image":{"distance":1}}"#, as: type) == #"{"image":{"distance":1}}"#
        )
        #expect(
            try merged(#"{"name":"a"}"#, #"{"name":"a","build":{}}"#, #"{"name":"b"}"#, as: type)
                == #"{"name":"b","build":{}}"#
        )
        #expect(
            try merged(
                #"{"image":{"distance":1}}"#,
                #"{"build":{}}"#,
                #"{"name":"n","image":{"distance":1}}"#,
                as: type
            )
                == #"{"name":"n","build":{}}"#
        )
    }

    @Test func unknownFieldsComeAndGo() throws {
        let type = try Types.v1("RelatedUrl")
        func message(_ unknown: Int...) -> [UInt8] { encoded { for number in unknown { $0.field(number, varint: 1) } } }
        #expect(
            try type.merge(base: message(7, 8), ours: message(7, 8, 9), theirs: message(8, 10)) == message(8, 9, 10)
        )
    }

    // MARK: Laws

    @Test func whoChangedNothingHasNoSay() throws {
        try forEachPair { type, a, b in
            let expected = try type.canonical(b)
            for (ours, theirs) in [(b, a), (a, b)] {
                let merged = try type.merge(base: a, ours: ours, theirs: theirs)
                #expect(merged == expected, "seed \(Self.seed): \(type)")
            }
            #expect(try type.merge(base: b, ours: b, theirs: b) == expected, "seed \(Self.seed): \(type)")
        }
    }

    @Test func aDifferenceIsEnoughToGoBack() throws {
        try forEachPair { type, a, b in
            let difference = try type.difference(from: a, to: b)
            let back = try type.merge(base: difference.base, ours: difference.ours, theirs: a)
            let expected = try type.canonical(b)
            #expect(back == expected, "seed \(Self.seed): \(type)")
            #expect(try type.difference(from: a, to: a).isEmpty)
        }
    }

    /// A difference does to any later state what the whole messages do.
    @Test func aDifferenceMergesAsTheWholeDoes() throws {
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        for type in Types.registry.messages where !type.isMapEntry && type.wellKnown == .none {
            for _ in 0..<4 {
                let (a, b, c) = (messages.message(type), messages.message(type), messages.message(type))
                let difference = try type.difference(from: a, to: b)
                let short = try type.merge(base: difference.base, ours: difference.ours, theirs: c)
                let whole = try type.merge(base: a, ours: b, theirs: c)
                #expect(short == whole, "seed \(Self.seed): \(type)")
                let canonical = try type.canonical(whole)
                #expect(whole == canonical, "seed \(Self.seed): \(type)")
            }
        }
    }

    private func forEachPair(_ body: (MessageType, [UInt8], [UInt8]) throws -> Void) throws {
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        for type in Types.registry.messages where !type.isMapEntry {
            for round in 0..<6 {
                messages.density = round % 2 == 0 ? 0.4 : 0.8
                try body(type, messages.message(type), messages.message(type))
            }
        }
    }
}

extension String {
    fileprivate var swappingTwoAndThree: String {
        String(map { $0 == "2" ? "3" : $0 == "3" ? "2" : $0 })
    }
}
