import MessageReflection
import MetadataModel

/// Turns a pairing into the plans of its two directions.
struct PlanCompiler {
    let pairing: MessagePairing
    let enums: EnumPairing

    // MARK: To v1

    /// Scans the version's message and what is inside it, and writes v1's fields.
    func planToV1() throws(TableError) -> ConversionPlan {
        var draft = ConversionPlanDraft()
        guard pairing.special == nil else { return plan(draft, pairing.version, pairing.special?.toV1) }
        var slots = SlotTree()
        draft.scans = [try ScanTable(pairing.version, oneofStart: 0)]
        let around = pairing.inside.map { [$0] } ?? []
        for row in pairing.correspondences {
            guard let target = row.v1.first else { continue }
            let slot = try slots.slot(at: around + row.path, in: &draft)
            append(row.conversion, from: row.path.last, to: target, slot: slot, isToV1: true, &draft)
        }
        for row in pairing.derived {
            let slot = try slots.slot(at: around + row.path, in: &draft)
            let argument = Int32(draft.tests.count)
            draft.tests.append(row.isTrue)
            let number = Int32(row.v1.number)
            draft.emissions.append(Emission(kind: .derived, number: number, slot: slot, argument: argument))
        }
        draft.emissions.sort { $0.number < $1.number }
        return plan(draft, pairing.version, nil)
    }

    // MARK: From v1

    /// Scans v1's fields, and writes the version's message and what is inside it.
    func planFromV1() throws(TableError) -> ConversionPlan {
        var draft = ConversionPlanDraft()
        guard pairing.special == nil else { return plan(draft, pairing.v1, pairing.special?.fromV1) }
        var slots = SlotTree()
        draft.scans = [try ScanTable(pairing.v1, oneofStart: 0)]
        let around = pairing.inside.map { [$0] } ?? []
        var rows: [(path: ArraySlice<MessageField>, row: Correspondence, slot: Int16)] = []
        for row in pairing.correspondences {
            rows.append(((around + row.path)[...], row, try slots.slot(at: row.v1, in: &draft)))
        }
        emit(rows, isTop: true, &draft)
        return plan(draft, pairing.v1, nil)
    }

    /// Writes the emissions of one level, ascending, each message on the way to a field as a group.
    private func emit(
        _ rows: [(path: ArraySlice<MessageField>, row: Correspondence, slot: Int16)],
        isTop: Bool,
        _ draft: inout ConversionPlanDraft
    ) {
        let byField = Dictionary(grouping: rows.filter { !$0.path.isEmpty }) { $0.path.first }
        for (field, rows) in byField.sorted(by: { ($0.key?.number ?? 0) < ($1.key?.number ?? 0) }) {
            guard let field else { continue }
            if let leaf = rows.first, leaf.path.count == 1 {
                append(leaf.row.conversion, from: leaf.row.v1.first, to: field, slot: leaf.slot, isToV1: false, &draft)
                continue
            }
            let place = draft.emissions.count
            let kind = isTop && pairing.inside == field ? Emission.Kind.wrapper : .group
            draft.emissions.append(Emission(kind: kind, number: Int32(field.number)))
            emit(rows.map { ($0.path.dropFirst(), $0.row, $0.slot) }, isTop: false, &draft)
            draft.emissions[place].argument = Int32(draft.emissions.count - place - 1)
        }
        // A wrapper around a message of which nothing is paired is there all the same.
        if isTop, byField.isEmpty, let inside = pairing.inside {
            draft.emissions.append(Emission(kind: .wrapper, number: Int32(inside.number)))
        }
    }

    // MARK: Both ways

