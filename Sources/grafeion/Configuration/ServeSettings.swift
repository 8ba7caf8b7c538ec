import AdmissionFrontend
import Logging
import MetadataModel
import ServerApp

/// The settings of the server as the program uses them.
struct ServeSettings: Sendable {
    var server: ServerConfiguration
    var logLevel: Logger.Level
    var logFormat: LogFormat
    /// Nil if no reviews are answered.
    var admission: AdmissionServing?

    /// Puts together what ``SettingsReader`` found, which has checked each value's form, and checks what goes only
    /// together.
    init(_ settings: [Setting]) throws(SettingProblem) {
        let found = FoundSettings(settings)
        logLevel = found.text(.logLevel).flatMap(Logger.Level.init(rawValue:)) ?? .info
        logFormat = found.text(.logFormat).flatMap(LogFormat.init(rawValue:)) ?? .text

        server = ServerConfiguration()
        server.listen = try found.parsed(.listen) { try ListenAddress(parsing: $0) }
        if let database = try found.parsed(.database, { try DatabaseLocation(parsing: $0) }).first {
            server.database = database
        }
        server.tls = try found.tlsFiles()
        server.explicitProjects = found.text(.explicitProjects) == "true"
        server.decisionsKeptSeconds = Int64(found.number(.decisionsKept)) * 86_400
        server.shutdownGraceSeconds = found.number(.shutdownGrace)
        server.limits = found.limits()
        admission = try found.admission(beside: server)
    }
}

/// Reviews that are answered by the server itself.
struct AdmissionServing: Sendable {
    /// Its addresses and their TLS.
    var server: ServerConfiguration
    var settings: AdmissionSettings
}

/// How log lines are written.
enum LogFormat: String, Sendable {
    case text, json
}

/// Settings by their options.
private struct FoundSettings {
    private let byKey: [String: Setting]

    init(_ settings: [Setting]) {
        byKey = Dictionary(settings.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func text(_ option: ServeOption) -> String? { byKey[option.key]?.values.first }

    func number(_ option: ServeOption) -> Int { text(option).flatMap { Int($0) } ?? 0 }

    /// Each value as the server reads it; a value that it refuses is reported with its source.
    func parsed<Value>(
        _ option: ServeOption,
        _ parse: (String) throws -> Value
    ) throws(SettingProblem) -> [Value] {
        guard let setting = byKey[option.key] else { return [] }
        do { return try setting.values.map(parse) } catch { throw SettingProblem(setting.source, "\(error)") }
    }

    func tlsFiles() throws(SettingProblem) -> TLSFiles? {
        let options = [ServeOption.tlsCert, .tlsKey, .clientCA]
        do {
            return try TLSFiles(certificate: text(.tlsCert), key: text(.tlsKey), clientCA: text(.clientCA))
        } catch {
            let given = options.first { text($0) != nil }.flatMap { byKey[$0.key] }
            throw SettingProblem(given?.source ?? .standard, "\(error)")
        }
    }

    func admission(beside server: ServerConfiguration) throws(SettingProblem) -> AdmissionServing? {
        var own = server
        own.listen = try parsed(.admissionListen) { try ListenAddress(parsing: $0) }
        let options = [
            ServeOption.admissionListen, .admissionPolicy, .admissionProject, .admissionTLSCert, .admissionTLSKey,
        ]
        let source = options.lazy.compactMap { text($0) == nil ? nil : byKey[$0.key]?.source }.first ?? .standard
        guard !own.listen.isEmpty else {
            guard options.allSatisfy({ text($0) == nil }) else {
                throw SettingProblem(source, "reviews are answered nowhere; give admission-listen as well")
            }
            return nil
        }
        do {
            own.tls = try TLSFiles(certificate: text(.admissionTLSCert), key: text(.admissionTLSKey), clientCA: nil)
            guard let policy = text(.admissionPolicy) else {
                throw ClientFailure.usage("give admission-policy as well: it says what is admitted")
            }
            var settings = AdmissionSettings(policy: try PolicyFile.source(policy))
            settings.project = text(.admissionProject) ?? ""
            if case .text = settings.policy, settings.project.isEmpty {
                throw ClientFailure.usage("give admission-project as well: decisions by a policy from a file need one")
            }
            return AdmissionServing(server: own, settings: settings)
        } catch {
            throw SettingProblem(source, "\(error)")
        }
    }

    func limits() -> Limits {
        var limits = Limits()
        limits.bodyBytesMax = number(.maxBodyBytes)
        limits.headerBytesMax = number(.maxHeaderBytes)
        limits.messageBytesMax = number(.maxMessageBytes)
        limits.scannedRowsMax = number(.maxScannedRows)
        limits.queuedWritesMax = number(.maxQueuedWrites)
        limits.concurrentStreamsMax = number(.maxStreams)
        limits.connectionsMax = number(.maxConnections)
        limits.idleSeconds = number(.idleTimeout)
        limits.headerSeconds = number(.headerTimeout)
        return limits
    }
}
