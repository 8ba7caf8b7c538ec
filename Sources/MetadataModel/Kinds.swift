public import GrafeasProto

/// The kind of a note or occurrence, the v1 enumeration.
public typealias Kind = Grafeas_V1_NoteKind
/// A note as the store knows it: the v1 message.
public typealias Note = Grafeas_V1_Note
/// An occurrence as the store knows it: the v1 message.
public typealias Occurrence = Grafeas_V1_Occurrence

extension Occurrence {
    /// The kind that follows from the detail that is set; unspecified when none is.
    public var kindOfDetails: Kind {
        switch details {
        case nil: .unspecified
        case .vulnerability: .vulnerability
        case .build: .build
        case .image: .image
        case .package: .package
        case .deployment: .deployment
        case .discovery: .discovery
        case .attestation: .attestation
        case .upgrade: .upgrade
        case .compliance: .compliance
        case .dsseAttestation: .dsseAttestation
        case .sbomReference: .sbomReference
        case .secret: .secret
        case .aiSkillAnalysis: .aiSkillAnalysis
        }
    }
}

extension Note {
    /// The kind that follows from the type that is set; unspecified when none is.
    public var kindOfType: Kind {
        switch type {
        case nil: .unspecified
        case .vulnerability: .vulnerability
        case .build: .build
        case .image: .image
        case .package: .package
        case .deployment: .deployment
        case .discovery: .discovery
        case .attestation: .attestation
        case .upgrade: .upgrade
        case .compliance: .compliance
        case .dsseAttestation: .dsseAttestation
        case .vulnerabilityAssessment: .vulnerabilityAssessment
        case .sbomReference: .sbomReference
        case .secret: .secret
        case .aiSkillAnalysis: .aiSkillAnalysis
        }
    }
}

extension Kind {
    /// The name in the API, `VULNERABILITY` and so on; a number for a kind of a newer API.
    public var apiName: String { Self.names[rawValue] ?? Self.foreignNames[rawValue] ?? String(rawValue) }

    /// What is added to the number that v1beta1 has for a kind v1 does not know, to make the number that is stored: more than
    /// v1 will ever have.
    public static let foreignOffset = 100

    /// The kinds that v1 does not know, by the numbers that are stored.
    public static let foreignNames: [Int: String] = [
        108: "INTOTO", 109: "SBOM", 110: "SPDX_PACKAGE", 111: "SPDX_FILE", 112: "SPDX_RELATIONSHIP",
    ]

    private static let names: [Int: String] = [
        0: "NOTE_KIND_UNSPECIFIED", 1: "VULNERABILITY", 2: "BUILD", 3: "IMAGE", 4: "PACKAGE", 5: "DEPLOYMENT",
        6: "DISCOVERY", 7: "ATTESTATION", 8: "UPGRADE", 9: "COMPLIANCE", 10: "DSSE_ATTESTATION",
        11: "VULNERABILITY_ASSESSMENT", 12: "SBOM_REFERENCE", 13: "SECRET", 14: "AI_SKILL_ANALYSIS",
    ]

    /// Whether an occurrence of this kind may hang on a note of the given kind: the same kind; a discovery on any note, as
    /// hosted scanners hang theirs on the vulnerability note; and an attestation in an envelope on the note of an attestor,
    /// who has one note and not one for each form in which its keys sign.
    public func mayHang(onNoteOf noteKind: Kind) -> Bool {
        self == noteKind || self == .discovery || self == .dsseAttestation && noteKind == .attestation
    }
}
