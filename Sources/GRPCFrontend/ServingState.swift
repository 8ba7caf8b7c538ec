internal import Synchronization

/// Whether the server takes calls: one value that `/readyz`, gRPC health and the listeners share.
public final class ServingState: Sendable {
    /// The three phases, in the only order in which they follow each other.
    public enum Phase: Int, Sendable, Comparable {
        case starting
        case serving
        /// Calls in flight are being finished; new ones go elsewhere.
        case draining

        public static func < (one: Phase, other: Phase) -> Bool { one.rawValue < other.rawValue }
    }

    private struct State {
        var phase = Phase.starting
        var watchers: [Int: AsyncStream<Phase>.Continuation] = [:]
        var nextWatcher = 0
    }

    private let state = Mutex(State())

    public init() {}

    public var phase: Phase { state.withLock(\.phase) }

    /// Moves on to a later phase and tells everyone who watches; an earlier or the same phase changes nothing.
    public func advance(to phase: Phase) {
        state.withLock { state in
            guard phase > state.phase else { return }
            state.phase = phase
            for watcher in state.watchers.values {
                watcher.yield(phase)
            }
        }
    }

    /// The phase now and each one that follows, until the watch is finished.
    func watch() -> Watch {
        let (phases, continuation) = AsyncStream<Phase>.makeStream()
        let id = state.withLock { state in
            defer { state.nextWatcher += 1 }
            state.watchers[state.nextWatcher] = continuation
            continuation.yield(state.phase)
            return state.nextWatcher
        }
        return Watch(phases: phases) { [self] in
            continuation.finish()
            state.withLock { $0.watchers[id] = nil }
        }
    }

    struct Watch: Sendable {
        let phases: AsyncStream<Phase>
        let finish: @Sendable () -> Void
    }
}
