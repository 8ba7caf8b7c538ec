import GrafeasProto

extension CVSSVector {
    /// The vector as `grafeas.v1.CVSS`, which occurrences carry for every version and notes for versions 2 and 4.
    ///
    /// - Parameter score: the base score that came with the vector; nil to take what follows from it.
    func message(score: Double? = nil) -> Grafeas_V1_CVSS {
        var message = Grafeas_V1_CVSS()
        if let base = score ?? scores?.base { message.baseScore = Float(base) }
        if let scores {
            message.exploitabilityScore = Float(scores.exploitability)
            message.impactScore = Float(scores.impact)
        }
        message.attackVector = attackVector
        message.attackComplexity = attackComplexity
        message.authentication = authentication
        message.privilegesRequired = privilegesRequired
        message.userInteraction = userInteraction
        message.scope = scope
        if version == .v4 {
            setSystems(&message)
        } else {
            message.confidentialityImpact = impact("C")
            message.integrityImpact = impact("I")
            message.availabilityImpact = impact("A")
        }
        return message
    }

    /// The vector as `grafeas.v1.CVSSv3`, which notes carry; nil for other versions.
    func messageV3(score: Double? = nil) -> Grafeas_V1_CVSSv3? {
        guard version == .v3 else { return nil }
        var message = Grafeas_V1_CVSSv3()
        if let base = score ?? scores?.base { message.baseScore = Float(base) }
        if let scores {
            message.exploitabilityScore = Float(scores.exploitability)
            message.impactScore = Float(scores.impact)
        }
        // The enumerations of CVSSv3 have the numbers of those of CVSS.
        message.attackVector = .init(rawValue: attackVector.rawValue) ?? .unspecified
        message.attackComplexity = .init(rawValue: attackComplexity.rawValue) ?? .unspecified
        message.privilegesRequired = .init(rawValue: privilegesRequired.rawValue) ?? .unspecified
        message.userInteraction = .init(rawValue: userInteraction.rawValue) ?? .unspecified
        message.scope = .init(rawValue: scope.rawValue) ?? .unspecified
        message.confidentialityImpact = .init(rawValue: impact("C").rawValue) ?? .unspecified
        message.integrityImpact = .init(rawValue: impact("I").rawValue) ?? .unspecified
        message.availabilityImpact = .init(rawValue: impact("A").rawValue) ?? .unspecified
        return message
    }

    private func setSystems(_ message: inout Grafeas_V1_CVSS) {
        message.attackRequirements = value("AT") == "P" ? .present : .none
        message.vulnerableSystemConfidentialityImpact = impact("VC")
        message.vulnerableSystemIntegrityImpact = impact("VI")
        message.vulnerableSystemAvailabilityImpact = impact("VA")
        message.subsequentSystemConfidentialityImpact = impact("SC")
        message.subsequentSystemIntegrityImpact = impact("SI")
        message.subsequentSystemAvailabilityImpact = impact("SA")
        message.exploitMaturity =
            switch value("E") {
            case "X": .notDefined
            case "A": .attacked
            case "P": .poc
            case "U": .unreported
            default: .unspecified
            }
    }

    private var attackVector: Grafeas_V1_CVSS.AttackVector {
        switch value("AV") {
        case "N": .network
        case "A": .adjacent
        case "L": .local
        case "P": .physical
        default: .unspecified
        }
    }

    private var attackComplexity: Grafeas_V1_CVSS.AttackComplexity {
        switch value("AC") {
        case "L": .low
        case "M": .medium
        case "H": .high
        default: .unspecified
        }
    }

    private var authentication: Grafeas_V1_CVSS.Authentication {
        switch value("Au") {
        case "M": .multiple
        case "S": .single
        case "N": .none
        default: .unspecified
        }
    }

    private var privilegesRequired: Grafeas_V1_CVSS.PrivilegesRequired {
        switch value("PR") {
        case "N": .none
        case "L": .low
        case "H": .high
        default: .unspecified
        }
    }

    private var userInteraction: Grafeas_V1_CVSS.UserInteraction {
        switch value("UI") {
        case "N": .none
        case "R": .required
        case "P": .passive
        case "A": .active
        default: .unspecified
        }
    }

    private var scope: Grafeas_V1_CVSS.Scope {
        // In version 4 the letter stands for safety.
        switch version == .v3 ? value("S") : "" {
        case "U": .unchanged
        case "C": .changed
        default: .unspecified
        }
    }

    private func impact(_ metric: String) -> Grafeas_V1_CVSS.Impact {
        switch value(metric) {
        case "N": .none
        case "L": .low
        case "H": .high
        case "P": .partial
        case "C": .complete
        default: .unspecified
        }
    }
}
