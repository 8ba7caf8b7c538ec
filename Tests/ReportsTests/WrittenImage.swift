import Foundation

@testable import Reports

/// An image put together from parts, its digests computed, as the document that the command line sends.
///
/// What has to match does, unless a test changes the texts on the way.
struct WrittenImage {
    var repository = "registry.example/shop/web"
    var tag: String? = "1.2"
    var config = Self.config
    var layers = [digest("1"), digest("2")]
    /// Changes the manifest's text before its digest is taken.
    var editManifest: (String) -> String = { $0 }
    /// Changes the index's text; nil for no index.
    var editIndex: ((String) -> String)?

    /// The digest of a layer's blob or content: one digit, 64 times.
    static func digest(_ digit: Character) -> String { "sha256:" + String(repeating: digit, count: 64) }

    static let attestation = digest("9")

    /// As BuildKit writes it: three entries of history for two layers.
    static let config = """
        {
          "created": "2026-01-02T03:04:05.5Z", "author": "Shop <shop@example.org>",
          "os": "linux", "architecture": "arm64", "variant": "v8",
          "config": {
            "User": "app", "Entrypoint": ["/web"], "Cmd": ["--port", "80"], "Env": ["PATH=/bin"],
            "Labels": {
              "org.opencontainers.image.source": "https://git.example/shop/web",
              "org.opencontainers.image.revision": "0123abc", "team": "shop"
            }
          },
          "rootfs": {"type": "layers", "diff_ids": ["\(digest("a"))", "\(digest("b"))"]},
          "history": [
            {"created_by": "/bin/sh -c #(nop) ADD file:12 in / ", "created": "2026-01-01T00:00:00Z"},
            {"created_by": "ENV A=b", "empty_layer": true, "comment": "buildkit.dockerfile.v0"},
            {"created_by": "RUN /bin/sh -c make install # buildkit", "comment": "buildkit.dockerfile.v0"}
          ]
        }
        """

    var manifest: String {
        let layers = layers.map {
            #"{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "\#($0)", "size": 1}"#
        }
        return editManifest(
            """
            {
              "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
              "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "\(Self.sha256(config))"},
              "layers": [\(layers.joined(separator: ", "))]
            }
            """
        )
    }

    var index: String {
        let text = """
            {
              "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
              "manifests": [
                {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "\(Self.digest("8"))",
                  "platform": {"os": "linux", "architecture": "amd64"}},
                {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "\(Self.sha256(manifest))",
                  "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
                {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "\(Self.attestation)",
                  "platform": {"os": "unknown", "architecture": "unknown"}}
              ]
            }
            """
        return editIndex?(text) ?? text
    }

    var uri: String { "https://\(repository)@\(Self.sha256(manifest))" }

    var document: String {
        var members = [#""grafeionImage": 1"#, #""repository": "\#(repository)""#]
        if let tag { members.append(#""tag": "\#(tag)""#) }
        if editIndex != nil { members.append(#""index": "\#(Self.base64(index))""#) }
        members.append(#""images": [{"manifest": "\#(Self.base64(manifest))", "config": "\#(Self.base64(config))"}]"#)
        return "{\(members.joined(separator: ", "))}"
    }

    static func sha256(_ text: String) -> String { ContentDigest.sha256(Array(text.utf8)) }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    /// The problem that the document is refused with.
    static func problem(_ document: String, image: String? = nil) -> ReportProblem? {
        do throws(ReportProblem) {
            let report = try Report(parsing: Array(document.utf8))
            _ = try report.records(for: ReportTarget(image: image, provider: RealReportTests.provider))
            return nil
        } catch {
            return error
        }
    }

    func records(_ limits: ReportLimits = ReportLimits()) throws -> [ReportRecords] {
        let report = try Report(parsing: Array(document.utf8), limits: limits)
        return try report.records(for: ReportTarget(provider: RealReportTests.provider))
    }
}
