import Foundation
import Testing

/// Rules about documents, and about every file that people write.
@Suite("House rules: documents")
struct DocumentRules {
    @Test("Links within the repository lead somewhere")
    func linksResolve() {
        for document in SourceTree.documents {
            for (index, line) in document.proseLines {
                for target in Self.linkTargets(in: line) where !Self.resolves(target, from: document) {
                    report(Violation(document, line: index, "the link to \(target) leads nowhere"))
                }
            }
        }
    }

    @Test("Files that documents name in code spans are there")
    func namedFilesExist() {
        let roots = ["Sources/", "Tests/", "Fuzz/", "Benchmarks/", "scripts/", "deploy/", "docs/", ".ci/", "Protos/"]
        for document in SourceTree.documents {
            for (index, line) in document.proseLines {
                for span in Self.codeSpans(in: line) where roots.contains(where: { span.hasPrefix($0) }) {
                    let isPath = span.allSatisfy { $0.isLetter || $0.isNumber || "/._+-".contains($0) }
                    if isPath, !SourceTree.exists(String(span)) {
                        report(Violation(document, line: index, "there is no \(span)"))
                    }
                }
            }
        }
    }

    @Test("No file names a place on somebody's machine")
    func noMachinePaths() {
        // Put together here, so that this file does not break its own rule.
        let places = ["work", "root", "home/[a-z]+", "Users/[A-Za-z]+"].map { "(^|[^A-Za-z0-9._~$}-])/" + $0 + "/" }
        guard let pattern = try? Regex(places.joined(separator: "|")) else {
            Issue.record("the pattern is malformed")
            return
        }
        for file in SourceTree.written {
            for (index, line) in file.lines.enumerated() where line.contains("/") {
                if line.firstMatch(of: pattern) != nil {
                    report(Violation(file, line: index, "an absolute path of a machine: \(line.prefix(120))"))
                }
            }
        }
    }

    /// The targets of `[text](target)` that are not addresses of other places.
    static func linkTargets(in line: String) -> [String] {
        var targets: [String] = []
        for part in line.components(separatedBy: "](").dropFirst() {
            let target = String(part.prefix { $0 != ")" && $0 != " " })
            if !target.contains("://"), !target.hasPrefix("mailto:") { targets.append(target) }
        }
        return targets
    }

    /// What stands between backticks.
    static func codeSpans(in line: String) -> [String] {
        line.components(separatedBy: "`").enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
    }

    private static func resolves(_ target: String, from document: SourceFile) -> Bool {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let directory = document.path.split(separator: "/").dropLast().joined(separator: "/")
        let relative = parts[0].isEmpty ? document.path : directory.isEmpty ? parts[0] : "\(directory)/\(parts[0])"
        let path = URL(filePath: "/" + relative).standardized.path.dropFirst()
        guard SourceTree.exists(String(path)) else { return false }
        guard parts.count == 2, let linked = SourceFile(path: String(path)) else { return parts.count < 2 }
        return linked.anchors.contains(parts[1])
    }
}

extension SourceFile {
    /// A document's lines outside code blocks, with their indexes.
    var proseLines: [(index: Int, line: String)] {
        var isCode = false
        return lines.enumerated().compactMap { index, line in
            if line.hasPrefix("```") {
                isCode.toggle()
                return nil
            }
            return isCode ? nil : (index, line)
        }
    }

    /// The anchors that its headings make: lower case, spaces to dashes, the rest of the punctuation left out.
    fileprivate var anchors: [String] {
        proseLines.filter { $0.line.hasPrefix("#") }.map { _, line in
            let title = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
            return String(
                title.compactMap { character -> Character? in
                    if character == " " { return "-" }
                    return character.isLetter || character.isNumber || character == "-" || character == "_"
                        ? character : nil
                }
            )
        }
    }
}
