import GrafeasProto

/// The worst severity that a policy tolerates.
enum SeverityBound: Int, Sendable, Comparable {
    case blockAll, minimal, low, medium, high, critical, allowAll

    /// By the names of Binary Authorization.
    static let names: KeyValuePairs<String, SeverityBound> = [
        "BLOCK_ALL": .blockAll, "MINIMAL": .minimal, "LOW": .low, "MEDIUM": .medium, "HIGH": .high,
        "CRITICAL": .critical, "ALLOW_ALL": .allowAll,
    ]

    var name: String { Self.names.first { $0.value == self }?.key ?? "" }

    static func < (left: SeverityBound, right: SeverityBound) -> Bool { left.rawValue < right.rawValue }

    /// A severity that nobody knows may be the worst.
    func tolerates(_ severity: Grafeas_V1_Severity) -> Bool {
        switch self {
        case .allowAll: true
        case .blockAll: false
        default: severity.rank <= rawValue
        }
    }
}

extension Grafeas_V1_Severity {
    /// 1 for MINIMAL to 5 for CRITICAL, which is also what an unknown severity counts as.
    var rank: Int {
        switch self {
        case .minimal: 1
        case .low: 2
        case .medium: 3
        case .high: 4
        case .critical, .unspecified, .UNRECOGNIZED: 5
        }
    }

    var word: String {
        switch self {
        case .minimal: "MINIMAL"
        case .low: "LOW"
        case .medium: "MEDIUM"
        case .high: "HIGH"
        case .critical: "CRITICAL"
        case .unspecified, .UNRECOGNIZED: "unknown severity, counted as CRITICAL"
        }
    }
}
