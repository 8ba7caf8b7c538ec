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
        // Another beginning: the digits of a digest may be an address too.
        return "deployment.sha256-" + Self.digits(of: address)
    }

    /// The key by which the server knows that a start is the same one again, from pipelines that retry at the same time.
    ///
    /// It is remembered for a day, in which the image may be stopped and started again: then there is another that was
    /// the last to be stopped.
    /// - Parameters:
    ///   - time: since when it runs, if somebody said so.
    ///   - stopped: what no longer runs of the image at the address, newest first.
    static func startKey(
        _ image: String,
        at address: String,
        in parent: String,
        since time: String?,
        after stopped: [Deployment]
    ) -> String {
        let parts = [parent, image, address, time ?? "", stopped.first?.name ?? ""]
        return "deployment-" + digits(of: JSONValue.array(parts.map { .string($0) }).compact)
    }

    /// 128 bits of a digest.
    private static func digits(of text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
