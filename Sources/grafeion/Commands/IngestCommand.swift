import ArgumentParser
import Foundation

/// `grafeion ingest`
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Store what a scanner reported about an image.",
        discussion: """
            Takes reports of Trivy, Grype and OSV-Scanner in JSON, SARIF 2.1 with CVE rules, and \
            CycloneDX with vulnerabilities. A report replaces the last one of the same scanner for \
            the same image: what stays keeps its name, what is gone is deleted, and the same report \
            again changes nothing.

            Examples:

              trivy image --format json IMAGE@sha256:… | grafeion ingest - -p my-project
              grafeion ingest grype.json -p my-project --image IMAGE@sha256:…
              grafeion ingest sarif.json -p my-project --provider-project security
            """
    )

    @OptionGroup var client: ClientOptions
    @OptionGroup var project: ProjectOption

    @Argument(
        help: ArgumentHelp("The report; - is standard input.", valueName: "FILE"),
        completion: .file()
    )
    var file: String

    @Option(
        help: ArgumentHelp(
            "The image that was scanned, with its digest; needed where the report does not name it.",
            valueName: "REF"
        )
    )
    var image: String?

    @Option(
        help: ArgumentHelp(
            "Project of the vulnerability notes; that of the occurrences if not given.",
            valueName: "PROJECT"
        )
    )
    var providerProject: String?

    @Option(help: ArgumentHelp("The report's format, if it is not to be found out.", valueName: "FORMAT"))
    var format: String?

    @Flag(help: "Print the server's reply as JSON.")
    var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let connection = try client.resolved(environment: environment)
        let parent = try project.requiredParent(environment: environment)
        let report = [UInt8](try InputFile.contents(of: file))
        let query = [("image", image), ("providerProject", providerProject), ("format", format)]
            .compactMap { name, value in value.map { (name, $0) } }
        let reply = try await RESTClient.with(connection) { client in
            try await client.post("/grafeion/v1/\(parent):ingest", query: query, body: report, isRepeatable: true)
        }
        let console = Console()
        if json { return console.out(String(decoding: reply, as: UTF8.self) + "\n") }
        console.out(IngestSummary(try JSONValue(reply: reply)).text + "\n")
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
            """
    }

    /// `3 new, 117 the same, 0 changed, 2 gone`
    private static func counts(_ counts: JSONValue?) -> String {
        let words = [("created", "new"), ("unchanged", "the same"), ("replaced", "changed"), ("deleted", "gone")]
        return words.map { member, word in "\(counts?[member]?.integer ?? 0) \(word)" }.joined(separator: ", ")
    }
}
