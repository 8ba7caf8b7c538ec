import FilterLanguage
import Foundation
import Testing

/// Every filter that docs/filters.md shows is one.
@Suite struct CookbookTests {
    static let examples: [String] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/filters.md")
        let text = (try? String(contentsOf: file.standardizedFileURL, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "```filter\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }()

    @Test func cookbookHasExamples() {
        #expect(Self.examples.count > 20)
    }

    @Test(arguments: examples)
    func exampleIsAFilter(text: String) throws {
        let expression = try #require(try FilterExpression.parse(text))
        #expect(try FilterExpression.parse(expression.description) == expression)
    }
}
