import MetadataModel

/// Cuts a JSON text that comes in pieces, and is too long to be kept, into what is wanted of it: the elements of some
/// of the root's arrays, one after the other, and a few of its other members. The root must be an object.
///
/// The text's form is checked to its end, by the rules of RFC 8259 and the bounds on depth and size, and that it is
/// UTF-8; what is kept is to be indexed by ``JSONDocument``, which finds repeated names, too. What is not wanted is not
/// kept, and a name given twice there does no harm. Memory is that of the largest element, and of the few members.
struct JSONElements {
    /// An element of an array, whole.
    struct Element {
        /// The array's name.
        let array: String
        /// Its position in the array.
        let index: Int
        let bytes: [UInt8]
        let origin: JSONOrigin
    }

    /// Which arrays of the root are cut into elements.
    private let arrays: Set<String>
    /// Which members of the root are kept whole.
    private let members: Set<String>
    let limits: ReportLimits

    /// How many elements of each array there were; none for those that are not there.
    private(set) var counts: [String: Int] = [:]
    /// The names of the root's members, escapes resolved.
    private var names: Set<[UInt8]> = []

    /// The members that are kept, as an object without its end.
    private var head = [UInt8(ascii: "{")]
    /// The element that is being read.
    private var element: [UInt8] = []
    /// What the bytes of the value that is being read are added to.
    private var keeping = Keeping.nothing
    /// From where on the piece at hand is to be kept.
    private var keptFrom = 0
    /// Where the value that is being kept begins in `head`.
    private var valueStart = 0
    private var origin = JSONOrigin()

    private enum Keeping {
        case nothing, member, element
    }

    /// For each open array and object whether it is an object.
    var containers: [Bool] = []
    private var expected = Expected.value
    var lexeme = Lexeme.none
    /// The escape that is being read.
    var escape = JSONEscapeReader()
    /// The character of a string that is being read.
    var utf8 = UTF8Reader()
    /// The name that is being read of a member of the root, as it is written.
    var name: [UInt8] = []
    /// Whether the string that is being read is a name.
    private(set) var isName = false
    /// The member of the root that is being read.
    private var member = ""
    /// Whether its elements are wanted.
    private var isWanted = false
    private var literal: [UInt8] = []

    /// Bytes before the piece at hand.
    private var position = 0
    private var line = 1
    /// The position of the line's first byte.
    private var lineStart = 0

    /// What may come next, outside of strings and literals.
    private enum Expected {
        case value, firstElement, firstName, name, colon, commaOrClose, end
    }

    /// What the next byte is in the middle of.
    enum Lexeme {
        case none, mark, string, escape, literal
    }

    init(arrays: Set<String>, members: Set<String>, limits: ReportLimits) {
        self.arrays = arrays
        self.members = members
        self.limits = limits
    }

    /// The members that are kept, as the text of an object; complete when all has been read.
    var headText: [UInt8] { head + [UInt8(ascii: "}")] }

    /// Bytes that the buffers hold room for.
    var bufferCapacity: Int { element.capacity + head.capacity }

    /// Whether the root has a member of this name.
    func hasMember(_ name: String) -> Bool { names.contains(Array(name.utf8)) }

    /// Reads on.
    ///
    /// - Parameter take: is given each element as soon as it is there.
    /// - Throws: ``ReportProblem`` with line, column and path of what is wrong, and what `take` throws.
    mutating func feed(_ piece: UnsafeRawBufferPointer, _ take: (Element) throws -> Void) throws {
        var at = 0
        while let element = try next(in: piece, &at) { try take(element) }
        if keeping != .nothing {
            keep(piece, to: piece.count)
            try checkSize()
        }
        keptFrom = 0
        position += piece.count
    }

    /// Checks that the text has come to its end.
    mutating func finish() throws(ReportProblem) {
        if position == 0 { throw ReportProblem(path: "", description: "the report is empty") }
        guard expected == .end, lexeme == .none else {
            throw unexpected(UnsafeRawBufferPointer(start: nil, count: 0), 0)
        }
    }

