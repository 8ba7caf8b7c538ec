import ArgumentParser

/// `grafeion attestors …`
struct AttestorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attestors",
        abstract: "Apply, list, get and delete attestors, and see their history.",
        discussion: """
            An attestor is somebody whose attestations count: a note under which they are, and the public \
            keys that verify them.
            """,
        subcommands: [Apply.self, List.self, Get.self, Delete.self, History.self]
    )

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Store attestors from files, each as its newest revision.",
            discussion: """
                A text is taken whole or refused with all that is wrong with it. The same text again changes \
                nothing. Its id is the name in it.

                Examples:

                  grafeion attestors apply -f qa.yaml --project security
                  grafeion attestors apply -f trust/ -p security
                  gcloud container binauthz attestors describe qa \\
                    | grafeion attestors apply -f - -p security
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var apply: ApplyOptions

        func run() async throws { try await apply.run(.attestors, client, project) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the attestors of a project.",
            discussion: """
                Example:

                  grafeion attestors list --project security
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var list: DocumentListOptions

        func run() async throws { try await list.run(.attestors, client, project) }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get",
            abstract: "Print attestors as they were written.",
            discussion: """
                Examples:

                  grafeion attestors get projects/security/attestors/qa
                  grafeion attestors get qa -p security --revision 2
                  grafeion attestors get qa -p security -o json
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var get: DocumentGetOptions

        func run() async throws { try await get.run(.attestors, client, project) }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete attestors; their history stays.",
            discussion: """
                Example:

                  grafeion attestors delete qa -p security --yes
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var delete: DeleteOptions

        func run() async throws { try await delete.run(.attestors, client, project) }
    }

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "history",
            abstract: "List all revisions of an attestor, the newest first.",
            discussion: """
                Also of one that is deleted.

                Example:

                  grafeion attestors history qa -p security
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var history: DocumentHistoryOptions

        func run() async throws { try await history.run(.attestors, client, project) }
    }
}
