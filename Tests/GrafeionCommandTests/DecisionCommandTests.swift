import ArgumentParser
import Foundation
import Testing

@testable import grafeion

@Suite("Decisions by command")
struct DecisionCommandTests {
    private static let decision = """
        {"name":"projects/p/decisions/d1","createTime":"2026-01-02T03:04:05.678Z","policy":"projects/p/policies/production",\
        "policyVersion":"sha256:77","checkSet":"payments","pod":{"namespace":"payments","serviceAccount":"api"},\
        "admission":{"uid":"u-1","operation":"CREATE","kind":"Deployment","name":"web","user":"ann","breakGlass":true,"breakGlassReason":"INC-1"},\
        "images":[{"image":"registry.example/web:1","digest":"sha256:aa","container":"web","verdict":"NON_CONFORMANT",\
        "checks":[{"displayName":"signed","check":"simpleSigningAttestationCheck","verdict":"CONFORMANT","explanation":\
        "attested by qa","occurrences":["projects/p/occurrences/o1"]},{"displayName":"no serious known vulnerability",\
        "check":"vulnerabilityCheck","verdict":"NON_CONFORMANT","explanation":"the image was never scanned; scan it and \
        ingest the report, and do so before you deploy it again to this or to another cluster"}]}],\
        "verdict":"NON_CONFORMANT","enforced":true,"duration":"0.004s","breakGlassRefusal":"ann may not"}
        """
    private static let dryRun = """
        {"name":"projects/p/decisions/d2","createTime":"2026-01-01T00:00:00Z","policy":"inline","pod":{"namespace":"default"},\
        "images":[{"image":"r/a@sha256:0123456789abcdef"},{"image":"b"}],"verdict":"CONFORMANT","allowed":true}
        """

    private func run(_ arguments: [String], _ trust: FakeTrust) async throws -> Program.Outcome {
        try await FakeServer.with({ await trust.answer($0) }) { server in
            try await Program.run(["decisions"] + arguments + ["--server", server.url])
        }
    }

    @Test func aListIsATable() async throws {
        let trust = FakeTrust(decisions: [Self.decision, Self.dryRun])
        let outcome = try await run(["list", "-p", "p"], trust)
        let complaint = "no serious known vulnerability: the image was never scanned; scan it and ingest…"
        #expect(
            outcome.output == """
                NAME  WHEN                  VERDICT         ALLOWED  NAMESPACE  WHAT                           POLICY      COMPLAINT
                d1    2026-01-02T03:04:05Z  NON_CONFORMANT  no       payments   Deployment web                 production  \(complaint)
                d2    2026-01-01T00:00:00Z  CONFORMANT      dry run  default    r/a@sha256:0123456789ab… (+1)  inline

                """
        )
        let names = try await run(["list", "-p", "p", "-o", "name"], trust)
        #expect(names.output == "projects/p/decisions/d1\nprojects/p/decisions/d2\n")
    }

    @Test func conditionsBecomeOneFilter() throws {
        func filter(_ arguments: String...) throws -> String? {
            try DecisionsCommand.List.parse(arguments).filter
        }
        #expect(try filter() == nil)
        #expect(try filter("--filter", "a OR b") == "a OR b")
        #expect(
            try filter("--filter", "a OR b", "--denied", "--image", "x\"y", "--namespace", "ns")
                == #"(a OR b) AND allowed=false AND images.image:"x\"y" AND pod.namespace="ns""#
        )
    }

    @Test func aDecisionIsShownWhole() async throws {
        let trust = FakeTrust(decisions: [Self.decision])
        let outcome = try await run(["get", "d1", "-p", "p"], trust)
        #expect(
            outcome.output == """
                decision      projects/p/decisions/d1
                time          2026-01-02T03:04:05.678Z
                policy        projects/p/policies/production  sha256:77
                check set     payments
                pod           namespace payments, service account api
                request       CREATE Deployment web, by ann, which asks to break the glass: "INC-1", uid u-1
                verdict       NON_CONFORMANT: it may not run
                not followed  the request to break the glass: ann may not
                took          0.004s

                NOT CONFORMANT  registry.example/web:1
                    container web  sha256:aa
                    signed  (simpleSigningAttestationCheck): conformant
                        attested by qa
                        by projects/p/occurrences/o1
                    no serious known vulnerability  (vulnerabilityCheck): NOT CONFORMANT
                        the image was never scanned; scan it and ingest the report, and do so before you deploy it
                        again to this or to another cluster

                """
        )
        #expect(await trust.requests.first?.path == "/grafeion/v1/projects/p/decisions/d1")
        let json = try await run(["get", "projects/p/decisions/d1", "-o", "json"], trust)
        #expect(try JSONValue(parsing: json.output.utf8).compact == Self.decision)
    }

    @Test func whatAServerSaysCannotForgeALine() throws {
        let hostile = #"x\n\u001b[2Jimage: fine\u202e"#
        let reply = """
            {"name":"\(hostile)","policy":"\(hostile)","pod":{"namespace":"\(hostile)"},"images":[{"image":"\(hostile)",\
            "container":"\(hostile)","verdict":"ERROR","checks":[{"displayName":"\(hostile)","check":"\(hostile)",\
            "verdict":"ERROR","explanation":"\(hostile)","occurrences":["\(hostile)"]}]}],"verdict":"ERROR"}
            """
        let judgement = Judgement(try JSONValue(parsing: reply.utf8))
        let pod = CheckedPod(images: [.init(image: judgement.images[0].image)])
        for text in [
            DecisionScreen(judgement, width: 100).text,
            CheckScreen([JudgedPod(pod: pod, judgement: judgement)], width: 100).text,
        ] {
            let bad = text.unicodeScalars.filter {
                $0 != "\n" && ($0.properties.generalCategory == .control || $0.properties.generalCategory == .format)
            }
            #expect(bad.isEmpty)
            #expect(!text.split(separator: "\n").contains { $0.hasPrefix("image: fine") })
        }
    }
}
