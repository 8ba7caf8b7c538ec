import Crypto
import MetadataModel

/// Ids of reported occurrences, made of what they say: so the same thing said again has the same name.
struct ReportedIDs {
    /// The source, and a character that no source's name has here.
    let prefix: String
    private let resource: String

    init(source: String, resource: ResourceURI) {
        let allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-"
        prefix = String(source.lowercased().prefix(32).map { allowed.contains($0) ? $0 : "-" }) + "~"
        self.resource = resource.canonical
    }

    /// 128 bits of a digest: what is said of all images of all times will not meet.
    func id(of key: [String]) -> String {
        var hash = SHA256()
        for part in [resource] + key {
            // With its length before it, so that parts cannot run into each other.
            hash.update(data: Array("\(part.utf8.count):\(part)".utf8))
        }
        let digits = hash.finalize().prefix(16).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }
        return prefix + digits.joined()
    }
}
