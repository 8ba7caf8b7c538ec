/// What an OSV advisory says of a range: one entry of `affected[].ranges[].events`.
public enum AdvisoryEvent: Sendable, Hashable {
    /// Affected from this version on; `0` is before all versions.
    case introduced(String)
    /// No longer affected from this version on.
    case fixed(String)
    /// Affected up to and including this version.
    case lastAffected(String)
    /// Says nothing of versions from this one on; `*` is after all versions.
    case limit(String)
}

extension VersionRange {
    /// The versions that an advisory's events say are affected, by the evaluation of the OSV schema.
    ///
    /// The events may come in any order. Where several are at one version, a fix ends what came before it and an
    /// introduction begins anew. No introduction means no version. Costs what sorting the events costs.
    public init(advisoryEvents events: [AdvisoryEvent], in ecosystem: PackageEcosystem) {
        let limits = events.compactMap { if case .limit(let version) = $0 { version } else { nil } }
        let limit = limits.contains("*") ? nil : limits.max { ecosystem.compare($0, $1) == .less }
        let bound = limit.map { [VersionComparator(relation: .less, version: $0)] } ?? []
        self.init(Self.intervals(of: events, in: ecosystem).map { $0 + bound }, in: ecosystem)
    }

    /// Walks the events from old to new. A version is affected if the last event that applies to it was an
    /// introduction, so each stretch from an introduction to the next end is an interval.
    private static func intervals(
        of events: [AdvisoryEvent],
        in ecosystem: PackageEcosystem
    ) -> [[VersionComparator]] {
        var intervals: [[VersionComparator]] = []
        var open: [VersionComparator]?
        for change in events.compactMap(AdvisoryChange.init).sorted(by: { $0.precedes($1, in: ecosystem) }) {
            switch (change.kind, open) {
            case (.introduction, nil):
                open =
                    change.isFromTheStart ? [] : [VersionComparator(relation: .greaterOrEqual, version: change.version)]
            case (.fix, let begun?):
                intervals.append(begun + [VersionComparator(relation: .less, version: change.version)])
                open = nil
            case (.last, let begun?):
                intervals.append(begun + [VersionComparator(relation: .lessOrEqual, version: change.version)])
                open = nil
            case (.introduction, _?), (.fix, nil), (.last, nil):
                break
            }
        }
        if let open { intervals.append(open) }
        return intervals
    }
}

/// An event that begins or ends a stretch of affected versions.
private struct AdvisoryChange {
    /// In the order in which they act at one version. A fix comes first, so that an introduction at the same version
    /// stands; the last affected version comes last, because it ends behind its version.
    enum Kind: Int { case fix, introduction, last }

    let kind: Kind
    let version: String

    init?(_ event: AdvisoryEvent) {
        switch event {
        case .introduced(let version): (kind, self.version) = (.introduction, version)
        case .fixed(let version): (kind, self.version) = (.fix, version)
        case .lastAffected(let version): (kind, self.version) = (.last, version)
        case .limit: return nil
        }
    }

    /// The schema's special version before all others, pre-releases of 0 included.
    var isFromTheStart: Bool { kind == .introduction && version == "0" }

    func precedes(_ other: AdvisoryChange, in ecosystem: PackageEcosystem) -> Bool {
        if isFromTheStart || other.isFromTheStart { return isFromTheStart && !other.isFromTheStart }
        let order = ecosystem.compare(version, other.version)
        return order == .equal ? kind.rawValue < other.kind.rawValue : order == .less
    }
}
