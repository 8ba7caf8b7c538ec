import FilterLanguage
import GrafeasProto
import MetadataModel

/// What columns and indexes know about single comparisons.
struct FieldTests {
    private let collection: ListQuery.Collection

    init(_ collection: ListQuery.Collection) { self.collection = collection }

    typealias Part = FilterPlanner.Part

    func part(_ comparison: Comparison) -> Part {
        let name = comparison.field.virtualName ?? comparison.field.description
        switch name {
        case "kind": return kind(comparison.test)
        case "create_time": return time(comparison.test, RowCondition.created)
        case "update_time": return time(comparison.test, RowCondition.updated)
        default:
            return collection.isNotes ? noteField(name, comparison.test) : occurrenceField(name, comparison.test)
        }
    }

    private func noteField(_ name: String, _ test: FilterTest) -> Part {
        guard case .equals(.string(let text)) = test else { return .unknown }
        switch name {
        case RecordField.noteID: return exact(.id(text), walk: .id(text), rank: Rank.id)
        case RecordField.projectID: return project(text)
        case "name":
            guard let name = try? NoteName(parsing: text, field: "") else { return never }
            return Part(condition: .id(name.id), isExact: false, access: access(.id(name.id), Rank.id))
        default: return .unknown
        }
    }

    private func occurrenceField(_ name: String, _ test: FilterTest) -> Part {
        switch name {
        case "resource_uri": return resource(test)
        case "vulnerability.severity": return severity(test, RowCondition.severities, IndexWalk.severity)
        case "vulnerability.effective_severity":
            return severity(test, RowCondition.effectiveSeverities, IndexWalk.effectiveSeverity)
        case "vulnerability.fix_available": return fixAvailable(test)
        default:
            guard case .equals(.string(let text)) = test else { return .unknown }
            return named(name, text)
        }
    }

    /// Fields that hold a name or a part of one.
    private func named(_ name: String, _ text: String) -> Part {
        switch name {
        case RecordField.digest: return exact(.digest(text), walk: .digest(text), rank: Rank.resource)
        case RecordField.noteID: return exact(.noteID(text), walk: .noteID(text), rank: Rank.note)
        case RecordField.noteProjectID: return Part(condition: .noteProject(text), isExact: true, access: nil)
        case RecordField.projectID: return project(text)
        case RecordField.occurrenceID: return exact(.id(text), walk: .id(text), rank: Rank.id)
        case "name":
            guard let name = try? OccurrenceName(parsing: text, field: "") else { return never }
            return Part(condition: .id(name.id), isExact: false, access: access(.id(name.id), Rank.id))
        case "note_name":
            guard let name = try? NoteName(parsing: text, field: "") else { return never }
            return exact(.note(name), walk: .note(name), rank: Rank.note)
        case RecordField.packageName: return exact(.package(text), walk: .package(text), rank: Rank.package)
        case "vulnerability.package_issue.affected_package", "package.name", "upgrade.package":
            // The index holds all three together; which one it was, the message tells.
            return Part(condition: .package(text), isExact: false, access: access(.package(text), Rank.package))
        default: return .unknown
        }
    }

    private func resource(_ test: FilterTest) -> Part {
        switch test {
        case .equals(.string(let uri)):
            return exact(.resource(uri), walk: .resource(uri), rank: Rank.resource)
        case .hasPrefix(let prefix):
            return Part(condition: .resourcePrefix(prefix), isExact: true, access: nil)
        case .hasSuffix(let suffix) where ResourceURI(suffix).digest == suffix && suffix.utf8.count == 71:
            return exact(.digest(suffix), walk: .digest(suffix), rank: Rank.resource)
        default: return .unknown
        }
    }

    private func kind(_ test: FilterTest) -> Part {
        guard case .equals(.enumeration(let number)) = test else { return .unknown }
        guard number != 0 else { return never }
        return exact(.kinds([Int(number)]), walk: .kind(Int(number)), rank: Rank.kind)
    }

