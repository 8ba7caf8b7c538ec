/// Why an encoded message cannot be read, where in its bytes, and in which field.
public struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with the bytes.
    public enum Reason: Equatable, Sendable {
        /// The bytes end inside a field.
        case truncated
        /// A varint has more than ten bytes.
        case overlongVarint
        /// A tag with field number zero, or one above 2^29 - 1, or a wire type that does not exist.
        case invalidTag
        /// A group that ends without beginning, or begins without ending.
        case unmatchedGroup
        /// A string field that is not UTF-8.
        case invalidUTF8
        /// Messages nested more deeply than ``WireReader/depthMax``.
        case nestedTooDeeply
        /// More messages, at all levels together, than the reader takes.
        case tooManyMessages
        /// A value that the JSON mapping has no form for, such as a timestamp in the year 10000; says which.
        case unrepresentable(String)
    }

    /// What is wrong.
    public let reason: Reason
    /// How many bytes into the message at `path` the trouble lies.
    public let offset: Int
    /// The field at fault in proto spelling (`vulnerability.package_issue[0].fixed_version`), empty for the whole message.
    public private(set) var path: String

    /// An error at the top of a message; ``within(_:)`` adds the fields around it.
    public init(_ reason: Reason, offset: Int, path: String = "") {
        self.reason = reason
        self.offset = offset
        self.path = path
    }

    /// The same error seen from the message around it.
    func within(_ step: String) -> WireError {
        var outer = self
        outer.path = path.isEmpty ? step : path.hasPrefix("[") ? step + path : "\(step).\(path)"
        return outer
    }

    public var description: String {
        let place = path.isEmpty ? "" : "\(path): "
        switch reason {
        case .truncated: return "\(place)the encoded message ends inside a field (byte \(offset))"
        case .overlongVarint: return "\(place)the encoded message has a varint of more than ten bytes (byte \(offset))"
        case .invalidTag: return "\(place)the encoded message has an invalid field tag (byte \(offset))"
        case .unmatchedGroup: return "\(place)the encoded message has a group without its other end (byte \(offset))"
        case .invalidUTF8: return "\(place)the string is not valid UTF-8"
        case .nestedTooDeeply: return "\(place)messages are nested more than \(WireReader.depthMax) levels deep"
        case .tooManyMessages: return "\(place)there are more messages within the request than are taken at once"
        case .unrepresentable(let what): return "\(place)\(what)"
        }
    }
}
