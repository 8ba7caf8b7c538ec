import GrafeasProto
import MetadataModel
import Testing

@testable import Reports

@Suite("Layers of images")
struct ImageLayersTests {
    @Test("Chain ids are those of the image specification")
    func chainIDs() {
        // Computed with another program from the specification's formula.
        let expected = [
            WrittenImage.digest("1"), "sha256:9932074217c35353d2e03a3f5a86549f7c67bfeb0ba53e23d69f4d4c8f7958f5",
            "sha256:50127c0d6b338be78246434b4bce23ecf75e505158ea0bbd15effeb162fbf3ec",
        ]
        #expect(ImageLayers.chainIDs(diffIDs: "123".map(WrittenImage.digest)) == expected)
        #expect(ImageLayers.chainIDs(diffIDs: []) == [])
    }

    @Test("The v2 name is that of the published formula")
    func v2Name() {
        let expected = "c780738f56026eb832cffcb24ce6f33a4111856811d90ea8ee2512ce5cbf88f4"
        #expect(ImageLayers.v2Name(blobs: "cba".map(WrittenImage.digest)) == expected)
        #expect(ImageLayers.v2Name(blobs: [WrittenImage.digest("a")]) == WrittenImage.digest("a"))
        #expect(ImageLayers.v2Name(blobs: []) == "")
    }

    @Test(
        "The instruction is recovered from what builders write",
        arguments: [
            ("RUN /bin/sh -c apt-get update # buildkit", "RUN", "apt-get update"),
            ("COPY . /app # buildkit", "COPY", ". /app"),
            ("RUN |1 A=b /bin/sh -c make # buildkit", "RUN", "|1 A=b /bin/sh -c make"),
            ("/bin/sh -c #(nop) ADD file:0b32 in / ", "ADD", "file:0b32 in /"),
            ("/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD", "[\"bash\"]"),
            ("/bin/bash -o pipefail -c #(nop) COPY dir:1 in /a", "COPY", "dir:1 in /a"),
            ("/bin/sh -c apt-get update && RUN=1", "RUN", "apt-get update && RUN=1"),
            ("cmd /S /C powershell -Command dir", "RUN", "powershell -Command dir"),
            ("cmd /S /C #(nop) COPY file:1 in C:\\ ", "COPY", "file:1 in C:\\"),
            ("WORKDIR /app", "WORKDIR", "/app"), ("bazel build ...", "", "bazel build ..."), ("RUNNER", "", "RUNNER"),
            ("umoci insert", "", "umoci insert"), ("", "", ""),
        ]
    )
    func commands(createdBy: String, directive: String, arguments: String) {
        let layer = Grafeas_V1_Layer(createdBy: createdBy)
        #expect(layer.directive == directive && layer.arguments == arguments)
    }

    @Test("An image on a known base has the base's name and its own layers only")
    func rebased() throws {
        let occurrence = try #require(WrittenImage().records().first?.occurrences.first?.occurrence)
        let rebased = ImageLayers.rebased(occurrence, onto: "https://a.example/base@sha256:1", baseLayerCount: 1)
        #expect(rebased.image.baseResourceURL == "https://a.example/base@sha256:1" && rebased.image.distance == 1)
        #expect(rebased.image.layerInfo.map(\.directive) == ["RUN"])
        #expect(rebased.image.fingerprint == occurrence.image.fingerprint)
        #expect(ImageLayers.rebased(rebased, onto: "https://a.example/base@sha256:1", baseLayerCount: 1) == rebased)
        for count in [-1, 0, 2, 3] {
            #expect(ImageLayers.rebased(occurrence, onto: "https://a", baseLayerCount: count) == occurrence)
        }
    }
}
