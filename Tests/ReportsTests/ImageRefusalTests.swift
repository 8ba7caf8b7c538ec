import MetadataModel
import TestSupport
import Testing

@testable import Reports

/// Documents of images that are refused, and the place that is blamed.
@Suite("Facts of images: refusals")
struct ImageRefusalTests {
    @Test(
        "A wrong value of the document is refused at its path",
        arguments: [
            (#""grafeionImage": 1"#, #""grafeionImage": 2"#, "grafeionImage"),
            (#""repository": "registry.example/shop/web""#, #""repository": """#, "repository"),
            ("registry.example/shop/web", "registry.example/shop/web:1", "repository"),
            ("registry.example/shop/web", "registry.example//web", "repository"),
            (#""tag": "1.2""#, #""tag": "a b""#, "tag"), (#""tag": "1.2""#, #""tag": ".a""#, "tag"),
            (#""images": ["#, #""images": [], "i": ["#, "images"),
            (#""manifest": ""#, #""manifest": "!"#, "images[0].manifest"),
            (#""manifest": ""#, #""m": ""#, "images[0].manifest"), (#""config": ""#, #""c": ""#, "images[0].config"),
        ]
    )
    func documents(original: String, replacement: String, path: String) {
        let document = WrittenImage().document
        #expect(document.contains(original))
        let found = WrittenImage.problem(document.replacing(original, with: replacement, maxReplacements: 1))
        #expect(found?.path == path, "\(found?.line ?? "")")
    }

    @Test(
        "A wrong value of a manifest is refused at its path within the document",
        arguments: [
            (#""schemaVersion": 2"#, #""schemaVersion": 1"#, "schemaVersion", "schema 1"),
            (#""schemaVersion": 2,"#, "", "schemaVersion", "expected 2"),
            ("image.manifest.v1", "image.index.v1", "mediaType", "of an image's manifest"),
            ("image.config.v1", "empty.v1", "config.mediaType", "of an image's configuration"),
            (#""digest": "sha256:"#, #""digest": "sha2"#, "config.digest", "expected a digest"),
            (#""layers""#, #""l""#, "layers", "is required"),
            ("vnd.oci.image.layer.v1.tar+gzip", "vnd.in-toto+json", "layers[0].mediaType", "attestation"),
            ("sha256:2222", "2222", "layers[1].digest", "expected a digest"),
            ("{", "{,", "", "line 1"),
        ]
    )
    func manifests(original: String, replacement: String, path: String, words: String) {
        var image = WrittenImage()
        #expect(image.manifest.contains(original))
        image.editManifest = { $0.replacing(original, with: replacement, maxReplacements: 1) }
        let found = WrittenImage.problem(image.document)
        #expect(found?.path == "images[0].manifest" + (path.isEmpty ? "" : ".\(path)"), "\(found?.line ?? "")")
        #expect(found?.description.contains(words) == true, "\(found?.line ?? "")")
    }

    @Test(
        "A wrong value of a configuration is refused at its path within the document",
        arguments: [
            (#""type": "layers""#, #""type": "files""#, "rootfs.type"),
            (#""diff_ids""#, #""d""#, "rootfs.diff_ids"),
            ("sha256:bb", "bb", "rootfs.diff_ids[1]"),
            (#", "sha256:bb"#, #"], "d": ["sha256:bb"#, "rootfs.diff_ids"),
            ("2026-01-02T03:04:05.5Z", "yesterday", "created"), (#""os": "linux""#, #""os": 1"#, "os"),
            (#""team": "shop""#, #""team": {}"#, "config.Labels.team"),
            (#""empty_layer": true"#, #""empty_layer": 1"#, "history[1].empty_layer"),
            (#""Cmd": ["#, #""Cmd": "sh", "C": ["#, "config.Cmd"),
        ]
    )
    func configurations(original: String, replacement: String, path: String) {
        var image = WrittenImage()
        image.config = WrittenImage.config.replacing(original, with: replacement, maxReplacements: 1)
        #expect(image.config != WrittenImage.config)
        let found = WrittenImage.problem(image.document)
        #expect(found?.path == "images[0].config.\(path)", "\(found?.line ?? "")")
    }

    @Test("Whatever does not match what it belongs to is refused")
    func digestsThatDoNotMatch() {
        var image = WrittenImage()
        let document = image.document
        let other = document.replacing(
            WrittenImage.base64(WrittenImage.config),
            with: WrittenImage.base64(WrittenImage.config + "\n")
        )
        #expect(WrittenImage.problem(other)?.path == "images[0].config")
        image.layers = [WrittenImage.digest("1")]
        #expect(WrittenImage.problem(image.document)?.path == "images[0].config.rootfs.diff_ids")
        image = WrittenImage()
        image.editIndex = { $0.replacing(WrittenImage.sha256(WrittenImage().manifest), with: WrittenImage.digest("7")) }
        let unlisted = WrittenImage.problem(image.document)
        #expect(unlisted?.path == "images[0].manifest" && unlisted?.description.contains("not in the index") == true)
        let entry = document[(document.lastIndex(of: "[") ?? document.startIndex)...].dropFirst()
        #expect(WrittenImage.problem("\(document.dropLast(2)), \(entry)")?.path == "images[1].manifest")
    }

    @Test("The image that the caller names must be this one")
    func givenImage() {
        let image = WrittenImage()
        for name in ["registry.example/shop/web", "registry.example/shop/web:9", image.uri] {
            #expect(WrittenImage.problem(image.document, image: name) == nil)
        }
        for name in ["registry.example/shop/api", "registry.example/shop/web@\(WrittenImage.digest("7"))", "?"] {
            #expect(WrittenImage.problem(image.document, image: name)?.path == "repository")
        }
    }

    @Test("Bounds hold: bytes of a blob, images, entries of an index and of a history, layers")
    func bounds() {
        var image = WrittenImage()
        image.editIndex = { $0 }
        func problem(_ change: (inout ReportLimits) -> Void) -> ReportProblem? {
            var limits = ReportLimits()
            change(&limits)
            do {
                _ = try image.records(limits)
                return nil
            } catch {
                return error as? ReportProblem
            }
        }
        #expect(problem { $0.imageBlobBytesMax = 400 }?.path == "index")
        #expect(problem { $0.platformImagesMax = 0 }?.path == "images")
        #expect(problem { $0.indexEntriesMax = 2 }?.path == "index.manifests")
        #expect(problem { $0.historyEntriesMax = 2 }?.path == "images[0].config.history")
        #expect(problem { $0.layersMax = 1 }?.path == "images[0].manifest.layers")
    }

    @Test("Random damage never does more than be refused")
    func damage() {
        var random = SeededGenerator(seed: 20_260_125)
        for _ in 0..<500 {
            func damaged(_ text: String) -> String {
                var bytes = Array(text.utf8)
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let at = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[at] = [0x22, 0x2C, 0x5B, 0x7B, 0x5D, 0x30, 0x5C].randomElement(using: &random) ?? 0
                }
                return String(decoding: bytes, as: UTF8.self)
            }
            var image = WrittenImage()
            image.config = damaged(image.config)
            let (manifest, index) = (damaged(image.manifest), damaged(image.index))
            if Bool.random(using: &random) { image.editManifest = { _ in manifest } }
            if Bool.random(using: &random) { image.editIndex = { _ in index } }
            for records in (try? image.records()) ?? [] {
                for entry in records.occurrences { #expect(entry.occurrence.problems(Limits()).isEmpty) }
            }
        }
    }
}
