import Foundation

/// The images of a large company over two years, and all that is known of them: 40,000 images make ten million
/// occurrences.
///
/// Everything follows from numbers, so it is the same in every run. A few packages and vulnerabilities are nearly
/// everywhere and most are rare, images of one time have the versions of that time, and what is known of an image came in
/// together.
public struct Estate: Sendable {
    public let images: Int
    private let packages = Spread(count: Estate.packageCount, mostShare: 0.9, each: 152)
    private let vulnerabilities = Spread(count: Estate.vulnerabilityCount, mostShare: 0.5, each: 95)

    static let packageCount = 20_000
    static let vulnerabilityCount = 5_000
    static let repositoryCount = 400
    /// Repositories of base images, each of which is built anew every week.
    static let baseCount = 10
    static let deploymentCount = 2_000
    static let runningCount = 1_000
    /// Two years, in microseconds, and when they began.
    private static let span = 2 * 365 * 86_400 * 1_000_000
    private static let beginning = 1_730_000_000 * 1_000_000

    public init(images: Int) { self.images = images }

    /// An image and what came in with it.
    public struct Image: Sendable {
        public var number: Int
        public var resource: String
        /// When it came in, in microseconds since 1970.
        public var time: Int
        public var packages: [Part]
        public var findings: [Part]
        public var deployments: [Deployment]
        var base: String
        var repository: Int
    }

    /// A package in some version, or a vulnerability in such a package.
    public struct Part: Sendable, Hashable {
        public var isFinding: Bool
        public var rank: Int
        public var version: Int
    }

    public struct Deployment: Sendable {
        var number: Int
        var runs: Bool { number < Estate.runningCount }
    }

    public func image(_ number: Int) -> Image {
        var random = Mixer(seed: number)
        // The square makes some repositories large: the largest has one image in twenty.
        let place = random.fraction()
        let repository = Int(place * place * Double(Self.repositoryCount))
        let team = ["payments", "search", "identity", "ledger", "mobile-gateway"][repository % 5]
        let digest = Payload.digest(number)
        let week = number * 104 / images
        let base = random.below(Self.baseCount)
        return Image(
            number: number,
            resource: "https://europe-docker.pkg.dev/acme-prod/\(team)/service-\(repository)@sha256:\(digest)",
            time: Self.beginning + number * (Self.span / images),
            packages: packages.sample(&random).map {
                Part(isFinding: false, rank: $0, version: version(of: $0, number))
            },
            findings: vulnerabilities.sample(&random).map {
                Part(isFinding: true, rank: $0, version: version(of: Self.packageRank(ofFinding: $0), number))
            },
            deployments: deployments(of: number),
            base: "https://registry.example/base/os-\(base)@sha256:\(Payload.digest(1_000_000 + base * 1000 + week))",
            repository: repository
        )
    }

    /// Two for every 37th image, counted from the newest.
    private func deployments(of number: Int) -> [Deployment] {
        let (pair, rest) = (images - 1 - number).quotientAndRemainder(dividingBy: 37)
        guard rest == 0, pair * 2 < Self.deploymentCount else { return [] }
        return [Deployment(number: pair * 2), Deployment(number: pair * 2 + 1)]
    }

    // MARK: Versions

    /// How many versions a package has: 2,000 for the commonest, two for most.
    private func versionCount(_ rank: Int) -> Int { max(2, Int(2000 / pow(Double(rank + 1), 0.8))) }

    /// Versions come out over the two years, and images have one of the last fifth.
    private func version(of rank: Int, _ image: Int) -> Int {
        let count = versionCount(rank)
        var random = Mixer(seed: image * Self.packageCount + rank)
        return max(0, count * (image + 1) / images - 1 - random.below(max(1, count / 5)))
    }

    static func packageRank(ofFinding rank: Int) -> Int { rank * 3 % 1500 }
}

/// How likely each of many things is in an image: the first is in `mostShare` of all, the others fall off by a power law,
/// and an image has `each` of them on average.
private struct Spread: Sendable {
    private let thresholds: [UInt32]

    init(count: Int, mostShare: Double, each: Double) {
        func shares(_ scale: Double) -> [Double] {
            (0..<count).map { mostShare / ((1 + Double($0) / scale) * (1 + Double($0) / scale)) }
        }
        var (low, high) = (1.0, Double(count))
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if shares(middle).reduce(0, +) < each { low = middle } else { high = middle }
        }
        thresholds = shares(high).map { UInt32($0 * Double(UInt32.max)) }
    }

    func sample(_ random: inout Mixer) -> [Int] {
        thresholds.indices.filter { UInt32(truncatingIfNeeded: random.next()) < thresholds[$0] }
    }
}

/// SplitMix64.
private struct Mixer: RandomNumberGenerator {
    private var state: UInt64

    /// Seeds beside each other give sequences that have nothing to do with each other.
    init(seed: Int) {
        state = UInt64(seed)
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
