internal import HTTPFrontend
internal import HummingbirdCore
internal import Logging
internal import MetadataModel
internal import NIOCore
internal import NIOHTTPTypes
internal import NIOSSL
internal import SwiftASN1
internal import UseCases
internal import X509

/// Turns accepted sockets into HTTP/1.1 or HTTP/2 connections.
///
/// Accepting never waits for bytes: the initializer only adds handlers (a socket whose initializer waited for its own
/// bytes would never be read), and ``ProtocolDetector`` does the rest when they come.
struct ConnectionOpener: Sendable {
    let frontend: HTTPFrontend
    let feed: ConnectionFeed
    let connections: OpenConnections
    let tls: TLSContexts?
    let limits: Limits
    let logger: Logger
    /// Receives HTTP/1.1 connections, to be served by a task each.
    let http1Connections: AsyncStream<HTTP1Connection>.Continuation

    /// Prepares a socket that was just accepted. On its event loop.
    func open(_ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            try pipeline.addHandler(NIOSSLServerHandler(context: tls.current))
        }
        guard connections.admit(channel) else {
            logger.debug(
                "connection refused: too many, or shutting down",
                metadata: ["peer": .string(channel.peerName)]
            )
            return try pipeline.addHandler(ConnectionRefusal(isTLS: tls != nil))
        }
        let detector = ProtocolDetector(
            isTLS: tls != nil,
            deadline: .seconds(Int64(limits.headerSeconds)),
            setUp: setUp(_:for:)
        )
        try pipeline.addHandler(StalledWriteCloser(period: .seconds(Int64(limits.idleSeconds))))
        try pipeline.addHandler(detector)
    }

    private func setUp(_ channel: any Channel, for spoken: ConnectionProtocol) throws {
        let caller = try caller(on: channel)
        switch spoken {
        case .http1:
            try setUpHTTP1(channel, caller: caller)
        case .http2:
            if case .certificate(let subject) = caller {
                try channel.pipeline.syncOperations.addHandler(ConnectionCaller(subject: subject))
            }
            try feed.take(channel, isTLS: tls != nil)
        }
    }

    /// Whom the client's certificate names, where one is asked for; the handshake has checked it against the CA.
    private func caller(on channel: any Channel) throws -> Caller {
        guard let tls, tls.asksClients,
            let certificate = try channel.pipeline.syncOperations.nioSSL_peerCertificate()
        else { return .anonymous }
        let subject = try Certificate(derEncoded: certificate.toDERBytes()).subject
        return .certificate(subject: subject.description)
    }

    private func setUpHTTP1(_ channel: any Channel, caller: Caller) throws {
        // A client may close its sending side after the request and still wait for the reply.
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
        let arrivals = HTTP1HeaderDeadline(period: .seconds(Int64(limits.headerSeconds)))
        try channel.pipeline.syncOperations.addHandler(arrivals)

        let peer = channel.peerName
        let http1 = HTTP1Channel(
            responder: { [frontend] request, writer, _ in
                let response = await frontend.respond(to: request, caller: caller, peer: peer)
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: HTTP1Channel.Configuration(
                idleTimeout: .seconds(Int64(limits.idleSeconds)),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerBytesMax,
                    maxHeaderListSize: limits.headerBytesMax
                )
            )
        )
        let guardian = HTTP1Guard(
            headerBytesMax: limits.headerBytesMax,
            bodyBytesMax: max(limits.bodyBytesMax, limits.largeBodyBytesMax),
            arrivals: arrivals,
            isDraining: { [connections] in connections.isDraining }
        )
        http1.setup(channel: channel, logger: logger).whenComplete { result in
            switch result {
            case .success(let value):
                http1Connections.yield(HTTP1Connection(http1: http1, channel: value))
            case .failure:
                channel.close(promise: nil)
            }
        }
        // Right before the handler that Hummingbird keeps its idle time with.
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(
            guardian,
            position: .before(pipeline.handler(type: HTTPConnectionStateHandler.self))
        )
    }
}

/// An HTTP/1.1 connection ready to be served.
struct HTTP1Connection: Sendable {
    let http1: HTTP1Channel
    let channel: HTTP1Channel.Value

    /// Answers its requests until it closes.
    func serve(logger: Logger) async {
        await http1.handle(value: channel, logger: logger)
    }
}

extension Channel {
    /// The other end's address as logs name it.
    fileprivate var peerName: String {
        switch remoteAddress {
        case .v4(let address)?: "ipv4:\(address.host):\(remoteAddress?.port ?? 0)"
        case .v6(let address)?: "ipv6:[\(address.host)]:\(remoteAddress?.port ?? 0)"
        default: "unix:"
        }
    }
}
