import GrafeasProto
import MetadataModel
import Synchronization
import TestSupport
import Testing

@testable import Reports

/// A document read piece by piece gives what it gives when it is read whole.
@Suite("Streams of packages")
struct PackageStreamTests {
    /// The stream of bytes in memory, in pieces of random sizes up to a bound.
    private func stream(
        _ bytes: [UInt8],
        pieceMax: Int = 100,
        seed: UInt64 = 1,
        limits: ReportLimits = ReportLimits()
    ) throws -> PackageStream {
        try PackageStream(limits: limits) { feed in
            var random = SeededGenerator(seed: seed)
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 1...pieceMax, using: &random)))
                try piece.withUnsafeBytes { try feed($0) }
                rest = rest.dropFirst(piece.count)
            }
        }
    }

    private func problem(
        _ bytes: [UInt8],
        pieceMax: Int = 100,
        limits: ReportLimits = ReportLimits()
    ) -> ReportProblem? {
        do {
            _ = try stream(bytes, pieceMax: pieceMax, limits: limits)
            return nil
        } catch {
            return error as? ReportProblem ?? ReportProblem(path: "?", description: "\(error)")
        }
    }

    /// What the document gives when it is read whole.
    private func whole(_ bytes: [UInt8]) throws -> [Report.Content] {
        try CycloneDXHead(root: JSONDocument(bytes, limits: ReportLimits()).root).contents()
    }

    /// An occurrence and its note by the occurrence's key, with the place in the document.
    private struct Said: Equatable {
        let noteID: String
        let note: Note
        let occurrence: Occurrence
        let place: String
    }

    private func check(_ bytes: [UInt8], pieceMax: Int, seed: UInt64, image: String) throws {
        let target = ReportTarget(image: image, provider: RealReportTests.provider)
        let expected = try #require(
            whole(bytes).compactMap { content in
                if case .packages(let bill) = content { try bill.records(for: target) } else { nil }
            }.first
        )
        let stream = try stream(bytes, pieceMax: pieceMax, seed: seed)
        let reference = try stream.reference(for: target)
        #expect(reference.source == expected.source && reference.resourceURI == expected.resourceURI)
        #expect(reference.notes[0].note == expected.notes[0].note)
        #expect(reference.occurrences[0].occurrence == expected.occurrences[0].occurrence)
        var found: [[String]: Said] = [:]
        try stream.packages(for: target) { note, entry in
            let said = Said(noteID: note.id, note: note.note, occurrence: entry.occurrence, place: entry.place)
            #expect(found.updateValue(said, forKey: entry.key) == nil)
        }
        #expect(found.count == expected.occurrences.count - 1 && stream.packageCount >= found.count)
        for entry in expected.occurrences.dropFirst() {
            let id = try NoteName(parsing: entry.occurrence.noteName, field: "").id
            let note = try #require(expected.notes.first { $0.id == id }).note
            #expect(
                found[entry.key] == Said(noteID: id, note: note, occurrence: entry.occurrence, place: entry.place)
            )
        }
    }

    private static let image = "registry.example/app@\(WrittenReports.digest)"

    @Test("Written documents give the same records", arguments: [1, 2, 7, 10_000])
    func written(pieceMax: Int) throws {
        try check(Array(WrittenBills.cycloneDX.utf8), pieceMax: pieceMax, seed: 3, image: Self.image)
        try check(Array(WrittenReports.cycloneDX.utf8), pieceMax: pieceMax, seed: 4, image: Self.image)
        let marked = [0xEF, 0xBB, 0xBF] + Array(WrittenBills.cycloneDX.utf8)
        try check(marked, pieceMax: pieceMax, seed: 5, image: Self.image)
        #expect(try stream(Array(WrittenReports.cycloneDX.utf8)).hasVulnerabilities)
        #expect(try !stream(Array(WrittenBills.cycloneDX.utf8)).hasVulnerabilities)
    }

    @Test("Real documents give the same records", arguments: RealBillTests.all.prefix(2))
    func real(bill: RealBillTests.RealBill) throws {
        try check(RealReports.bytes(bill.path), pieceMax: 5000, seed: 6, image: RealReportTests.image)
    }

    @Test("Random documents give the same records")
    func random() throws {
        let seed = SeededGenerator.freshSeed("a stream gives what the document gives")
        var bills = RandomBill(random: SeededGenerator(seed: seed))
        for round in 0..<200 {
            let text = bills.text()
            try check(Array(text.utf8), pieceMax: 1 + round % 40, seed: seed, image: RealReportTests.image)
        }
    }

    @Test("A document cut off anywhere is refused, within components as if it had been read whole")
    func cutOff() {
        let bytes = Array(WrittenBills.cycloneDX.utf8)
        for end in 0..<bytes.count {
            let cut = Array(bytes[..<end])
            let found = problem(cut)
            #expect(found != nil, "cut at \(end)")
            let expected = #expect(throws: ReportProblem.self) { try whole(cut) }
            if expected?.path.hasPrefix("components[") == true || expected?.path.hasPrefix("metadata.") == true {
                #expect(found == expected)
            }
        }
    }

    @Test("Random damage is refused if and only if it is refused in the document read whole")
    func damage() {
        let bytes = Array(WrittenBills.cycloneDX.utf8)
        let seed = SeededGenerator.freshSeed("a stream refuses what the whole document does")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let at = Int.random(in: 0..<damaged.count, using: &random)
                damaged[at] = [0x22, 0x2C, 0x5B, 0x7B, 0x5D, 0x30, 0x5C, 0xFF, 0x0A].randomElement(using: &random) ?? 0
            }
            let isRefused = (try? whole(damaged)) == nil
            #expect((problem(damaged) != nil) == isRefused, "\(String(decoding: damaged, as: UTF8.self))")
        }
    }

    @Test(
        "A wrong value is refused at its path",
        arguments: [
            (#""name": "bash""#, #""name": 1"#, "components[4].name"),
            (#""name": "innermost""#, #""n": 1"#, "components[0].components[0].components[1].name"),
            (#""version": "12.4""#, #""version": "12.4", "version": """#, "components[3]"),
            (#""bomFormat": "CycloneDX""#, #""bomFormat": "x""#, "bomFormat"),
            (#""components": [\#n    {"type""#, #""components": {}, "c": [{"type""#, "components"),
            (#""components": [\#n    {"type""#, #""c": [{"type""#, ""),
            (#""timestamp": "2026"#, #""timestamp": "26"#, "metadata.timestamp"),
            (#""specVersion": "1.5""#, #""specVersion": "1.5", "specVersion": "1.6""#, "specVersion"),
        ]
    )
    func wrongValues(original: String, replacement: String, path: String) {
        let text = WrittenBills.cycloneDX
        #expect(text.contains(original), "the table is wrong: \(original)")
        let found = problem(Array(text.replacing(original, with: replacement, maxReplacements: 1).utf8))
        #expect(found?.path == path, "\(found?.line ?? "")")
    }

    @Test("What is skipped is read by the rules of JSON all the same")
    func skippedIsChecked() {
        let wrong = [
            "[1 2]", "[1,]", "{\"a\" 1}", "{\"a\": 1,}", "{a: 1}", "[01]", "[tru]", "[\"\\x\"]", "[\"\\ud800\"]",
            "[\"\u{1}\"]", "[\"\\udc00\"]", "[\"\\ud800\\u0041\"]", "{\"a\": [}]", "", "[\"\\u12g4\"]", "]", "[+1]",
            "'a'",
        ]
        for value in wrong {
            let text = #"{"bomFormat": "CycloneDX", "components": [], "dependencies": \#(value)}"#
            let found = problem(Array(text.utf8))
            #expect(found?.path == "dependencies", "\(value): \(found?.line ?? "taken")")
        }
        for text in ["", "[]", "{} {}", "{\"bomFormat\": \"CycloneDX\", \"components\": []}x", "\u{FEFF}", "nul"] {
            #expect(problem(Array(text.utf8)) != nil, "\(text)")
        }
    }

    @Test(
        "What is skipped is UTF-8 all the same",
        arguments: [
            ([0xC3, 0xBC, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xEF, 0xBF, 0xBF, 0xF4, 0x8F, 0xBF, 0xBF], true),
            ([0xFF], false), ([0x80], false), ([0xC3], false), ([0xC3, 0x41], false), ([0xC0, 0x80], false),
            ([0xE0, 0x80, 0x80], false), ([0xED, 0xA0, 0x80], false), ([0xF0, 0x80, 0x80, 0x80], false),
            ([0xF4, 0x90, 0x80, 0x80], false), ([0xF5, 0x80, 0x80, 0x80], false), ([0xE2, 0x82], false),
            ([0xE2, 0x82, 0xAC, 0xAC], false), (Array("0123456789".utf8) + [0xFF], false),
        ] as [([UInt8], Bool)]
    )
    func skippedIsUTF8(character: [UInt8], isTaken: Bool) throws {
        #expect((String(validating: character, as: UTF8.self) != nil) == isTaken, "the table is wrong")
        for ends in [("[\"", "\"]"), ("[\"", "\\n\"]"), ("{\"a\": \"b", "c\"}"), ("{\"", "\": 1}")] {
            let text = Array(#"{"bomFormat": "CycloneDX", "components": [], "dependencies": \#(ends.0)"#.utf8)
            let bytes = text + character + Array("\(ends.1)}".utf8)
            for pieceMax in [1, 3, 1000] {
                let found = problem(bytes, pieceMax: pieceMax)
                #expect(found?.path == (isTaken ? nil : "dependencies"), "\(found?.line ?? "taken")")
            }
        }
    }

    @Test("Bounds hold: bytes, depth, an element, the head, members, components, packages kept to the end")
    func bounds() throws {
        let bytes = Array(WrittenBills.cycloneDX.utf8)
        func refused(_ set: (inout ReportLimits) -> Void) -> String {
            var limits = ReportLimits()
            set(&limits)
            return problem(bytes, limits: limits)?.line ?? ""
        }
        #expect(refused { $0.streamedBytesMax = 1000 }.contains("more than 1000 bytes"))
        #expect(refused { $0.depthMax = 4 }.contains("more than 4 levels deep"))
        #expect(refused { $0.elementBytesMax = 500 }.hasPrefix("components[0]: has more than 500 bytes"))
        #expect(refused { $0.headBytesMax = 150 }.hasPrefix("metadata: has more than 150 bytes"))
        #expect(refused { $0.rootMembersMax = 2 }.contains("more than 2 members"))
        #expect(refused { $0.streamedComponentsMax = 4 }.contains("more than 4 components"))
        var limits = ReportLimits()
        limits.repeatedComponentsMax = 0
        let stream = try stream(bytes, limits: limits)
        let target = ReportTarget(image: Self.image, provider: RealReportTests.provider)
        let found = #expect(throws: ReportProblem.self) { try stream.packages(for: target) { _, _ in } }
        #expect(found?.path == "components[0]")
    }

    @Test("A document that is another one when it is read again is refused")
    func changedDocument() throws {
        let reads = Mutex(0)
        let stream = try PackageStream { feed in
            let count = reads.withLock { count in
                count += 1
                return count
            }
            let text = WrittenBills.cycloneDX.replacing("12.4", with: count == 1 ? "12.4" : "12.5")
            try Array(text.utf8).withUnsafeBytes { try feed($0) }
        }
        let target = ReportTarget(image: Self.image, provider: RealReportTests.provider)
        let found = #expect(throws: ReportProblem.self) { try stream.packages(for: target) { _, _ in } }
        #expect(found?.description.contains("changed") == true)
    }

    @Test("Fifty megabytes take the memory of the largest component")
    func largeDocument() throws {
        let filler = String(repeating: "long description ", count: 1200)
        let piece = Array(
            #"{"type": "library", "name": "n", "version": "1", "description": "\#(filler)"}, "#.utf8
        )
        let start = Array(#"{"bomFormat": "CycloneDX", "components": ["#.utf8)
        let end = Array(#"{"name": "last"}]}"#.utf8)
        let count = 50_000_000 / piece.count
        var elements = JSONElements(arrays: ["components"], members: ["bomFormat"], limits: ReportLimits())
        var bytes = 0
        func feed(_ text: [UInt8]) throws {
            try text.withUnsafeBytes { try elements.feed($0) { bytes += $0.bytes.count } }
        }
        try feed(start)
        for _ in 0..<count { try feed(piece) }
        try feed(end)
        try elements.finish()
        #expect(elements.counts == ["components": count + 1])
        #expect(bytes == count * (piece.count - 2) + 16)
        #expect(elements.bufferCapacity < 3 * piece.count)
        #expect(elements.headText == Array(#"{"bomFormat":"CycloneDX"}"#.utf8))
        let stream = try PackageStream { feed in
            try start.withUnsafeBytes { try feed($0) }
            for _ in 0..<100 { try piece.withUnsafeBytes { try feed($0) } }
            try end.withUnsafeBytes { try feed($0) }
        }
        #expect(stream.packageCount == 101 && stream.bufferCapacity < 3 * piece.count)
    }
}
