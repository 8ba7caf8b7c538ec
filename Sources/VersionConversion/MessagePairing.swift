import MessageReflection

/// A table held against the two types: every field of both is in a correspondence or known to have none.
struct MessagePairing: Sendable {
    let version: MessageType
    let v1: MessageType
    /// The version's field around all that is paired.
    let inside: MessageField?
    fileprivate(set) var correspondences: [Correspondence] = []
    fileprivate(set) var derived: [DerivedField] = []
    let special: SpecialConversion?
}

/// The field at a path of the version, and the field of v1 that says the same.
struct Correspondence: Sendable {
    /// From inside the wrapper, if there is one.
    let path: [MessageField]
    /// One field, except in tables of special conversions.
    let v1: [MessageField]
    let conversion: FieldConversion
    /// The pairing of the two fields' messages, if they are not the same. Stored, because the optimizer of Swift 6.3 does not
    /// survive a computed one.
    let nested: Int?

    init(path: [MessageField], v1: [MessageField], conversion: FieldConversion) {
        self.path = path
        self.v1 = v1
        self.conversion = conversion
        if case .message(let pairing) = conversion { nested = pairing } else { nested = nil }
    }
}

/// A boolean of v1 that follows from a field of the version.
struct DerivedField: Sendable {
    let v1: MessageField
    let path: [MessageField]
    let isTrue: ContentTest
}

/// How a field's content becomes the other's.
enum FieldConversion: Sendable {
    /// The bytes are the same.
    case none
    /// By the pairing with this index.
    case message(Int)
    /// By the names of the values.
    case enumNames
    /// The version's enum is a text in v1.
    case enumAsText
    case rewritten(toV1: ContentRewriting, fromV1: ContentRewriting)
}

/// Finds the pairings that the two records of a version need, and checks each.
struct PairingResolver {
    private(set) var pairings: [MessagePairing] = []
    private let version: APIVersion
    private let tables: [String: MessageTable]
    private var indexes: [String: Int] = [:]
    private var shapes = MessageShapes()

    init(_ version: APIVersion) throws(TableError) {
        self.version = version
        var tables: [String: MessageTable] = [:]
        for table in version.messageTables {
            let key = "\(version.package).\(table.version) \(APIVersion.v1.package).\(table.v1)"
            guard tables.updateValue(table, forKey: key) == nil else { throw TableError("two tables for \(key)") }
        }
        self.tables = tables
    }

    /// The tables that no message asked for.
    var unused: [String] { tables.keys.filter { indexes[$0] == nil }.sorted() }

    /// The index of the pairing of two messages.
    mutating func pairing(_ version: MessageType, _ v1: MessageType) throws(TableError) -> Int {
        let key = "\(version) \(v1)"
        if let known = indexes[key] { return known }
        let table = tables[key] ?? MessageTable(version.name, v1.name)
        var inside: MessageField?
        if let name = table.inside {
            inside = version.field(named: name)
            guard inside?.messageType != nil else { throw TableError("\(key): \(name) is no message to be inside of") }
        }
        let index = pairings.count
        indexes[key] = index
        pairings.append(MessagePairing(version: version, v1: v1, inside: inside, special: table.special))
        let root = inside?.messageType ?? version
        do throws(TableError) {
            try addRules(of: table, root, v1, to: index)
            try addSameNames(except: table, root, v1, to: index)
            try checkTotality(of: table, root, v1, index)
        } catch {
            throw TableError("\(key): \(error)")
        }
        return index
    }

    // MARK: Correspondences

    private mutating func addRules(
        of table: MessageTable,
        _ root: MessageType,
        _ v1: MessageType,
        to index: Int
    ) throws(TableError) {
        for rule in table.rules {
            switch rule {
            case .same(let path, let other):
                let fields = try self.fields(path, of: root)
                let v1Fields = try self.fields(other, of: v1)
                guard v1Fields.count == 1 || table.special != nil else {
                    throw TableError("\(other) is a path; v1 has fields, or the conversion is special")
                }
                let conversion = table.special == nil ? try self.conversion(fields, v1Fields) : .none
                let row = Correspondence(path: fields, v1: v1Fields, conversion: conversion)
                pairings[index].correspondences.append(row)
            case .rewritten(let path, let other, let toV1, let fromV1):
                let row = Correspondence(
                    path: try fields(path, of: root),
                    v1: try fields(other, of: v1),
                    conversion: .rewritten(toV1: toV1, fromV1: fromV1)
                )
                pairings[index].correspondences.append(row)
            case .derived(let other, let path, let isTrue):
                guard let field = v1.field(named: other), field.kind == .bool else {
                    throw TableError("\(other) is no boolean of v1")
                }
                let row = DerivedField(v1: field, path: try fields(path, of: root), isTrue: isTrue)
                pairings[index].derived.append(row)
            }
        }
    }

