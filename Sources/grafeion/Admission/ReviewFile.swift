import Foundation
import MetadataModel

/// A review that somebody has in a file, or a manifest that becomes the review of its creation.
struct ReviewFile {
    private let document: JSONValue
    private let bytes: [UInt8]

    /// - Parameter path: `-` for standard input.
    init(path: String) throws {
        let data =
            path == "-"
            ? try FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: path)
        guard let data else { throw ClientFailure.file("cannot read \(path)") }
        bytes = Array(data)
        do {
            document = try JSONValue(yaml: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw ClientFailure.file("\(path): \(error)")
        }
    }

    /// The review in JSON: one in a file goes as it is, with whatever is wrong with it.
    func review(user: String, groups: [String]) throws(ClientFailure) -> [UInt8] {
        let kind = document["kind"]?.text ?? ""
        if kind == "AdmissionReview" {
            return bytes.first { $0 > UInt8(ascii: " ") } == UInt8(ascii: "{") ? bytes : Array(document.pretty().utf8)
        }
        guard !kind.isEmpty, let version = document["apiVersion"]?.text else {
            throw .file("the file has neither a review nor a manifest: apiVersion and kind are missing")
        }
        let parts = version.split(separator: "/", maxSplits: 1).map(String.init)
        let (group, number) = parts.count == 2 ? (parts[0], parts[1]) : ("", version)
        let metadata = document["metadata"]
        let namespace = metadata?["namespace"]?.text ?? "default"
        let request = JSONValue.object([
            .init(name: "uid", value: .string(UUID().uuidString.lowercased())),
            .init(
                name: "kind",
                value: .object([
                    .init(name: "group", value: .string(group)), .init(name: "version", value: .string(number)),
                    .init(name: "kind", value: .string(kind)),
                ])
            ),
            .init(name: "operation", value: .string("CREATE")),
            .init(name: "namespace", value: .string(namespace)),
            .init(name: "name", value: metadata?["name"] ?? .string("")),
            .init(
                name: "userInfo",
                value: .object([
                    .init(name: "username", value: .string(user)),
                    .init(name: "groups", value: .array(groups.map { .string($0) })),
                ])
            ),
            .init(name: "object", value: document),
        ])
        let review = JSONValue.object([
            .init(name: "apiVersion", value: .string("admission.k8s.io/v1")),
            .init(name: "kind", value: .string("AdmissionReview")), .init(name: "request", value: request),
        ])
        return Array(review.pretty().utf8)
    }
}
