import HTTPTypes
import TestSupport
import Testing

@testable import HTTPFrontend

/// Whatever bytes come, the answer is an answer.
@Suite struct HostileInputTests {
    static let seed = UInt64.random(in: .min ... .max)

    @Test func randomRequestsAreAnsweredAndNeverFaults() async throws {
        print("HostileInputTests seed \(Self.seed)")
        var random = SeededGenerator(seed: Self.seed)
        let door = try Door()
        for _ in 0..<3000 {
            let verb =
                ["GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"].randomElement(using: &random) ?? "GET"
            let target = String(decoding: mixed(Self.targets, using: &random), as: UTF8.self)
            let body = mixed(Self.bodies, using: &random)
            let answer = try await door.send(verb, target, bytes: body)
            let isAnAnswer = answer.status == 200 || (400...499).contains(answer.status)
            #expect(isAnAnswer, "seed \(Self.seed): \(verb) \(target) \(body): \(answer.status)")
        }
    }

    @Test func longNamesAndPathsAreAnswered() async throws {
        let door = try Door()
        let long = String(repeating: "a", count: 1 << 20)
        for target in [
            "/v1/projects/\(long)/notes/n", "/\(long)", String(repeating: "/", count: 1 << 20),
            "/v1/projects/p/notes?\(long)=1", "/v1/projects/p/notes?" + String(repeating: "a&", count: 1 << 19),
            "/v1/projects/p/notes/" + String(repeating: "%", count: 1 << 20),
        ] {
            let answer = try await door.send("GET", target)
            #expect(answer.status == 200 || (400...499).contains(answer.status))
        }
        let many = try await door.send("GET", "/v1/projects/p/notes?" + String(repeating: "zz=1&", count: 10_000))
        #expect(many.status == 400)
        #expect(many.body.utf8.count < 100_000)
    }

    /// Pieces that mean something, strung together with noise.
    private func mixed(_ pieces: [String], using random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            if Int.random(in: 0..<4, using: &random) == 0 {
                bytes += (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            } else {
                bytes += Array((pieces.randomElement(using: &random) ?? "").utf8)
            }
        }
        return bytes
    }

    private static let targets = [
        "/v1", "/v1/projects/p", "/projects/", "/notes", "/notes/n", "/occurrences", "/occurrences/o", "/locations/l",
        ":batchCreate",
        "/", "//", "..", "%", "%2F", "%00", "%FF", "%25", "?", "&", "=", "+", "filter=", "pageSize=", "1",
        "updateMask=", "alt=json",
        "prettyPrint=true", ".", "note.name", "#", ":", "http://", "*", "grafeion/v1/projects/p:import",
    ]
    private static let bodies = [
        "{", "}", "[", "]", ":", ",", "\"", "\"name\"", "\"occurrences\"", "\"notes\"", "\"vulnerability\"", "\"kind\"",
        "null", "true",
        "1e999", "-", "\\u0000", "\\ud800", " ", "{}", "{\"a\":1}", "\"@type\"", "\"build\"", "\"createTime\"",
        "\"2024-01-01T00:00:00Z\"",
    ]
}
