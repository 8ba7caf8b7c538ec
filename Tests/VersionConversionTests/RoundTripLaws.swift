import MessageReflection
import MetadataModel
import TestSupport
import Testing
import VersionConversion

/// Laws that hold for every record of every version, tried on random ones; a failure prints the seed to run again with.
@Suite struct RoundTripLaws {
    static let seed = UInt64.random(in: 0...UInt64.max)
    static let rounds = 9

    /// Runs the body with random records of each kind of a version.
    private func forEachRecord(
        of version: APIVersion,
        _ body: (RecordForm, RecordSort, MessageField, [UInt8], inout RandomMessages) throws -> Void
    ) throws {
        for sort in RecordSort.allCases {
            let form = Forms.form(version, sort)
            var messages = RandomMessages(Forms.registry, seed: Self.seed)
            messages.depthMax = 7
            for detail in form.details {
                for round in 0..<Self.rounds {
                    messages.density = round % 3 == 0 ? 0.9 : 0.4
                    try body(form, sort, detail, form.random(detail, &messages), &messages)
                }
            }
        }
    }

    /// A text field that all versions have in a record.
    private func commonField(_ sort: RecordSort) -> String { sort == .occurrence ? "remediation" : "short_description" }

    @Test(arguments: Forms.others)
    func whatIsWrittenReadsBack(version: APIVersion) throws {
        try forEachRecord(of: version) { form, _, detail, message, _ in
            let stored = try form.writing(message)
            let read = try form.reading(stored)
            try form.expectSame(form.body(read), form.body(message), "seed \(Self.seed): \(detail)")
            #expect(try form.reading(stored) == read)
        }
    }

    @Test(arguments: Forms.others)
    func theEncodingOfAMessageDoesNotMatter(version: APIVersion) throws {
        try forEachRecord(of: version) { form, sort, detail, message, messages in
            let stored = try form.writing(message)
            let shuffled = try form.writing(scattered(message, form.type, &messages))
            #expect(shuffled == stored, "seed \(Self.seed): \(detail)")
            var other = stored
            let v1 = Forms.form(.v1, sort).type
            other.message = try scattered(stored.message, v1, &messages)
            try Forms.form(.v1, sort).expectSame(other.message, stored.message, "seed \(Self.seed): the test itself")
            try form.expectSame(form.reading(other), form.reading(stored), "seed \(Self.seed): \(detail)")
        }
    }

    /// The same message as no writer would write it: fields in any order, lists with other fields in between, and single
    /// messages in two pieces.
    private func scattered(
        _ message: [UInt8],
        _ type: MessageType,
        _ messages: inout RandomMessages
    ) throws -> [UInt8] {
        var pieces: [Int: [[UInt8]]] = [:]
        for (number, whole, payload) in try fields(of: message) {
            guard let field = type.field(number: number), let inner = field.messageType, inner.wellKnown == .none else {
                pieces[number, default: []].append(whole)
                continue
            }
            let content = try scattered(payload, inner, &messages)
            let cuts = try fields(of: content).map(\.whole)
            let isSplit = !field.isRepeated && cuts.count > 1
            let cut = isSplit ? messages.pick(1..<cuts.count) : cuts.count
            for part in isSplit ? [cuts[..<cut], cuts[cut...]] : [cuts[...]] {
                var writer = WireWriter()
                writer.field(number, bytes: part.flatMap { $0 })
                pieces[number, default: []].append(writer.bytes)
            }
        }
        // The pieces of one field keep their order.
        let order = pieces.sorted { $0.key < $1.key }.flatMap { Array(repeating: $0.key, count: $0.value.count) }
        return order.shuffled(using: &messages.random).flatMap { pieces[$0]?.removeFirst() ?? [] }
    }

    private func fields(of message: [UInt8]) throws -> [(number: Int, whole: [UInt8], payload: [UInt8])] {
        try message.withWireBytes { bytes throws(WireError) in
            var fields: [(Int, [UInt8], [UInt8])] = []
            var reader = WireReader(bytes)
            while let field = try reader.next() {
                fields.append((field.number, [UInt8](field.whole), [UInt8](field.payload)))
            }
            return fields
        }
    }

