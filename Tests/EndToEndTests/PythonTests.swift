import Foundation
import TestSupport
import Testing

/// The tests under `Python`, which drive the program with the official clients and with what no client would send.
///
/// Each file is one test here; it starts servers of its own, and what pytest said is shown when it fails. To run one by
/// hand: `.venv/bin/python -m pytest Tests/EndToEndTests/Python/test_bad_input.py`.
@Suite("End to end: Python clients")
struct PythonTests {
    static let files =
        (try? FileManager.default.contentsOfDirectory(atPath: directory.path))?
        .filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }.sorted() ?? []

    private static let directory = Surroundings.packageRoot.appending(path: "Tests/EndToEndTests/Python")

    @Test("Every file of tests is found")
    func filesAreFound() {
        #expect(Self.files.count >= 8)
    }

    @Test("pytest", .timeLimit(.minutes(5)), arguments: files)
    func passes(_ file: String) async throws {
        let python = try Surroundings.python()
        let environment = [
            "GRAFEION_EXECUTABLE": try Surroundings.executable().path,
            "GRAFEION_SHARED": try Surroundings.shared().path,
            "PYTHONDONTWRITEBYTECODE": "1",
        ]
        let finished = try await Turnstile.twoAtOnce.pass {
            try await inScratchDirectory { scratch in
                try await FinishedCommand.run(
                    python,
                    ["-m", "pytest", file, "--tb=short", "--color=no", "--basetemp=\(scratch.path)/pytest"],
                    in: Self.directory,
                    environment: environment
                )
            }
        }
        #expect(finished.status == 0, "\(finished.lastLines(120))")
        #expect(finished.output.contains(" passed"), "no test ran: \(finished.lastLines(20))")
    }
}

/// Lets a number of tasks pass at once and has the others wait in line.
///
/// Servers and clients together keep two processors busy; more at once would only make time limits mean less.
private actor Turnstile {
    static let twoAtOnce = Turnstile(places: 2)

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { self.places = places }

    nonisolated func pass<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        await enter()
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func leave() {
        if waiting.isEmpty {
            places += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
