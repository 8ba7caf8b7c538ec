import ArgumentParser
import Foundation

/// `grafeion projects …`
struct ProjectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projects",
        abstract: "List, get, create and delete projects.",
        discussion: "The first write creates a project, unless the server runs with --explicit-projects.",
        subcommands: [List.self, Get.self, Create.self, Delete.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List projects.",
            discussion: "Example:\n\n  grafeion projects list --all -o name"
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var list: ListOptions

        func run() async throws {
            let listing = Listing(path: "/v1/projects", collection: "projects", filter: list.filter)
            let connection = try client.resolved(environment: ProcessInfo.processInfo.environment)
            try await list.run(listing, of: .projects, from: connection)
        }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get",
            abstract: "Show projects.",
            discussion: "Example:\n\n  grafeion projects get my-project"
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var get: GetOptions

        func run() async throws { try await get.run(.projects, client, nil) }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Create a project.",
            discussion: "Example:\n\n  grafeion projects create my-project"
        )

        @OptionGroup var client: ClientOptions

        @Argument(help: ArgumentHelp("Id of the new project.", valueName: "PROJECT"))
        var project: String

        func run() async throws {
            let connection = try client.resolved(environment: ProcessInfo.processInfo.environment)
            let name = try ResourceCollection.projects.fullName(project, parent: nil)
            let body = JSONValue.object([.init(name: "name", value: .string(name))])
            let reply = try await RESTClient.with(connection) { client in
                try await client.post("/v1/projects", body: Array(body.compact.utf8))
            }
            Console().out("\((try JSONValue(reply: reply))["name"]?.text ?? name)\n")
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete projects.",
            discussion: "Example:\n\n  grafeion projects delete my-project"
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var delete: DeleteOptions

        func run() async throws { try await delete.run(.projects, client, nil) }
    }
}
