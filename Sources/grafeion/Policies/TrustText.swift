import Foundation
import PolicyEngine
import Yams

/// The text of an attestor or of a policy, as its author has it in a file.
struct TrustText: Sendable {
    /// As messages call it.
    let file: String
    let text: String
    /// What it is by what it says of itself. What says nothing is a policy, whose reader then says what is missing.
    let collection: ResourceCollection

    init(file path: String) throws(ClientFailure) {
        file = InputFile.name(of: path)
        let bytes = try InputFile.contents(of: path)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .file("\(file): not UTF-8 text") }
        self.text = text
        collection = Self.isAttestor(text) ? .attestors : .policies
    }

    /// What the server is told of the form of the text.
    var contentType: String {
        let isJSON = (try? JSONValue(parsing: text.utf8)) != nil
        return isJSON ? "application/json" : "text/yaml"
    }

    private static func isAttestor(_ text: String) -> Bool {
        // A text that is too large is not worth reading; it is refused with that reason.
        guard text.utf8.count <= PolicyLimits().documentBytesMax,
            case .mapping(let mapping)? = try? Parser(yaml: text, encoding: .utf8).nextRoot()
        else { return false }
        return mapping.contains { key, value in
            switch key.scalar?.string {
            case "kind": value.scalar?.string == "Attestor"
            case "userOwnedGrafeasNote", "userOwnedDrydockNote": true
            default: false
            }
        }
    }
}

extension TrustText {
    /// The texts at some paths, each a file, `-` or a directory.
    ///
    /// - Parameter collection: what is wanted. In a directory others are passed over; a file that is named is a mistake.
    static func all(at paths: [String], of collection: ResourceCollection) throws(ClientFailure) -> [TrustText] {
        var texts: [TrustText] = []
        for path in paths {
            guard let files = try directory(path) else {
                let text = try TrustText(file: path)
                guard text.collection == collection else {
                    // What is no attestor is taken for a policy, whatever it is.
                    let found =
                        collection == .attestors
                        ? "is no attestor; policies go with" : "is an attestor, which goes with"
                    throw .file("\(text.file) \(found): grafeion \(text.collection.rawValue) apply -f …")
                }
                texts.append(text)
                continue
            }
            for file in files {
                let text = try TrustText(file: file)
                if text.collection == collection { texts.append(text) }
            }
        }
        if texts.isEmpty { throw .file("there are no \(collection.rawValue) in \(paths.joined(separator: ", "))") }
        return texts
    }

    /// The documents in a directory, by name; nil if the path is none.
    static func directory(_ path: String) throws(ClientFailure) -> [String]? {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            return nil
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .file("\(path) cannot be read")
        }
        let folder = path.hasSuffix("/") ? path : path + "/"
        return names.filter { name in [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } }.sorted()
            .map { folder + $0 }
    }
}
