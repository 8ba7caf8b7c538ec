/// The scores that follow from a vector's base metrics.
struct CVSSScores: Equatable {
    var base: Double
    var exploitability: Double
    var impact: Double
}

extension CVSSVector {
    /// The scores by the formulas of the specifications; nil for version 4, whose scores come from a table of 270
    /// groups of vectors, and which databases give along with the vector.
    var scores: CVSSScores? {
        switch version {
        case .v2: scores2
        case .v3: scores3
        case .v4: nil
        }
    }

    /// CVSS 2.0, section 3.2.1.
    private var scores2: CVSSScores {
        let weights = ["N": 0, "P": 0.275, "C": 0.66]
        let impact = 10.41 * (1 - combined(weights))
        let access = weight("AV", ["L": 0.395, "A": 0.646, "N": 1])
        let exploitability =
            20 * access * weight("AC", ["H": 0.35, "M": 0.61, "L": 0.71])
            * weight("Au", ["M": 0.45, "S": 0.56, "N": 0.704])
        let base = impact == 0 ? 0 : (0.6 * impact + 0.4 * exploitability - 1.5) * 1.176
        return CVSSScores(base: rounded(base), exploitability: rounded(exploitability), impact: rounded(impact))
    }

    /// CVSS 3.1, section 7.1; that of 3.0 differs only in how it says to round up.
    private var scores3: CVSSScores {
        let isChanged = value("S") == "C"
        let weakened = 1 - combined(["N": 0, "L": 0.22, "H": 0.56])
        let impact =
            isChanged ? 7.52 * (weakened - 0.029) - 3.25 * power(weakened - 0.02, 15) : 6.42 * weakened
        let privileges = ["N": 0.85, "L": isChanged ? 0.68 : 0.62, "H": isChanged ? 0.5 : 0.27]
        let exploitability =
            8.22 * weight("AV", ["N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2]) * weight("AC", ["L": 0.77, "H": 0.44])
            * weight("PR", privileges) * weight("UI", ["N": 0.85, "R": 0.62])
        let sum = impact <= 0 ? 0 : (impact + exploitability) * (isChanged ? 1.08 : 1)
        return CVSSScores(
            base: roundedUp(min(sum, 10)),
            exploitability: rounded(exploitability),
            impact: rounded(max(impact, 0))
        )
    }

    /// What of the three assets is left unharmed.
    private func combined(_ weights: [String: Double]) -> Double {
        ["C", "I", "A"].reduce(1) { $0 * (1 - weight($1, weights)) }
    }

    private func weight(_ metric: String, _ weights: [String: Double]) -> Double { weights[value(metric)] ?? 0 }

    private func power(_ value: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { power, _ in power * value }
    }

    private func rounded(_ score: Double) -> Double { (score * 10).rounded() / 10 }

    /// Appendix A of CVSS 3.1: up to the next tenth, unless the excess is an error of floating point.
    private func roundedUp(_ score: Double) -> Double {
        let scaled = Int((score * 100_000).rounded())
        return scaled.isMultiple(of: 10_000) ? Double(scaled) / 100_000 : Double(scaled / 10_000 + 1) / 10
    }
}
