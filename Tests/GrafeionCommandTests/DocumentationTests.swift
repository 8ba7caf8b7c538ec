import ArgumentParser
import Foundation
import Testing

@testable import grafeion

@Suite("Documentation")
struct DocumentationTests {
    @Test func theConfigurationReferenceIsTheOptionTable() throws {
        let rows = ServeOption.all.map { option in
            let standard = option.defaultText.map { "`\($0)`" } ?? "–"
            return "| `\(option.key)` | `\(option.variable)` | \(standard) | \(Self.values(option))\(option.summary) |"
        }
        let table = (["| setting | variable | default | what it is |", "| --- | --- | --- | --- |"] + rows)
            .joined(separator: "\n")
        let page = try Self.page("configuration.md")
        #expect(page.contains(table + "\n"), "docs/configuration.md must have this table:\n\(table)")
    }

    @Test func everyCommandIsInTheCommandLinePage() throws {
        let rows = Self.leaves(of: Grafeion.self, path: ["grafeion"]).map { "| `\($0)` | \($1) |" }
        let table = rows.joined(separator: "\n")
        let page = try Self.page("command-line.md")
        #expect(page.contains(table + "\n"), "docs/command-line.md must have these rows:\n\(table)")
    }

    private static func values(_ option: ServeOption) -> String {
        switch option.form {
        case .number(let range): "\(option.placeholder), \(range.lowerBound) to \(range.upperBound). "
        case .text, .list: "`\(option.placeholder.replacing("|", with: "\\|"))`. "
        case .truth: "`true` or `false`. "
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ") + ". "
        }
    }

    private static func leaves(
        of command: any ParsableCommand.Type,
        path: [String]
    ) -> [(name: String, abstract: String)] {
        let configuration = command.configuration
        if configuration.subcommands.isEmpty { return [(path.joined(separator: " "), configuration.abstract)] }
        return configuration.subcommands.flatMap { child in
            leaves(of: child, path: path + [child.configuration.commandName ?? "\(child)".lowercased()])
        }
    }

    /// The text of a document of docs.
    static func page(_ name: String) throws -> String {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: package.appending(path: "docs").appending(path: name), encoding: .utf8)
    }
}
