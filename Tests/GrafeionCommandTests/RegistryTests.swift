import AsyncHTTPClient
import Foundation
import NIOHTTP1
import Testing

@testable import grafeion

/// What is known of registries before one is asked. Asking is tested with real ones, in Python.
@Suite("Registries")
struct RegistryTests {
    private static let digest = "sha256:" + String(repeating: "a", count: 64)

    @Test(
        "A reference is read as Docker reads it",
        arguments: [
            ("debian", "docker.io/library/debian", "latest"), ("oci://debian:12", "docker.io/library/debian", "12"),
            ("shop/web", "docker.io/shop/web", "latest"),
            ("index.docker.io/debian", "docker.io/library/debian", "latest"),
            ("localhost/a", "localhost/a", "latest"), ("localhost:5000/a", "localhost:5000/a", "latest"),
            ("https://registry.example/a/b/c:1.2", "registry.example/a/b/c", "1.2"),
            ("registry.example:443/a_b.c-d:V_1", "registry.example:443/a_b.c-d", "V_1"),
            ("registry.example/a@\(digest)", "registry.example/a", digest),
            ("registry.example/a:1@\(digest)", "registry.example/a", digest),
        ]
    )
    func references(text: String, name: String, manifest: String) throws {
        let reference = try RegistryReference(parsing: text)
        #expect(reference.name == name && reference.manifest == manifest)
        let again = try RegistryReference(parsing: reference.text)
        #expect(again.name == name && again.manifest == manifest)
    }

    @Test(
        "What is no reference is refused",
        arguments: [
            "", "/a", "a//b", "A", "registry.example/", "registry.example/a:", "a:b:c/d", "registry.example:x/a", "a@",
            "a@sha256:1", "a@sha512:\(digest.dropFirst(7))", "a:-1", "a b", "a?b", "a/../b", "registry.example/a#b",
        ]
    )
    func noReferences(text: String) {
        #expect(throws: ClientFailure.self) { try RegistryReference(parsing: text) }
    }

    @Test("Docker Hub is asked where it is, and this machine in plain HTTP")
    func hosts() throws {
        #expect(try RegistryReference(parsing: "debian").host == "registry-1.docker.io")
        for (text, isLocal) in [("localhost:5000/a", true), ("127.0.0.1/a", true), ("localhost.example/a", false)] {
            let reference = try RegistryReference(parsing: text)
            #expect(reference.isLocal == isLocal && reference.host == reference.registry)
        }
    }

    @Test("A challenge names the token server, and what is quoted in it stays whole")
    func challenges() throws {
        let reference = try RegistryReference(parsing: "registry.example/shop/web")
        let text = #"Bearer realm="https://auth.example/token",service="a, \"b\"",scope="repository:x:pull,push""#
        let request = try #require(RegistryChallenge(text)?.tokenRequest(for: reference))
        #expect(request.realm == "https://auth.example/token" && request.service == "a, \"b\"")
        #expect(request.scope == "repository:x:pull,push")
        let bare = try #require(RegistryChallenge("bearer realm=https://a.example?x=1, error=none"))
        let wanted = try #require(bare.tokenRequest(for: reference))
        let expected = "https://a.example?x=1&scope=repository%3Ashop%2Fweb%3Apull"
        #expect(wanted.request(nil).url == expected && wanted.request(nil).method == .GET)
        #expect(wanted.request(.identityToken("t")).method == .POST)
        #expect(wanted.request(.password("p")).headers.first(name: "authorization") == "Basic p")
        #expect(RegistryChallenge("Basic realm=\"a\"")?.isBasic == true && RegistryChallenge("Basic")?.isBasic == true)
        for wrong in ["", "Bearer realm", "Bearer realm=\"a", #"Bearer realm="a\"#] {
            #expect(RegistryChallenge(wrong) == nil)
        }
        #expect(RegistryChallenge("Bearer realm=\"file:///a\"")?.tokenRequest(for: reference) == nil)
    }

