import MetadataModel

/// The parameters after the question mark: those that fill fields of the request, and the standard ones of Google's APIs,
/// of which only the layout of the answer means something here.
struct QueryParameters: Sendable {
    /// Name and value, decoded, in the order they came.
    private(set) var fields: [(name: String, value: String)] = []
    /// Whether the answer is wanted with line breaks and indentation.
    private(set) var isPrettyPrinted = false

    /// Accepted because clients and tools send them, and without meaning for this server.
    private static let ignored: Set<String> = [
        "$.xgafv", "access_token", "callback", "fields", "key", "oauth_token", "quotaUser", "uploadType",
        "upload_protocol",
        "xgafv",
    ]

    /// No parameters.
    init() {}

    /// - Throws: invalid for a malformed escape, and for a standard parameter with a value we can't honour.
    init(parsing query: ArraySlice<UInt8>) throws(HTTPFailure) {
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try Self.decoded(pair[..<equals], of: pair)
            let value = try Self.decoded(pair[equals...].dropFirst(), of: pair)
            try add(name, value)
        }
    }

    private static func decoded(_ part: ArraySlice<UInt8>, of pair: ArraySlice<UInt8>) throws(HTTPFailure) -> String {
        do {
            return try PercentDecoding.text(part, plusIsSpace: true)
        } catch {
            let shown = String(decoding: pair, as: UTF8.self).quotedForMessage
            throw HTTPFailure.invalid("", "query parameter \(shown): \(error.explanation)")
        }
    }

    private mutating func add(_ name: String, _ value: String) throws(HTTPFailure) {
        switch name {
        case "alt", "$alt":
            // Official clients ask for `json;enum-encoding=int`; they read names as well.
            let isJSON = value.isEmpty || value == "json" || value.hasPrefix("json;")
            guard isJSON else {
                throw HTTPFailure.invalid(name, "this server answers in json only, not in \(value.quotedForMessage)")
            }
        case "prettyPrint", "$prettyPrint":
            switch value {
            case "true", "1", "": isPrettyPrinted = true
            case "false", "0": isPrettyPrinted = false
            default: throw HTTPFailure.invalid(name, "expected true or false, got \(value.quotedForMessage)")
            }
        case _ where Self.ignored.contains(name): break
        default: fields.append((name, value))
        }
    }
}
