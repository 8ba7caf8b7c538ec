/// A version in the parts that Grafeas' `Version` keeps.
public struct VersionParts: Sendable, Hashable {
    /// Corrects mistakes in the numbering of earlier versions; zero in ecosystems that have none.
    public var epoch: Int32
    /// The version of the packaged software, and all of the text in ecosystems that know no more.
    public var name: String
    /// Counts the packagings of one version: `4.el8`, `r3`. Empty where there is none.
    public var revision: String

    /// Parts as they are, for what has been stored apart.
    public init(epoch: Int32 = 0, name: String, revision: String = "") {
        self.epoch = epoch
        self.name = name
        self.revision = revision
    }

    /// The parts in one text, as Grafeas' `full_name` has it. Splitting it gives the parts again, and it compares equal
    /// to what was split.
    public var fullName: String {
        (epoch == 0 ? "" : "\(epoch):") + name + (revision.isEmpty ? "" : "-\(revision)")
    }
}

extension PackageEcosystem {
    /// Cuts a version into epoch, name and revision.
    ///
    /// Debian `1:2.3-4` is 1, `2.3` and `4`; RPM `1:2.3-4.el8` is 1, `2.3` and `4.el8`; Alpine `1.2.3-r4` is 0, `1.2.3`
    /// and `r4`. All others have the whole text as their name. So has what cannot be cut: an epoch beyond 32 bits,
    /// nothing beside a hyphen.
    public func split(_ version: String) -> VersionParts {
        let whole = VersionBytes(version).trimmed
        switch self {
        case .debian, .rpm: return splitEpoch(whole)
        case .alpine: return splitBuild(whole)
        default: return VersionParts(name: whole.text)
        }
    }

    private func splitEpoch(_ whole: VersionBytes) -> VersionParts {
        let parts = EpochVersion(whole)
        guard let epoch = parts.hasEpoch ? Int32(parts.epoch.text) : 0 else { return VersionParts(name: whole.text) }
        let rest = parts.hasEpoch ? whole[(parts.epoch.endIndex + 1)...] : whole
        // Without its epoch of zero, `0:1:2` would have another one; and an epoch in front of nothing would be lost.
        let needsEpoch = rest.isEmpty || rest.first?.isSpace == true || (epoch == 0 && EpochVersion(rest).hasEpoch)
        if parts.hasEpoch, needsEpoch { return VersionParts(name: whole.text) }
        guard !parts.name.isEmpty, let revision = parts.revision, !revision.isEmpty else {
            return VersionParts(epoch: epoch, name: rest.text)
        }
        return VersionParts(epoch: epoch, name: parts.name.text, revision: revision.text)
    }

    private func splitBuild(_ whole: VersionBytes) -> VersionParts {
        guard let hyphen = whole.lastIndex(of: .hyphen), hyphen > whole.startIndex else {
            return VersionParts(name: whole.text)
        }
        let build = whole[(hyphen + 1)...]
        guard build.first == UInt8(ascii: "r"), build.dropFirst().isNumber else {
            return VersionParts(name: whole.text)
        }
        return VersionParts(name: whole[..<hyphen].text, revision: build.text)
    }
}
