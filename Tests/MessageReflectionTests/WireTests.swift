import MessageReflection
import Testing

@Suite struct WireTests {
    @Test func fieldsComeBackAsWritten() throws {
        let bytes = encoded { writer in
            writer.field(1, varint: 300)
            writer.field(2, string: "hé")
            writer.tag(3, .fixed64)
            writer.fixed64(0x0102_0304_0506_0708)
            writer.tag(4, .fixed32)
            writer.fixed32(0xAABB_CCDD)
            writer.field(536_870_911, bytes: [UInt8]())
            writer.field(5) { inner in inner.field(1, varint: UInt64.max) }
        }
        try bytes.withWireBytes { buffer in
            var reader = WireReader(buffer)
            var seen: [(Int, WireType, UInt64)] = []
            var whole: [UInt8] = []
            while let field = try reader.next() {
                seen.append((field.number, field.type, field.value))
                whole += field.whole
                if field.number == 2 { #expect(field.text == "hé") }
                if field.number == 5 {
                    #expect(Array(field.payload) == [0x08] + Array(repeating: 0xFF, count: 9) + [0x01])
                }
            }
            #expect(seen.map(\.0) == [1, 2, 3, 4, 536_870_911, 5])
            #expect(seen.map(\.2) == [300, 3, 0x0102_0304_0506_0708, 0xAABB_CCDD, 0, 11])
            #expect(whole == bytes)
            #expect(reader.isAtEnd)
        }
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])
    func lengthsOfEverySizeAreRight(length: Int) throws {
        let content = [UInt8](repeating: 7, count: length)
        let nested = encoded { $0.field(1) { inner in inner.bytes += content } }
        #expect(nested == encoded { $0.field(1, bytes: content) })
    }

    @Test func varintSizesAreRight() {
        for value: UInt64 in [0, 1, 127, 128, 16_383, 16_384, 1 << 35, UInt64.max] {
            #expect(WireWriter.varintSize(value) == encoded { $0.varint(value) }.count)
        }
    }

    @Test(arguments: [
        ([0x08], WireError.Reason.truncated), ([0x0A, 0x05, 1], .truncated), ([0x09, 1, 2], .truncated),
        ([0x0D, 1], .truncated), ([0x80], .truncated), ([0x00, 0x01], .invalidTag), ([0x0E], .invalidTag),
        ([0x0C], .unmatchedGroup), ([0x0B], .unmatchedGroup), ([0x0B, 0x14], .unmatchedGroup),
        ([0x08] + [UInt8](repeating: 0xFF, count: 11), .overlongVarint),
        ([0x0A] + [UInt8](repeating: 0xFF, count: 9) + [0x01], .truncated),
        ([UInt8](repeating: 0x0B, count: 200), .nestedTooDeeply),
    ])
    func malformedBytesAreRefused(bytes: [UInt8], reason: WireError.Reason) {
        let error = #expect(throws: WireError.self) {
            try bytes.withWireBytes { buffer in
                var reader = WireReader(buffer)
                while try reader.next() != nil {}
            }
        }
        #expect(error?.reason == reason)
    }

    @Test func groupsAreSkippedWhole() throws {
        // 1: group { 2: varint, 3: group {} }, then field 4
        let bytes: [UInt8] = [0x0B, 0x10, 0x05, 0x1B, 0x1C, 0x0C, 0x20, 0x01]
        try bytes.withWireBytes { buffer in
            var reader = WireReader(buffer)
            let group = try #require(try reader.next())
            #expect(group.type == .group && group.whole.count == 6)
            #expect(try reader.next()?.number == 4)
        }
    }
}
