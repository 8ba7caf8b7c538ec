import PackageVersions
import TestSupport
import Testing

@Suite("Versions: laws")
struct LawTests {
    /// Any texts, not just versions: they come from whoever writes to the server.
    @Test(arguments: PackageEcosystem.allCases)
    func orderIsTotal(ecosystem: PackageEcosystem) {
        let seed = SeededGenerator.freshSeed("\(ecosystem)'s order")
        var random = SeededGenerator(seed: seed)
        for round in 0..<25 {
            let versions = (0..<20).map { _ in random.version() }
            let orders = versions.map { left in versions.map { right in ecosystem.compare(left, right) } }
            for (left, row) in orders.enumerated() {
                #expect(row[left] == .equal, "seed \(seed), round \(round): \(versions[left]) is not itself")
                for (middle, order) in row.enumerated() {
                    let pair = "\(versions[left]) / \(versions[middle])"
                    if order != orders[middle][left].reversed {
                        Issue.record("seed \(seed), round \(round): \(pair) has two orders")
                    }
                    for (right, next) in orders[middle].enumerated() where order != .greater && next != .greater {
                        // Equal ones stand to a third as one; less and less is less.
                        let expected = order == .equal ? next : next == .equal ? order : .less
                        if row[right] != expected {
                            Issue.record("seed \(seed), round \(round): \(pair) / \(versions[right]) is \(row[right])")
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: PackageEcosystem.allCases)
    func whatIsValidIsUnderstood(ecosystem: PackageEcosystem) {
        let seed = SeededGenerator.freshSeed("\(ecosystem)'s validity")
        var random = SeededGenerator(seed: seed)
        for round in 0..<3_000 {
            let version = random.version()
            guard ecosystem.isValid(version) else { continue }
            // A name without any number is a valid version to some, and says nothing about older and newer.
            let hasNumber = version.utf8.contains { (0x30...0x39).contains($0) }
            #expect(ecosystem.understands(version) || !hasNumber, "seed \(seed), round \(round): \(version)")
        }
    }

    @Test(arguments: PackageEcosystem.allCases)
    func partsPutTogetherAreTheVersion(ecosystem: PackageEcosystem) {
        let seed = SeededGenerator.freshSeed("\(ecosystem)'s parts")
        var random = SeededGenerator(seed: seed)
        for round in 0..<3_000 {
            let version = random.version()
            let parts = ecosystem.split(version)
            let comment: Comment = "seed \(seed), round \(round): \(version) is \(parts)"
            #expect(ecosystem.compare(parts.fullName, version) == .equal, comment)
            #expect(ecosystem.split(parts.fullName) == parts, comment)
        }
    }

    @Test(arguments: PackageEcosystem.allCases)
    func rangesPrintAsTheyAreRead(ecosystem: PackageEcosystem) throws {
        let seed = SeededGenerator.freshSeed("\(ecosystem)'s ranges")
        var random = SeededGenerator(seed: seed)
        for round in 0..<200 {
            let text =
                (0..<random.pick([1, 1, 2, 3])).map { _ in
                    (0..<random.pick([1, 1, 2])).map { _ in
                        random.pick(["<", "<= ", ">", ">=", "=", "==", "!=", ""])
                            + random.pick(["1.0", "1.2.3", "2-1", "0.1", "10"])
                    }.joined(separator: random.pick([" ", ",", " , "]))
                }.joined(separator: random.pick(["||", " || "])) + random.pick(["", "", " || 3.x", "||*", " 2.1.*"])
            let range = try VersionRange(text, in: ecosystem)
            #expect(
                try VersionRange(range.description, in: ecosystem) == range,
                "seed \(seed), round \(round): \(text)"
            )
            let version = random.version()
            let isIn = range.contains(version)
            #expect(
                try VersionRange(range.description, in: ecosystem).contains(version) == isIn,
                "seed \(seed): \(text), \(version)"
            )
        }
    }

    /// The evaluation that the OSV schema writes down, against the intervals that are made of the events.
    @Test func advisoriesAreEvaluatedAsTheSchemaSays() {
        let seed = SeededGenerator.freshSeed("advisories")
        var random = SeededGenerator(seed: seed)
        for round in 0..<1_000 {
            var events = (0..<Int.random(in: 0...5, using: &random)).map { _ -> AdvisoryEvent in
                let version = random.pick(["0", "1", "1.0", "2", "3", "4", "5-rc1", "5"])
                return switch Int.random(in: 0..<8, using: &random) {
                case 0...2: .introduced(version)
                case 3...4: .fixed(version)
                case 5...6: .lastAffected(version)
                default: .limit(random.pick([version, "*"]))
                }
            }
            let range = VersionRange(advisoryEvents: events, in: .semver)
            events.shuffle(using: &random)
            let shuffled = VersionRange(advisoryEvents: events, in: .semver)
            for version in ["0.0.0-0", "0.5", "1", "1.5", "2", "3", "4", "5-alpha", "5-rc1", "5", "6"] {
                let comment: Comment = "seed \(seed), round \(round): \(version) in \(events)"
                #expect(range.contains(version) == Self.isAffected(version, by: events), comment)
                #expect(shuffled.contains(version) == range.contains(version), comment)
            }
        }
    }

    private static func isAffected(_ version: String, by events: [AdvisoryEvent]) -> Bool {
        func order(_ other: String) -> VersionOrder { PackageEcosystem.semver.compare(version, other) }
        let limits = events.compactMap { if case .limit(let limit) = $0 { limit } else { nil } }
        guard limits.isEmpty || limits.contains(where: { $0 == "*" || order($0) == .less }) else { return false }
        // Sorted by version; at one version as this module documents it.
        func place(_ event: AdvisoryEvent) -> (version: String, rank: Int) {
            switch event {
            case .fixed(let version): (version, 0)
            case .introduced(let version): (version, 1)
            case .lastAffected(let version), .limit(let version): (version, 2)
            }
        }
        let sorted = events.sorted { left, right in
            if left == .introduced("0") || right == .introduced("0") {
                return left == .introduced("0") && right != left
            }
            let (mine, theirs) = (place(left), place(right))
            let order = PackageEcosystem.semver.compare(mine.version, theirs.version)
            return order == .equal ? mine.rank < theirs.rank : order == .less
        }
        return sorted.reduce(false) { isAffected, event in
            switch event {
            case .introduced("0"): true
            case .introduced(let other) where order(other) != .less: true
            case .fixed(let other) where order(other) != .less: false
            case .lastAffected(let other) where order(other) == .greater: false
            default: isAffected
            }
        }
    }
}
