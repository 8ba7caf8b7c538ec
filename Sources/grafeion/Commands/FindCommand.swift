import ArgumentParser
import Foundation

/// `grafeion find`
struct FindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Find images by vulnerability, package, commit or base image, and where they run.",
        discussion: """
            All conditions must hold. Looks in all projects unless one is named. The tag of a base image is \
            looked up in its registry first.

            Examples:

              grafeion find --cve CVE-2021-44228 --running
              grafeion find --package 'log4j-core <2.17.1'
              grafeion find --commit 9f86d08
              grafeion find --base registry.example/base/debian:12
              grafeion find --base registry.example/base/debian -o name
            """
    )

    @OptionGroup var client: ClientOptions

    @Option(help: ArgumentHelp("Images that this vulnerability affects, as far as is known.", valueName: "ID"))
    var cve: String?

    @Option(
        help: ArgumentHelp(
            "Images with this package, and a range of its versions if wanted.",
            valueName: "NAME [RANGE]"
        )
    )
    var package: String?

    @Option(help: ArgumentHelp("Images built from this commit, or one that begins so.", valueName: "SHA"))
    var commit: String?

    @Option(help: ArgumentHelp("Images that stand on this one, or on any of this repository.", valueName: "REF"))
    var base: String?

    @Flag(help: "With --base: speak plain HTTP with the registry that is asked for a tag.")
    var plainHttp = false

    @Flag(help: "Only images that run somewhere.")
    var running = false

    @Flag(help: "With --cve: also images that are judged (VEX) not to be affected.")
    var includeNotAffected = false

    @Option(name: .shortAndLong, help: ArgumentHelp("Take only what this project has.", valueName: "PROJECT"))
    var project: String?

    @Option(name: [.short, .long], help: ArgumentHelp("How to print: table, json, yaml or name.", valueName: "FORM"))
    var output: OutputForm = .table

    @Option(help: ArgumentHelp("Stop after this many images.", valueName: "N"))
    var limit: Int?

    func validate() throws {
        if cve == nil, package == nil, commit == nil, base == nil, !running {
            throw ValidationError("say what to look for: --cve, --package, --commit, --base or --running")
        }
        if includeNotAffected, cve == nil { throw ValidationError("--include-not-affected goes with --cve") }
        if plainHttp, base == nil { throw ValidationError("--plain-http goes with --base") }
        if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let connection = try client.resolved(environment: environment)
        let images = try await RESTClient.with(connection) { try await found($0, environment) }
        let console = Console()
        switch output {
        case .table:
            if images.isEmpty { return console.note("no images found") }
            let rows = images.map { FoundImageRow($0).cells }
            let table = TextTable(headings: FoundImageRow.headings, firstRows: rows, width: console.outputWidth)
            console.out(table.text(rows: rows))
        case .json: console.out(JSONValue.array(images).pretty() + "\n")
        case .yaml: console.out(try JSONValue.array(images).yamlText())
        case .name: console.out(images.map { ($0["image"]?.text ?? "") + "\n" }.joined())
        }
    }

    private func found(_ client: RESTClient, _ environment: [String: String]) async throws -> [JSONValue] {
        let base: String? =
            if let base {
                try await RegistryReference.resolving(base, usesPlainHTTP: plainHttp, environment: environment)
            } else { nil }
        let texts = [
            ("vulnerability", cve), ("package", package), ("commit", commit), ("base", base), ("project", project),
            ("running", running ? "true" : nil), ("includeNotAffected", includeNotAffected ? "true" : nil),
        ]
        let query = texts.compactMap { name, value in value.map { (name, $0) } }
        var images: [JSONValue] = []
        var token = ""
        repeat {
            let size = [("pageSize", String(min(1000, (limit ?? .max) - images.count)))]
            let reply = try JSONValue(
                reply: try await client.get(
                    "/grafeion/v1/search",
                    query: query + size + (token.isEmpty ? [] : [("pageToken", token)])
                )
            )
            images += reply["images"]?.elements ?? []
            token = reply["nextPageToken"]?.text ?? ""
        } while !token.isEmpty && images.count < limit ?? .max
        return images
    }
}

/// An image that was found as a line of a table.
struct FoundImageRow {
    static let headings = ["IMAGE", "RUNS AT", "FOUND"]
    let cells: [String]

    init(_ image: JSONValue) {
        let places = (image["running"]?.elements ?? []).compactMap { $0["address"]?.text }
        let findings = (image["findings"]?.elements ?? []).map(Self.text)
        cells = [image["image"]?.text ?? "", Self.list(places, 3), Self.list(findings, 2)]
    }

    /// `CVE-2021-44228 log4j-core 2.14.1 → 2.17.1`
    private static func text(_ finding: JSONValue) -> String {
        let state = finding["state"]?.text.map { "(\($0.lowercased().replacing("_", with: " ")))" }
        let parts = [
            finding["vulnerability"]?.text, finding["package"]?.text, finding["version"]?.text,
            finding["fixedVersion"]?.text.map { "→ \($0)" }, state,
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    private static func list(_ entries: [String], _ shown: Int) -> String {
        if entries.isEmpty { return "-" }
        let more = entries.count > shown ? " (+\(entries.count - shown))" : ""
        return entries.prefix(shown).joined(separator: ", ") + more
    }
}
