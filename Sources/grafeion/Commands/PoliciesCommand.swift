import ArgumentParser

/// `grafeion policies …`
struct PoliciesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies",
        abstract: "Apply, list, get and delete policies, and see their history.",
        discussion: """
            A policy says which images may run. grafeion policy lint checks one, grafeion policy check judges \
            images by it.
            """,
        subcommands: [Apply.self, List.self, Get.self, Delete.self, History.self]
    )

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Store policies from files, each as its newest revision.",
            discussion: """
                A text is taken whole or refused with all that is wrong with it. The same text again changes \
                nothing. Its id is the name in it.

                Examples:

                  grafeion policies apply -f production.yaml --project shop
                  grafeion policies apply -f trust/ -p shop
                  gcloud container binauthz policy export \\
                    | grafeion policies apply -f - --id gke -p shop
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var apply: ApplyOptions

        func run() async throws { try await apply.run(.policies, client, project) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the policies of a project.",
            discussion: """
                Example:

                  grafeion policies list --project shop
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var list: DocumentListOptions

        func run() async throws { try await list.run(.policies, client, project) }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get",
            abstract: "Print policies as they were written.",
            discussion: """
                Examples:

                  grafeion policies get projects/shop/policies/production
                  grafeion policies get production -p shop --revision 2
                  grafeion policies get production -p shop -o json
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var get: DocumentGetOptions

        func run() async throws { try await get.run(.policies, client, project) }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete policies; their history stays.",
            discussion: """
                Example:

                  grafeion policies delete production -p shop --yes
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var delete: DeleteOptions

        func run() async throws { try await delete.run(.policies, client, project) }
    }

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "history",
            abstract: "List all revisions of a policy, the newest first.",
            discussion: """
                Also of one that is deleted.

                Example:

                  grafeion policies history production -p shop
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var history: DocumentHistoryOptions

        func run() async throws { try await history.run(.policies, client, project) }
    }
}
