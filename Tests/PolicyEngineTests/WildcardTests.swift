import TestSupport
import Testing

@testable import PolicyEngine

@Suite("Patterns")
struct WildcardTests {
    private static let texts: [(pattern: String, text: String, isMatch: Bool)] = [
        ("a/b", "a/b", true), ("a/b", "a/bc", false), ("a/b", "a", false), ("a/*", "a/b", true),
        ("a/*", "a/b/c", false), ("a/*", "a/", true), ("a/**", "a/b/c", true), ("a/**", "a", false),
        ("a/", "a/b/c", true), ("a/", "a/", false), ("a/", "a", false), ("*/", "b/", false), ("*/", "b/c", true),
        ("a*", "ab", true), ("a*", "a/b", false),
        ("a**", "a/b", true), ("*.x/a", "b.x/a", true), ("*.x/a", "b/c.x/a", false), ("**", "", true),
        ("**/z", "a/b/z", true), ("a/*/c", "a/b/c", true), ("a/*/c", "a/b/b/c", false), ("a/**/c", "a/b/b/c", true),
        ("a***b", "a/x/b", true), ("e\u{301}", "\u{e9}", false),
    ]

    @Test(
        "Stars and slashes",
        arguments: texts
    )
    func matches(_ row: (pattern: String, text: String, isMatch: Bool)) {
        #expect(Wildcard(row.pattern).matches(row.text) == row.isMatch)
    }

    @Test("Law: matches what a plain search matches")
    func law() {
        let seed = SeededGenerator.freshSeed("wildcards")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let pattern = Self.text(of: ["a", "b", "/", "*", "**"], &generator)
            let text = Self.text(of: ["a", "b", "/"], &generator)
            let expected = Self.search(Array(pattern.utf8), Array(text.utf8))
            #expect(Wildcard(pattern).matches(text) == expected, "\(pattern) \(text) seed \(seed)")
        }
    }

    private static func text(of parts: [String], _ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...7, using: &generator)).map { _ in parts.randomElement(using: &generator) ?? "" }
            .joined()
    }

    /// By trying everything.
    private static func search(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        guard pattern.last == UInt8(ascii: "/") else { return whole(pattern[...], text[...]) }
        return text.indices.contains { whole(pattern[...], text[..<$0]) }
    }

    private static func whole(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        guard first == UInt8(ascii: "*") else {
            return text.first == first && whole(pattern.dropFirst(), text.dropFirst())
        }
        let stars = pattern.prefix { $0 == UInt8(ascii: "*") }.count
        let rest = pattern.dropFirst(stars)
        for length in 0...text.count {
            if stars == 1, text.prefix(length).contains(UInt8(ascii: "/")) { break }
            if whole(rest, text.dropFirst(length)) { return true }
        }
        return false
    }

    private static let images: [(pattern: String, image: String, isMatch: Bool)] = [
        ("registry.example/infra/**", "registry.example/infra/a/b:1", true),
        ("registry.example/infra/", "registry.example/infra/a/b:1", true),
        ("registry.example/infra/*", "registry.example/infra/a/b", false),
        ("registry.example/app", "registry.example/app:v1", true),
        ("registry.example/app", "registry.example/app@\(Known.digest)", true),
        ("registry.example/app:v1", "registry.example/app:v1", true),
        ("registry.example/app:v1", "registry.example/app:v1@\(Known.digest)", false),
        ("registry.example/app:v*", "registry.example/app:v2", true),
        ("registry.example/app:latest", "registry.example/app", true),
        ("registry.example/app@\(Known.digest)", "registry.example/app@\(Known.digest)", true),
        ("registry.example/app@\(Known.digest)", "registry.example/app@\(Known.digest("b"))", false),
        ("registry.example:5000/app", "registry.example:5000/app:1", true),
        ("registry.example/app", "registry.example:5000/app", false),
        ("nginx", "docker.io/library/nginx:1", true), ("docker.io/library/nginx", "nginx", true),
        ("index.docker.io/library/*", "nginx", true), ("library/*", "nginx", true), ("nginx*", "nginx-slim", true),
        ("*.gcr.io/p/app", "eu.gcr.io/p/app", true), ("*-docker.pkg.dev/p/**", "eu-docker.pkg.dev/p/r/app", true),
        ("*.gcr.io/p/app", "evil.example/x.gcr.io/p/app", false), ("**", "anything/at.all:1", true),
    ]

    @Test(
        "Patterns of images",
        arguments: images
    )
    func imagePatterns(_ row: (pattern: String, image: String, isMatch: Bool)) throws {
        #expect(try ImagePattern(row.pattern).matches(ImageName(row.image)) == row.isMatch)
    }

    @Test(
        "Patterns that are refused",
        arguments: [
            "gcr.i*/x", "sub*domain.gcr.io/nginx", "*pkg.dev/p/r", "**-docker.pkg.dev/p", "*.io/x", "*", "*/x",
            "reg\u{456}stry.example/x", "a//b", "x y", "registry.example/a@sha256:ABC",
            "registry.example/a@\(Known.digest("A"))",
        ]
    )
    func refused(_ pattern: String) {
        #expect(throws: ImagePattern.Flaw.self) { try ImagePattern(pattern) }
    }
}
