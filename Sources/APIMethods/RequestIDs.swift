import Synchronization

/// Makes request ids that differ between calls and between runs of the server: a random part of the run's own and a
/// count, both in hexadecimal. Much cheaper than 128 random bits a call, and they sort by arrival.
public final class RequestIDs: Sendable {
    private let run = String(UInt64.random(in: .min ... .max), radix: 16)
    private let count = Atomic<UInt64>(0)

    public init() {}

    /// The client's own id if it is fit for a log line, else a new one.
    public func id(sent: String?) -> String {
        if let sent, Self.isFit(sent) { return sent }
        return next()
    }

    private func next() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(run)-\(String(number, radix: 16))"
    }

    /// Whether a client's id may go into logs and replies: up to 128 visible ASCII characters.
    private static func isFit(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
