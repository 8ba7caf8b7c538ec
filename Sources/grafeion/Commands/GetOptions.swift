import ArgumentParser
import Foundation

/// What every `get` takes, and how it is carried out.
struct GetOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Full names, or bare ids where a project is given or needless.", valueName: "NAME"))
    var names: [String]

    @Option(name: [.short, .long], help: ArgumentHelp("How to print: table, json, yaml or name.", valueName: "FORM"))
    var output: OutputForm = .json

    /// Prints the thing; several are printed as a list.
    func run(_ collection: ResourceCollection, _ client: ClientOptions, _ project: ProjectOption?) async throws {
        let environment = ProcessInfo.processInfo.environment
        let parent = project?.parent(environment: environment)
        let fullNames = try names.map { name throws in try collection.fullName(name, parent: parent) }
        let console = Console()
        try await RESTClient.with(client.resolved(environment: environment)) { client in
            var things: [JSONValue] = []
            for name in fullNames {
                things.append(try JSONValue(reply: try await client.get(collection.path(of: name))))
            }
            if things.count == 1 {
                try EntryPrinter.print(one: things[0], form: output, collection: collection, console: console)
                return
            }
            var printer = EntryPrinter(form: output, collection: collection, console: console)
            try printer.print(things)
            printer.finish()
        }
    }
}

extension JSONValue {
    /// Reads what a server sent.
    init(reply: some Collection<UInt8>) throws(ClientFailure) {
        do {
            try self.init(parsing: reply)
        } catch {
            let beginning = String(decoding: reply.prefix(60), as: UTF8.self)
            throw .unexpected("the server's reply is not JSON (\(error)); it begins \(beginning.debugDescription)")
        }
    }
}