    @Test(
        "Credentials are found under any name of the registry",
        arguments: [
            ("docker.io", "https://index.docker.io/v1/"), ("docker.io", "docker.io"),
            ("registry.example:5000", "registry.example:5000"),
            ("registry.example:5000", "https://registry.example:5000/v2/"),
        ]
    )
    func credentials(registry: String, key: String) throws {
        let pair = Data("user:p:w".utf8).base64EncodedString()
        let entries = [
            (#"{"auth": "\#(pair)"}"#, RegistryCredentials.password(pair)),
            (#"{"auth": "", "username": "user", "password": "p:w"}"#, .password(pair)),
            (#"{"auth": "\#(pair)", "identitytoken": "t"}"#, .identityToken("t")),
            (#"{"username": "<token>", "password": "t"}"#, .identityToken("t")),
        ]
        for (entry, expected) in entries {
            let configuration = try Self.configuration(#"{"auths": {"other.example": {}, "\#(key)": \#(entry)}}"#)
            #expect(try configuration.credentials(for: registry) == expected)
            #expect(try configuration.credentials(for: "another.example") == nil)
        }
        #expect(try Self.configuration("{}").credentials(for: registry) == nil)
        #expect(try Self.configuration(#"{"auths": {"\#(key)": {}}}"#).credentials(for: registry) == nil)
        let wrong = try Self.configuration(#"{"auths": {"\#(key)": {"auth": "?"}}}"#)
        #expect(throws: ClientFailure.self) { try wrong.credentials(for: registry) }
    }

    @Test("A registry whose program has no name has none")
    func noProgram() throws {
        let configuration = try Self.configuration(
            #"{"credHelpers": {"registry.example": ""}, "auths": {"registry.example": {"identitytoken": "t"}}}"#
        )
        #expect(try configuration.credentials(for: "registry.example") == .identityToken("t"))
    }

    @Test("A secret is not sent where the token server points to", arguments: [307, 308])
    func redirectedToken(status: Int) async throws {
        try await Scratch.with { directory in
            let answer: @Sendable (FakeServer.Request) -> FakeServer.Reply = { request in
                if request.path == "/elsewhere" {
                    Issue.record("was sent \(String(decoding: request.body, as: UTF8.self))")
                    return FakeServer.Reply(#"{"token": "t"}"#)
                }
                if request.path == "/token" {
                    return FakeServer.Reply("", status: status, headers: [("location", "/elsewhere")])
                }
                let realm = "Bearer realm=\"http://\(request.host)/token\""
                return FakeServer.Reply("", status: 401, headers: [("www-authenticate", realm)])
            }
            try await FakeServer.with(answer) { server in
                let host = String(server.url.dropFirst("http://".count))
                let file = directory.appending(path: "config.json")
                try Data(#"{"auths": {"\#(host)": {"identitytoken": "secret"}}}"#.utf8).write(to: file)
                let reference = try RegistryReference(parsing: "\(host)/web")
                let failure = await #expect(throws: ClientFailure.self) {
                    let environment = ["DOCKER_CONFIG": directory.path]
                    _ = try await RegistryClient.with(reference, environment: environment) {
                        try await $0.manifest("1")
                    }
                }
                #expect("\(failure.debugDescription)".contains("gives no token"))
            }
        }
    }

    /// A registry in which every manifest is an image, and the one asked for first an index of many.
    private struct Endless: ImageSource {
        let entries: Int
        let isIndex: Bool
        var bytes = 0

        func manifest(_ tagOrDigest: String) async throws -> ImageBlob {
            let type = isIndex ? ImageMediaType.indexes[0] : ImageMediaType.manifests[0]
            let digests = (0..<entries).map { "sha256:" + String(repeating: "0", count: 58) + String(100_000 + $0) }
            let list = digests.map { #"{"digest": "\#($0)", "mediaType": "\#(type)"}"# }.joined(separator: ",")
            if tagOrDigest == "1" { return ImageBlob(Array(#"{"manifests": [\#(list)]}"#.utf8)) }
            if isIndex { return ImageBlob(Array(#"{"manifests": []}"#.utf8)) }
            let config = #"{"digest": "\#(digests[0])", "mediaType": "\#(ImageMediaType.configurations[0])"}"#
            let padding = String(repeating: " ", count: bytes)
            return ImageBlob(Array(#"{"config": \#(config)}\#(padding)"#.utf8))
        }

        func configuration(_ digest: String) async throws -> ImageBlob { ImageBlob(Array("{}".utf8)) }
    }

    @Test("An index is fetched within bounds: images, manifests, bytes")
    func bounds() async throws {
        func documents(_ source: Endless) async throws -> Int {
            let collection = ImageCollection(source: source, name: "registry.example/a", tag: nil, platform: nil)
            return try await collection.documents(of: "1").count
        }
        #expect(try await documents(Endless(entries: 200, isIndex: false)) == 1)
        #expect(try await documents(Endless(entries: 1999, isIndex: true)) == 1)
        let wrong = [
            Endless(entries: 201, isIndex: false), Endless(entries: 2000, isIndex: true),
            Endless(entries: 100, isIndex: false, bytes: 300_000),
        ]
        for source in wrong { await #expect(throws: ClientFailure.self) { try await documents(source) } }
    }

    @Test("A program's name cannot be a way to another program")
    func programs() throws {
        let configuration = try Self.configuration(#"{"credsStore": "../../bin/sh"}"#)
        #expect(throws: ClientFailure.self) { try configuration.credentials(for: "registry.example") }
    }

    private static func configuration(_ text: String) throws -> DockerConfiguration {
        DockerConfiguration(content: try JSONValue(parsing: text.utf8))
    }

    @Test("A variant counts only where it was asked for")
    func platforms() {
        let matches = [
            ("linux/amd64", "linux/amd64"), ("linux/arm64/v8", "linux/arm64"), ("linux/arm64/v8", "linux/arm64/v8"),
        ]
        let others = [
            ("linux/arm64", "linux/arm64/v8"), ("linux/arm64", "linux/arm"), ("", "linux"), ("linux/a", "linux"),
        ]
        for (found, wanted) in matches { #expect(ImageCollection.isPlatform(found, wanted)) }
        for (found, wanted) in others { #expect(!ImageCollection.isPlatform(found, wanted)) }
    }

    @Test("A tag is resolved to its digest by asking for no more than that")
    func resolve() async throws {
        let digest = Self.digest
        let answer: @Sendable (FakeServer.Request) -> FakeServer.Reply = { request in
            guard request.method == "HEAD", request.path == "/v2/shop/web/manifests/1.2" else {
                return FakeServer.Reply("", status: 404)
            }
            return FakeServer.Reply("", headers: [("docker-content-digest", digest)])
        }
        try await FakeServer.with(answer) { server in
            let text = server.url.dropFirst("http://".count) + "/shop/web"
            let reference = try RegistryReference(parsing: "\(text):1.2")
            let found = try await RegistryClient.with(reference, environment: [:]) { try await $0.resolve(reference) }
            #expect(found == digest)
        }
    }

    @Test(
        "Where the registry does not say the digest or takes no HEAD, the manifest's bytes tell",
        arguments: [200, 405]
    )
    func resolveByBytes(headStatus: Int) async throws {
        let answer: @Sendable (FakeServer.Request) -> FakeServer.Reply = { request in
            request.method == "GET" ? FakeServer.Reply("abc") : FakeServer.Reply("", status: headStatus)
        }
        try await FakeServer.with(answer) { server in
            let reference = try RegistryReference(parsing: server.url.dropFirst("http://".count) + "/web")
            let found = try await RegistryClient.with(reference, environment: [:]) { try await $0.resolve(reference) }
            // FIPS 180-2, appendix B.1.
            #expect(found == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        }
    }

    @Test("A source is told by how it is written")
    func sources() async throws {
        try await Scratch.with { directory in
            let layout = directory.appending(path: "a:b").path
            try FileManager.default.createDirectory(atPath: layout, withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: URL(filePath: layout).appending(path: "oci-layout"))
            #expect(try IngestSource(parsing: layout) == .layout(directory: layout, tag: nil))
            #expect(try IngestSource(parsing: "oci-layout:\(layout)") == .layout(directory: layout, tag: nil))
            #expect(try IngestSource(parsing: "oci-layout:\(layout):1") == .layout(directory: layout, tag: "1"))
        }
        #expect(try IngestSource(parsing: "oci-layout:a:b/c") == .layout(directory: "a:b/c", tag: nil))
        #expect(try IngestSource(parsing: "report.json") == .file("report.json"))
        #expect(try IngestSource(parsing: "-") == .file("-"))
        #expect(try IngestSource(parsing: "oci://a.example/b").isInRegistry)
    }
}
