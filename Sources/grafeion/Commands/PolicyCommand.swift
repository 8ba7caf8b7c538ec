import ArgumentParser
import Foundation
import PolicyEngine

/// `grafeion policy …`
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Judge images by a policy, and look for mistakes in policies.",
        subcommands: [PolicyCheckCommand.self, Lint.self]
    )

    struct Lint: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint",
            abstract: "Find what is wrong with policies and attestors, without a server.",
            discussion: """
                What is wrong is an error, and the exit code is 1. What is allowed and likely to be a mistake \
                is a warning, and the exit code is 0, or 1 with --strict.

                Examples:

                  grafeion policy lint policy.yaml
                  grafeion policy lint trust/ --strict
                """
        )

        @Argument(
            help: ArgumentHelp(
                "Files, or directories with .yaml, .yml and .json; - is standard input.",
                valueName: "FILE"
            ),
            completion: .file()
        )
        var files: [String]

        @Flag(help: "Warnings are errors.")
        var strict = false

        @Option(name: [.short, .long], help: ArgumentHelp("How to print: text or json.", valueName: "FORM"))
        var output: Form = .text

        /// How what was found is printed.
        enum Form: String, ExpressibleByArgument, CaseIterable { case text, json }

        func run() throws {
            var findings: [LintFinding] = []
            let check = try TrustTextCheck(now: Date())
            for path in files {
                for file in try TrustText.directory(path) ?? [path] {
                    findings += LintFinding.all(in: try TrustText(file: file), by: check)
                }
            }
            let console = Console()
            switch output {
            case .text: console.out(findings.map { $0.line + "\n" }.joined())
            case .json: console.out(JSONValue.array(findings.map(\.json)).pretty() + "\n")
            }
            if findings.contains(where: { $0.isError || strict }) { throw ExitCode.failure }
        }
    }
}

/// What is wrong, or likely to be wrong, with a text.
struct LintFinding {
    let file: String
    let problem: PolicyProblem
    let isError: Bool

    /// All of a text: the errors, or else the warnings.
    static func all(in text: TrustText, by check: TrustTextCheck) -> [LintFinding] {
        do throws(InvalidPolicy) {
            return try check.check(text).warnings.map { LintFinding(file: text.file, problem: $0, isError: false) }
        } catch {
            return error.problems.map { LintFinding(file: text.file, problem: $0, isError: true) }
        }
    }

    /// `policy.yaml:9:7: error: …`
    var line: String { problem.text(in: file, isError ? "error: " : "warning: ") }

    var json: JSONValue {
        .members([
            ("file", .string(file)), ("line", .number(String(problem.line))),
            ("column", .number(String(problem.column))), ("severity", .string(isError ? "error" : "warning")),
            ("path", .string(problem.path)), ("message", .string(problem.message)),
        ])
    }
}
