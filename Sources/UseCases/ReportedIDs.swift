import MetadataModel
import Reports

/// Ids of reported occurrences, made of what they say: so the same thing said again has the same name.
struct ReportedIDs {
    /// The source's name or, if that cannot stand in an id, what is left of it with a digest; and a character that no source's name has here.
    let prefix: String
    private let resource: String

    init(source: String, resource: ResourceURI) {
        let allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-"
        let plain = source.lowercased()
        let name = String(plain.prefix(32).map { allowed.contains($0) ? $0 : "-" })
        // What is left of a name is not its own alone, so a digest tells it from the others that it may be of.
        prefix = name + (name == plain ? "" : "_" + ContentDigest.digits(of: [source]).prefix(16)) + "~"
        self.resource = resource.canonical
    }

    func id(of key: [String]) -> String { prefix + ContentDigest.digits(of: [resource] + key) }
}
