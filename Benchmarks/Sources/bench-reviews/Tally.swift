import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// What became of the reviews.
final class Tally: Sendable {
    private struct State {
        var sent = 0
        var nanoseconds: [Int64] = []
        var (allowed, denied, stale, failed) = (0, 0, 0, 0)
        var firstFailure: String?
        var (start, end): (NIODeadline?, NIODeadline?)
    }

    private let count: Int
    private let state = Mutex(State())

    init(count: Int) { self.count = count }

    var isUnderWay: Bool { state.withLock { $0.sent < count } }

    /// The number of the next review; nil if all are on their way.
    func next() -> Int? {
        state.withLock { state in
            guard state.sent < count else { return nil }
            if state.start == nil { state.start = .now() }
            state.sent += 1
            return state.sent - 1
        }
    }

    func add(_ status: HTTPResponseStatus, _ answer: ByteBuffer, nanoseconds: Int64) {
        let text = String(buffer: answer)
        state.withLock { state in
            state.nanoseconds.append(nanoseconds)
            state.end = .now()
            if status != .ok {
                state.failed += 1
                state.firstFailure = state.firstFailure ?? "\(status.code) \(text)"
            } else if text.contains("\"allowed\":true") {
                state.allowed += 1
            } else {
                state.denied += 1
                state.firstFailure = state.firstFailure ?? text
            }
            if text.contains("judged as ") { state.stale += 1 }
        }
    }

    func fail(_ reason: String) {
        state.withLock { state in
            state.failed += 1
            state.firstFailure = state.firstFailure ?? reason
        }
    }

    func print() {
        let state = state.withLock { $0 }
        let times = state.nanoseconds.sorted()
        let seconds = state.end.flatMap { end in state.start.map { Double((end - $0).nanoseconds) / 1e9 } } ?? 0
        func microseconds(_ share: Double) -> Int64 {
            times.isEmpty ? 0 : times[min(times.count - 1, Int(Double(times.count) * share))] / 1000
        }
        Swift.print("answered \(times.count)")
        Swift.print("seconds \(seconds)")
        Swift.print("per_second \(seconds > 0 ? Double(times.count) / seconds : 0)")
        for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1)] {
            Swift.print("\(name)_us \(microseconds(share))")
        }
        Swift.print("allowed \(state.allowed)")
        Swift.print("denied \(state.denied)")
        Swift.print("stale \(state.stale)")
        Swift.print("failed \(state.failed)")
        if let failure = state.firstFailure {
            FileHandle.standardError.write(Data("the first that was not allowed: \(failure)\n".utf8))
        }
    }
}
