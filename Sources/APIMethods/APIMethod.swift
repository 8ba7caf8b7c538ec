public import UseCases

/// One unary method of the API as the doors see it: request bytes in, reply bytes out.
///
/// gRPC carries these bytes as they are; REST transcodes them from and to JSON by their descriptors. So both doors make
/// the same call, and neither knows a message type.
public struct APIMethod: Sendable {
    /// The full name with a slash before the method: `grafeas.v1.Grafeas/GetOccurrence`.
    public let name: String

    /// Runs the method on an encoded request and returns the encoded reply.
    ///
    /// - Throws: `MetadataError` for everything a caller can act on; any other error is a fault of ours, to be logged
    ///   under the call's id and reported as internal.
    public let run: @Sendable (_ request: [UInt8], _ call: Call) async throws -> [UInt8]

    /// Runs the method on a request whose body, a `google.api.HttpBody`, is too large to be in it; nil if it takes none such.
    public let runLarge: LargeRun?

    /// See ``runLarge``.
    public typealias LargeRun =
        @Sendable (_ request: [UInt8], _ body: @escaping ByteSource, _ call: Call) async throws
        -> [UInt8]

    public init(
        name: String,
        runLarge: LargeRun? = nil,
        run: @escaping @Sendable (_ request: [UInt8], _ call: Call) async throws -> [UInt8]
    ) {
        self.name = name
        self.runLarge = runLarge
        self.run = run
    }
}

/// The methods that a server serves, by full name.
public struct APIMethods: Sendable {
    /// In the order in which they were given.
    public let all: [APIMethod]
    private let byName: [String: APIMethod]

    public init(_ methods: [APIMethod]) {
        all = methods
        byName = Dictionary(methods.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The method with a full name such as `grafeas.v1.Grafeas/GetOccurrence`.
    public subscript(name: String) -> APIMethod? { byName[name] }
}
