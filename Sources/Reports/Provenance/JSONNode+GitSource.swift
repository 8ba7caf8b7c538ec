import MetadataModel

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
