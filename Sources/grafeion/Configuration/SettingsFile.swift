import Foundation
import MetadataModel
import Yams

/// The YAML file of settings: a mapping from the settings' names to their values.
enum SettingsFile {
    /// Requires that the file can be read and has no key that is not a setting: a misspelt key would otherwise
    /// leave the default in force without a word.
    static func check(path: String) throws(SettingProblem) {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            let reason = FileManager.default.fileExists(atPath: path) ? "cannot be read as UTF-8 text" : "is not there"
            throw SettingProblem("the configuration file \(path) \(reason)")
        }
        try check(text: text, path: path)
    }

    static func check(text: String, path: String) throws(SettingProblem) {
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch { throw SettingProblem("\(path) is not YAML: \(error)") }
        guard case .mapping(let mapping)? = root else {
            throw SettingProblem("\(path): expected settings, one a line, such as \"listen: 127.0.0.1:8080\"")
        }
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let place = "\(path), line \(key.mark?.line ?? 0)"
            guard ServeOption.all.contains(where: { $0.key == name }) else {
                throw SettingProblem("\(place): \(name.quotedForMessage) is not a setting\(suggestion(for: name))")
            }
            guard value.mapping == nil else { throw SettingProblem("\(place): \(name) takes no settings of its own") }
        }
    }

    private static func suggestion(for name: String) -> String {
        // People also write the name of the variable's or the code's spelling.
        let spelt = name.replacing("_", with: "-").lowercased()
        guard let nearest = NearestWord.to(spelt, among: ServeOption.all.map(\.key)) else {
            return "; grafeion serve --print-config lists them all"
        }
        return "; did you mean \"\(nearest)\"?"
    }
}
