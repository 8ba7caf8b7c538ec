import GrafeasProto
import MetadataModel
import TestSupport
import Testing

@testable import Reports

/// Which artifact a statement is said of, what makes it the same, and the bounds.
@Suite("Rules of provenance")
struct ProvenanceRulesTests {
    private func statement(_ subjects: [(name: String, sha256: String)]) -> String {
        let list = subjects.map { #"{"name": "\#($0.name)", "digest": {"sha256": "\#($0.sha256)"}}"# }
        let subject =
            #""subject": [{"name": "ghcr.io/owner/app", "digest": {"sha256": "\#(WrittenProvenance.image)"}}]"#
        return WrittenProvenance.one.replacing(subject, with: #""subject": [\#(list.joined(separator: ", "))]"#)
    }

    @Test(
        "A name that says its registry is an image, any other a file",
        arguments: [
            ("ghcr.io/owner/app", "https://ghcr.io/owner/app@sha256:"),
            ("https://europe-docker.pkg.dev/p/r/app:v1", "https://europe-docker.pkg.dev/p/r/app@sha256:"),
            ("index.docker.io/library/debian", "https://docker.io/library/debian@sha256:"),
            ("localhost:5000/app", "https://localhost:5000/app@sha256:"),
            ("pkg:docker/debian@10", "https://docker.io/library/debian@sha256:"),
            ("pkg:docker/app@1?repository_url=gcr.io", "https://gcr.io/library/app@sha256:"),
            ("pkg:oci/app?repository_url=ghcr.io/owner/app", "https://ghcr.io/owner/app@sha256:"),
            ("app", "file://sha256:"), ("dist/app", "file://sha256:"), ("./dist/app", "file://sha256:"),
            ("build.out/App.zip", "file://sha256:"), ("pkg:npm/app@1", "file://sha256:"),
        ]
    )
    func resources(name: String, expected: String) throws {
        let uri = try #require(provenance(statement([(name, WrittenProvenance.image)])).first).resourceURI
        let isFile = expected.hasPrefix("file:")
        // A registry that is not Docker Hub has no library.
        let prefix = expected.replacing("gcr.io/library/app", with: "gcr.io/app")
        #expect(uri == prefix + WrittenProvenance.image + (isFile ? ":\(name)" : ""))
    }

    @Test("With an image given only that, by its digest or by being the only one")
    func imageGiven() throws {
        let (image, file) = (WrittenProvenance.image, WrittenProvenance.file)
        let two = statement([("ghcr.io/owner/app", image), ("app.tgz", file)])
        #expect(try provenance(two).count == 2)
        let named = "https://ghcr.io/owner/app@sha256:\(image)"
        #expect(try provenance(two, image: "ghcr.io/owner/app").map(\.resourceURI) == [named])
        #expect(try provenance(two, image: "mirror.example/a@sha256:\(file)").count == 1)
        #expect(
            try provenance(WrittenProvenance.one, image: "mirror.example/a").map(\.resourceURI)
                == ["https://mirror.example/a@sha256:\(image)"]
        )
        #expect(provenanceProblem(two, image: "mirror.example/a")?.description.contains("several artifacts") == true)
        let other = "sha256:" + String(repeating: "d", count: 64)
        let found = provenanceProblem(two, image: "ghcr.io/owner/app@\(other)")
        #expect(found?.path == "subject[0].digest.sha256" && found?.description.contains("not about \(other)") == true)
        #expect(provenanceProblem(two, image: "not an image")?.path == "image")
    }

    @Test("Of a file of statements those on the image are taken")
    func linesOfOtherThings() throws {
        let lines = [WrittenProvenance.one, WrittenProvenance.zeroOne].map { WrittenProvenance.envelope($0) }
        let all = try provenance(lines.joined(separator: "\n"))
        #expect(all.map(\.occurrences.count) == [2, 2])
        #expect(all[1].occurrences[0].place == "line 2")
        let image = "ghcr.io/owner/app@sha256:\(WrittenProvenance.image)"
        #expect(try provenance(lines.joined(separator: "\n"), image: image).map(\.resourceURI) == ["https://\(image)"])
    }

    @Test("The same again has the same keys; another signature or another build has others")
    func keys() throws {
        func keys(_ text: String) throws -> [[String]] {
            try provenance(text).flatMap(\.occurrences).map(\.key)
        }
        let envelope = try keys(WrittenProvenance.envelope(WrittenProvenance.one))
        #expect(try keys(WrittenProvenance.bundle(WrittenProvenance.one)) == envelope)
        #expect(try keys(WrittenProvenance.one) == [envelope[0]], "the statement without its envelope")
        let signed = try keys(WrittenProvenance.envelope(WrittenProvenance.one, signature: "b3RoZXI="))
        #expect(signed[0] == envelope[0] && signed[1] != envelope[1])
        let rebuilt = WrittenProvenance.one.replacing("attempts/1", with: "attempts/2")
        #expect(Set(try keys(rebuilt) + envelope).count == 3)
        let line = WrittenProvenance.envelope(WrittenProvenance.one)
        #expect(try keys("\(line)\n\(line)") == envelope)
    }

    @Test("A build without an id goes by its statement")
    func buildsWithoutID() throws {
        let text = WrittenProvenance.zeroOne.replacing(#""buildInvocationId": "17", "#, with: "")
        let entry = try #require(provenance(text).first?.occurrences.first)
        #expect(entry.occurrence.build.provenance.id == "sha256:\(entry.key[1])")
    }

    @Test("A note's id is the name's, with a digest behind it where that does not do")
    func noteIDs() {
        #expect(ProvenanceNoteID.of("build", "make") == "build-make")
        #expect(ProvenanceNoteID.of("build", "https://make") != "build-make")
        let long = String(repeating: "a", count: 200)
        let ids = ["https://a/b", "https://a-b", "a/b", "a\u{301}", "", long, long + "b"].map {
            ProvenanceNoteID.of("build", $0)
        }
        #expect(Set(ids).count == ids.count && ids.allSatisfy { ResourceID.isValid($0) }, "\(ids)")
    }

    @Test("Base64 of both alphabets is taken, padded or not")
    func base64() throws {
        let signature = [UInt8]([0xFB, 0xFF, 0xFE, 0x01])
        for text in ["+//+AQ==", "-__-AQ==", "+//+AQ", "-__-AQ", #"+\/\/+AQ=="#] {
            let envelope = WrittenProvenance.envelope(WrittenProvenance.one, signature: text)
            let dsse = try #require(provenance(envelope).first?.occurrences.last).occurrence.dsseAttestation
            #expect(Array(try #require(dsse.envelope.signatures.first).sig) == signature)
        }
        for text in ["", "+_/+AQ==", "+//+A", "+//+AQ=", "+//+AQ===", "+//+ AQ", "=", "+//+AQ==AQ==", "é"] {
            let found = provenanceProblem(WrittenProvenance.envelope(WrittenProvenance.one, signature: text))
            #expect(found?.path == "signatures[0].sig", "\(text)")
        }
    }

    @Test("Bounds hold: subjects, copies, documents, signatures, depth")
    func bounds() {
        var limits = ReportLimits()
        limits.subjectsMax = 1
        let two = statement([("app", WrittenProvenance.image), ("b", WrittenProvenance.file)])
        #expect(provenanceProblem(two, limits: limits)?.path == "subject")
        #expect(provenanceProblem(WrittenProvenance.link, limits: limits)?.path == "signed.products")
        limits = ReportLimits()
        limits.statementCopiesBytesMax = two.utf8.count * 3 / 2
        #expect(provenanceProblem(two, limits: limits)?.description.contains("name one as the image") == true)
        limits = ReportLimits()
        limits.documentsMax = 1
        let envelope = WrittenProvenance.envelope(WrittenProvenance.one)
        #expect(
            provenanceProblem("\(envelope)\n\(envelope)", limits: limits)?.description.contains("at most 1") == true
        )
        let github = WrittenProvenance.github([WrittenProvenance.one, WrittenProvenance.one])
        #expect(provenanceProblem(github, limits: limits)?.path == "attestations")
        limits = ReportLimits()
        limits.signaturesMax = 0
        #expect(provenanceProblem(envelope, limits: limits)?.path == "signatures")
        #expect(provenanceProblem(WrittenProvenance.link, limits: limits)?.path == "signatures")
        limits = ReportLimits()
        limits.valuesMax = 20
        #expect(
            provenanceProblem("\(envelope)\n\(envelope)\n\(envelope)", limits: limits)?.path.hasPrefix("line ") == true
        )
        for (depth, isTaken) in [(28, true), (29, false)] {
            let nested = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
            let text = WrittenProvenance.zeroTwo.replacing(#""dockerfile.v0""#, with: "[\(nested)]")
            if isTaken {
                #expect(throws: Never.self) { try provenance(text) }
            } else {
                #expect(provenanceProblem(text)?.path == "predicate.invocation.parameters")
            }
        }
    }

    @Test("Provenance cut off anywhere is refused", arguments: WrittenProvenance.all.dropLast())
    func cutOff(text: String) {
        let bytes = Array(text.utf8)
        for part in 0..<50 {
            let cut = Array(bytes[..<(bytes.count * part / 50)])
            #expect(throws: ReportProblem.self) { try provenance(cut) }
        }
    }

    @Test("Random damage never does more than be refused", arguments: WrittenProvenance.all)
    func damage(text: String) {
        let bytes = Array(text.utf8)
        var random = SeededGenerator(seed: 20_260_201)
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<damaged.count, using: &random)
                damaged[at] = [0x22, 0x2C, 0x5B, 0x7B, 0x5D, 0x30, 0x5C, 0x0A, 0xFF].randomElement(using: &random) ?? 0
            }
            // What is taken is checked as the store would.
            _ = try? provenance(damaged)
        }
    }

    @Test("A wrong value is refused at its path", arguments: WrongProvenance.all)
    func wrongValues(wrong: WrongValue) {
        #expect(wrong.report.contains(wrong.original), "the table is wrong: \(wrong.original)")
        let text = wrong.report.replacing(wrong.original, with: wrong.replacement, maxReplacements: 1)
        let found = provenanceProblem(text)
        #expect(found?.path == wrong.path, "\(found?.line ?? "")")
        // A signed statement is blamed in the same place, behind that of the payload.
        guard wrong.report.contains("predicateType"), text.contains(#""predicateType": "https"#) else { return }
        let signed = provenanceProblem(WrittenProvenance.bundle(text))
        #expect(signed?.path == "dsseEnvelope.payload: \(wrong.path)", "\(signed?.line ?? "")")
    }
}
