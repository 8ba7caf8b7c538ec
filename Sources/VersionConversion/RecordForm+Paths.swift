import MessageReflection

extension RecordForm {
    /// A field path of v1, as errors name it, in this version's words; indexes stay.
    ///
    /// `vulnerability.package_issue[0].affected_package` is `vulnerability.package_issue[0].affected_location.package` in
    /// v1beta1. From the first part on that has no counterpart, the path stays as it is.
    public func path(ofStored path: String) -> String {
        guard let conversion else { return path }
        let steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return PathTranslation(conversion.program).versionSteps(steps[...], conversion.pairing).joined(separator: ".")
    }

    /// The v1 path, in proto spelling, of a dotted path of this version, whose steps may be in proto or JSON spelling; nil if
    /// the path names nothing here or v1 has no counterpart.
    public func storedPath(of path: [String]) -> [String]? {
        guard let conversion else { return type.protoPath(path[...]) }
        return PathTranslation(conversion.program).v1Steps(path[...], conversion.pairing)
    }

    /// Whether a path, in either spelling, names a field of v1.
    func isPathOfV1(_ path: [String]) -> Bool { v1.protoPath(path[...]) != nil }

    /// The field of v1 that a path in proto spelling ends at.
    func fieldOfV1(_ path: [String]) -> MessageField? {
        var field: MessageField?
        var type: MessageType? = v1
        for name in path {
            field = type?.field(named: name)
            type = field?.messageType
        }
        return field
    }
}

extension RecordConversion {
    fileprivate var pairing: Int { program.pairing(of: sort) }
}

/// Translates paths by the rules that translate messages.
private struct PathTranslation {
    let pairings: [MessagePairing]

    init(_ program: ConversionProgram) { pairings = program.pairings }

    // MARK: To the version

    /// The steps may have indexes behind them: `package_issue[0]`.
    func versionSteps(_ steps: ArraySlice<String>, _ index: Int) -> [String] {
        let pairing = pairings[index]
        for row in pairing.correspondences {
            guard starts(steps, with: row.v1), let last = row.path.last else { continue }
            // An index belongs to the field that is repeated.
            let suffix = row.v1.indices.compactMap { at in
                let step = steps[steps.startIndex + at]
                return step.firstIndex(of: "[").map { step[$0...] }
            }.joined()
            var result = pairing.inside.map { [$0.name] } ?? []
            result += row.path.map(\.name)
            if last.isRepeated { result[result.count - 1] += suffix }
            let rest = steps.dropFirst(row.v1.count)
            return result + (row.nested.map { versionSteps(rest, $0) } ?? Array(rest))
        }
        return Array(steps)
    }

    private func starts(_ steps: ArraySlice<String>, with fields: [MessageField]) -> Bool {
        guard steps.count >= fields.count else { return false }
        return zip(steps, fields).allSatisfy { step, field in step.prefix { $0 != "[" } == field.name }
    }

    // MARK: To v1

    func v1Steps(_ steps: ArraySlice<String>, _ index: Int) -> [String]? {
        let pairing = pairings[index]
        var steps = steps
        if steps.isEmpty { return [] }
        if let inside = pairing.inside {
            guard names(steps.first, inside) else { return nil }
            steps = steps.dropFirst()
            if steps.isEmpty { return [] }
        }
        for row in pairing.correspondences {
            let count = row.path.count
            guard steps.count >= count, zip(steps, row.path).allSatisfy({ names($0, $1) }) else { continue }
            let rest = steps.dropFirst(count)
            guard let inner = inner(rest, row) else { return nil }
            return row.v1.map(\.name) + inner
        }
        return nil
    }

    private func inner(_ steps: ArraySlice<String>, _ row: Correspondence) -> [String]? {
        if steps.isEmpty { return [] }
        // What is put together from several fields has no places for them.
        if case .rewritten = row.conversion { return nil }
        if row.path.last?.isMap == true { return Array(steps) }
        if let nested = row.nested { return v1Steps(steps, nested) }
        return row.path.last?.messageType?.protoPath(steps)
    }

    private func names(_ step: String?, _ field: MessageField) -> Bool {
        step == field.name || step == field.jsonName
    }
}

extension MessageType {
    /// The path in proto spelling; nil if it is no path of the message. What follows a map, or is inside a type with a JSON form
    /// of its own, is taken as it is.
    fileprivate func protoPath(_ steps: ArraySlice<String>) -> [String]? {
        guard let first = steps.first else { return [] }
        if wellKnown != .none { return Array(steps) }
        guard let field = field(named: first) else { return nil }
        let rest = steps.dropFirst()
        if field.isMap || rest.isEmpty { return [field.name] + rest }
        return field.messageType?.protoPath(rest).map { [field.name] + $0 }
    }
}
