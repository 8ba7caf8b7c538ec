import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Payloads

/// Sends reviews as API servers do, over TLS connections that are kept, HTTP/1.1, from one thread:
///
///     bench-reviews PORT PATH CALLERS FIRST-IMAGE IMAGES COUNT            one after another on each connection
///     bench-reviews PORT PATH CALLERS FIRST-IMAGE IMAGES COUNT PER-SECOND at this rate, whatever the answers take
///
/// Reviews have images of their own while there are enough of them. Figures go to standard output as `name value` lines.
/// At a rate, times count from when a review was due.
@main
struct BenchReviews {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.compactMap(Int.init)
        guard arguments.count - numbers.count == 1, (5...6).contains(numbers.count), arguments.count > 1 else {
            throw UsageError()
        }
        let plan = Plan(
            port: numbers[0],
            path: arguments[1],
            callers: numbers[1],
            reviews: ReviewText(images: numbers[2]..<numbers[2] + numbers[3]),
            count: numbers[4],
            perSecond: numbers.count > 5 ? numbers[5] : nil
        )
        try await plan.run().print()
    }
}

/// What is sent, and where.
struct Plan: Sendable {
    let port: Int
    let path: String
    let callers: Int
    let reviews: ReviewText
    let count: Int
    let perSecond: Int?

    /// Between two reviews of one caller, at a rate.
    var interval: TimeAmount? { perSecond.map { .nanoseconds(1_000_000_000 * Int64(callers) / Int64($0)) } }

    func run() async throws -> Tally {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        let context = try NIOSSLContext(configuration: tls)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let tally = Tally(count: count)
        let bootstrap = ClientBootstrap(group: group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        var channels: [any Channel] = []
        for caller in 0..<callers {
            let channel = try await bootstrap.channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(Caller(caller, plan: self, tally: tally))
                }
            }.connect(host: "127.0.0.1", port: port).get()
            channels.append(channel)
        }
        // All connections are there before the first review goes out.
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(Begin()) }
        for channel in channels { try await channel.closeFuture.get() }
        try await group.shutdownGracefully()
        return tally
    }
}

/// The callers begin.
struct Begin: Sendable {}

struct UsageError: Error, CustomStringConvertible {
    var description: String { "usage: bench-reviews PORT PATH CALLERS FIRST-IMAGE IMAGES COUNT [PER-SECOND]" }
}
