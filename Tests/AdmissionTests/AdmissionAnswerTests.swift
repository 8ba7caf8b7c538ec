import Foundation
import StrictJSON
import Testing

@testable import Admission

/// What goes back to the API server.
@Suite("Answers to admission reviews")
struct AdmissionAnswerTests {
    private static let envelope = ReviewEnvelope(apiVersion: "admission.k8s.io/v1", uid: "705ab4f5")

    private func text(_ answer: AdmissionAnswer, _ envelope: ReviewEnvelope = Self.envelope) -> String {
        String(decoding: answer.bytes(for: envelope), as: UTF8.self)
    }

    private func response(_ answer: AdmissionAnswer) throws -> JSONValue {
        let document = try JSONValue(parsing: answer.bytes(for: Self.envelope), limits: AdmissionLimits().json)
        return try #require(document["response"])
    }

    @Test("Yes is said in the version and with the uid of the request")
    func allowed() {
        #expect(
            text(.allowed())
                == #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"705ab4f5","#
                + #""allowed":true,"status":{"status":"Success","code":200}}}"#
        )
        let older = ReviewEnvelope(apiVersion: "admission.k8s.io/v1beta1", uid: "\"\n")
        #expect(
            text(.allowed(), older).hasPrefix(#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1""#)
        )
        #expect(text(.allowed(), older).contains(#""uid":"\"\n","#))
    }

    @Test("No is said with the reason, the warnings and the annotations")
    func denied() {
        let answer = AdmissionAnswer.denied(
            "no\n- image x",
            warnings: ["w"],
            auditAnnotations: ["policy": "p", "decision": "d"]
        )
        #expect(
            text(answer)
                == #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"705ab4f5","#
                + #""allowed":false,"status":{"status":"Failure","message":"no\n- image x","reason":"Forbidden","#
                + #""code":403},"warnings":["w"],"auditAnnotations":{"decision":"d","policy":"p"}}}"#
        )
        #expect(text(.denied("x", code: 429)).contains(#""reason":"TooManyRequests","code":429"#))
        #expect(text(.denied("x", code: 499)).contains(#""message":"x","code":499"#))
    }

    @Test("Warnings are what an API server passes on: on one line, short, each once")
    func warnings() throws {
        let long = String(repeating: "é", count: 300)
        let answer = AdmissionAnswer.allowed(warnings: ["a\nb\u{7F}\u{85}", long, "a\nb\u{7F}\u{85}", "", "c"])
        let warnings = try #require(try response(answer)["warnings"]?.elements?.map(\.string))
        #expect(warnings == ["a b  ", String(repeating: "é", count: 255) + "…", "c"])
    }

    @Test("More warnings than an API server passes on are counted")
    func manyWarnings() throws {
        let answer = AdmissionAnswer.allowed(warnings: (0..<100).map { "\($0) " + String(repeating: "x", count: 400) })
        let warnings = try #require(try response(answer)["warnings"]?.elements?.compactMap(\.string))
        #expect(warnings.count == 16 && warnings.last == "… and 85 more warnings")
        #expect(warnings.reduce(0) { $0 + $1.unicodeScalars.count } <= 4096)
        // As many as fit are not cut.
        let full = AdmissionAnswer.allowed(
            warnings: (0..<16).map { "\($0 % 10)" + String(repeating: "\($0)", count: 125) }
        )
        #expect(try response(full)["warnings"]?.elements?.count == 16)
    }

    @Test("Audit annotations have names that an API server takes")
    func auditAnnotations() throws {
        let answer = AdmissionAnswer.allowed(
            auditAnnotations: [
                "decision": String(repeating: "d", count: 2_000), "_a/b c_": "1",
                String(repeating: "k", count: 70) + "x": "2",
                "//": "3", "": "4", "é": "5", "a b": "6", "a/b": "7",
            ]
        )
        let pairs = try #require(try response(answer)["auditAnnotations"]?.members)
        #expect(pairs.map(\.name) == ["a-b", "a-b-c", "decision", String(repeating: "k", count: 63)])
        #expect(pairs.map { $0.value.string?.unicodeScalars.count } == [1, 1, 1000, 1])
        #expect(pairs[2].value.string?.hasSuffix("d…") == true)
    }

    @Test("A refusal says what, by which policy, why, and where to read on")
    func refusal() {
        var findings = AdmissionFindings(
            subject: "Pod payments/web",
            policy: "production",
            complaints: [
                "image registry.example/x: no serious known vulnerability: 2 findings\nof HIGH; update openssl to 3.0.9"
            ],
            decision: "projects/p/decisions/7"
        )
        #expect(
            findings.refusal == """
                Pod payments/web is refused by policy production:
                - image registry.example/x: no serious known vulnerability: 2 findings of HIGH; update openssl to 3.0.9
                The whole decision: grafeion decisions get projects/p/decisions/7
                """
        )
        findings.complaints = []
        findings.decision = nil
        #expect(findings.refusal == "Pod payments/web is refused by policy production.")
        findings.complaints = (0..<50).map { "\($0) " + String(repeating: "x", count: 1_000) }
        let lines = findings.refusal.split(separator: "\n")
        #expect(lines.count == 22 && lines[21] == "- … and 30 more")
        #expect(lines.allSatisfy { $0.unicodeScalars.count <= 602 } && lines[1].hasSuffix("x…"))
    }

    @Test("What would have been refused is a warning")
    func softWarnings() {
        let findings = AdmissionFindings(subject: "Pod a/b", policy: "p", complaints: ["image x: y"], decision: "d")
        let look = "the whole decision: grafeion decisions get d"
        #expect(findings.dryRunWarnings == ["policy p would refuse Pod a/b (dry run)", look, "image x: y"])
        let head = "Pod a/b was let in by break-glass, which is recorded; policy p would refuse it"
        #expect(findings.breakGlassWarnings == [head, look, "image x: y"])
    }
}
