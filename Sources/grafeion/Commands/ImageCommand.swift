import ArgumentParser
import Foundation

/// `grafeion image`
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Show all that is known of an image.",
        discussion: """
            When it was made and from what, who built it, what is in it, whether it is vulnerable, who \
            attests to it, where it runs, and what changed since the image before it.

            A tag is looked up in its registry first: the image is the one that it stands for now.

            Examples:

              grafeion image registry.example/shop/web:1.2
              grafeion image registry.example/shop/web@sha256:…
              grafeion image sha256:…
              grafeion image registry.example/shop/web      the one that became known last
            """
    )

    /// How the answer is printed.
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case text, json, yaml
    }

    @OptionGroup var client: ClientOptions

    @Argument(help: ArgumentHelp("The image.", valueName: "REF"))
    var image: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Take only what this project has.", valueName: "PROJECT"))
    var project: String?

    @Option(name: [.short, .long], help: ArgumentHelp("How to print: text, json or yaml.", valueName: "FORM"))
    var output: Form = .text

    @Flag(help: "Speak plain HTTP with the registry that is asked for a tag.")
    var plainHttp = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let connection = try client.resolved(environment: environment)
        let query = [("project", project)].compactMap { name, value in value.map { (name, $0) } }
        let image = try await RegistryReference.resolving(image, usesPlainHTTP: plainHttp, environment: environment)
        let reply = try await RESTClient.with(connection) {
            try await $0.get("/grafeion/v1/images/\(image)", query: query)
        }
        let console = Console()
        let value = try JSONValue(reply: reply)
        switch output {
        case .text: console.out(ImageScreen(value, now: Date()).text)
        case .json: console.out(value.pretty() + "\n")
        case .yaml: console.out(try value.yamlText())
        }
    }
}
