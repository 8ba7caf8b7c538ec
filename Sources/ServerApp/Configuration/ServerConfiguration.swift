public import MetadataModel
internal import UseCases

/// Everything that decides how a server runs, as values that have been checked. Where they come from (flags, environment,
/// file) is the command line's business.
public struct ServerConfiguration: Sendable {
    /// Where to listen; at least one. Each address serves REST and gRPC.
    public var listen: [ListenAddress] = [.tcp(host: "127.0.0.1", port: 8080)]
    /// Certificate, key and perhaps client CA; nil for plain text. Applies to every address.
    public var tls: TLSFiles?
    /// Where notes and occurrences are kept.
    public var database: DatabaseLocation = .sqlite(path: "grafeion.db")
    /// Whether a project must have been created before anything is stored in it.
    public var explicitProjects = false
    public var limits = Limits()
    /// Seconds for which decisions on images are kept.
    public var decisionsKeptSeconds = TrustLimits.decisionsKeptSecondsDefault
    /// Seconds that calls in flight get to finish once a shutdown has begun.
    public var shutdownGraceSeconds = 30
    /// Seconds between two looks at the TLS files.
    public var tlsCheckSeconds = 10.0

    public init() {}
}

/// A configuration that cannot be used: what is wrong and what to write instead, for the person who starts the server.
public struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

/// Where notes and occurrences are kept.
public enum DatabaseLocation: Sendable, Hashable, CustomStringConvertible {
    /// An SQLite file, made if it is missing.
    case sqlite(path: String)
    /// SQLite in memory: gone when the server stops.
    case sqliteInMemory

    /// Reads `sqlite:PATH` or `sqlite::memory:`.
    ///
    /// - Throws: ``ConfigurationProblem``.
    public init(parsing text: String) throws {
        guard text.hasPrefix("sqlite:") else {
            throw ConfigurationProblem(
                "database \(text.quotedForMessage): expected sqlite:PATH or sqlite::memory:, for example sqlite:grafeion.db"
            )
        }
        let path = String(text.dropFirst("sqlite:".count))
        switch path {
        case ":memory:": self = .sqliteInMemory
        case "": throw ConfigurationProblem("database \"sqlite:\" names no file; write sqlite:PATH or sqlite::memory:")
        default: self = .sqlite(path: path)
        }
    }

    public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .sqliteInMemory: "sqlite::memory:"
        }
    }
}