    private func append(
        _ conversion: FieldConversion,
        from source: MessageField?,
        to target: MessageField,
        slot: Int16,
        isToV1: Bool,
        _ draft: inout ConversionPlanDraft
    ) {
        var emission = Emission(kind: .copy, number: Int32(target.number), slot: slot)
        emission.isSameNumber = source?.number == target.number
        switch conversion {
        case .none: break
        case .message(let plan):
            emission.kind = .message
            emission.argument = Int32(plan)
        case .enumNames:
            emission.kind = .enumNumber
            emission.argument = Int32(draft.enumMaps.count)
            draft.enumMaps.append(enums.numbers(from: source?.enumType, to: target.enumType, isToV1: isToV1))
        case .enumAsText:
            emission.kind = isToV1 ? .enumText : .numberOfText
            emission.argument = Int32(draft.enumMaps.count)
            draft.enumMaps.append(enums.texts(of: source?.enumType ?? target.enumType))
        case .rewritten(let toV1, let fromV1):
            emission.kind = .rewritten
            emission.argument = Int32(draft.rewritings.count)
            draft.rewritings.append(isToV1 ? toV1 : fromV1)
        }
        draft.emissions.append(emission)
    }

    private func plan(
        _ draft: ConversionPlanDraft,
        _ source: MessageType,
        _ special: SpecialConversion.Direction?
    ) -> ConversionPlan {
        ConversionPlan(draft, source: source, special: special)
    }
}

/// Gives slots to paths of a message, with a scan for each message on the way.
private struct SlotTree {
    private var oneofCount = 0
    private var isStarted = false

    /// The slot of the field at a path; the same for the same path.
    mutating func slot(at path: [MessageField], in draft: inout ConversionPlanDraft) throws(TableError) -> Int16 {
        if !isStarted, let first = path.first {
            oneofCount = first.declaringType.oneofs.count
            isStarted = true
        }
        var table = 0
        for (depth, field) in path.enumerated() {
            var entry = draft.scans[table].entries[field.number]
            if entry.slot < 0 {
                entry.slot = Int16(draft.slotCount)
                draft.slotCount += 1
            }
            if depth + 1 < path.count, entry.inner < 0 {
                guard let type = field.messageType, !field.isRepeated else {
                    throw TableError("a path goes through \(field), which is no singular message")
                }
                entry.inner = Int16(draft.scans.count)
                draft.scans.append(try ScanTable(type, oneofStart: oneofCount))
                oneofCount += type.oneofs.count
                guard oneofCount <= 64 else { throw TableError("too many oneofs around \(field)") }
            }
            draft.scans[table].entries[field.number] = entry
            if depth + 1 == path.count { return entry.slot }
            table = Int(entry.inner)
        }
        throw TableError("a path is empty")
    }
}

/// Pairs the values of enums by their names, and by the tables of those that differ.
struct EnumPairing {
    let version: APIVersion

    /// The numbers of the one enum by those of the other.
    ///
    /// The kinds of v1beta1 that v1 does not know come back from their number in the store.
    func numbers(from source: EnumType?, to target: EnumType?, isToV1: Bool) -> EnumMap {
        guard let source, let target else { return EnumMap() }
        let (here, there) = isToV1 ? (source, target) : (target, source)
        let table = version.enumTables.first {
            "\(version.package).\($0.version)" == here.fullName && "\(APIVersion.v1.package).\($0.v1)" == there.fullName
        }
        let renamed = (table?.renamed ?? []).map { isToV1 ? ($0.version, $0.v1) : ($0.v1, $0.version) }
        var map = EnumMap()
        for value in source.values where value.number >= 0 && value.number < 1024 {
            let name = renamed.first { $0.0 == value.name }?.1 ?? value.name
            if let number = target.number(named: name) { map.set(value.number, to: number) }
        }
        if !isToV1, version == .v1beta1, target.fullName == "\(version.package).NoteKind" {
            for value in target.values where source.number(named: value.name) == nil {
                map.set(Kind.foreignOffset + value.number, to: value.number)
            }
        }
        return map
    }

    /// The names of an enum's values, without that of zero, which stands for nothing.
    func texts(of type: EnumType?) -> EnumMap {
        let values = (type?.values ?? []).filter { $0.number != 0 }
        return EnumMap(texts: values.map { (Int32($0.number), Array($0.name.utf8)) })
    }
}

extension EnumMap {
    fileprivate mutating func set(_ source: Int, to target: Int) {
        while numbers.count <= source { numbers.append(0) }
        numbers[source] = Int32(target)
    }
}
