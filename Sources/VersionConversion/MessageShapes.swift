import MessageReflection

/// Which messages of two versions are one and the same but for their names, all that is in them included: their bytes need no
/// conversion.
struct MessageShapes {
    private var known: [Pair: Bool] = [:]

    private struct Pair: Hashable {
        var a: MessageType
        var b: MessageType
    }

    mutating func isSame(_ a: MessageType, _ b: MessageType) -> Bool {
        if a == b { return true }
        let pair = Pair(a: a, b: b)
        if let answer = known[pair] { return answer }
        // Types that contain themselves are the same unless something else is found to differ.
        known[pair] = true
        let answer = a.fields.count == b.fields.count && zip(a.fields, b.fields).allSatisfy { isSame($0, $1) }
        known[pair] = answer
        return answer
    }

    private mutating func isSame(_ a: MessageField, _ b: MessageField) -> Bool {
        guard a.name == b.name, a.number == b.number, a.kind == b.kind, a.isRepeated == b.isRepeated,
            a.isMap == b.isMap, a.oneof == b.oneof, a.hasPresence == b.hasPresence
        else { return false }
        if let message = a.messageType, let other = b.messageType { return isSame(message, other) }
        if let type = a.enumType, let other = b.enumType { return isSame(type, other) }
        return true
    }

    func isSame(_ a: EnumType, _ b: EnumType) -> Bool {
        a.values.elementsEqual(b.values) { $0.name == $1.name && $0.number == $1.number }
    }
}
