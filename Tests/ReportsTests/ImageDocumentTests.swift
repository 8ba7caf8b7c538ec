import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import Reports

/// What a registry has of an image becomes records, and nothing is believed that can be computed.
@Suite("Facts of images")
struct ImageDocumentTests {
    @Test("The format is told from the document")
    func format() throws {
        #expect(try Report(parsing: Array(WrittenImage().document.utf8)).format == .ociImage)
    }

    @Test("An image is known by its layers, the top one first")
    func image() throws {
        let image = WrittenImage()
        let records = try #require(image.records().first)
        #expect(records.source == "oci" && records.replacesEarlier && records.resourceURI == image.uri)
        let entry = try #require(records.occurrences.first { $0.key == ["image"] })
        let found = entry.occurrence.image
        #expect(found.fingerprint.v2Blob == [WrittenImage.digest("2"), WrittenImage.digest("1")])
        let below = WrittenImage.digest("1")
        #expect("sha256:\(found.fingerprint.v2Name)" == WrittenImage.sha256("\(WrittenImage.digest("2")) \(below)"))
        let bottom = WrittenImage.digest("a")
        let chain = [bottom, WrittenImage.sha256("\(bottom) \(WrittenImage.digest("b"))")]
        #expect(records.layerChains == chain && found.fingerprint.v1Name == chain[1])
        #expect(found.distance == 2 && found.baseResourceURL.isEmpty)
        #expect(found.layerInfo.map(\.directive) == ["RUN", "ADD"])
        #expect(found.layerInfo.map(\.arguments) == ["make install", "file:12 in /"])
    }

    @Test("Its occurrence hangs on the note that the image is, named for its URI")
    func imageNote() throws {
        let image = WrittenImage()
        let records = try #require(image.records().first)
        let note = try #require(records.notes.first)
        let digits = WrittenImage.sha256(String(image.uri.dropFirst("https://".count))).dropFirst("sha256:".count)
        #expect(note.id == "image-\(digits.prefix(32))")
        #expect(note.note.image.resourceURL == image.uri)
        #expect(records.occurrences[0].occurrence.noteName == "projects/scanners/notes/\(note.id)")
        #expect(note.note.image.fingerprint == records.occurrences[0].occurrence.image.fingerprint)
    }

    @Test("What the configuration claims of its build is a build")
    func build() throws {
        let image = WrittenImage()
        let records = try #require(image.records().first)
        let occurrence = try #require(records.occurrences.first { $0.key == ["config"] }?.occurrence)
        #expect(occurrence.noteName == "projects/scanners/notes/image-config")
        let provenance = occurrence.build.provenance
        #expect(provenance.id == WrittenImage.sha256(image.config))
        #expect(provenance.endTime == Google_Protobuf_Timestamp(seconds: 1_767_323_045, nanos: 500_000_000))
        #expect(provenance.creator == "Shop <shop@example.org>" && provenance.builderVersion == "buildkit")
        #expect(provenance.sourceProvenance.context.git.url == "https://git.example/shop/web")
        #expect(provenance.sourceProvenance.context.git.revisionID == "0123abc")
        let artifact = try #require(provenance.builtArtifacts.first)
        #expect(artifact.names == ["registry.example/shop/web:1.2"] && image.uri.hasSuffix("@\(artifact.checksum)"))
        #expect("https://\(artifact.id)" == image.uri)
        let expected = [
            "os": "linux", "architecture": "arm64", "variant": "v8", "user": "app", "entrypoint": "/web",
            "cmd": "--port 80", "team": "shop", "org.opencontainers.image.source": "https://git.example/shop/web",
            "org.opencontainers.image.revision": "0123abc",
        ]
        #expect(provenance.buildOptions == expected)
    }

    @Test("An index says which manifests are for which platform, without the attestations")
    func index() throws {
        var image = WrittenImage()
        image.editIndex = { $0 }
        let all = try image.records()
        #expect(all.count == 2 && all[0].resourceURI == image.uri)
        let records = all[1]
        #expect(records.resourceURI == "https://registry.example/shop/web@\(WrittenImage.sha256(image.index))")
        #expect(records.layerChains.isEmpty && records.occurrences.map(\.key) == [["index"]])
        let found = records.occurrences[0].occurrence.image
        let digests = [WrittenImage.digest("8"), WrittenImage.sha256(image.manifest)]
        #expect(found.fingerprint.v2Blob == digests && found.distance == 0)
        #expect(found.layerInfo.map(\.directive) == ["MANIFEST", "MANIFEST"])
        #expect(found.layerInfo.map(\.arguments) == ["linux/amd64 \(digests[0])", "linux/arm64/v8 \(digests[1])"])
    }

    @Test("An index alone is taken, and a nested one is told from an image")
    func indexAlone() throws {
        var image = WrittenImage()
        image.editIndex = {
            $0.replacing("image.manifest.v1+json", with: "image.index.v1+json", maxReplacements: 1)
        }
        let text = #"{"grafeionImage":1,"repository":"a.example/b","index":"\#(WrittenImage.base64(image.index))"}"#
        let records = try Report(parsing: Array(text.utf8)).records(
            for: ReportTarget(provider: RealReportTests.provider)
        )
        #expect(records.map(\.layerChains) == [[]])
        #expect(records[0].occurrences[0].occurrence.image.layerInfo.map(\.directive) == ["INDEX", "MANIFEST"])
    }

