internal import CoreMetrics
internal import NIOConcurrencyHelpers
internal import NIOCore

/// The connections that are open, so that they can be counted, asked to finish, and closed.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isDraining = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let connectionsMax: Int
    private let state = NIOLockedValueBox(State())

    private let open: Meter
    private let refused: Counter

    /// - Parameter metrics: gets `open_connections` and `refused_connections_total`.
    init(connectionsMax: Int, metrics: any MetricsFactory) {
        self.connectionsMax = connectionsMax
        open = Meter(label: "open_connections", factory: metrics)
        refused = Counter(label: "refused_connections_total", factory: metrics)
    }

    /// Takes a new connection in, unless there are too many or the server is draining.
    func admit(_ channel: any Channel) -> Bool {
        let isAdmitted = state.withLockedValue { state in
            guard state.channels.count < connectionsMax, state.isDraining == false else { return false }
            state.channels[ObjectIdentifier(channel)] = channel
            return true
        }
        guard isAdmitted else {
            refused.increment()
            return false
        }
        open.increment()
        channel.closeFuture.whenComplete { _ in self.remove(channel) }
        return true
    }

    var count: Int { state.withLockedValue(\.channels.count) }

    var isDraining: Bool { state.withLockedValue(\.isDraining) }

    /// Asks every connection to finish what it has begun and then close. New ones are not admitted any more.
    func drain() {
        let channels = state.withLockedValue { state in
            state.isDraining = true
            return Array(state.channels.values)
        }
        for channel in channels {
            channel.eventLoop.execute {
                channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
        }
    }

    /// Closes every connection at once, whatever it is doing.
    func closeAll() {
        for channel in state.withLockedValue({ Array($0.channels.values) }) {
            channel.close(promise: nil)
        }
    }

    /// Returns when no connection is open. Call after ``drain()``, and make sure that everything closes in the end.
    func waitUntilNone() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLockedValue { state in
                if state.channels.isEmpty == false { state.waiters.append(continuation) }
                return state.channels.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func remove(_ channel: any Channel) {
        open.decrement()
        let released = state.withLockedValue { state in
            state.channels[ObjectIdentifier(channel)] = nil
            guard state.channels.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in released {
            waiter.resume()
        }
    }
}
