import Foundation

/// The repository that these tests were built from.
enum SourceTree {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Swift files that people write, and the program is made of.
    static let sources = swiftFiles(under: "Sources").filter { !$0.isGenerated }
    /// Every Swift file of the program.
    static let allSources = swiftFiles(under: "Sources")
    /// Everything that people write: sources, tests, scripts and documents.
    static let written =
        ["Sources", "Tests", "Fuzz", "Benchmarks", "scripts", "deploy", "docs", ".ci"]
        .flatMap { files(under: $0) { _ in true } }.filter { !$0.isGenerated }
        + ["Package.swift", "README.md", "Makefile"].compactMap(SourceFile.init(path:))
    /// Every document.
    static let documents = written.filter { $0.path.hasSuffix(".md") }

    /// The directories of `Sources`.
    static var modules: [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
        return (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Whether a path of the repository is there. What a build makes is not: another checkout does not have it.
    static func exists(_ path: String) -> Bool {
        !isMade(path) && FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    private static func isMade(_ path: String) -> Bool {
        path.split(separator: "/").contains { $0 == ".build" || $0 == ".venv" }
    }

    private static func swiftFiles(under directory: String) -> [SourceFile] {
        files(under: directory) { $0.hasSuffix(".swift") }
    }

    private static func files(under directory: String, where isWanted: (String) -> Bool) -> [SourceFile] {
        let paths = FileManager.default.enumerator(atPath: root.appending(path: directory).path)
        let wanted = (paths?.compactMap { $0 as? String } ?? []).filter { isWanted($0) && !isMade($0) }
        return wanted.sorted().compactMap { SourceFile(path: "\(directory)/\($0)") }
    }
}

/// A text file of the repository.
struct SourceFile {
    /// From the repository's root.
    let path: String
    let lines: [String]
    private let text: String

    /// Nil for what is no text file.
    init?(path: String) {
        guard let text = try? String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8) else {
            return nil
        }
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var isGenerated: Bool { path.contains("/Generated/") }

    /// The module that a file of `Sources` belongs to.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    var code: SourceCode { SourceCode(text) }

    /// The doc comment that stands right above a line, attributes in between left out.
    func documentation(above index: Int) -> String {
        var comment: [String] = []
        for line in lines[..<index].reversed() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.hasPrefix("///") {
                comment.append(trimmed)
            } else if !(comment.isEmpty && trimmed.hasPrefix("@")) {
                break
            }
        }
        return comment.reversed().joined(separator: "\n")
    }
}

/// What breaks a rule, and where.
struct Violation: CustomStringConvertible {
    let description: String

    init(_ file: SourceFile, line index: Int, _ text: String) {
        description = "\(file.path):\(index + 1): \(text)"
    }

    init(_ text: String) { description = text }
}
