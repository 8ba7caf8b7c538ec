/// A commit, or a repository, that something was built from.
struct GitSource: Sendable, Equatable {
    /// Without `git+`, and without the reference behind it: `https://github.com/owner/repository`.
    let url: String
    let revision: String?

    init(url: String, revision: String?) {
        self.url = url
        self.revision = revision
    }

    /// Nil if the entry is no source in Git.
    ///
    /// By SPDX's form of such URIs, which SLSA recommends, it begins with `git+` and has the reference behind an `@`;
    /// BuildKit has `https://….git#reference`, and Google Cloud Build has the page of a commit.
    /// - Parameter isConfiguration: whether it is where the build's configuration was, which is a repository also
    ///   where only the digest tells.
    init?(uri: String?, digest: [String: String], isConfiguration: Bool = false) {
        guard let uri, let scheme = uri.firstRange(of: "://") else { return nil }
        let commit = digest["gitCommit"] ?? digest["sha1"]
        let isPrefixed = uri.hasPrefix("git+")
        let plain = isPrefixed ? uri.dropFirst(4) : uri[...]
        // A user may stand before the host, git@github.com, so only an @ behind it begins a reference.
        let path = uri[scheme.upperBound...].firstIndex(of: "/") ?? uri.endIndex
        let end = uri[path...].firstIndex { $0 == "@" || $0 == "#" } ?? uri.endIndex
        let url = plain[..<end]
        if let page = url.firstRange(of: "/commit/"), Self.isCommit(url[page.upperBound...]) {
            self.init(url: String(url[..<page.lowerBound]), revision: commit ?? String(url[page.upperBound...]))
            return
        }
        let isGit = isPrefixed || uri.hasPrefix("git://") || uri.hasPrefix("ssh://git@") || url.hasSuffix(".git")
        guard isGit || digest["gitCommit"] != nil || isConfiguration && commit != nil else { return nil }
        let reference = end < uri.endIndex ? uri[uri.index(after: end)...] : ""
        self.init(url: String(url), revision: commit ?? (Self.isCommit(reference) ? String(reference) : nil))
    }

    private static func isCommit(_ text: Substring) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}

extension JSONNode {
    /// The first source in Git of an array of materials (v0.1, v0.2) or resolved dependencies (v1).
    func firstGitSource() throws(ReportProblem) -> GitSource? {
        for node in try array() {
            if let source = GitSource(uri: try node["uri"].slsaURI(), digest: try node["digest"].digestSet()) {
                return source
            }
        }
        return nil
    }

    /// The commit that BuildKit notes of the directory it was given, `{"source": …, "revision": …}`.
    func buildKitSource() throws(ReportProblem) -> GitSource? {
        guard let url = try self["source"].slsaURI() else { return nil }
        return GitSource(url: url, revision: try self["revision"].name(bytesMax: limits.versionBytesMax))
    }
}
