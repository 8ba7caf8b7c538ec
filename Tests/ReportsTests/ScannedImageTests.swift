import Testing

@testable import Reports

/// Which image a report is about, and what happens when report and caller disagree.
@Suite("The image of a report")
struct ScannedImageTests {
    private static let digest = WrittenReports.digest
    private static let other = WrittenReports.other

    private func image(
        _ reference: String? = nil,
        repoDigests: [String] = [],
        manifest: String? = nil,
        config: String? = nil
    ) -> ScannedImage {
        var image = ScannedImage(reference: reference, path: "Metadata.RepoDigests")
        image.repoDigests = repoDigests
        image.manifestDigest = manifest
        image.configDigest = config
        return image
    }

    @Test("The report's digest is taken, and a short name is spelt out")
    func reportNamesTheImage() throws {
        let names = [
            ("debian", "docker.io/library/debian"), ("keycloak/keycloak", "docker.io/keycloak/keycloak"),
            ("index.docker.io/library/debian", "docker.io/library/debian"), ("gcr.io/a/b/c", "gcr.io/a/b/c"),
            ("localhost/a", "localhost/a"), ("registry.example:5000/a", "registry.example:5000/a"),
        ]
        for (name, spelledOut) in names {
            let scanned = image("whatever.tar", repoDigests: ["\(name)@\(Self.digest)"])
            #expect(try scanned.uri() == "https://\(spelledOut)@\(Self.digest)")
        }
        #expect(try image("gcr.io/a/b:1@\(Self.digest)").uri() == "https://gcr.io/a/b@\(Self.digest)")
    }

    @Test("Of several names the one that the scanner was told counts")
    func toldNameCounts() throws {
        let names = ["gcr.io/a/b@\(Self.digest)", "quay.io/a/b@\(Self.digest)"]
        #expect(try image("quay.io/a/b:latest", repoDigests: names).uri() == "https://quay.io/a/b@\(Self.digest)")
        #expect(problem(image("sha256", repoDigests: names))?.description.contains("several images") == true)
    }

    @Test("A digest given by the caller must be one of the report's")
    func givenDigest() throws {
        let given = "gcr.io/a/b@\(Self.digest)"
        #expect(try image("a.tar").uri(given: given) == "https://\(given)")
        #expect(try image("a.tar", config: Self.other).uri(given: "https://" + given) == "https://\(given)")
        #expect(try image(manifest: Self.digest).uri(given: given) == "https://\(given)")
        // Scanned under another name, pinned by its index, read from a daemon: still the same image.
        let scanned = image(repoDigests: ["quay.io/x/y@\(Self.digest)"], manifest: Self.other)
        #expect(try scanned.uri(given: "gcr.io/a/b:tag@\(Self.digest)") == "https://\(given)")
        let found = try #require(problem(scanned, given: "gcr.io/a/b@\(WrittenReports.layer)"))
        #expect(found.path == "Metadata.RepoDigests")
        #expect(found.description.contains("not about \(WrittenReports.layer)"))
    }

    @Test("A repository given without a digest gets the report's digest for it, and no other")
    func givenRepository() throws {
        let scanned = image(repoDigests: ["gcr.io/a/b@\(Self.digest)", "gcr.io/a/c@\(Self.other)"])
        #expect(try scanned.uri(given: "gcr.io/a/c:1.2") == "https://gcr.io/a/c@\(Self.other)")
        #expect(problem(scanned, given: "gcr.io/a/d")?.description.contains("no digest is known") == true)
        #expect(problem(image("a.tar"), given: "gcr.io/a/d")?.description.contains("no digest of any image") == true)
    }

    @Test("Without any digest the image must be named; a configuration's or a local manifest's digest does not do")
    func noDigest() throws {
        for scanned in [image(), image("a.tar", config: Self.digest), image("debian:10", manifest: Self.digest)] {
            #expect(problem(scanned)?.description.contains("name the image as registry/repository@sha256:…") == true)
        }
    }

    @Test(
        "What is no image reference is refused",
        arguments: [
            "docker://debian@sha256:aa", "debian@sha256:xyz", "a b@" + digest, "gcr.io//a@" + digest, "@" + digest,
            "http://gcr.io/a@" + digest, "debian\n@" + digest, String(repeating: "a", count: 3000), "ä@" + digest,
            "gcr.io/a:1:2/b@" + digest,
        ]
    )
    func wrongReferences(given: String) {
        let found = problem(image("a.tar"), given: given)
        #expect(found?.path == "image")
    }

    private func problem(_ image: ScannedImage, given: String? = nil) -> ReportProblem? {
        do {
            let uri = try image.uri(given: given)
            Issue.record("taken as \(uri)")
            return nil
        } catch {
            return error
        }
    }
}
