import ArgumentParser
import Foundation

/// `grafeion occurrences …`
struct OccurrencesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "occurrences",
        abstract: "List, get, create and delete occurrences.",
        discussion: "An occurrence says that a note applies to an artifact: this image has that vulnerability.",
        subcommands: [List.self, Get.self, Create.self, Delete.self],
        aliases: ["occ"]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the occurrences of a project or of a note, newest first.",
            discussion: """
                Examples:

                  grafeion occurrences list --project my-project --filter 'kind="BUILD"'
                  grafeion occurrences list --project my-project --note CVE-2014-0160 --all
                  grafeion occurrences list -p my-project --all -o json \\
                    --filter 'resourceUrl="https://registry.example/app@sha256:…"'

                How a filter is read and run: grafeion filter parse, grafeion filter explain.
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var list: ListOptions

        @Option(
            help: ArgumentHelp("List the occurrences of this note, from all projects.", valueName: "NOTE")
        )
        var note: String?

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let path: String
            if let note {
                let parent = project.parent(environment: environment)
                path = "/v1/\(try ResourceCollection.notes.fullName(note, parent: parent))/occurrences"
            } else {
                path = "/v1/\(try project.requiredParent(environment: environment))/occurrences"
            }
            let listing = Listing(path: path, collection: "occurrences", filter: list.filter)
            try await list.run(listing, of: .occurrences, from: client.resolved(environment: environment))
        }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get",
            abstract: "Show occurrences.",
            discussion: """
                Example:

                  grafeion occurrences get -p my-project 0197f7a2-6c1e-7d0a-9a3b-0c4f5e6d7a8b
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var get: GetOptions

        func run() async throws { try await get.run(.occurrences, client, project) }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Create an occurrence, or a list of them, from a JSON or YAML file.",
            discussion: """
                The server makes the id. A file with a list of up to 1000 is created whole or not at all.

                Examples:

                  grafeion occurrences create --project my-project -f occurrence.json
                  jq '[.provenance_summary.provenance[]]' build.json \\
                    | grafeion occurrences create -p my-project -f - -o name
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var create: CreateOptions

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let parent = try project.requiredParent(environment: environment)
            let document = try create.document()
            var path = "/v1/\(parent)/occurrences"
            var body = document
            if case .array = document {
                path += ":batchCreate"
                body = .object([.init(name: "occurrences", value: document)])
            }
            try await create.run(
                .occurrences,
                path: path,
                query: [],
                document: body,
                to: client.resolved(environment: environment)
            )
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete occurrences.",
            discussion: """
                Example, all that a filter finds:

                  grafeion occurrences list -p my-project --all -o name \\
                    --filter 'kind="DISCOVERY"' | xargs grafeion occurrences delete --yes
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var delete: DeleteOptions

        func run() async throws { try await delete.run(.occurrences, client, project) }
    }
}
