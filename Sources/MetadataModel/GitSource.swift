/// A commit, or a repository, that something was built from.
public struct GitSource: Sendable, Equatable {
    /// Without `git+`, and without the reference behind it: `https://github.com/owner/repository`.
    public let url: String
    public let revision: String?

    public init(url: String, revision: String?) {
        self.url = url
        self.revision = revision
    }

    /// The source that an entry of a provenance names, a material or a dependency; nil if it is none in Git.
    ///
    /// By SPDX's form of such URIs, which SLSA recommends, it begins with `git+` and has the reference behind an `@`;
    /// BuildKit has `https://….git#reference`, and Google Cloud Build has the page of a commit. A digest `gitCommit` is
    /// of a commit, but `sha1` may be of any file.
    /// - Parameter isConfiguration: whether it is where the build's configuration was, which is a repository also
    ///   where only the digest tells.
    public init?(uri: String?, digest: [String: String], isConfiguration: Bool = false) {
        guard let uri, uri.contains("://") else { return nil }
        let commit = digest["gitCommit"] ?? digest["sha1"]
        let (url, reference) = Self.divided(uri)
        if let page = url.firstRange(of: "/commit/"), Self.isCommit(url[page.upperBound...]) {
            self.init(url: String(url[..<page.lowerBound]), revision: commit ?? String(url[page.upperBound...]))
            return
        }
        let starts = ["git+", "git://", "ssh://git@"]
        let isGit = starts.contains { uri.hasPrefix($0) } || url.hasSuffix(".git")
        guard isGit || digest["gitCommit"] != nil || isConfiguration && commit != nil else { return nil }
        self.init(url: String(url), revision: commit ?? (Self.isCommit(reference) ? String(reference) : nil))
    }

    /// The repository's URL, and the reference behind it if there is one.
    static func divided(_ uri: String) -> (url: Substring, reference: Substring) {
        let plain = uri.hasPrefix("git+") ? uri.dropFirst(4) : uri[...]
        // Without a scheme it may be user@host:path. With one a user may stand before the host, git@github.com, so only
        // an @ behind that begins a reference.
        guard let scheme = plain.firstRange(of: "://"), let path = plain[scheme.upperBound...].firstIndex(of: "/"),
            let end = plain[path...].firstIndex(where: { $0 == "@" || $0 == "#" })
        else { return (plain, "") }
        return (plain[..<end], plain[plain.index(after: end)...])
    }

    private static func isCommit(_ text: Substring) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}
