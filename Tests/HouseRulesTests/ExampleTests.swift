import Foundation
import Testing

/// The first thing that anybody runs is what the documents show.
@Suite("House rules: examples")
struct ExampleTests {
    /// The program that was built with these tests; there is none where they are built alone.
    private static let program: URL? = {
        let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let program = tests.appending(path: "grafeion")
        return FileManager.default.isExecutableFile(atPath: program.path) ? program : nil
    }()

    @Test(
        "The commands of README, docs/api.md and docs/tutorial.md print what is written there",
        .enabled(if: program != nil),
        .timeLimit(.minutes(2))
    )
    func examplesWork() async throws {
        let program = try #require(Self.program)
        let check = Process()
        check.executableURL = URL(filePath: "/usr/bin/env")
        check.arguments = ["python3", SourceTree.root.appending(path: "scripts/check-examples.py").path, program.path]
        let output = Pipe()
        check.standardOutput = output
        check.standardInput = FileHandle.nullDevice
        try check.run()
        // Read to the end before waiting, or a long report would fill the pipe and never end.
        let report = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        check.waitUntilExit()
        #expect(check.terminationStatus == 0, "\(report)")
    }
}