    /// Reads up to the end of the next element; nil if the piece ends before.
    private mutating func next(
        in piece: UnsafeRawBufferPointer,
        _ at: inout Int
    ) throws(ReportProblem) -> Element? {
        while at < piece.count {
            let isEnd =
                switch lexeme {
                case .none: try token(piece, &at)
                case .string: try string(piece, &at)
                case .escape: try escape(piece, &at)
                case .literal: try literal(piece, &at)
                case .mark: try mark(piece, &at)
                }
            if isEnd, let element = try endValue(piece, at) { return element }
        }
        return nil
    }

    // MARK: Tokens

    /// Reads a byte between strings and literals. Returns whether a value ends with it.
    private mutating func token(_ piece: UnsafeRawBufferPointer, _ at: inout Int) throws(ReportProblem) -> Bool {
        let byte = piece[at]
        switch byte {
        case 0x20, 0x09, 0x0D: break
        case 0x0A:
            line += 1
            lineStart = position + at + 1
        case UInt8(ascii: "\""):
            isName = expected == .name || expected == .firstName
            if isName { name.removeAll(keepingCapacity: true) } else { try beginValue(byte, piece, at) }
            lexeme = .string
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try beginValue(byte, piece, at)
            if containers.count == limits.depthMax {
                throw problem("the JSON is nested more than \(limits.depthMax) levels deep", at)
            }
            let isObject = byte == UInt8(ascii: "{")
            containers.append(isObject)
            expected = isObject ? .firstName : .firstElement
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            let isObject = byte == UInt8(ascii: "}")
            let isFirst = expected == (isObject ? .firstName : .firstElement)
            guard containers.last == isObject, expected == .commaOrClose || isFirst else { throw unexpected(piece, at) }
            containers.removeLast()
            at += 1
            return true
        case UInt8(ascii: ",") where expected == .commaOrClose: expected = containers.last == true ? .name : .value
        case UInt8(ascii: ":") where expected == .colon: expected = .value
        case 0xEF where position + at == 0: lexeme = .mark
        default:
            guard byte.isJSONLiteralByte else { throw unexpected(piece, at) }
            try beginValue(byte, piece, at)
            literal.removeAll(keepingCapacity: true)
            lexeme = .literal
            return false
        }
        at += 1
        return false
    }

    /// A byte order mark in front, which readers may pass over (RFC 8259, section 8.1).
    private mutating func mark(_ piece: UnsafeRawBufferPointer, _ at: inout Int) throws(ReportProblem) -> Bool {
        let isLast = position + at == 2
        guard piece[at] == (isLast ? 0xBF : 0xBB) else { throw unexpected(piece, at) }
        if isLast { lexeme = .none }
        at += 1
        return false
    }

    private mutating func literal(_ piece: UnsafeRawBufferPointer, _ at: inout Int) throws(ReportProblem) -> Bool {
        let start = at
        while at < piece.count, piece[at].isJSONLiteralByte { at += 1 }
        literal.append(contentsOf: piece[start..<at])
        if literal.count > limits.titleBytesMax {
            throw problem("a number or word has more than \(limits.titleBytesMax) bytes", at)
        }
        if at == piece.count { return false }
        let isWord = ["null", "true", "false"].contains { literal.elementsEqual($0.utf8) }
        guard isWord || isJSONNumber(literal[...]) else { throw unexpected(piece, at, "a value") }
        lexeme = .none
        return true
    }

    // MARK: Values

    private mutating func beginValue(
        _ byte: UInt8,
        _ piece: UnsafeRawBufferPointer,
        _ at: Int
    ) throws(ReportProblem) {
        guard expected == .value || expected == .firstElement else { throw unexpected(piece, at) }
        switch containers.count {
        case 0: if byte != UInt8(ascii: "{") { throw unexpected(piece, at) }
        case 1: beginMember(isArray: byte == UInt8(ascii: "["), at)
        case 2 where isWanted:
            origin = JSONOrigin(path: path, line: line, column: position + at - lineStart + 1)
            element.removeAll(keepingCapacity: true)
            (keeping, keptFrom) = (.element, at)
        default: break
        }
    }

    /// What should be an array and is none is kept with the other members, for those who read them to say so.
    private mutating func beginMember(isArray: Bool, _ at: Int) {
        isWanted = isArray && arrays.contains(member)
        if isWanted { counts[member] = 0 }
        guard !isWanted, arrays.contains(member) || members.contains(member) else { return }
        if head.count > 1 { head.append(UInt8(ascii: ",")) }
        head += [UInt8(ascii: "\"")] + name + [UInt8(ascii: "\""), UInt8(ascii: ":")]
        origin = JSONOrigin(path: path, line: line, column: position + at - lineStart + 1)
        (keeping, keptFrom, valueStart) = (.member, at, head.count)
    }

