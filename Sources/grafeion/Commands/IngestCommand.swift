import ArgumentParser
import Foundation

/// `grafeion ingest`
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Store what another program says: a scan, an SBOM, provenance, VEX, an image in a registry.",
        discussion: """
            Takes reports of Trivy, Grype and OSV-Scanner in JSON, and SARIF 2.1 with CVE rules; SBOMs in \
            CycloneDX, SPDX and Syft's JSON; provenance as in-toto statements and links, in DSSE envelopes \
            and Sigstore bundles, and as gcloud prints it; judgements of vulnerabilities in OpenVEX, CSAF \
            and CycloneDX. A scan or an SBOM replaces the last one of the same program for the same \
            image: what stays keeps its name, what is gone is deleted. The same report again changes \
            nothing.

            oci://registry/repository[:tag|@digest] is an image in a registry, oci-layout:DIR[:TAG] one \
            in a directory (OCI layout): its layers, what it is built on, and what its configuration says \
            of its build. Of an index all platforms are taken. Registries are shown what docker login \
            left; those of localhost are spoken to in plain HTTP.

            Examples:

              trivy image --format json IMAGE@sha256:… | grafeion ingest - -p my-project
              grafeion ingest grype.json -p my-project --image IMAGE@sha256:…
              syft IMAGE@sha256:… -o cyclonedx-json | grafeion ingest - -p my-project
              cosign download attestation IMAGE@sha256:… | grafeion ingest - -p my-project
              grafeion ingest web.openvex.json -p my-project
              grafeion ingest sarif.json -p my-project --provider-project security
              grafeion ingest oci://registry.example/web:1.2 -p my-project
              grafeion ingest oci://debian:12 -p my-project --platform linux/amd64
              grafeion ingest oci-layout:out:1.2 -p my-project --image registry.example/web
            """
    )

    @OptionGroup var client: ClientOptions
    @OptionGroup var project: ProjectOption

    @Argument(
        help: ArgumentHelp(
            "The report, - is standard input; or an image: oci://REF, oci-layout:DIR[:TAG], or a layout's directory.",
            valueName: "FILE"
        ),
        completion: .file()
    )
    var file: String

    @Option(
        help: ArgumentHelp(
            "The image that the report is about, with its digest; needed where it does not name one. For a layout "
                + "the name that the image has in a registry.",
            valueName: "REF"
        )
    )
    var image: String?

    @Option(
        help: ArgumentHelp(
            "Project of the notes; that of the occurrences if not given.",
            valueName: "PROJECT"
        )
    )
    var providerProject: String?

    @Option(help: ArgumentHelp("The report's format, if it is not to be found out.", valueName: "FORMAT"))
    var format: String?

    @Option(
        help: ArgumentHelp("Of an image's platforms only this one, such as linux/amd64.", valueName: "PLATFORM")
    )
    var platform: String?

    @Flag(help: "Speak plain HTTP with the registry.")
    var plainHttp = false

    @Flag(help: "Print the server's reply as JSON.")
    var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let connection = try client.resolved(environment: environment)
        let parent = try project.requiredParent(environment: environment)
        let source = try IngestSource(parsing: file)
        try checkOptions(for: source)
        let reports = try await reports(from: source, environment: environment)
        // Documents of images name their image themselves.
        let query = [("image", source.isImage ? nil : image), ("providerProject", providerProject), ("format", format)]
            .compactMap { name, value in value.map { (name, $0) } }
        let console = Console()
        try await RESTClient.with(connection) { client in
            for report in reports {
                let path = "/grafeion/v1/\(parent):ingest"
                let reply =
                    switch report {
                    case .bytes(let bytes):
                        try await client.post(path, query: query, body: bytes, isRepeatable: true)
                    case .file(let file): try await client.post(path, query: query, file: file)
                    }
                let text =
                    json ? String(decoding: reply, as: UTF8.self) : IngestSummary(try JSONValue(reply: reply)).text
                console.out(text + "\n")
            }
        }
    }

    private func checkOptions(for source: IngestSource) throws(ClientFailure) {
        if plainHttp, !source.isInRegistry { throw .usage("--plain-http is for registries; \(file) is not in one") }
        if platform != nil, !source.isImage { throw .usage("--platform is for images; a report is of one already") }
        if image != nil, source.isInRegistry {
            throw .usage("--image is not for oci://…, which names the image itself")
        }
    }

    /// A document to be sent.
    private enum Document {
        case bytes([UInt8])
        case file(FileBody)
    }

    /// Bytes from which on a file is sent as it is read.
    private static let readWholeBytesMax: Int64 = 8 << 20

    /// What is to be sent, each by itself.
    private func reports(from source: IngestSource, environment: [String: String]) async throws -> [Document] {
        switch source {
        case .file(let path):
            if let file = FileBody(path: path), file.size > Self.readWholeBytesMax { return [.file(file)] }
            return [.bytes([UInt8](try InputFile.contents(of: path)))]
        case .registry(let reference):
            return try await RegistryClient.with(reference, usesPlainHTTP: plainHttp, environment: environment) {
                client in
                try await documents(from: client, named: reference.name, reference.tag, reference.manifest)
            }
        case .layout(let directory, let tag):
            guard let image else {
                throw ClientFailure.usage("say what the image is called in a registry: --image registry/repository")
            }
            let reference = try RegistryReference(parsing: image)
            let layout = try ImageLayout(directory: directory)
            let found = try layout.image(tagged: tag)
            if let digest = reference.digest, digest != found.digest {
                throw ClientFailure.usage("the image in \(directory) is \(found.digest), not \(digest)")
            }
            return try await documents(from: layout, named: reference.name, reference.tag ?? found.tag, found.digest)
        }
    }

    private func documents(
        from source: any ImageSource,
        named name: String,
        _ tag: String?,
        _ manifest: String
    ) async throws -> [Document] {
        // Without tag and digest it is the tag that the registry was asked for.
        let tag = tag ?? (manifest == "latest" ? manifest : nil)
        let collection = ImageCollection(source: source, name: name, tag: tag, platform: platform)
        return try await collection.documents(of: manifest).map { .bytes(Array($0.compact.utf8)) }
    }
}

/// The server's reply in a few lines.
struct IngestSummary {
    let text: String

    init(_ reply: JSONValue) {
        let scanner = reply["scanner"]?.text ?? "the scanner"
        let images = (reply["images"]?.elements ?? []).compactMap(\.text)
        let image = images.count == 1 ? images[0] : "\(images.count) artifacts"
        text = """
            \(scanner) on \(image)
            notes        \(Self.counts(reply["notes"]))
            occurrences  \(Self.counts(reply["occurrences"]))
            """ + Self.superseded(reply["superseded"]?.integer ?? 0)
    }

    private static func superseded(_ count: Int) -> String {
        count == 0 ? "" : "\nthere is a newer scan by the same scanner already; nothing of this one was taken"
    }

    /// `3 new, 117 the same, 0 changed, 2 gone`
    private static func counts(_ counts: JSONValue?) -> String {
        let words = [("created", "new"), ("unchanged", "the same"), ("replaced", "changed"), ("deleted", "gone")]
        return words.map { member, word in "\(counts?[member]?.integer ?? 0) \(word)" }.joined(separator: ", ")
    }
}
