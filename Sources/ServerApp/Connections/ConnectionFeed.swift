internal import Foundation
internal import GRPCNIOTransportHTTP2
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP2
internal import NIOPosix

/// Hands HTTP/2 connections to grpc-swift's transport, which expects to accept its own.
///
/// The transport reads connections from one channel. Ours is a pipe on which no byte ever travels: it is there to be a
/// real channel, with an event loop and an end, into whose pipeline finished connections are put.
final class ConnectionFeed: HTTP2ServerTransport.ListenerFactory {
    typealias ConnectionChannel = HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel

    private struct Opened {
        let channel: any Channel
        let configurator: HTTP2ServerTransport.ConnectionConfigurator
    }

    let eventLoopGroup: any EventLoopGroup
    private let opened = NIOLockedValueBox<Opened?>(nil)
    private let (ready, readiness) = AsyncStream<Never>.makeStream()

    init(eventLoopGroup: any EventLoopGroup) {
        self.eventLoopGroup = eventLoopGroup
    }

    func makeListeningChannel(
        listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
        connectionConfigurator: HTTP2ServerTransport.ConnectionConfigurator
    ) async throws -> NIOAsyncChannel<ConnectionChannel, Never> {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw IOError(errnoCode: errno, reason: "pipe") }
        let wrapped = NIOLockedValueBox<NIOAsyncChannel<ConnectionChannel, Never>?>(nil)
        // The listener's configurator is left out: it collects accepted sockets for shutdown, and ``OpenConnections``
        // has them already.
        let channel = try await NIOPipeBootstrap(group: eventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let async = try NIOAsyncChannel<ConnectionChannel, Never>(wrappingChannelSynchronously: channel)
                    wrapped.withLockedValue { $0 = async }
                }
            }
            .takingOwnershipOfDescriptors(input: ends[0], output: ends[1]).get()
        guard let result = wrapped.withLockedValue({ $0 }) else { throw ChannelError.inappropriateOperationForState }
        opened.withLockedValue { $0 = Opened(channel: channel, configurator: connectionConfigurator) }
        readiness.finish()
        return result
    }

    /// Returns once connections can be put in, or once ``close()`` was called.
    func waitUntilReady() async {
        for await _ in ready {}
    }

    /// Sets a connection up for gRPC over HTTP/2 and hands it over. On the connection's event loop.
    func take(_ connection: any Channel, isTLS: Bool) throws {
        guard let opened = opened.withLockedValue({ $0 }) else { throw ChannelError.ioOnClosedChannel }
        let configured = opened.configurator.configure(
            channel: connection,
            tls: isTLS ? .configured(requireALPN: false) : .none
        )
        // The transport starts its idle and keep-alive timers when a connection becomes active, which it did before.
        try connection.pipeline.syncOperations.context(handlerType: NIOHTTP2Handler.self).fireChannelActive()
        configured.whenComplete { result in
            switch result {
            case .success(let finished):
                opened.channel.eventLoop.execute {
                    opened.channel.pipeline.fireChannelRead(finished)
                    opened.channel.pipeline.fireChannelReadComplete()
                }
            case .failure:
                connection.close(promise: nil)
            }
        }
    }

    /// Ends the transport's listening; it returns when the connections it has are done.
    func close() {
        readiness.finish()
        opened.withLockedValue { $0 }?.channel.close(promise: nil)
    }
}
