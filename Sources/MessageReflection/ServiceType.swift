/// A gRPC service known by its descriptor.
public struct ServiceType: Sendable, CustomStringConvertible {
    let tables: TypeTables
    let row: ServiceRow

    /// `grafeas.v1.Grafeas`
    public var fullName: String { row.fullName }

    /// The methods in the order declared.
    public var methods: [MethodType] { row.methods.map { MethodType(tables: tables, serviceName: fullName, row: $0) } }

    public var description: String { fullName }
}

/// A method of a service.
public struct MethodType: Sendable, CustomStringConvertible {
    let tables: TypeTables
    /// `grafeas.v1.Grafeas`
    public let serviceName: String
    let row: MethodRow

    /// `GetOccurrence`
    public var name: String { row.name }
    /// `grafeas.v1.Grafeas/GetOccurrence`
    public var fullName: String { "\(serviceName)/\(row.name)" }
    /// The type of the request.
    public var input: MessageType { MessageType(tables: tables, index: Int(row.input)) }
    /// The type of the reply.
    public var output: MessageType { MessageType(tables: tables, index: Int(row.output)) }
    /// Whether the client sends a stream of requests.
    public var clientStreams: Bool { row.clientStreams }
    /// Whether the server sends a stream of replies.
    public var serverStreams: Bool { row.serverStreams }
    /// The REST forms of the `google.api.http` option: the main one first, then the additional ones in order.
    public var bindings: [HTTPBinding] { row.bindings }

    public var description: String { fullName }
}

/// One REST form of a method, as `google.api.http` states it.
public struct HTTPBinding: Sendable, Hashable {
    /// `GET`, `POST`, `PATCH`, `PUT`, `DELETE`, or a custom verb.
    public internal(set) var verb: String
    /// The path template, `/v1/{name=projects/*/occurrences/*}`.
    public internal(set) var template: String
    /// The request field that the HTTP body is, `*` for the whole request, empty for no body.
    public internal(set) var body: String
    /// The reply field that the HTTP response is, empty for the whole reply.
    public internal(set) var responseBody: String
}