    @Test(arguments: Forms.others)
    func anUpdateInV1IsSeenAndLeavesTheRest(version: APIVersion) throws {
        try forEachRecord(of: version) { form, sort, detail, message, _ in
            let field = commonField(sort)
            let v1 = Forms.form(.v1, sort)
            let stored = try form.writing(message)
            let updated = try v1.writing(v1.setting(field, to: "changed", in: v1.reading(stored)), over: stored)
            try form.expectSame(
                form.body(form.reading(updated)),
                form.body(form.setting(field, to: "changed", in: message)),
                "seed \(Self.seed): \(detail)"
            )
        }
    }

    @Test(arguments: Forms.others)
    func anUpdateInAnotherVersionLeavesWhatOnlyV1Says(version: APIVersion) throws {
        try forEachRecord(of: .v1) { v1, sort, detail, message, _ in
            let field = commonField(sort)
            let form = Forms.form(version, sort)
            let stored = try v1.writing(message)
            let view = try form.reading(stored)
            let same = try form.writing(view, over: stored)
            try v1.expectSame(same.message, message, "seed \(Self.seed): \(detail), unchanged")
            #expect(same.kept.isEmpty, "seed \(Self.seed): \(detail)")
            let updated = try form.writing(form.setting(field, to: "changed", in: view), over: stored)
            try v1.expectSame(
                updated.message,
                v1.setting(field, to: "changed", in: message),
                "seed \(Self.seed): \(detail)"
            )
            #expect(updated.kept.isEmpty, "seed \(Self.seed): \(detail)")
        }
    }

    @Test func anUpdateInV1beta1LeavesWhatOnlyV1alpha1Says() throws {
        try forEachRecord(of: .v1alpha1) { form, sort, detail, message, _ in
            let field = commonField(sort)
            let beta = Forms.form(.v1beta1, sort)
            let stored = try form.writing(message)
            let updated = try beta.writing(beta.setting(field, to: "changed", in: beta.reading(stored)), over: stored)
            try form.expectSame(
                form.body(form.reading(updated)),
                form.body(form.setting(field, to: "changed", in: message)),
                "seed \(Self.seed): \(detail)"
            )
        }
    }

    @Test(arguments: Forms.others)
    func anUpdateReadsBack(version: APIVersion) throws {
        try forEachRecord(of: version) { form, sort, detail, message, messages in
            let stored = try form.writing(message)
            let other = try form.random(messages.chance(0.7) ? detail : messages.pick(form.details), &messages)
            let updated = try form.writing(other, over: stored)
            try form.expectSame(form.body(form.reading(updated)), form.body(other), "seed \(Self.seed): \(detail)")
        }
    }

    @Test(arguments: Forms.others)
    func anUpdateOfAV1RecordReadsBack(version: APIVersion) throws {
        try forEachRecord(of: .v1) { v1, sort, detail, message, messages in
            let form = Forms.form(version, sort)
            let other = try form.random(messages.pick(form.details), &messages)
            let updated = try form.writing(other, over: v1.writing(message))
            try form.expectSame(form.body(form.reading(updated)), form.body(other), "seed \(Self.seed): \(detail)")
        }
    }

    @Test func unknownFieldsReadBack() throws {
        for version in Forms.others {
            try forEachRecord(of: version) { form, sort, detail, message, _ in
                var writer = WireWriter(message)
                writer.field(1000, string: "unknown")
                let stored = try form.writing(writer.bytes)
                try form.expectSame(form.body(form.reading(stored)), form.body(writer.bytes), "seed \(Self.seed)")
                let v1 = Forms.form(.v1, sort)
                try v1.expectSame(stored.message, form.writing(message).message, "seed \(Self.seed): \(detail)")
            }
        }
    }

    @Test func mutatedBytesAreAValueOrAnError() throws {
        for version in Forms.others {
            try forEachRecord(of: version) { form, sort, _, message, messages in
                var bytes = message
                for _ in 0..<messages.pick(1..<4) where !bytes.isEmpty {
                    bytes[messages.pick(bytes.indices)] = messages.pick(UInt8.min...UInt8.max)
                }
                let stored = try form.writing(message)
                if let written = try? form.writing(bytes) { _ = try? form.reading(written) }
                _ = try? form.reading(StoredRecord(message: bytes, kept: stored.kept))
                _ = try? form.reading(StoredRecord(message: stored.message, kept: bytes))
                _ = try? form.writing(bytes, over: stored)
            }
        }
    }
}
