import MessageReflection

extension RecordForm {
    /// The dotted paths of this version's message that v1 spells otherwise, with v1's paths; what follows from the path above
    /// by the same last step is left out, and so is what is a path of v1 too. For filters, which take every version's names.
    public var renamedPaths: [String: String] {
        guard conversion != nil else { return [:] }
        var renamed: [String: String] = [:]
        gather([], [], type, &renamed)
        return renamed
    }

    /// Deeper paths than this have no names of their own in any version.
    private static let stepsMax = 7

    /// - Parameter target: the v1 path that `path` stands for already, by way of the paths above it; nil if for none.
    private func gather(
        _ path: [String],
        _ target: [String]?,
        _ message: MessageType,
        _ renamed: inout [String: String]
    ) {
        guard message.wellKnown == .none, path.count < Self.stepsMax else { return }
        for field in message.fields {
            // JSON may call it otherwise than the usual way; filters are written by people who read JSON.
            let names = field.jsonName.contains(where: \.isUppercase) ? [field.name] : [field.name, field.jsonName]
            for name in Set(names) { gather(path + [name], target, field, &renamed) }
        }
    }

    private func gather(_ path: [String], _ target: [String]?, _ field: MessageField, _ renamed: inout [String: String])
    {
        let implied = target.flatMap { parent in path.last.map { parent + [$0] } }
        let stored = storedPath(of: path)
        if let stored, stored != implied, !isPathOfV1(path), isReadAlike(field, stored) {
            renamed[path.joined(separator: ".")] = stored.joined(separator: ".")
        }
        if let inner = field.messageType, !field.isMap { gather(path, stored, inner, &renamed) }
    }

    /// Whether a value in a filter means the same for both: not where one is text and the other bytes.
    private func isReadAlike(_ field: MessageField, _ stored: [String]) -> Bool {
        guard let other = fieldOfV1(stored) else { return true }
        return (field.kind == .string && other.kind == .bytes) == false
    }
}
