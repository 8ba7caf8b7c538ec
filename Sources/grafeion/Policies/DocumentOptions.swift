import ArgumentParser
import Foundation

/// What `attestors list` and `policies list` take, and how it is carried out.
struct DocumentListOptions: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("How to print: table, json, yaml or name.", valueName: "FORM"))
    var output: OutputForm = .table

    /// All there are: people write them, so there are not many.
    func run(_ collection: ResourceCollection, _ client: ClientOptions, _ project: ProjectOption) async throws {
        let environment = ProcessInfo.processInfo.environment
        let parent = try ResourceCollection.projectOnly(project.requiredParent(environment: environment))
        let path = collection.path(of: "\(parent)/\(collection.rawValue)")
        let connection = try client.resolved(environment: environment)
        let isEmpty = try await print(Listing(path: path, collection: "documents"), collection, connection)
        if isEmpty { Console().note("no \(collection.rawValue) found") }
    }

    /// Prints the entries of all pages.
    /// - Returns: whether there were none.
    func print(
        _ listing: Listing,
        _ collection: ResourceCollection,
        _ connection: ServerConnection
    ) async throws -> Bool {
        var printer = EntryPrinter(form: output, collection: collection, console: Console())
        try await RESTClient.with(connection) { client in
            var token = ""
            repeat {
                let page = try await listing.page(size: nil, token: token, from: client)
                try printer.print(page.entries.map { entry throws in try JSONValue(reply: entry) })
                token = page.nextToken
            } while !token.isEmpty
        }
        printer.finish()
        return printer.printed == 0
    }
}

/// What `attestors history` and `policies history` take, and how it is carried out.
struct DocumentHistoryOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Full name, or bare id where a project is given.", valueName: "NAME"))
    var name: String

    @OptionGroup var list: DocumentListOptions

    func run(_ collection: ResourceCollection, _ client: ClientOptions, _ project: ProjectOption) async throws {
        let environment = ProcessInfo.processInfo.environment
        let fullName = try collection.fullName(name, parent: project.parent(environment: environment))
        let listing = Listing(path: collection.path(of: fullName) + ":history", collection: "documents")
        let connection = try client.resolved(environment: environment)
        let isEmpty = try await list.print(listing, collection, connection)
        if isEmpty { Console().note("\(fullName) was never applied") }
    }
}

/// What `attestors get` and `policies get` take, and how it is carried out.
struct DocumentGetOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Full names, or bare ids where a project is given.", valueName: "NAME"))
    var names: [String]

    @Option(help: ArgumentHelp("This revision in place of the newest.", valueName: "N"))
    var revision: Int?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("How to print: yaml is the text as it was written; json or name.", valueName: "FORM")
    )
    var output: Form = .yaml

    /// How a text is printed.
    enum Form: String, ExpressibleByArgument, CaseIterable { case yaml, json, name }

    func validate() throws {
        if let revision, revision < 1 { throw ValidationError("--revision counts from 1") }
    }

    func run(_ collection: ResourceCollection, _ client: ClientOptions, _ project: ProjectOption) async throws {
        let environment = ProcessInfo.processInfo.environment
        let parent = project.parent(environment: environment)
        let fullNames = try names.map { name throws in try collection.fullName(name, parent: parent) }
        let query = revision.map { [("revision", String($0))] } ?? []
        var documents: [JSONValue] = []
        try await RESTClient.with(client.resolved(environment: environment)) { client in
            for name in fullNames {
                let reply = try await client.get(collection.path(of: name), query: query)
                documents.append(try JSONValue(reply: reply))
            }
        }
        try print(documents)
    }

    private func print(_ documents: [JSONValue]) throws(ClientFailure) {
        let console = Console()
        switch output {
        case .json:
            let value = documents.count == 1 ? documents[0] : JSONValue.array(documents)
            console.out(value.pretty() + "\n")
        case .name: console.out(documents.map { ($0["name"]?.text ?? "") + "\n" }.joined())
        case .yaml:
            var before = ""
            for document in documents {
                if document["deleted"] == .bool(true) {
                    let revision = document["revision"]?.integer ?? 0
                    throw .unexpected("revision \(revision) of \(document["name"]?.text ?? "") is its deletion")
                }
                // One text is printed to the byte; between two there must be a line of its own.
                if !before.isEmpty { console.out(before.hasSuffix("\n") ? "---\n" : "\n---\n") }
                before = document["content"]?.text ?? ""
                console.out(before)
            }
        }
    }
}