    private func severity(
        _ test: FilterTest,
        _ condition: (Set<Int>) -> RowCondition,
        _ walk: (Int) -> IndexWalk
    ) -> Part {
        let limit: Int32
        switch test {
        case .equals(.enumeration(let number)), .less(.enumeration(let number)), .lessOrEqual(.enumeration(let number)),
            .greater(.enumeration(let number)), .greaterOrEqual(.enumeration(let number)):
            limit = number
        default: return .unknown
        }
        guard SeverityColumn.isKnown(Int(limit)) else { return .unknown }
        // An absent severity is neither equal to nor less than any.
        let values = SeverityColumn.all.filter { $0 != 0 && test.passes(.enumeration(Int32($0))) }
        return Part(
            condition: condition(Set(values)),
            isExact: true,
            access: isOfNote ? nil : FilterPlanner.Access(walks: values.map(walk), rank: Rank.severity)
        )
    }

    private func fixAvailable(_ test: FilterTest) -> Part {
        guard case .equals(.bool(let value)) = test else { return .unknown }
        if value { return exact(.fixAvailable, walk: .fixAvailable, rank: Rank.severity) }
        let vulnerability = Kind.vulnerability.rawValue
        return Part(
            condition: .all([.kinds([vulnerability]), .not(.fixAvailable)]),
            isExact: true,
            access: access(.kind(vulnerability), Rank.kind)
        )
    }

    /// Every occurrence of a parent's list is of the parent's project.
    private func project(_ id: String) -> Part {
        switch collection {
        case .occurrences(let parent), .notes(let parent):
            return parent.project == id ? Part(condition: .all([]), isExact: true, access: nil) : never
        case .occurrencesOfNote: return .unknown
        }
    }

    private func time(_ test: FilterTest, _ condition: (ClosedRange<Int64>) -> RowCondition) -> Part {
        guard let range = MicrosecondRange.matching(test) else { return .unknown }
        guard let range = range.bounds else { return never }
        return Part(condition: condition(range), isExact: true, access: nil)
    }

    private var isOfNote: Bool {
        if case .occurrencesOfNote = collection { true } else { false }
    }

    // MARK: Parts

    /// Lower is more selective.
    private enum Rank {
        static let id = 0
        static let resource = 1
        static let note = 2
        static let package = 3
        static let severity = 4
        static let kind = 5
    }

    private var never: Part {
        Part(condition: .never, isExact: true, access: FilterPlanner.Access(walks: [], rank: Rank.id))
    }

    private func exact(_ condition: RowCondition, walk: IndexWalk, rank: Int) -> Part {
        Part(condition: condition, isExact: true, access: access(walk, rank))
    }

    /// The walk, if the collection can use it: indexes that begin with a project do not help with the occurrences of a
    /// note, which come from many.
    private func access(_ walk: IndexWalk, _ rank: Int) -> FilterPlanner.Access? {
        let isUsable = !isOfNote || rank == Rank.resource || rank == Rank.package
        return isUsable ? FilterPlanner.Access(walks: [walk], rank: rank) : nil
    }
}

/// The whole microseconds whose times pass a test, since that is how precisely create and update times are kept.
private struct MicrosecondRange {
    /// Nil when no time passes.
    let bounds: ClosedRange<Int64>?

    /// Nil when the test is none of times.
    static func matching(_ test: FilterTest) -> MicrosecondRange? {
        switch test {
        case .equals(.timestamp(let time)):
            return MicrosecondRange(from: floor(time), through: isWhole(time) ? floor(time) : floor(time) - 1)
        case .less(.timestamp(let time)):
            return MicrosecondRange(from: 0, through: isWhole(time) ? floor(time) - 1 : floor(time))
        case .lessOrEqual(.timestamp(let time)): return MicrosecondRange(from: 0, through: floor(time))
        case .greater(.timestamp(let time)): return MicrosecondRange(from: floor(time) + 1, through: last)
        case .greaterOrEqual(.timestamp(let time)):
            return MicrosecondRange(from: isWhole(time) ? floor(time) : floor(time) + 1, through: last)
        default: return nil
        }
    }

    private static let last = QueryPlan.allTimes.upperBound

    private init(from: Int64, through: Int64) {
        let (from, through) = (max(from, 0), min(through, Self.last))
        bounds = from <= through ? from...through : nil
    }

    private static func floor(_ time: FilterTimestamp) -> Int64 { time.seconds * 1_000_000 + Int64(time.nanos) / 1000 }

    private static func isWhole(_ time: FilterTimestamp) -> Bool { time.nanos % 1000 == 0 }
}
