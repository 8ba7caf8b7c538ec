import ArgumentParser

/// The settings of `grafeion serve` as flags; one that is not given is nil or empty, so that the environment and the file have their say.
struct ServeFlags: ParsableArguments {
    @Option(name: .customLong(ServeOption.listen.key), help: ServeOption.listen.help)
    var listen: [String] = []

    @Option(name: .customLong(ServeOption.database.key), help: ServeOption.database.help)
    var database: String?

    @Option(name: .customLong(ServeOption.tlsCert.key), help: ServeOption.tlsCert.help, completion: .file())
    var tlsCert: String?

    @Option(name: .customLong(ServeOption.tlsKey.key), help: ServeOption.tlsKey.help, completion: .file())
    var tlsKey: String?

    @Option(name: .customLong(ServeOption.clientCA.key), help: ServeOption.clientCA.help, completion: .file())
    var clientCA: String?

    @Flag(
        name: .customLong(ServeOption.explicitProjects.key),
        inversion: .prefixedNo,
        help: ServeOption.explicitProjects.help
    )
    var explicitProjects: Bool?

    @Option(name: .customLong(ServeOption.decisionsKept.key), help: ServeOption.decisionsKept.help)
    var decisionsKept: String?

    @Option(name: .customLong(ServeOption.admissionListen.key), help: ServeOption.admissionListen.help)
    var admissionListen: [String] = []

    @Option(name: .customLong(ServeOption.admissionPolicy.key), help: ServeOption.admissionPolicy.help)
    var admissionPolicy: String?

    @Option(name: .customLong(ServeOption.admissionProject.key), help: ServeOption.admissionProject.help)
    var admissionProject: String?

    @Option(
        name: .customLong(ServeOption.admissionTLSCert.key),
        help: ServeOption.admissionTLSCert.help,
        completion: .file()
    )
    var admissionTLSCert: String?

    @Option(
        name: .customLong(ServeOption.admissionTLSKey.key),
        help: ServeOption.admissionTLSKey.help,
        completion: .file()
    )
    var admissionTLSKey: String?

    @Option(name: .customLong(ServeOption.logLevel.key), help: ServeOption.logLevel.help)
    var logLevel: String?

    @Option(name: .customLong(ServeOption.logFormat.key), help: ServeOption.logFormat.help)
    var logFormat: String?

    @Option(name: .customLong(ServeOption.shutdownGrace.key), help: ServeOption.shutdownGrace.help)
    var shutdownGrace: String?

    @Option(name: .customLong(ServeOption.maxBodyBytes.key), help: ServeOption.maxBodyBytes.help)
    var maxBodyBytes: String?

    @Option(name: .customLong(ServeOption.maxHeaderBytes.key), help: ServeOption.maxHeaderBytes.help)
    var maxHeaderBytes: String?

    @Option(name: .customLong(ServeOption.maxMessageBytes.key), help: ServeOption.maxMessageBytes.help)
    var maxMessageBytes: String?

    @Option(name: .customLong(ServeOption.maxScannedRows.key), help: ServeOption.maxScannedRows.help)
    var maxScannedRows: String?

    @Option(name: .customLong(ServeOption.maxQueuedWrites.key), help: ServeOption.maxQueuedWrites.help)
    var maxQueuedWrites: String?

    @Option(name: .customLong(ServeOption.maxStreams.key), help: ServeOption.maxStreams.help)
    var maxStreams: String?

    @Option(name: .customLong(ServeOption.maxConnections.key), help: ServeOption.maxConnections.help)
    var maxConnections: String?

    @Option(name: .customLong(ServeOption.idleTimeout.key), help: ServeOption.idleTimeout.help)
    var idleTimeout: String?

    @Option(name: .customLong(ServeOption.headerTimeout.key), help: ServeOption.headerTimeout.help)
    var headerTimeout: String?

    /// What was given, by the settings' names.
    var given: [String: [String]] {
        let single: [(ServeOption, String?)] = [
            (.database, database), (.tlsCert, tlsCert), (.tlsKey, tlsKey), (.clientCA, clientCA),
            (.explicitProjects, explicitProjects.map(String.init)),
            (.decisionsKept, decisionsKept), (.admissionPolicy, admissionPolicy), (.admissionProject, admissionProject),
            (.admissionTLSCert, admissionTLSCert), (.admissionTLSKey, admissionTLSKey), (.logLevel, logLevel),
            (.logFormat, logFormat),
            (.shutdownGrace, shutdownGrace), (.maxBodyBytes, maxBodyBytes), (.maxHeaderBytes, maxHeaderBytes),
            (.maxMessageBytes, maxMessageBytes), (.maxScannedRows, maxScannedRows),
            (.maxQueuedWrites, maxQueuedWrites), (.maxStreams, maxStreams), (.maxConnections, maxConnections),
            (.idleTimeout, idleTimeout), (.headerTimeout, headerTimeout),
        ]
        var given: [String: [String]] = [:]
        for (option, values) in [(ServeOption.listen, listen), (.admissionListen, admissionListen)]
        where !values.isEmpty {
            given[option.key] = values
        }
        for (option, value) in single {
            if let value { given[option.key] = [value] }
        }
        return given
    }
}
