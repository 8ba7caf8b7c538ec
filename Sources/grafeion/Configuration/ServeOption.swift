import ArgumentParser
import MetadataModel

/// One setting of `grafeion serve`: its name, the values it takes, its default and what it is for.
///
/// The name serves three times: `--max-body-bytes` on the command line, `GRAFEION_MAX_BODY_BYTES` in the environment
/// and `max-body-bytes` in the file. Help texts, the reader, `--print-config` and `docs/configuration.md` all
/// follow from ``all``.
struct ServeOption: Sendable {
    /// The values that a setting takes.
    enum Form: Sendable, Equatable {
        case text
        /// Several texts: the flag repeated, commas in the environment, a list in the file.
        case list
        case number(ClosedRange<Int>)
        case truth
        case choice([String])
    }

    let key: String
    let form: Form
    /// What stands for the value in help texts, with its unit.
    let placeholder: String
    /// As it would be written; nil where the setting is off unless given.
    let defaultText: String?
    /// One or two sentences.
    let summary: String

    /// `--max-body-bytes`
    var flag: String { "--\(key)" }

    /// `GRAFEION_MAX_BODY_BYTES`
    var variable: String { Self.variablePrefix + key.uppercased().replacing("-", with: "_") }

    /// The option's text in `grafeion serve --help`.
    var help: ArgumentHelp {
        var text = summary
        if case .choice(let choices) = form { text += " One of \(choices.joined(separator: ", "))." }
        if let defaultText { text += " (default: \(defaultText))" }
        return ArgumentHelp(stringLiteral: text).naming(placeholder)
    }

    static let variablePrefix = "GRAFEION_"
}

extension ServeOption {
    static let listen = ServeOption(
        key: "listen",
        form: .list,
        placeholder: "HOST:PORT|unix:PATH",
        defaultText: "127.0.0.1:8080",
        summary: "Address to serve REST and gRPC on; may be given several times. Port 0 takes a free port."
    )

    static let database = ServeOption(
        key: "database",
        form: .text,
        placeholder: "sqlite:PATH",
        defaultText: "sqlite:grafeion.db",
        summary: "Where everything is stored. The file is made if it is not there; sqlite::memory: forgets on exit."
    )

    static let tlsCert = ServeOption(
        key: "tls-cert",
        form: .text,
        placeholder: "FILE",
        defaultText: nil,
        summary: "Certificate chain (PEM) to serve TLS with. Read again when the file changes."
    )

    static let tlsKey = ServeOption(
        key: "tls-key",
        form: .text,
        placeholder: "FILE",
        defaultText: nil,
        summary: "Private key (PEM) that goes with the certificate."
    )

    static let clientCA = ServeOption(
        key: "client-ca",
        form: .text,
        placeholder: "FILE",
        defaultText: nil,
        summary: "Authorities (PEM) that sign client certificates. With it, a client without a certificate is refused."
    )

    static let explicitProjects = ServeOption(
        key: "explicit-projects",
        form: .truth,
        placeholder: "true|false",
        defaultText: "false",
        summary: "Refuse writes to projects that were not created first. Otherwise the first write creates the project."
    )

    static let decisionsKept = ServeOption(
        key: "decisions-kept",
        form: .number(1...36_500),
        placeholder: "DAYS",
        defaultText: "90",
        summary: "How long decisions on images are kept. Those by which somebody ran images against a policy stay."
    )

    static let admissionListen = ServeOption(
        key: "admission-listen",
        form: .list,
        placeholder: "HOST:PORT|unix:PATH",
        defaultText: nil,
        summary: "Address to answer the admission reviews of Kubernetes' API servers on; may be given several times."
    )

    static let admissionPolicy = ServeOption(
        key: "admission-policy",
        form: .text,
        placeholder: "FILE|NAME",
        defaultText: nil,
        summary: "Policy that judges what is admitted: a file, or the name of a stored one, projects/P/policies/X."
    )

    static let admissionProject = ServeOption(
        key: "admission-project",
        form: .text,
        placeholder: "PROJECT",
        defaultText: nil,
        summary: "Where decisions by a policy from a file are recorded. A stored policy's are in its own project."
    )

