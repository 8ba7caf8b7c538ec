import ArgumentParser
import Foundation

/// `grafeion decisions …`
struct DecisionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions",
        abstract: "List and get what was decided about images.",
        discussion: """
            Decisions are recorded by admission and by grafeion policy check --record, and kept for a time that \
            the server is configured with.
            """,
        subcommands: [List.self, Get.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the decisions of a project, newest first.",
            discussion: """
                All conditions must hold.

                Examples:

                  grafeion decisions list --project shop --denied
                  grafeion decisions list -p shop --namespace payments --limit 20
                  grafeion decisions list -p shop --image registry.example/shop/web -o json
                  grafeion decisions list -p shop --filter 'brokeGlass=true'
                  grafeion decisions list -p shop --filter 'createTime>"2026-01-01"'
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var list: ListOptions

        @Flag(help: "Only those by which a pod may not run.")
        var denied = false

        @Option(help: ArgumentHelp("Only of images with this in their names.", valueName: "TEXT"))
        var image: String?

        @Option(help: ArgumentHelp("Only of pods in this namespace.", valueName: "NAMESPACE"))
        var namespace: String?

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let parent = try ResourceCollection.projectOnly(project.requiredParent(environment: environment))
            let listing = Listing(
                path: ResourceCollection.decisions.path(of: "\(parent)/decisions"),
                collection: "decisions",
                filter: filter
            )
            try await list.run(listing, of: .decisions, from: client.resolved(environment: environment))
        }

        /// All conditions as one filter.
        var filter: String? {
            let conditions = [
                list.filter.map { "(\($0))" }, denied ? "allowed=false" : nil,
                image.map { "images.image:\(JSONValue.string($0).compact)" },
                namespace.map { "pod.namespace=\(JSONValue.string($0).compact)" },
            ].compactMap(\.self)
            // Without another condition a filter is sent as it was written, and so are the places of its faults.
            if conditions.count == 1, let written = list.filter { return written }
            return conditions.isEmpty ? nil : conditions.joined(separator: " AND ")
        }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get",
            abstract: "Show all of a decision: each check of each image, and what it rests on.",
            discussion: """
                Examples:

                  grafeion decisions get 0197f7a2-6c1e-7d0a-9a3b-0c4f5e6d7a8b -p shop
                  grafeion decisions get projects/shop/decisions/… -o json
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption

        @Argument(help: ArgumentHelp("Full names, or bare ids where a project is given.", valueName: "NAME"))
        var names: [String]

        @Option(
            name: [.short, .long],
            help: ArgumentHelp("How to print: text, json, yaml or name.", valueName: "FORM")
        )
        var output: Form = .text

        /// How a decision is printed.
        enum Form: String, ExpressibleByArgument, CaseIterable { case text, json, yaml, name }

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let parent = project.parent(environment: environment)
            let collection = ResourceCollection.decisions
            let fullNames = try names.map { name throws in try collection.fullName(name, parent: parent) }
            var decisions: [JSONValue] = []
            try await RESTClient.with(client.resolved(environment: environment)) { client in
                for name in fullNames {
                    decisions.append(try JSONValue(reply: try await client.get(collection.path(of: name))))
                }
            }
            let console = Console()
            let value = decisions.count == 1 ? decisions[0] : JSONValue.array(decisions)
            switch output {
            case .text:
                let screens = decisions.map { DecisionScreen(Judgement($0), width: console.readingWidth).text }
                console.out(screens.joined(separator: "\n"))
            case .json: console.out(value.pretty() + "\n")
            case .yaml: console.out(try value.yamlText())
            case .name: console.out(decisions.map { ($0["name"]?.text ?? "") + "\n" }.joined())
            }
        }
    }
}
