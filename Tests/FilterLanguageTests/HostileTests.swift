import FilterLanguage
import Testing

/// Texts made to hurt: each is refused with its own message, or read in time and stack that have a bound.
@Suite struct HostileTests {
    static func message(_ text: String, _ limits: FilterLimits = .standard) -> String {
        do throws(FilterError) {
            _ = try FilterExpression.parse(text, limits: limits)
            return ""
        } catch {
            return error.oneLine
        }
    }

    @Test func tooLongATextIsRefusedUnread() {
        let text = String(repeating: "a OR ", count: 10_000) + "a"
        #expect(
            Self.message(text)
                == "filter, column 8193: a filter has at most 8192 bytes, this one has 50001; ask for less at a time"
        )
        #expect(Self.message(String(repeating: "x", count: 8192)) == "")
        #expect(Self.message("\"" + String(repeating: "é", count: 1_000_000) + "\"").contains("at most 8192 bytes"))
    }

    @Test func tooManyTermsAreRefused() {
        let roomy = FilterLimits(bytesMax: 1 << 20)
        let ors = String(repeating: "a OR ", count: 9_999) + "a"
        #expect(
            Self.message(ors, roomy) == "filter, column 5001: a filter has at most 1000 terms; ask for less at a time"
        )
        let words = String(repeating: "a ", count: 1001)
        #expect(Self.message(words) == "filter, column 2001: a filter has at most 1000 terms; ask for less at a time")
        let values = "k = (" + String(repeating: "a OR ", count: 1000) + "a)"
        #expect(Self.message(values).hasSuffix("a filter has at most 1000 terms; ask for less at a time"))
        #expect(Self.message(String(repeating: "a ", count: 1000)) == "")
    }

    @Test(arguments: ["(", "NOT ", "-", "!", "f(", "NOT (", "a = f(", "f((", "a.f(!"])
    func tooDeepNestingIsRefused(opening: String) {
        let text = String(repeating: opening, count: 1500)
        #expect(
            Self.message(text, FilterLimits(bytesMax: 1 << 20)).hasSuffix(
                "a filter nests at most 64 levels deep; take parentheses or NOTs away"
            )
        )
    }

    @Test func sumsCountAsNesting() {
        let text = "a = now()" + String(repeating: "-duration(1h)", count: 600)
        #expect(Self.message(text).contains("nests at most 64 levels"))
    }

    @Test func theDeepestAllowedFilterIsReadPrintedCheckedAndAsked() throws {
        let text = String(repeating: "NOT (", count: 32) + "kind = BUILD" + String(repeating: ")", count: 32)
        #expect(throws: Never.self) { try FilterExpression.parse(text) }
        let deep =
            String(repeating: "(zebra OR (b AND ", count: 32) + "kind = BUILD" + String(repeating: "))", count: 32)
        let filter = try TestSchema.check(deep)
        #expect(!filter.matches(EvaluateTests.vulnerability.source))
        #expect(filter.root?.description.isEmpty == false)
        #expect(Self.message("(" + deep + ")").contains("nests at most 64 levels"))
    }

    @Test func openingsWithoutEndAreReadInOnePass() {
        for piece in [
            "\"\\", "'", "[", ".", "a.", "a[", "a=", "=", "a:", "\u{A0}", "“", "\u{301}", "\u{0}", "&", "a(,",
        ] {
            let text = String(repeating: piece, count: 8000 / piece.utf8.count)
            let time = ContinuousClock().measure { _ = Self.message(text) }
            #expect(time < .seconds(1), "\(piece)")
        }
    }

    @Test func longPathsAreReadInLinearTime() {
        let text = "build.parameters" + String(repeating: ".a", count: 4000) + " = 1"
        #expect(TestSchema.error(text) == "")
        #expect(
            TestSchema.error("vulnerability" + String(repeating: ".a", count: 4000) + " = 1").contains("is not a field")
        )
    }

    @Test func searchTakesLinearTime() {
        let text = FilterValue.string(String(repeating: "a", count: 1_000_000))
        let part = String(repeating: "a", count: 4000) + "b"
        let time = ContinuousClock().measure {
            #expect(!FilterTest.contains(part).passes(text))
            #expect(!FilterTest.containsExact(part).passes(text))
        }
        #expect(time < .seconds(2))
    }

    @Test func errorsStaySmall() {
        let name = String(repeating: "x", count: 8000)
        for text in [
            "\(name) = 1", "kind = \(name)", "\(name)(a)", "build.\(name) = 1", "kind.\(name) = 1", "name.\(name)(a)",
        ] {
            let error = TestSchema.error(text)
            #expect(!error.isEmpty && error.count < 600, "\(error.count)")
        }
    }
}