    static let admissionTLSCert = ServeOption(
        key: "admission-tls-cert",
        form: .text,
        placeholder: "FILE",
        defaultText: nil,
        summary:
            "Certificate chain (PEM) for these addresses: API servers insist on TLS. Read again when the file changes."
    )

    static let admissionTLSKey = ServeOption(
        key: "admission-tls-key",
        form: .text,
        placeholder: "FILE",
        defaultText: nil,
        summary: "Private key (PEM) that goes with that certificate."
    )

    static let logLevel = ServeOption(
        key: "log-level",
        form: .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
        placeholder: "LEVEL",
        defaultText: "info",
        summary: "Least level that is logged."
    )

    static let logFormat = ServeOption(
        key: "log-format",
        form: .choice(["text", "json"]),
        placeholder: "text|json",
        defaultText: "text",
        summary: "How log lines are written to standard error: for people, or one JSON object a line."
    )

    static let shutdownGrace = ServeOption(
        key: "shutdown-grace",
        form: .number(0...3600),
        placeholder: "SECONDS",
        defaultText: "30",
        summary: "How long requests in flight may take to finish after SIGTERM or SIGINT."
    )

    static let maxBodyBytes = bound(
        "max-body-bytes",
        1024...(1 << 30),
        "BYTES",
        Limits().bodyBytesMax,
        "Largest request body or gRPC message."
    )

    static let maxHeaderBytes = bound(
        "max-header-bytes",
        1024...(1 << 20),
        "BYTES",
        Limits().headerBytesMax,
        "Largest header of a request, all fields together."
    )

    static let maxMessageBytes = bound(
        "max-message-bytes",
        1024...(256 << 20),
        "BYTES",
        Limits().messageBytesMax,
        "Largest note or occurrence that is stored."
    )

    static let maxScannedRows = bound(
        "max-scanned-rows",
        100...10_000_000,
        "ROWS",
        Limits().scannedRowsMax,
        "Rows that one page of a filtered list may step over before it ends with a token to go on."
    )

    static let maxQueuedWrites = bound(
        "max-queued-writes",
        1...1_000_000,
        "WRITES",
        Limits().queuedWritesMax,
        "Writes that may wait for the disk; beyond them the server answers that it is overloaded."
    )

    static let maxStreams = bound(
        "max-streams",
        1...1_000_000,
        "STREAMS",
        Limits().concurrentStreamsMax,
        "HTTP/2 streams that one connection may have open."
    )

    static let maxConnections = bound(
        "max-connections",
        1...1_000_000,
        "CONNECTIONS",
        Limits().connectionsMax,
        "Connections open at once."
    )

    static let idleTimeout = bound(
        "idle-timeout",
        1...86_400,
        "SECONDS",
        Limits().idleSeconds,
        "How long a connection may be idle."
    )

    static let headerTimeout = bound(
        "header-timeout",
        1...3600,
        "SECONDS",
        Limits().headerSeconds,
        "Time in which the header of a request must have arrived."
    )

    /// Every setting, in the order in which they are shown.
    static let all = [
        listen, database, tlsCert, tlsKey, clientCA, explicitProjects, decisionsKept, admissionListen,
        admissionPolicy, admissionProject, admissionTLSCert, admissionTLSKey, logLevel, logFormat, shutdownGrace,
        maxBodyBytes, maxHeaderBytes, maxMessageBytes, maxScannedRows, maxQueuedWrites, maxStreams, maxConnections,
        idleTimeout, headerTimeout,
    ]

    private static func bound(
        _ key: String,
        _ range: ClosedRange<Int>,
        _ unit: String,
        _ standard: Int,
        _ summary: String
    ) -> ServeOption {
        ServeOption(
            key: key,
            form: .number(range),
            placeholder: unit,
            defaultText: String(standard),
            summary: summary
        )
    }
}

extension ArgumentHelp {
    /// The same help with a name for the option's value.
    func naming(_ valueName: String) -> ArgumentHelp {
        var help = self
        help.valueName = valueName
        return help
    }
}
