/// The value of an option that is in force, and where it came from.
struct Setting: Sendable, Equatable {
    /// Who had the last word on a setting, strongest first.
    enum Source: Sendable, Equatable, CustomStringConvertible {
        case flag(String)
        case environment(variable: String)
        case file(path: String, key: String)
        case standard

        /// `--listen`, `GRAFEION_LISTEN`, `grafeion.yaml:listen` or `default`.
        var description: String {
            switch self {
            case .flag(let flag): flag
            case .environment(let variable): variable
            case .file(let path, let key): "\(path):\(key)"
            case .standard: "default"
            }
        }
    }

    let key: String
    /// One text, several for a list, none for a setting that is off.
    let values: [String]
    let source: Source
}

/// A setting that cannot be used, with where it came from: one line for the person who wrote it.
struct SettingProblem: Error, Equatable, CustomStringConvertible {
    let text: String

    init(_ text: String) { self.text = text }

    init(_ source: Setting.Source, _ text: String) { self.text = "\(source): \(text)" }

    var description: String { text }
}
