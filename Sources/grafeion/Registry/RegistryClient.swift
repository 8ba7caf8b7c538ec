import AsyncHTTPClient
import Foundation
import MetadataModel
import NIOCore
import NIOHTTP1

/// Reads one repository of a registry (OCI distribution specification 1.1).
actor RegistryClient: ImageSource {
    private let reference: RegistryReference
    private let http: HTTPClient
    /// For requests that have a secret in their body, which a redirect would carry to anywhere.
    private let unredirected: HTTPClient
    private let isPlain: Bool
    private let credentials: RegistryCredentials?
    /// The header that the registry let us in with, once it has asked for one.
    private var authorization: String?

    /// Seconds that a call may take; manifests and configurations are small.
    private static let callSeconds: Int64 = 60
    private static let retriesMax = 3
    /// However long the registry asks us to wait, a person would rather see the error.
    private static let retrySecondsMax = 30

    /// Runs the body with a client of the reference's repository and closes its connections afterwards.
    /// - Parameter usesPlainHTTP: speaks plain HTTP with a registry that is not this machine's too.
    static func with<Result>(
        _ reference: RegistryReference,
        usesPlainHTTP: Bool = false,
        environment: [String: String],
        _ body: (RegistryClient) async throws -> Result
    ) async throws -> Result {
        let credentials = try DockerConfiguration.load(environment: environment).credentials(for: reference.registry)
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        // Blobs often lie in some other store, for which the authorization is not meant: the library takes it out of
        // a redirected request when host, port or scheme change.
        configuration.redirectConfiguration = .follow(max: 5, allowCycles: false)
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        configuration.redirectConfiguration = .disallow
        let unredirected = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let client = RegistryClient(
            reference: reference,
            http: http,
            unredirected: unredirected,
            isPlain: usesPlainHTTP || reference.isLocal,
            credentials: credentials
        )
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        try? await http.shutdown()
        try? await unredirected.shutdown()
        return try result.get()
    }

    private init(
        reference: RegistryReference,
        http: HTTPClient,
        unredirected: HTTPClient,
        isPlain: Bool,
        credentials: RegistryCredentials?
    ) {
        self.reference = reference
        self.http = http
        self.unredirected = unredirected
        self.isPlain = isPlain
        self.credentials = credentials
    }

    // MARK: What there is to ask

    /// The digest of a tag, or the reference's own: what `docker pull` would pull now.
    func resolve(_ reference: RegistryReference) async throws -> String {
        if let digest = reference.digest { return digest }
        // Not every registry says it or takes a HEAD, and then the bytes tell, or what is wrong is told with a reason.
        if let digest = try await claimedDigest(of: reference.manifest) { return digest }
        return try await manifest(reference.manifest).digest
    }

    private func claimedDigest(of tag: String) async throws -> String? {
        do {
            let answer = try await call(.HEAD, "manifests/\(tag)", accepting: Self.manifestTypes)
            return answer.headers.first(name: "docker-content-digest").flatMap {
                RegistryReference.isDigest($0) ? $0 : nil
            }
        } catch ClientFailure.unexpected {
            return nil
        }
    }

    func manifest(_ tagOrDigest: String) async throws -> ImageBlob {
        let answer = try await call(.GET, "manifests/\(tagOrDigest)", accepting: Self.manifestTypes)
        let blob = ImageBlob(answer.body)
        let claimed = answer.headers.first(name: "docker-content-digest")
        let expected = RegistryReference.isDigest(tagOrDigest) ? tagOrDigest : claimed
        guard let expected, RegistryReference.isDigest(expected) else { return blob }
        return try blob.checked(is: expected, "the manifest of \(reference.name) that \(reference.host) sent")
    }

    func configuration(_ digest: String) async throws -> ImageBlob {
        let answer = try await call(.GET, "blobs/\(digest)", accepting: [])
        return try ImageBlob(answer.body).checked(
            is: digest,
            "the configuration of \(reference.name) that \(reference.host) sent"
        )
    }

    private static let manifestTypes = ImageMediaType.manifests + ImageMediaType.indexes

    // MARK: One call

    private struct Answer {
        let status: HTTPResponseStatus
        let headers: HTTPHeaders
        let body: [UInt8]
    }

    private func call(_ method: HTTPMethod, _ path: String, accepting types: [String]) async throws -> Answer {
        let scheme = isPlain ? "http" : "https"
        var request = HTTPClientRequest(url: "\(scheme)://\(reference.host)/v2/\(reference.repository)/\(path)")
        request.method = method
        for type in types { request.headers.add(name: "accept", value: type) }
        if let authorization { request.headers.replaceOrAdd(name: "authorization", value: authorization) }
        var answer = try await send(request)
        if answer.status == .unauthorized {
            authorization = try await authorize(answer.headers)
            request.headers.replaceOrAdd(name: "authorization", value: authorization ?? "")
            answer = try await send(request)
        }
        guard answer.status == .ok else { throw failure(answer, path) }
        return answer
    }

    /// Sends a request, and sends it again while the other side asks for time.
    private func send(_ request: HTTPClientRequest, on client: HTTPClient? = nil) async throws -> Answer {
        var retriesLeft = Self.retriesMax
        while true {
            let answer = try await sendOnce(request, on: client ?? http)
            guard answer.status == .tooManyRequests || answer.status == .serviceUnavailable, retriesLeft > 0 else {
                return answer
            }
            retriesLeft -= 1
            let asked = answer.headers.first(name: "retry-after").flatMap { Int($0) } ?? 1
            try await Task.sleep(for: .seconds(min(max(asked, 0), Self.retrySecondsMax)))
        }
    }

    private func sendOnce(_ request: HTTPClientRequest, on client: HTTPClient) async throws -> Answer {
        do {
            let response = try await client.execute(request, timeout: .seconds(Self.callSeconds))
            // The answer to a HEAD names the length of a body that does not come.
            let body =
                request.method == .HEAD ? ByteBuffer() : try await response.body.collect(upTo: ImageBlob.bytesMax)
            return Answer(status: response.status, headers: response.headers, body: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw ClientFailure.unexpected(
                "\(request.url) has more than \(ImageBlob.bytesMax) bytes; no more are taken"
            )
        } catch {
            throw ClientFailure.unreachable(server: request.url, reason: Self.reason(error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        let text = "\(error)"
        let known = [
            ("errno: \(ECONNREFUSED)", "connection refused"),
            ("deadlineExceeded", "no answer within \(callSeconds) seconds"),
            ("CERTIFICATE_VERIFY_FAILED", "its certificate is not signed by an authority that the system trusts"),
            ("WRONG_VERSION_NUMBER", "it does not speak TLS; see --plain-http"),
        ]
        return known.first { text.contains($0.0) }?.1 ?? text
    }

    /// The registry's own words where it has some (distribution specification, "Error Codes").
    private func failure(_ answer: Answer, _ path: String) -> ClientFailure {
        let errors = (try? JSONValue(parsing: answer.body))?["errors"]?.elements ?? []
        let words = errors.prefix(3).compactMap { $0["message"]?.text ?? $0["code"]?.text }.joined(separator: "; ")
        let what = "\(reference.name), \(path)"
        switch answer.status {
        case .notFound: return .unexpected("\(reference.host) has no \(what)\(words.isEmpty ? "" : ": \(words)")")
        case .unauthorized, .forbidden:
            let way =
                credentials == nil ? "it wants to know who asks; log in with docker login" : "not for this account"
            return .unexpected("\(reference.host) does not show \(what): \(way)\(words.isEmpty ? "" : " (\(words))")")
        default:
            return .unexpected(
                "\(reference.host) answered \(answer.status) for \(what)\(words.isEmpty ? "" : ": \(words)")"
            )
        }
    }

    // MARK: Being let in

    /// The header that the registry asks for: Basic, or a token of the server that it names (distribution's "Token
    /// Authentication").
    private func authorize(_ headers: HTTPHeaders) async throws -> String {
        let challenges = headers["www-authenticate"].compactMap(RegistryChallenge.init)
        if let token = challenges.lazy.compactMap({ $0.tokenRequest(for: self.reference) }).first {
            return "Bearer \(try await self.token(token))"
        }
        guard challenges.contains(where: \.isBasic) else {
            throw ClientFailure.unexpected("\(reference.host) asks for an authentication that is not known here")
        }
        guard case .password(let pair)? = credentials else {
            throw ClientFailure.unexpected("\(reference.host) asks for a password; log in with docker login")
        }
        return "Basic \(pair)"
    }

    private func token(_ wanted: RegistryChallenge.TokenRequest) async throws -> String {
        guard credentials == nil || isPlain || wanted.realm.hasPrefix("https://") else {
            let what = "credentials are not sent there without TLS"
            throw ClientFailure.unexpected("\(reference.host) wants a token of \(wanted.realm): \(what)")
        }
        let answer = try await send(wanted.request(credentials), on: unredirected)
        guard answer.status == .ok else {
            let what = "\(wanted.realm) gives no token for \(reference.name): \(answer.status)"
            throw ClientFailure.unexpected("\(what); are the credentials right? See docker login")
        }
        let reply = try? JSONValue(parsing: answer.body)
        guard let token = reply?["token"]?.text ?? reply?["access_token"]?.text,
            token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw ClientFailure.unexpected("\(wanted.realm) answered without a token") }
        return token
    }
}
