extension RegistryReference {
    /// The name by which the server knows an image that somebody named: a tag may move, so that its registry is asked
    /// for the digest that it stands for now.
    ///
    /// - Parameter text: `registry/repository:tag`, or `oci://` and any image in a registry. Of other forms (with a digest,
    ///   a repository, `https://` and a resource as it was stored) the server is to make what it can.
    static func resolving(
        _ text: String,
        usesPlainHTTP: Bool,
        environment: [String: String]
    ) async throws -> String {
        if text.hasPrefix("oci://") {
            return try await RegistryReference(parsing: text).resolved(usesPlainHTTP, environment)
        }
        if text.hasPrefix("https://") { return String(text.dropFirst("https://".count)) }
        guard !text.hasPrefix("sha256:"), let reference = try? RegistryReference(parsing: text),
            reference.tag != nil, reference.digest == nil
        else { return text }
        return try await reference.resolved(usesPlainHTTP, environment)
    }

    /// The digest that an image's tag stands for now, as its registry says; of an image without a tag that of `latest`.
    static func digest(
        of image: String,
        usesPlainHTTP: Bool,
        environment: [String: String]
    ) async throws -> String? {
        // With the scheme before it, an image without a tag is asked for too.
        let name = try await resolving("oci://\(image)", usesPlainHTTP: usesPlainHTTP, environment: environment)
        return try RegistryReference(parsing: name).digest
    }

    private func resolved(_ usesPlainHTTP: Bool, _ environment: [String: String]) async throws -> String {
        var resolved = self
        resolved.digest = try await RegistryClient.with(self, usesPlainHTTP: usesPlainHTTP, environment: environment) {
            try await $0.resolve(self)
        }
        return resolved.text
    }
}
