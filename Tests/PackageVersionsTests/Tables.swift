import PackageVersions
import Testing

/// Each version is older than all that follow it, whichever side it stands on.
func expectAscending(
    _ versions: [String],
    in ecosystem: PackageEcosystem,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    for (index, older) in versions.enumerated() {
        for newer in versions.dropFirst(index + 1) {
            let comment: Comment = "\(ecosystem): \(older) < \(newer)"
            #expect(ecosystem.compare(older, newer) == .less, comment, sourceLocation: sourceLocation)
            #expect(ecosystem.compare(newer, older) == .greater, comment, sourceLocation: sourceLocation)
        }
    }
}

/// All are one version.
func expectEqual(
    _ versions: [String],
    in ecosystem: PackageEcosystem,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    for left in versions {
        for right in versions {
            let comment: Comment = "\(ecosystem): \(left) = \(right)"
            #expect(ecosystem.compare(left, right) == .equal, comment, sourceLocation: sourceLocation)
        }
    }
}

/// What the ecosystem's tools accept, and what they do not.
func expectValid(
    _ valid: [String],
    notValid: [String],
    in ecosystem: PackageEcosystem,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    for version in valid {
        #expect(ecosystem.isValid(version), "\(ecosystem): \(version)", sourceLocation: sourceLocation)
        #expect(ecosystem.understands(version), "\(ecosystem): \(version)", sourceLocation: sourceLocation)
    }
    for version in notValid {
        #expect(!ecosystem.isValid(version), "\(ecosystem): \(version)", sourceLocation: sourceLocation)
    }
}
