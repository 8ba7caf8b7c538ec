public import GrafeasProto

extension Grafeas_V1_VulnerabilityOccurrence {
    /// The effective severity, or else the note provider's.
    public var bestSeverity: Grafeas_V1_Severity { effectiveSeverity == .unspecified ? severity : effectiveSeverity }

    /// Whether a version with a fix is known.
    public var isFixable: Bool {
        fixAvailable
            || packageIssue.contains {
                $0.fixAvailable || $0.fixedVersion.kind == .normal || $0.fixedVersion.kind == .minimum
            }
    }
}

extension Grafeas_V1_VulnerabilityAssessmentNote.Assessment.State {
    /// Whether the artifact is judged not to be affected, or no longer.
    public var rulesOut: Bool { self == .notAffected || self == .fixed }
}

extension Grafeas_V1_PackageOccurrence {
    /// The version in full; older clients have it only in the location.
    public var wholeVersion: String {
        let own = version.wholeText
        return own.isEmpty ? location.first?.version.wholeText ?? "" : own
    }

    /// By which rules its versions are compared.
    public var ecosystemName: String {
        EcosystemName.of(type: packageType, cpeURI: cpeUri.isEmpty ? location.first?.cpeUri ?? "" : cpeUri)
    }
}

extension Grafeas_V1_Version {
    /// The version in full, `1:5.0-4`; `MAXIMUM` and `MINIMUM` have no text.
    public var wholeText: String {
        if !fullName.isEmpty || name.isEmpty { return fullName }
        return (epoch == 0 ? "" : "\(epoch):") + name + (revision.isEmpty ? "" : "-\(revision)")
    }
}

/// What tells by which rules a package's versions are compared.
public enum EcosystemName {
    /// The package type in lower case; for packages of a distribution the vendor in its CPE (`cpe:/o:debian:…`,
    /// `cpe:2.3:o:debian:…`).
    public static func of(type: String, cpeURI: String) -> String {
        let parts = cpeURI.split(separator: ":", omittingEmptySubsequences: false)
        let isOS = type.isEmpty || type == "OS"
        if isOS, let part = parts.firstIndex(where: { $0 == "/o" || $0 == "o" }), part + 1 < parts.count {
            return parts[part + 1].lowercased()
        }
        return type.lowercased()
    }
}

extension Occurrence {
    /// The id of the note that it hangs on.
    public var noteID: String {
        // Read of every finding of an image that is judged, so nothing is made of the other parts.
        let bytes = noteName.utf8
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return noteName }
        return String(Substring(bytes[bytes.index(after: slash)...]))
    }
}
