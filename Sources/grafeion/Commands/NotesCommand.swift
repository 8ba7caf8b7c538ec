import ArgumentParser
import Foundation

/// `grafeion notes …`
struct NotesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notes",
        abstract: "List, get, create and delete notes.",
        discussion: "A note describes something once: a vulnerability, a builder, an attestation authority.",
        subcommands: [List.self, Get.self, Create.self, Delete.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the notes of a project, newest first.",
            discussion: """
                Examples:

                  grafeion notes list --project my-project
                  grafeion notes list -p my-project --all --filter 'kind="VULNERABILITY"'
                  grafeion notes list -p my-project -o name --limit 100
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var list: ListOptions

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let parent = try project.requiredParent(environment: environment)
            let listing = Listing(path: "/v1/\(parent)/notes", collection: "notes", filter: list.filter)
            try await list.run(listing, of: .notes, from: client.resolved(environment: environment))
        }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get",
            abstract: "Show notes.",
            discussion: """
                Examples:

                  grafeion notes get projects/my-project/notes/CVE-2014-0160
                  grafeion notes get --project my-project CVE-2014-0160 -o yaml
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var get: GetOptions

        func run() async throws { try await get.run(.notes, client, project) }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Create a note from a JSON or YAML file.",
            discussion: """
                Examples:

                  grafeion notes create --project my-project --id CVE-2014-0160 -f note.yaml
                  echo '{"attestation":{"hint":{"humanReadableName":"qa"}}}' \\
                    | grafeion notes create -p my-project --id qa -f -
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var create: CreateOptions

        @Option(help: ArgumentHelp("Id of the new note, such as CVE-2014-0160.", valueName: "ID"))
        var id: String

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let parent = try project.requiredParent(environment: environment)
            let note = try create.document()
            try await create.run(
                .notes,
                path: "/v1/\(parent)/notes",
                query: [("noteId", id)],
                document: note,
                to: client.resolved(environment: environment)
            )
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete notes.",
            discussion: """
                A note that still has occurrences is not deleted; delete those first.

                Example:

                  grafeion notes delete --project my-project CVE-2014-0160 CVE-2021-44228
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var delete: DeleteOptions

        func run() async throws { try await delete.run(.notes, client, project) }
    }
}
