import GrafeasProto

extension Grafeas_V1_Severity {
    /// A scanner's word for a severity, in any case: `CRITICAL`, `Important`, `moderate`, `Negligible`; unspecified for
    /// `unknown` and words that are nobody's.
    init(word: String) {
        switch word.lowercased() {
        case "critical": self = .critical
        case "high", "important": self = .high
        case "medium", "moderate": self = .medium
        case "low": self = .low
        case "minimal", "negligible", "none", "info", "informational": self = .minimal
        default: self = .unspecified
        }
    }

    /// The severity of a CVSS score: CVSS 3.1, section 5.
    init(score: Double) {
        switch score {
        case 9...: self = .critical
        case 7...: self = .high
        case 4...: self = .medium
        case 0.1...: self = .low
        default: self = .minimal
        }
    }

    /// The name in the API.
    var apiName: String {
        switch self {
        case .critical: "CRITICAL"
        case .high: "HIGH"
        case .medium: "MEDIUM"
        case .low: "LOW"
        case .minimal: "MINIMAL"
        default: ""
        }
    }
}
