/// Which field says what an element of a list is: a package issue is its package's.
///
/// A merge finds elements again by their content, or else by their place. Elements that differ in this field are different
/// things, whatever their places.
public struct ElementIdentities: Sendable {
    /// By the index of the element's message, the numbers of the fields on the path.
    private var paths: [Int: [Int]] = [:]

    /// No element has such a field.
    public init() {}

    /// Makes a field, by its dotted path, the identity of all elements of a type.
    /// - Returns: false if the type has no such field.
    public mutating func add(_ path: String, of element: MessageType) -> Bool {
        var numbers: [Int] = []
        var type: MessageType? = element
        for name in path.split(separator: ".") {
            guard let field = type?.field(named: String(name)) else { return false }
            numbers.append(field.number)
            type = field.messageType
        }
        paths[element.index] = numbers
        return true
    }

    /// Whether two elements may be one thing at two times.
    func mayBeSame(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, of message: Int) throws(WireError) -> Bool
    {
        guard let path = paths[message] else { return true }
        return try Self.content(of: a, at: path[...]).isSame(as: Self.content(of: b, at: path[...]))
    }

    /// The content of the field at a path; nothing if it is not set.
    private static func content(
        of message: UnsafeRawBufferPointer,
        at path: ArraySlice<Int>
    ) throws(WireError) -> UnsafeRawBufferPointer {
        guard let number = path.first else { return message }
        var content = UnsafeRawBufferPointer(start: nil, count: 0)
        var reader = WireReader(message)
        while let field = try reader.next() {
            if field.number == number { content = field.payload }
        }
        return try Self.content(of: content, at: path.dropFirst())
    }
}
