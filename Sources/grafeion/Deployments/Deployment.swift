import Crypto

/// That an image runs, or ran, somewhere: an occurrence of kind DEPLOYMENT.
struct Deployment {
    /// As the server wrote it.
    let occurrence: JSONValue
    let name: String
    /// The image as it is written where no scheme is needed: `registry/repository@sha256:…`.
    let image: String
    let address: String
    let user: String
    let since: String
    /// Nil while it runs.
    let until: String?

    var isRunning: Bool { until == nil }

    /// Nil if the occurrence is of another kind.
    init?(_ occurrence: JSONValue) {
        guard let deployment = occurrence["deployment"], let name = occurrence["name"]?.text else { return nil }
        self.occurrence = occurrence
        self.name = name
        let uri = occurrence["resourceUri"]?.text ?? ""
        image = uri.hasPrefix("https://") ? String(uri.dropFirst("https://".count)) : uri
        address = deployment["address"]?.text ?? ""
        user = deployment["userEmail"]?.text ?? ""
        since = deployment["deployTime"]?.text ?? ""
        until = deployment["undeployTime"]?.text
    }

    /// The id of the note on which the deployments at an address hang: no two addresses share one.
    static func noteID(for address: String) -> String {
        let parts = address.split(separator: "/", omittingEmptySubsequences: false).map { part in
            PercentEncoding.encode(part, keeping: "@+").replacing("~", with: "%7E")
        }
        let id = "deployment-" + parts.joined(separator: "~")
        // The server takes ids of a hundred characters.
        if id.utf8.count <= 100 { return id }
        let digest = SHA256.hash(data: Array(address.utf8)).prefix(16)
        return "deployment-" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
