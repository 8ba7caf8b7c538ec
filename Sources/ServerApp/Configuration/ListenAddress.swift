internal import MetadataModel

/// An address to listen on, written `HOST:PORT`, `[IPV6]:PORT` or `unix:PATH`.
public enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name or address without brackets. Port 0 lets the system choose; the server then tells which.
    case tcp(host: String, port: Int)
    /// A unix socket at a path of at most 107 bytes.
    case unix(path: String)

    /// - Throws: ``ConfigurationProblem``.
    public init(parsing text: String) throws {
        if text.hasPrefix("unix:") {
            self = .unix(path: try Self.socketPath(String(text.dropFirst("unix:".count)), in: text))
            return
        }
        guard let colon = text.lastIndex(of: ":") else {
            throw Self.problem(text, "the port is missing")
        }
        guard let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
            throw Self.problem(text, "the port is not a number from 0 to 65535")
        }
        self = .tcp(host: try Self.host(text[..<colon], in: text), port: port)
    }

    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    private static func host(_ host: Substring, in text: String) throws -> String {
        if host.isEmpty {
            throw problem(text, "the host is missing; 0.0.0.0 is every IPv4 address, [::] every address")
        }
        if host.hasPrefix("["), host.hasSuffix("]"), host.count > 2 { return String(host.dropFirst().dropLast()) }
        if host.contains(where: { ":[]".contains($0) }) {
            throw problem(text, "an IPv6 address goes in brackets: [::1]:8080")
        }
        return String(host)
    }

    /// `sockaddr_un` has room for 108 bytes, the closing zero included.
    private static func socketPath(_ path: String, in text: String) throws -> String {
        if path.isEmpty { throw problem(text, "the path is missing: unix:/run/grafeion.sock") }
        if path.utf8.count > 107 {
            throw problem(text, "the path is longer than 107 bytes, which unix sockets do not allow")
        }
        return path
    }

    private static func problem(_ text: String, _ what: String) -> ConfigurationProblem {
        ConfigurationProblem(
            "listen address \(text.quotedForMessage): \(what); expected HOST:PORT, [IPV6]:PORT or unix:PATH"
        )
    }
}
