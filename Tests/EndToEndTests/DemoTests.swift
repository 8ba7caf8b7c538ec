import Foundation
import TestSupport
import Testing

/// `make demo`, as a person would watch it.
@Suite("End to end: demo")
struct DemoTests {
    private static let image =
        "https://us-west2-docker.pkg.dev/gosst-scare-sandbox/quickstart-docker-repo/quickstart-image"
        + "@sha256:1a033b002f89ed2b8ea733162497fb70f1a4049a7f8602d6a33682b4ad9921fd"

    @Test("It answers which images one builder made from one repository, shows its commands, and leaves nothing behind")
    func demoAnswers() async throws {
        try await inScratchDirectory { scratch in
            let finished = try await FinishedCommand.run(
                Surroundings.packageRoot.appending(path: "scripts/demo.sh"),
                [],
                in: scratch,
                environment: [
                    "GRAFEION_EXECUTABLE": try Surroundings.executable().path,
                    "GRAFEION_SHARED": try Surroundings.shared().path,
                    "TMPDIR": scratch.path,
                ]
            )
            #expect(finished.status == 0, "\(finished.output)")
            let steps = Self.steps(of: finished.output)
            let built = try #require(steps["The question"], "\(finished.output)")
            #expect(built.answer == [Self.image])
            #expect(built.command.contains("--filter") && built.command.contains("laurentsimon/gcb-tests"))

            let fromRepository = try #require(steps["What came out of"])
            #expect(
                fromRepository.answer.filter { !$0.hasPrefix(" ") }.map(Self.artifact) == [
                    "binary-linux-amd64", "artifact1",
                ]
            )
            let byBuilder = try #require(steps["And of these"])
            #expect(byBuilder.answer.map(Self.artifact) == ["artifact1"])
            let refused = try #require(steps["A filter that cannot"])
            #expect(refused.answer.joined().contains("severity"))
            #expect(refused.answer.last == "exit code 1")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
        }
    }

    private static func artifact(_ resource: String) -> String {
        String(resource.prefix { $0 != "@" })
    }

    /// What was run and printed under a heading.
    private struct Step {
        var command = ""
        var answer: [String] = []
    }

    /// The steps by the first words of their headings. A command's further lines are indented or end its quotation.
    private static func steps(of output: String) -> [String: Step] {
        let headings = ["The question", "What came out of", "And of these", "A filter that cannot"]
        var steps: [String: Step] = [:]
        for part in output.components(separatedBy: "\n# ") {
            guard let heading = headings.first(where: { part.hasPrefix($0) }) else { continue }
            let lines = part.split(separator: "\n").dropFirst().map(String.init)
            // The last line of each command is its last that pipes into jq or is the command itself.
            let end = lines.lastIndex { $0.hasPrefix("    jq ") } ?? lines.firstIndex { $0.hasPrefix("$ ") } ?? 0
            steps[heading] = Step(
                command: lines[...end].joined(separator: "\n"),
                answer: Array(lines[(end + 1)...])
            )
        }
        return steps
    }
}