    /// Takes note that a value, or a name, has ended. Returns the element that it was.
    private mutating func endValue(_ piece: UnsafeRawBufferPointer, _ at: Int) throws(ReportProblem) -> Element? {
        if isName {
            isName = false
            expected = .colon
            if containers.count == 1 { try endName(at) }
            return nil
        }
        expected = containers.isEmpty ? .end : .commaOrClose
        if containers.count == 1 { isWanted = false }
        guard keeping != .nothing, containers.count == (keeping == .member ? 1 : 2) else { return nil }
        keep(piece, to: at)
        try checkSize()
        let isElement = keeping == .element
        keeping = .nothing
        guard isElement else { return nil }
        let index = counts[member] ?? 0
        counts[member] = index + 1
        return Element(array: member, index: index, bytes: element, origin: origin)
    }

    private mutating func endName(_ at: Int) throws(ReportProblem) {
        let plain = JSONEscapes.resolved(name[...])
        guard let text = String(validating: plain, as: UTF8.self) else {
            throw problem("the name is not UTF-8 text", at)
        }
        member = text
        guard names.insert(plain).inserted else {
            throw problem("the name \(member.quotedForMessage) is given twice in one object", at)
        }
        if names.count > limits.rootMembersMax {
            throw problem("the document has more than \(limits.rootMembersMax) members", at)
        }
    }

    /// Adds what the piece has of the value that is being kept.
    private mutating func keep(_ piece: UnsafeRawBufferPointer, to end: Int) {
        switch keeping {
        case .nothing: break
        case .member: head.append(contentsOf: piece[min(keptFrom, end)..<end])
        case .element: element.append(contentsOf: piece[min(keptFrom, end)..<end])
        }
        keptFrom = end
    }

    private func checkSize() throws(ReportProblem) {
        let (bytes, most) =
            keeping == .member ? (head.count, limits.headBytesMax) : (element.count, limits.elementBytesMax)
        if bytes > most {
            throw ReportProblem(path: origin.path, description: "has more than \(most) bytes, which are the most taken")
        }
    }

    // MARK: Problems

    /// The path of the member that is being read.
    private var path: String {
        var path = ""
        if !member.isEmpty { path.appendJSONStep(.member(member)) }
        if isWanted, containers.count == 2 {
            // Behind an element and before the next.
            path.appendJSONStep(.element((counts[member] ?? 0) - (expected == .commaOrClose ? 1 : 0)))
        }
        return path
    }

    func problem(_ description: String, _ at: Int) -> ReportProblem {
        let path = keeping == .nothing ? path : origin.path
        let column = position + at - lineStart + 1
        return ReportProblem(path: path, description: "line \(line), column \(column): \(description)")
    }

    /// The problem that something else was expected. What has been kept is read again, for the path within it.
    mutating func unexpected(
        _ piece: UnsafeRawBufferPointer,
        _ at: Int,
        _ expectation: String? = nil
    ) -> ReportProblem {
        if keeping != .nothing {
            // With the bytes behind, so that an escape that is wrong does not look like one that is cut off.
            keep(piece, to: min(at + 12, piece.count))
            let kept = keeping == .member ? Array(head[valueStart...]) : element
            var indexer = JSONIndexer(kept, limits: limits, origin: origin)
            do throws(ReportProblem) { _ = try indexer.index() } catch { return error }
        }
        let expectation = expectation ?? self.expectation
        if at < piece.count { return problem("expected \(expectation)", at) }
        if lexeme == .none, !containers.isEmpty, expected == .value || expected == .firstElement {
            return problem("the text ends before a value does; it is cut off", at)
        }
        return problem("the text ends where \(expectation) was expected; it is cut off", at)
    }

    private var expectation: String {
        if lexeme == .string || lexeme == .escape { return "the closing quote of a string" }
        return switch expected {
        case .value, .firstElement: containers.isEmpty ? "an object" : "a value"
        case .firstName, .name: "a member name in double quotes"
        case .colon: "\":\""
        case .commaOrClose: containers.last == true ? "\",\" or \"}\"" : "\",\" or \"]\""
        case .end: "the end of the text"
        }
    }
}
