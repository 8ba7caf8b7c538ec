import MetadataModel
import Reports

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

    func id(of key: [String]) -> String { prefix + ContentDigest.digits(of: [resource] + key) }
}
