import AsyncHTTPClient
import Foundation
import MetadataModel
import NIOCore
import NIOHTTP1
import NIOSSL

/// Calls of a Grafeas server over REST. Replies are the bytes that the server sent.
struct RESTClient: Sendable {
    private let address: ServerAddress
    private let http: HTTPClient

    /// Seconds that a call may take; an import of 8 MiB on a slow disk takes a few.
    private static let callSeconds: Int64 = 120
    /// Seconds that a call may take whose body is a large file: a gigabyte over a slow line.
    private static let fileSeconds: Int64 = 3600
    /// A page of 1,000 entries is bounded by the server to about 3 MiB; a single entry may be larger.
    private static let replyBytesMax = 512 << 20
    private static let retriesMax = 3
    /// However long the server asks us to wait, a person would rather see the error.
    private static let retrySecondsMax = 30

    /// Runs the body with a client and closes its connections afterwards.
    static func with<Result>(
        _ connection: ServerConnection,
        _ body: (RESTClient) async throws -> Result
    ) async throws -> Result {
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: try configuration(connection))
        do {
            let result = try await body(RESTClient(address: connection.address, http: http))
            try await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    func get(_ path: String, query: [(String, String)] = []) async throws -> [UInt8] {
        try await call(.GET, path, query: query, body: nil, isRepeatable: true)
    }

    func delete(_ path: String) async throws {
        _ = try await call(.DELETE, path, query: [], body: nil, isRepeatable: false)
    }

    /// - Parameters:
    ///   - isRepeatable: whether the server does the same however often it gets the request.
    ///   - idempotencyKey: by which the server knows that the request is the same one again; not every server does.
    func post(
        _ path: String,
        query: [(String, String)] = [],
        body: [UInt8],
        isRepeatable: Bool = false,
        idempotencyKey: String? = nil
    ) async throws -> [UInt8] {
        let body = { HTTPClientRequest.Body.bytes(ByteBuffer(bytes: body)) }
        return try await call(.POST, path, query: query, body: body, isRepeatable: isRepeatable, key: idempotencyKey)
    }

    /// Sends a file that may be larger than memory; the server does the same however often it gets it.
    func post(_ path: String, query: [(String, String)], file: FileBody) async throws -> [UInt8] {
        let body = { HTTPClientRequest.Body.stream(file, length: .known(file.size)) }
        return try await call(.POST, path, query: query, body: body, isRepeatable: true, seconds: Self.fileSeconds)
    }

    /// Changes the fields that the mask in the query names.
    func patch(_ path: String, query: [(String, String)], body: [UInt8]) async throws -> [UInt8] {
        let body = { HTTPClientRequest.Body.bytes(ByteBuffer(bytes: body)) }
        return try await call(.PATCH, path, query: query, body: body, isRepeatable: true)
    }

    /// Puts a text in its place; the server does the same however often it gets it.
    func put(
        _ path: String,
        query: [(String, String)] = [],
        body: [UInt8],
        contentType: String
    ) async throws -> [UInt8] {
        let body = { HTTPClientRequest.Body.bytes(ByteBuffer(bytes: body)) }
        return try await call(.PUT, path, query: query, body: body, isRepeatable: true, contentType: contentType)
    }

    // MARK: One call

    private func call(
        _ method: HTTPMethod,
        _ path: String,
        query: [(String, String)],
        body: (() -> HTTPClientRequest.Body)?,
        isRepeatable: Bool,
        key: String? = nil,
        contentType: String = "application/json",
        seconds: Int64 = callSeconds
    ) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: url(path, query))
        request.method = method
        request.headers.add(name: "accept", value: "application/json")
        if body != nil { request.headers.add(name: "content-type", value: contentType) }
        if let key { request.headers.add(name: ResourceReference.idempotencyKey.name, value: key) }
        var retriesLeft = isRepeatable ? Self.retriesMax : 0
        while true {
            request.body = body?()
            let (response, reply) = try await send(request, seconds: seconds)
            if response.status.code == 503, retriesLeft > 0 {
                retriesLeft -= 1
                let asked = response.headers.first(name: "retry-after").flatMap { Int($0) } ?? 1
                try await Task.sleep(for: .seconds(min(max(asked, 0), Self.retrySecondsMax)))
                continue
            }
            guard response.status.code == 200 else {
                throw ClientFailure.refused(ServerError(httpStatus: Int(response.status.code), body: reply))
            }
            return reply
        }
    }

    private func send(_ request: HTTPClientRequest, seconds: Int64) async throws -> (HTTPClientResponse, [UInt8]) {
        do {
            let response = try await http.execute(request, timeout: .seconds(seconds))
            let reply = try await response.body.collect(upTo: Self.replyBytesMax)
            return (response, Array(reply.readableBytesView))
        } catch {
            throw failure(error, seconds: seconds)
        }
    }

    private func url(_ path: String, _ query: [(String, String)]) -> String {
        // These need no escape in a path, and with them a name in a log is a name that people recognise.
        let path = PercentEncoding.encode(path, keeping: "/:@+")
        let pairs = query.map { "\($0.0)=\(PercentEncoding.encode($0.1, keeping: ""))" }
        return address.urlBase + path + (pairs.isEmpty ? "" : "?\(pairs.joined(separator: "&"))")
    }

    /// What went wrong in a few words; the whole error where it is none of the usual ones.
    private func failure(_ error: any Error, seconds: Int64) -> ClientFailure {
        let text = "\(error)"
        let server = address.description
        let absent = [
            ("errno: \(ECONNREFUSED)", "connection refused"), ("errno: \(ENOENT)", "there is no such socket"),
        ]
        if let reason = absent.first(where: { text.contains($0.0) })?.1 {
            return .noServer(server: server, reason: reason)
        }
        let known = [
            ("errno: \(EACCES)", "no permission to use the socket"),
            ("deadlineExceeded", "no answer within \(seconds) seconds"),
            ("CERTIFICATE_VERIFY_FAILED", "its certificate is not signed by an authority we trust; see --ca"),
            ("WRONG_VERSION_NUMBER", "it does not speak TLS; try http:// in place of https://"),
            ("remoteConnectionClosed", "it closed the connection; is it TLS? try https:// in place of http://"),
            ("CERTIFICATE_REQUIRED", "it wants a client certificate; see --client-cert and --client-key"),
        ]
        return .unreachable(server: server, reason: known.first { text.contains($0.0) }?.1 ?? text)
    }

    private static func configuration(_ connection: ServerConnection) throws -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        // The server's HTTP/2 side is for gRPC.
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(10)
        // A refused connection is news for the person at the terminal now, not in ten seconds.
        configuration.connectionPool.retryConnectionEstablishment = false
        guard connection.address.isTLS else { return configuration }
        var tls = TLSConfiguration.makeClientConfiguration()
        do {
            if let authorities = connection.authorities {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
            }
            if let identity = connection.identity {
                tls.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.certificate)
                    .map { .certificate($0) }
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))
            }
        } catch {
            let files = [connection.authorities, connection.identity?.certificate, connection.identity?.key]
            let named = files.compactMap(\.self).joined(separator: ", ")
            throw ClientFailure.file("cannot read certificates or key from \(named): \(error)")
        }
        configuration.tlsConfiguration = tls
        return configuration
    }
}
