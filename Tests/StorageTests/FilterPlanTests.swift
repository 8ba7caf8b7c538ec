import FilterLanguage
import MessageReflection
import Storage
import Testing
import VersionConversion

/// What runs where, for the filters that clients send. The text is what `grafeion filter explain` prints.
struct FilterPlanTests {
    private let schema: RecordSchema

    init() throws {
        let types = try TypeRegistry.load()
        schema = RecordSchema(types: types, versions: try VersionConversion(types: types))
    }

    private func explain(_ filter: String, forNotes: Bool = false) throws -> String {
        try FilterExplanation(
            filter: filter,
            project: "app",
            forNotes: forNotes,
            schema: schema,
            now: FilterTimestamp(seconds: 1_795_000_000)
        ).text
    }

    @Test func resourceAndKindWalkTheResource() throws {
        let text = try explain(#"resourceUrl="https://r/a@sha256:12" AND kind="VULNERABILITY""#)
        #expect(
            text.split(separator: "\n").dropFirst() == [
                "index     by resource: r/a@sha256:12",
                "columns   resource is r/a@sha256:12 and kind in {VULNERABILITY}",
                "residual  none: no message is decoded",
            ]
        )
    }

    @Test func bothSpellingsOfAResourceAreOneWalk() throws {
        let text = try explain(#"resourceUrl="https://r/a" OR resourceUrl="r/a""#)
        #expect(text.indexLines == ["by resource: r/a"])
        #expect(text.residual == "none: no message is decoded")
    }

    @Test func severitiesOnEitherSideOfTheKnownOnesAreWalkedApart() throws {
        let text = try explain("effectiveSeverity >= CRITICAL OR effectiveSeverity < MINIMAL")
        #expect(text.contains("by effective severity: above CRITICAL"))
        #expect(text.contains("by effective severity: below MINIMAL"))
    }

    @Test func severitiesAreWalkedOneByOne() throws {
        let text = try explain("effectiveSeverity >= HIGH AND fixAvailable = true")
        #expect(
            text.indexLines == [
                "by effective severity: HIGH", "by effective severity: CRITICAL",
                "by effective severity: above CRITICAL",
            ]
        )
        #expect(text.residual == "none: no message is decoded")
    }

    @Test func detailsWithoutAColumnAreResidual() throws {
        let text = try explain(#"kind="BUILD" AND build.provenance.creator="ci@example.com""#)
        #expect(text.indexLines == ["by kind: BUILD"])
        #expect(text.residual == #"build.provenance.creator = "ci@example.com""#)
    }

    @Test func timesBoundTheWalk() throws {
        let text = try explain(#"createTime >= "2026-01-01T00:00:00Z" AND createTime < "2026-02-01T00:00:00Z""#)
        #expect(text.contains("times     from 2026-01-01T00:00:00Z through 2026-01-31T23:59:59.999999Z"))
        #expect(text.residual == "none: no message is decoded")
    }

    @Test func contradictionsReadNothing() throws {
        #expect(try explain(#"projectId="other""#).contains("nothing is read"))
        #expect(try explain(#"createTime > "2026-01-02" AND createTime < "2026-01-01""#).contains("nothing is read"))
    }

    @Test func packageOfAPathIsWalkedAndEvaluated() throws {
        let text = try explain(#"vulnerability.packageIssue.affectedPackage="openssl""#)
        #expect(text.indexLines == ["by package: openssl"])
        #expect(text.residual.hasPrefix("vulnerability.package_issue.affected_package"))
    }

    @Test func aWideDisjunctionWalksTheListInstead() throws {
        let many = (0..<70).map { "resourceUrl=\"r/\($0)\"" }.joined(separator: " OR ")
        #expect(try explain(many).indexLines == ["everything in the list, newest first"])
    }

    @Test func notesAreFoundByKindAndId() throws {
        #expect(try explain(#"kind="VULNERABILITY""#, forNotes: true).indexLines == ["by kind: VULNERABILITY"])
        #expect(try explain(#"noteId="CVE-1""#, forNotes: true).indexLines == ["by id: CVE-1"])
    }

    @Test func gcloudsFilterWalksTheExactResource() throws {
        let filter = """
            (has_prefix(resourceUrl, "https://r/a") OR has_prefix(resourceUrl, "r/a")) AND \
            ((kind = "VULNERABILITY") OR (kind = "DISCOVERY")) AND \
            ((resourceUrl = "https://r/a@sha256:1") OR (resourceUrl = "r/a@sha256:1"))
            """
        let text = try explain(filter)
        #expect(text.indexLines == ["by resource: r/a@sha256:1"])
        #expect(text.residual == "none: no message is decoded")
    }

    @Test func aDigestSuffixIsADigest() throws {
        let digest = "sha256:" + String(repeating: "b", count: 64)
        #expect(try explain("has_suffix(resourceUrl, \"\(digest)\")").indexLines == ["by image digest: \(digest)"])
    }
}

extension String {
    fileprivate var indexLines: [String] {
        let lines = split(separator: "\n").map(String.init)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("index     ") }) else { return [] }
        let rest = lines[(start + 1)...].prefix { $0.hasPrefix("          ") }
        return ([lines[start]] + rest).map { String($0.dropFirst(10)) }
    }

    fileprivate var residual: String {
        split(separator: "\n").first { $0.hasPrefix("residual  ") }.map { String($0.dropFirst(10)) } ?? ""
    }
}
