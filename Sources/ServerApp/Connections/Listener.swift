internal import Foundation
internal import NIOCore
internal import NIOPosix

/// A socket that is bound and listens. It accepts nothing until ``accept()``: connections wait in the system's queue.
struct Listener: Sendable {
    /// The address with the port that the system chose, where it was asked to.
    let address: ListenAddress
    private let channel: any Channel
    private let file: UnixSocketFile?

    /// - Throws: ``ConfigurationProblem`` if the address cannot be had.
    static func bind(
        _ address: ListenAddress,
        group: any EventLoopGroup,
        opener: ConnectionOpener
    ) async throws -> Listener {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try opener.open(channel) }
            }
        do {
            switch address {
            case .tcp(let host, let port):
                let channel = try await bootstrap.bind(host: host, port: port).get()
                return Listener(
                    address: .tcp(host: host, port: channel.localAddress?.port ?? port),
                    channel: channel,
                    file: nil
                )
            case .unix(let path):
                let file = UnixSocketFile(path: path)
                try file.clear()
                let channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
                return Listener(address: address, channel: channel, file: file)
            }
        } catch let problem as ConfigurationProblem {
            throw problem
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ConfigurationProblem("cannot listen on \(address): another program listens there")
        } catch {
            throw ConfigurationProblem("cannot listen on \(address): \(error)")
        }
    }

    /// Begins to accept.
    func accept() async throws {
        try await channel.setOption(.autoRead, value: true).get()
        channel.read()
    }

    /// Stops listening; connections that were accepted stay.
    func close() async {
        file?.remove()
        try? await channel.close().get()
    }
}
