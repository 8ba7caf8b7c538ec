import Configuration
import MetadataModel
import Synchronization

/// Finds the settings of the server: a flag wins over the environment, the environment over the file, the file over the default.
struct SettingsReader {
    /// Values given as flags, by the settings' names.
    let flags: [String: [String]]
    /// The whole environment; only `GRAFEION_…` is looked at.
    let environment: [String: String]
    /// The YAML file, if there is one.
    let filePath: String?

    /// Every setting of ``ServeOption/all``, in that order.
    ///
    /// - Throws: ``SettingProblem`` for a file that cannot be read, a key that is no setting, and a value of the wrong form.
    func read() async throws -> [Setting] {
        let lookup = Lookup()
        let reader = ConfigReader(providers: try await providers(), accessReporter: lookup)
        var settings: [Setting] = []
        for option in ServeOption.all {
            let found = try await values(of: option, from: reader)
            let source = found == nil ? .standard : source(of: option, provider: lookup.answeringProvider)
            // A setting that is set to nothing is off, whatever a weaker source says.
            let values = found?.filter { !$0.isEmpty } ?? option.defaultText.map { [$0] } ?? []
            try option.check(values, from: source)
            settings.append(Setting(key: option.key, values: values, source: source))
        }
        return settings
    }

    /// Strongest first; ``source(of:provider:)`` counts on the order.
    private func providers() async throws -> [any ConfigProvider] {
        let given = flags.map { key, values in
            let isList = ServeOption.all.contains { $0.key == key && $0.form == .list }
            let content: ConfigContent = isList ? .stringArray(values) : .string(values.last ?? "")
            return (AbsoluteConfigKey([key]), ConfigValue(content, isSecret: false))
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Dictionary(given, uniquingKeysWith: { $1 })),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: ["grafeion"]),
        ]
        if let filePath {
            try SettingsFile.check(path: filePath)
            providers.append(try await FileProvider<YAMLSnapshot>(config: Self.pathAsConfiguration(filePath)))
        }
        return providers
    }

    /// The file provider takes its path as a `FilePath` of a package that we would otherwise not need, or from a reader.
    private static func pathAsConfiguration(_ path: String) -> ConfigReader {
        ConfigReader(provider: InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)]))
    }

    private func values(of option: ServeOption, from reader: ConfigReader) async throws -> [String]? {
        let key = ConfigKey([option.key])
        do {
            guard option.form == .list else { return try await reader.fetchString(forKey: key).map { [$0] } }
            // In the file, a list of one may be written as that one; only the file tells the two forms apart.
            if let list = try? await reader.fetchStringArray(forKey: key) { return list }
            return try await reader.fetchString(forKey: key).map { [$0] }
        } catch {
            let source = Setting.Source.file(path: filePath ?? "", key: option.key)
            throw SettingProblem(source, "expected \(option.expectation); got a list")
        }
    }

    private func source(of option: ServeOption, provider: Int) -> Setting.Source {
        switch provider {
        case 0: .flag(option.flag)
        case 1: .environment(variable: option.variable)
        default: .file(path: filePath ?? "", key: option.key)
        }
    }

    /// Remembers which provider answered last: they are asked in turn until one has a value.
    private final class Lookup: AccessReporter {
        private let lastAnswering = Mutex(0)

        var answeringProvider: Int { lastAnswering.withLock { $0 } }

        func report(_ event: AccessEvent) {
            lastAnswering.withLock { $0 = event.providerResults.count - 1 }
        }
    }
}

extension ServeOption {
    /// The form of a value in words.
    var expectation: String {
        switch form {
        case .text, .list: placeholder
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .truth: "true or false"
        case .choice(let choices): choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
        }
    }

    /// Requires that the values have the option's form.
    fileprivate func check(_ values: [String], from source: Setting.Source) throws(SettingProblem) {
        if values.isEmpty, defaultText != nil { throw SettingProblem(source, "expected \(expectation); got nothing") }
        for value in values where !takes(value) {
            throw SettingProblem(source, "expected \(expectation); got \(value.quotedForMessage)")
        }
    }

    private func takes(_ value: String) -> Bool {
        switch form {
        case .text, .list: true
        case .number(let range): Int(value).map(range.contains) ?? false
        case .truth: value == "true" || value == "false"
        case .choice(let choices): choices.contains(value)
        }
    }
}
