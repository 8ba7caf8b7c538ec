import PackageVersions
import TestSupport
import Testing

/// Versions are written by whoever uploads; comparing them must not cost more than reading them.
@Suite("Versions: hostile")
struct HostileTests {
    private static let pieces = ["0.", "1a", "a.", "-", "0-", "-0.a", "_alpha", ":", "é", "rc1."]

    /// Quadratic work on these would take minutes.
    @Test(.timeLimit(.minutes(2)), arguments: PackageEcosystem.allCases)
    func longTextsTakeLinearTime(ecosystem: PackageEcosystem) {
        for piece in Self.pieces {
            let long = String(repeating: piece, count: 20_000 / piece.utf8.count)
            let order = ecosystem.compare(long, long + "1")
            #expect(ecosystem.compare(long + "1", long) == order.reversed)
            _ = ecosystem.isValid(long)
            _ = ecosystem.split(long)
        }
    }

    /// Work on the front must not be done again for each part behind it.
    @Test(.timeLimit(.minutes(2)), arguments: PackageEcosystem.allCases)
    func longFrontsTakeLinearTime(ecosystem: PackageEcosystem) {
        let front = String(repeating: "0", count: 20_000) + "1"
        for piece in [".0-0", "a0", "~0"] {
            let long = front + String(repeating: piece, count: 5_000)
            let order = ecosystem.compare(long, long + "1")
            #expect(ecosystem.compare(long + "1", long) == order.reversed)
        }
    }

    @Test(arguments: PackageEcosystem.allCases)
    func numbersHaveAnyLength(ecosystem: PackageEcosystem) {
        let nines = String(repeating: "9", count: 30_000)
        let next = "1" + String(repeating: "0", count: 30_000)
        expectAscending(["1.\(nines).1", "1.\(next).0", "2.0.0"], in: ecosystem)
        expectAscending(["0.\(nines).1", "\(nines).0.0", "\(next).0.0"], in: ecosystem)
    }

    /// Beyond the bound a text is no version, and still has its place.
    @Test(arguments: PackageEcosystem.allCases)
    func textsBeyondTheBoundAreOlderThanVersions(ecosystem: PackageEcosystem) {
        let long = String(repeating: "9", count: 65_537)
        expectAscending([long, long + "0", "0.0.0"], in: ecosystem)
        #expect(!ecosystem.isValid(long))
        #expect(!ecosystem.understands(long))
    }

    @Test(arguments: PackageEcosystem.allCases)
    func anyBytesHaveAnOrder(ecosystem: PackageEcosystem) {
        let seed = SeededGenerator.freshSeed("\(ecosystem)'s bytes")
        var random = SeededGenerator(seed: seed)
        for round in 0..<1_000 {
            let texts = (0..<2).map { _ in
                let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                return String(decoding: bytes, as: UTF8.self)
            }
            let order = ecosystem.compare(texts[0], texts[1])
            #expect(ecosystem.compare(texts[1], texts[0]) == order.reversed, "seed \(seed), round \(round): \(texts)")
            _ = texts.map { (ecosystem.isValid($0), ecosystem.split($0), try? VersionRange($0, in: ecosystem)) }
        }
    }
}
