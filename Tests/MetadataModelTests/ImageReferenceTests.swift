import MetadataModel
import Testing

/// Names of images as pods and reports write them.
struct ImageReferenceTests {
    private static let digest = "sha256:" + String(repeating: "0f", count: 32)

    @Test(
        "names and what they are spelt out to",
        arguments: [
            ("debian", "docker.io/library/debian"), ("team/app", "docker.io/team/app"),
            ("docker.io/debian", "docker.io/library/debian"), ("index.docker.io/team/app", "docker.io/team/app"),
            ("localhost/app", "localhost/app"), ("localhost:5000/app", "localhost:5000/app"),
            ("registry.example:5000/a/b", "registry.example:5000/a/b"), ("a.b/c", "a.b/c"),
            ("https://registry.example/app", "registry.example/app"), ("Registry.Example/App", "Registry.Example/App"),
        ]
    )
    func names(written: String, repository: String) throws {
        let plain = try #require(ImageReference(written))
        #expect(plain.repository == repository && plain.tag == nil && plain.digest == nil)
        let tagged = try #require(ImageReference(written + ":v1.2"))
        #expect(tagged.repository == repository && tagged.tag == "v1.2" && tagged.digest == nil)
        let pinned = try #require(ImageReference(written + ":v1.2@" + Self.digest.uppercased()))
        #expect(pinned.repository == repository && pinned.tag == "v1.2" && pinned.digest == Self.digest)
        #expect(pinned.pinned == "\(repository)@\(Self.digest)")
    }

    @Test(
        "what is no name",
        arguments: [
            "", "@\(digest)", "/app", "app/", "a//b", "registry.example/a b", "registry.example/ä", "a/b:c/d",
            "app@sha256:0f", "app@", "app@\(digest)0g", "app@\(digest)@\(digest)", "app@\u{301}\(digest)",
            "registry.example/\u{301}app",
        ]
    )
    func noNames(text: String) { #expect(ImageReference(text) == nil) }

    /// With its type: in the macro's argument it is more than the compiler works out in reasonable time.
    private static let texts: [(String, Bool)] = {
        func digits(_ digit: String, _ count: Int) -> String { String(repeating: digit, count: count) }
        let a64 = digits("a", 64)
        return [
            (digest, true), (digest.uppercased(), true), ("sha512:\(digits("a", 128))", true),
            ("a+b._-1:\(digits("a", 32))", true), ("sha256:\(digits("a", 31))", false),
            (":\(a64)", false), ("sha256", false), ("", false), ("sha256:\u{301}\(a64)", false),
            ("\(digest)\u{301}", false), ("sha256:\(digits("g", 64))", false), ("shä:\(a64)", false),
            ("a:b:\(a64)", false),
        ]
    }()

    @Test("what is a digest and what is none", arguments: texts)
    func digests(text: String, isOne: Bool) { #expect(ResourceURI.isDigest(text) == isOne) }
}