    /// Fields of the same name on both sides that the table leaves alone.
    private mutating func addSameNames(
        except table: MessageTable,
        _ root: MessageType,
        _ v1: MessageType,
        to index: Int
    ) throws(TableError) {
        guard table.special == nil else { return }
        let pairing = pairings[index]
        let mentioned = Set(pairing.correspondences.flatMap(\.path)).union(pairing.correspondences.flatMap(\.v1))
            .union(pairing.derived.map(\.v1))
        for field in root.fields where !mentioned.contains(field) && !table.onlyHere.contains(field.name) {
            guard let other = v1.field(named: field.name), other.name == field.name, !mentioned.contains(other),
                !table.onlyV1.contains(other.name)
            else { continue }
            let conversion = try self.conversion([field], [other])
            pairings[index].correspondences.append(Correspondence(path: [field], v1: [other], conversion: conversion))
        }
    }

    private mutating func conversion(
        _ path: [MessageField],
        _ v1: [MessageField]
    ) throws(TableError) -> FieldConversion {
        guard let here = path.last, let there = v1.last, here.isRepeated == there.isRepeated, here.isMap == there.isMap
        else { throw TableError("\(names(path)) and \(names(v1)) are not both singular, repeated or maps") }
        if let message = here.messageType, let other = there.messageType {
            let isTable = tables["\(message) \(other)"] != nil
            return !isTable && shapes.isSame(message, other) ? .none : .message(try pairing(message, other))
        }
        if let type = here.enumType, let other = there.enumType {
            if shapes.isSame(type, other) { return .none }
            guard !here.isRepeated else { throw TableError("\(here) is repeated, and its enum differs from v1's") }
            return .enumNames
        }
        if here.kind == .enum, there.kind == .string, !here.isRepeated { return .enumAsText }
        // Both are 32 bits in a varint, which readers cut to that size.
        let areCounts = [here.kind, there.kind].allSatisfy { $0 == .int32 || $0 == .uint32 }
        guard here.kind == there.kind || areCounts else { throw TableError("\(here) and \(there) differ in type") }
        return .none
    }

    private func fields(_ path: String, of root: MessageType) throws(TableError) -> [MessageField] {
        var fields: [MessageField] = []
        var type = root
        for name in path.split(separator: ".") {
            if let last = fields.last {
                guard let next = last.messageType else { throw TableError("\(path) goes through no message") }
                type = next
            }
            guard let field = type.field(named: String(name)), field.name == name else {
                throw TableError("\(path) is no path of \(root)")
            }
            fields.append(field)
        }
        return fields
    }

    private func names(_ fields: [MessageField]) -> String { fields.map(\.name).joined(separator: ".") }

    // MARK: Totality

    private func checkTotality(
        of table: MessageTable,
        _ root: MessageType,
        _ v1: MessageType,
        _ index: Int
    ) throws(TableError) {
        if let inside = pairings[index].inside, pairings[index].version.fields != [inside] {
            throw TableError("\(inside.name) is not all there is in the message around it")
        }
        let rows = pairings[index].correspondences
        let here = try check(rows.map { names($0.path) }, table.onlyHere, root)
        let there = try check(rows.map { names($0.v1) } + pairings[index].derived.map(\.v1.name), table.onlyV1, v1)
        if !here.isEmpty { throw TableError("the version's \(here) are in no rule, nor in onlyHere") }
        if !there.isEmpty { throw TableError("v1's \(there) are in no rule, nor in onlyV1") }
    }

    /// The paths of a message that are neither paired nor listed, nor have all of their parts so.
    private func check(
        _ paired: [String],
        _ listed: [String],
        _ type: MessageType
    ) throws(TableError) -> [String] {
        for path in listed {
            _ = try fields(path, of: type)
            if paired.contains(path) { throw TableError("\(path) is both paired and listed as being alone") }
        }
        let covered = Set(paired + listed)
        func missing(_ type: MessageType, _ prefix: String) -> [String] {
            type.fields.flatMap { field -> [String] in
                let path = prefix + field.name
                if covered.contains(path) { return [] }
                guard let inner = field.messageType, covered.contains(where: { $0.hasPrefix(path + ".") }) else {
                    return [path]
                }
                return missing(inner, path + ".")
            }
        }
        return missing(type, "")
    }
}