    @Test("Docker's schema 2 is read as OCI's form is, and media types inside may be left out")
    func docker() throws {
        var image = WrittenImage()
        image.editManifest = {
            $0.replacing("vnd.oci.image.manifest.v1", with: "vnd.docker.distribution.manifest.v2")
                .replacing("vnd.oci.image.config.v1", with: "vnd.docker.container.image.v1")
                .replacing("vnd.oci.image.layer.v1.tar+gzip", with: "vnd.docker.image.rootfs.diff.tar.gzip")
        }
        image.editIndex = { $0.replacing("vnd.oci.image.index.v1", with: "vnd.docker.distribution.manifest.list.v2") }
        #expect(try image.records().count == 2)
        image.editManifest = { $0.replacing(#""mediaType": "application/vnd.oci.image.manifest.v1+json","#, with: "") }
        image.editIndex = { $0.replacing(#""mediaType": "application/vnd.oci.image.index.v1+json","#, with: "") }
        #expect(try image.records().count == 2)
    }

    @Test("All records may be stored")
    func recordsAreValid() throws {
        var image = WrittenImage()
        image.editIndex = { $0 }
        for records in try image.records() {
            for entry in records.notes {
                #expect(entry.note.problems(Limits()).isEmpty && ResourceID.isValid(entry.id))
            }
            for entry in records.occurrences {
                #expect(entry.occurrence.problems(Limits()).isEmpty)
                #expect(entry.occurrence.resourceUri == records.resourceURI)
            }
        }
    }

    @Test(
        "Who built the image is told by what the builder left",
        arguments: [
            (#""team": "shop""#, #""io.buildah.version": "1.41.5""#, "buildah 1.41.5"),
            (#""os": "linux""#, #""os": "linux", "moby.buildkit.cache.v0": "AA==""#, "buildkit"),
        ]
    )
    func builder(original: String, replacement: String, expected: String) throws {
        var image = WrittenImage()
        image.config = WrittenImage.config.replacing("buildkit.dockerfile.v0", with: "")
            .replacing(original, with: replacement)
        #expect(try image.provenance().builderVersion == expected)
    }

    @Test("Older labels and Docker's members are read too, and times that were not set are none")
    func olderConfigurations() throws {
        var image = WrittenImage()
        image.config = WrittenImage.config.replacing(
            "org.opencontainers.image.source",
            with: "org.label-schema.vcs-url"
        )
        .replacing("org.opencontainers.image.revision", with: "org.label-schema.vcs-ref")
        .replacing(#""author": "Shop <shop@example.org>""#, with: #""author": "", "docker_version": "20.10.7""#)
        .replacing(#""team""#, with: #""org.opencontainers.image.authors""#)
        .replacing("buildkit.dockerfile.v0", with: "").replacing("2026-01-02T03:04:05.5Z", with: "0001-01-01T00:00:00Z")
        let provenance = try image.provenance()
        #expect(provenance.sourceProvenance.context.git.url == "https://git.example/shop/web")
        #expect(provenance.sourceProvenance.context.git.revisionID == "0123abc")
        #expect(provenance.creator == "shop" && provenance.builderVersion == "docker 20.10.7")
        #expect(!provenance.hasEndTime)
    }

    @Test("A history that does not tell of each layer tells of none")
    func partialHistory() throws {
        var image = WrittenImage()
        for history in ["[]", "null", #"[{"created_by": "RUN make"}]"#] {
            let start = try #require(WrittenImage.config.firstRange(of: #""history": "#)?.upperBound)
            image.config = WrittenImage.config[..<start] + history + "}"
            let found = try #require(image.records().first?.occurrences.first?.occurrence.image)
            #expect(found.layerInfo == [Grafeas_V1_Layer(), Grafeas_V1_Layer()] && found.distance == 2)
        }
    }

    @Test("Labels are bounded: long ones are cut, and those after the last are left out")
    func labels() throws {
        var image = WrittenImage()
        let labels = (0..<300).map { #""label-\#($0)": "\#(String(repeating: "x", count: $0 * 20))""# }
        image.config = WrittenImage.config.replacing(#""team": "shop""#, with: labels.joined(separator: ","))
        let options = try image.provenance().buildOptions
        let limits = ReportLimits()
        // Six members tell how the image runs.
        #expect(options.count == limits.labelsMax + 6)
        #expect(options.values.allSatisfy { $0.utf8.count <= limits.labelBytesMax })
    }
}

extension WrittenImage {
    fileprivate func provenance() throws -> Grafeas_V1_BuildProvenance {
        let occurrences = try records().first?.occurrences ?? []
        return try #require(occurrences.first { $0.key == ["config"] }).occurrence.build.provenance
    }
}
