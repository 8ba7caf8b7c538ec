import MetadataModel
import Synchronization

/// Numbers that grow with what is stored, so that what was concluded from it is known to be as good as new, or is not.
///
/// They are raised after the commit of a change and before anybody is told of it. Digests share a fixed number of counters: a
/// change of another image that has the same one costs a conclusion drawn again, never a stale one.
final class ChangeCounts: Sendable {
    private let counts = Mutex(Counts())

    private struct Counts {
        var documents: UInt64 = 0
        var digests = [UInt32](repeating: 0, count: ChangeCounts.stripes)
    }

    private static let stripes = 1 << 14

    /// Where the count of a digest is.
    static func stripe(of digest: String) -> Int { ExactText(digest).hashValue & (stripes - 1) }

    /// Of documents and of the digests together.
    func count(of digests: [String]) -> UInt64 {
        counts.withLock { counts in
            digests.reduce(counts.documents) { $0 &+ UInt64(counts.digests[Self.stripe(of: $1)]) }
        }
    }

    var documents: UInt64 { counts.withLock { $0.documents } }

    func raise(documents: Bool, stripes: Set<Int>) {
        if !documents, stripes.isEmpty { return }
        counts.withLock { counts in
            if documents { counts.documents += 1 }
            for stripe in stripes { counts.digests[stripe] &+= 1 }
        }
    }
}
