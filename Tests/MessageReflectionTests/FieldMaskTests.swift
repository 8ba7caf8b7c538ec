import GrafeasProto
import MessageReflection
import SwiftProtobuf
import Testing

@Suite struct FieldMaskTests {
    private func apply(
        _ paths: [String],
        _ patch: Grafeas_V1_Occurrence,
        to base: Grafeas_V1_Occurrence
    ) throws -> Grafeas_V1_Occurrence {
        let mask = try FieldMask.parse(paths, in: try Types.v1("Occurrence"))
        let wire = try mask.applying(patch: try patch.serializedBytes(), to: try base.serializedBytes())
        return try Grafeas_V1_Occurrence(serializedBytes: wire)
    }

    private let base = Grafeas_V1_Occurrence.with {
        $0.name = "base"
        $0.remediation = "old"
        $0.vulnerability.type = "t"
        $0.vulnerability.severity = .low
        $0.vulnerability.relatedUrls = [.with { $0.url = "1" }, .with { $0.url = "2" }]
    }

    @Test func pathsInEitherSpellingAreTheSame() throws {
        let type = try Types.v1("Occurrence")
        let mask = try FieldMask.parse(["vulnerability.packageIssue", "note_name", "noteName"], in: type)
        #expect(mask.paths == ["vulnerability.package_issue", "note_name"])
        #expect(try FieldMask.parse(["name", "*"], in: type) == .everything(of: type))
    }

    @Test(arguments: [
        ("severty", #"update_mask: "severty" is not a field of grafeas.v1.Occurrence"#),
        (
            "vulnerability.severty",
            #"update_mask: the path "vulnerability.severty": "severty" is not a field of grafeas.v1.VulnerabilityOccurrence; did you mean "severity"?"#
        ),
        (
            "vulnerability.package_issue.x",
            #"update_mask: the path "vulnerability.package_issue.x" goes into "package_issue", which is a repeated field; name it whole"#
        ),
        ("name.x", #"update_mask: the path "name.x" goes into "name", which is not a message; name it whole"#),
        ("", #"update_mask: "" is not a field of grafeas.v1.Occurrence"#),
    ])
    func pathsThatNameNothingAreRefused(path: String, message: String) throws {
        let type = try Types.v1("Occurrence")
        let problem = #expect(throws: FieldMaskProblem.self) { try FieldMask.parse([path], in: type) }
        #expect(problem?.message == message)
    }

    @Test func namedFieldsAreReplacedOrCleared() throws {
        let patched = try apply(
            ["remediation", "name"],
            .with {
                $0.remediation = "new"; $0.noteName = "ignored"
            },
            to: base
        )
        #expect(patched.remediation == "new" && patched.name.isEmpty && patched.noteName.isEmpty)
        #expect(patched.vulnerability == base.vulnerability)
    }

    @Test func nestedPathsKeepSiblings() throws {
        let patched = try apply(["vulnerability.severity"], .with { $0.vulnerability.severity = .critical }, to: base)
        #expect(patched.vulnerability.severity == .critical && patched.vulnerability.type == "t")
        let cleared = try apply(["vulnerability.severity"], .init(), to: base)
        #expect(cleared.vulnerability.severity == .unspecified && cleared.vulnerability.type == "t")
        let made = try apply(["vulnerability.severity"], .with { $0.vulnerability.severity = .high }, to: .init())
        #expect(made.vulnerability.severity == .high)
        #expect(try apply(["vulnerability.severity"], .init(), to: .init()) == .init())
    }

    @Test func repeatedFieldsAreReplacedWhole() throws {
        let patched = try apply(
            ["vulnerability.related_urls"],
            .with { $0.vulnerability.relatedUrls = [.with { $0.url = "3" }] },
            to: base
        )
        #expect(patched.vulnerability.relatedUrls.map(\.url) == ["3"])
    }

    @Test func aMemberOfAOneofClearsTheOthers() throws {
        let patched = try apply(["image"], .with { $0.image.distance = 3 }, to: base)
        #expect(patched.details == .image(.with { $0.distance = 3 }))
        let partly = try apply(["image.distance"], .with { $0.image.distance = 3 }, to: base)
        #expect(partly.details == patched.details)
        let untouched = try apply(["image"], .init(), to: base)
        #expect(untouched == base)
    }

    @Test func everythingElseStaysByteForByte() throws {
        let type = try Types.v1("Occurrence")
        let vulnerability = try #require(type.field(named: "vulnerability")).number
        let severity = try #require(try Types.v1("VulnerabilityOccurrence").field(named: "severity")).number
        // Out of order, a field twice, unknown fields outside and inside.
        let base = encoded { writer in
            writer.field(70_000, string: "unknown")
            writer.field(4, varint: 1)
            writer.field(1, string: "a")
            writer.field(vulnerability) { inner in
                inner.field(60_000, varint: 9)
                inner.field(1, string: "t")
            }
            writer.field(1, string: "b")
        }
        let patch = encoded { writer in writer.field(vulnerability) { $0.field(severity, varint: 4) } }
        let mask = try FieldMask.parse(["vulnerability.severity"], in: type)
        let result = try mask.applying(patch: patch, to: base)
        func without(_ number: Int, _ bytes: [UInt8]) throws -> [UInt8] {
            try bytes.withWireBytes { buffer in
                var kept: [UInt8] = []
                var reader = WireReader(buffer)
                while let field = try reader.next() {
                    if field.number != number { kept += field.whole }
                }
                return kept
            }
        }
        #expect(try without(vulnerability, result) == without(vulnerability, base))
        let inner = try Grafeas_V1_Occurrence(serializedBytes: result).vulnerability
        #expect(inner.severity == .high && inner.type == "t" && inner.unknownFields.data.count == 4)
    }

    @Test func everythingReplacesAllButForeignFields() throws {
        let type = try Types.v1("Occurrence")
        let base = encoded { writer in
            writer.field(1, string: "old")
            writer.field(4, varint: 1)
            writer.field(70_000, string: "kept")
            writer.field(70_001, string: "replaced")
        }
        let patch = encoded { writer in
            writer.field(1, string: "new")
            writer.field(70_001, string: "new")
        }
        let expected = encoded { writer in
            writer.field(1, string: "new")
            writer.field(70_001, string: "new")
            writer.field(70_000, string: "kept")
        }
        #expect(try FieldMask.everything(of: type).applying(patch: patch, to: base) == expected)
        #expect(try type.applying(.everything(of: type), of: patch, to: base) == expected)
    }
}
