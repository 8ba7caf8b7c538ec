import Foundation
import Testing

@testable import grafeion

@Suite("What is known of an image, on a screen")
struct ImageScreenTests {
    private static func screen(_ json: String, worstMax: Int = 10) throws -> String {
        let now = try Date("2026-01-31T12:00:00Z", strategy: .iso8601)
        return ImageScreen(try JSONValue(parsing: json.utf8), now: now, worstMax: worstMax).text
    }

    /// The line under a heading.
    private static func line(_ heading: String, of screen: String) -> String? {
        screen.split(separator: "\n").first { $0.hasPrefix(heading) }.map {
            $0.dropFirst(15).trimmingCharacters(in: .whitespaces)
        }
    }

    @Test func allThatIsKnownIsSaid() throws {
        let text = try Self.screen(
            """
            {"image": "https://r.example/web@sha256:aa", "also": ["https://m.example/web@sha256:aa"],
             "created": "2026-01-30T11:00:00.5Z", "firstSeen": "2026-01-31T11:00:00Z",
             "index": "https://r.example/web@sha256:ff",
             "platforms": [{"platform": "linux/arm64", "image": "https://r.example/web@sha256:ab"}],
             "builds": [
               {"builder": "https://builder.example", "startedBy": "ann", "sourceRepository": "https://git.example/web",
                "sourceCommit": "0123abc", "started": "2026-01-30T10:00:00Z", "finished": "2026-01-30T11:00:00Z"},
               {"isClaim": true, "sourceRepository": "https://other.example"}],
             "base": {"image": "https://r.example/debian@sha256:bb", "layersOnTop": 2, "layers": 5},
             "packages": {"total": 12, "byType": [{"type": "OS", "count": 9}, {"type": "NPM", "count": 2}, {"count": 1}]},
             "bills": [{"format": "cyclonedx 1.6", "location": "urn:uuid:1"}],
             "scans": [{"scanner": "trivy 0.65.0", "status": "FINISHED_SUCCESS", "time": "2026-01-31T11:59:00Z"},
               {"scanner": "grype", "status": "FINISHED_FAILED", "time": "2026-01-31T10:00:00Z", "error": "no database"}],
             "vulnerabilities": {"total": 3, "fixable": 1, "notAffected": 4,
               "bySeverity": [{"severity": "CRITICAL", "total": 1, "fixable": 1}, {"severity": "SEVERITY_UNSPECIFIED", "total": 2}],
               "worst": [{"vulnerability": "CVE-2026-1", "package": "bash", "version": "5.0-4", "fixedVersion": "5.0-5",
                 "severity": "CRITICAL"}, {"vulnerability": "CVE-2", "package": "zlib", "version": "1"},
                 {"vulnerability": "CVE-3"}]},
             "attestations": [{"authority": "projects/p/notes/qa", "type": "signature", "time": "2026-01-31T12:00:00Z"}],
             "deployments": [{"address": "prod/web", "user": "ann", "since": "2026-01-31T00:00:00Z"},
               {"address": "test/web", "since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}],
             "sincePrevious": {"previous": "https://r.example/web@sha256:99", "previousCommit": "9999",
               "packagesAdded": ["a 1", "b 1", "c 1", "d 1", "e 1", "f 1", "g 1"], "packagesChanged": ["bash 1 → 2"],
               "vulnerabilitiesGone": ["CVE-0"]}}
            """,
            worstMax: 2
        )
        #expect(
            text == """
                image          https://r.example/web@sha256:aa
                               also https://m.example/web@sha256:aa
                created        2026-01-30 11:00 UTC (1 day ago)
                known since    2026-01-31 11:00 UTC (1 hour ago)
                index          https://r.example/web@sha256:ff
                platforms      linux/arm64  https://r.example/web@sha256:ab
                source         https://git.example/web  commit 0123abc
                built by       https://builder.example, started by ann, 2026-01-30 11:00 UTC (1 day ago)
                base           https://r.example/debian@sha256:bb  (2 of 5 layers on top)
                packages       12: 9 OS, 2 NPM, 1 other
                SBOMs          cyclonedx 1.6  urn:uuid:1
                scans          trivy 0.65.0 succeeded, 2026-01-31 11:59 UTC (1 minute ago)
                               grype FAILED, 2026-01-31 10:00 UTC (2 hours ago): no database
                vulnerable     1 critical (1 fixable), 2 unrated
                               4 more judged not to affect the image, or fixed in it (VEX)
                               critical  CVE-2026-1  bash 5.0-4 → 5.0-5
                               unrated   CVE-2       zlib 1  (no fix)
                               … and 1 more
                attested by    projects/p/notes/qa, signature, 2026-01-31 12:00 UTC (just now)
                runs at        prod/web, since 2026-01-31 00:00 UTC (12 hours ago), by ann
                ran at         test/web, since 2026-01-01 00:00 UTC (30 days ago), until 2026-01-02 00:00 UTC (29 days ago)
                changed since  https://r.example/web@sha256:99  commit 9999
                               packages added: a 1, b 1, c 1, d 1, e 1 and 2 more
                               packages changed: bash 1 → 2
                               vulnerabilities gone: CVE-0

                """
        )
    }

    @Test func whatIsNotKnownIsSaidToo() throws {
        #expect(
            try Self.screen(#"{"image": "https://r.example/web@sha256:aa"}"#) == """
                image          https://r.example/web@sha256:aa
                created        not known
                built by       not known: no provenance
                packages       not known: no SBOM
                scans          never scanned
                vulnerable     not known: never scanned
                attested by    nobody
                runs at        nowhere, as far as is known

                """
        )
    }

    @Test(arguments: [
        ("", "never scanned", "not known: never scanned"),
        (
            #"{"scanner": "trivy", "status": "FINISHED_FAILED", "time": "2026-01-31T12:00:00Z", "error": "killed"}"#,
            "trivy FAILED, 2026-01-31 12:00 UTC (just now): killed", "not known: no scan succeeded"
        ),
        (
            #"{"scanner": "trivy", "status": "FINISHED_UNSUPPORTED", "time": "2026-01-31T12:00:00Z"}"#,
            "trivy does not know such images, 2026-01-31 12:00 UTC (just now)", "not known: no scan succeeded"
        ),
        (
            #"{"scanner": "trivy", "status": "FINISHED_SUCCESS", "time": "2026-01-31T12:00:00Z"}"#,
            "trivy succeeded, 2026-01-31 12:00 UTC (just now)", "none found"
        ),
    ])
    func neverScannedFailedAndCleanAreThreeAnswers(scan: String, scans: String, vulnerable: String) throws {
        let text = try Self.screen(#"{"image": "i", "scans": [\#(scan)], "vulnerabilities": {}}"#)
        #expect(Self.line("scans", of: text) == scans)
        #expect(Self.line("vulnerable", of: text) == vulnerable)
    }

    @Test func whatTheImageSaysOfItselfIsMarkedAsThat() throws {
        let text = try Self.screen(
            #"{"image": "i", "builds": [{"isClaim": true, "sourceRepository": "https://git.example", "sourceCommit": "1"}]}"#
        )
        #expect(Self.line("source", of: text) == "https://git.example  commit 1  (as the image says)")
        #expect(Self.line("built by", of: text) == "not known: no provenance")
    }

    @Test func nothingThatSomebodyStoredMovesTheCursorOrMakesALine() throws {
        let hostile = #"x\n\u001b[2J\r\u0000\u009b\u202eimage          clean"#
        let text = try Self.screen(
            """
            {"image": "\(hostile)", "also": ["\(hostile)"], "created": "\(hostile)", "index": "\(hostile)",
             "platforms": [{"platform": "\(hostile)", "image": "\(hostile)"}],
             "builds": [{"builder": "\(hostile)", "startedBy": "\(hostile)", "sourceRepository": "\(hostile)"}],
             "base": {"image": "\(hostile)"}, "packages": {"total": 1, "byType": [{"type": "\(hostile)", "count": 1}]},
             "bills": [{"format": "\(hostile)", "location": "\(hostile)"}],
             "scans": [{"scanner": "\(hostile)", "status": "\(hostile)", "error": "\(hostile)"}],
             "vulnerabilities": {"total": 1, "bySeverity": [{"severity": "\(hostile)", "total": 1}], "worst":
               [{"vulnerability": "\(hostile)", "package": "\(hostile)", "version": "\(hostile)", "fixedVersion": "\(hostile)",
                 "severity": "\(hostile)"}]},
             "attestations": [{"authority": "\(hostile)", "type": "\(hostile)"}],
             "deployments": [{"address": "\(hostile)", "user": "\(hostile)"}],
             "sincePrevious": {"previous": "\(hostile)", "packagesAdded": ["\(hostile)"]}}
            """
        )
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count { $0.hasPrefix("image ") } == 1)
        #expect(lines.count == 17)
        let bad = text.unicodeScalars.filter {
            $0 != "\n" && ($0.properties.generalCategory == .control || $0.properties.generalCategory == .format)
        }
        #expect(bad.isEmpty, "\(bad.map { String($0.value, radix: 16) })")
    }
}
