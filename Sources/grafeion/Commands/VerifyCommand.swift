import ArgumentParser
import Foundation

/// `grafeion verify`
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say who has validly attested an image, signature by signature.",
        discussion: """
            The attestors that are named must all have attested the image. If none is named, those of the \
            project are asked, or of all projects, and one suffices. A tag is looked up in its registry \
            first.

            Exit codes: 0 if the image is attested so, 1 if not, 2 if that could not be found out.

            Examples:

              grafeion verify registry.example/shop/web:1.2 --project security
              grafeion verify IMAGE@sha256:… --attestor projects/security/attestors/qa \\
                --attestor projects/security/attestors/vulnerabilities
            """
    )

    /// How the answer is printed.
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case table, json, yaml
    }

    @OptionGroup var client: ClientOptions

    @Argument(
        help: ArgumentHelp("The image: registry/repository@sha256:…, with a tag, or a digest.", valueName: "IMAGE")
    )
    var image: String

    @Option(
        help: ArgumentHelp(
            "An attestor that must have attested it, projects/P/attestors/A or, with a project, A; several times if "
                + "need be.",
            valueName: "NAME"
        )
    )
    var attestor: [String] = []

    @OptionGroup var project: ProjectOption

    @Flag(help: "Speak plain HTTP with the registry that is asked for a tag.")
    var plainHttp = false

    @Option(name: [.short, .long], help: ArgumentHelp("How to print: table, json or yaml.", valueName: "FORM"))
    var output: Form = .table

    func run() async throws {
        let isAttested: Bool
        do {
            isAttested = try await verify()
        } catch {
            Console().note("Error: \(error)")
            throw ExitCode(2)
        }
        if !isAttested { throw ExitCode(1) }
    }

    private func verify() async throws -> Bool {
        let environment = ProcessInfo.processInfo.environment
        let parent = project.parent(environment: environment)
        let names = try attestor.map { name throws(ClientFailure) in
            try ResourceCollection.attestors.fullName(name, parent: parent.map(ResourceCollection.projectOnly))
        }
        var query = names.map { ("attestors", $0) }
        if names.isEmpty, let parent { query.append(("project", parent)) }
        let image = try await RegistryReference.resolving(image, usesPlainHTTP: plainHttp, environment: environment)
        let reply = try await RESTClient.with(client.resolved(environment: environment)) { client in
            try JSONValue(reply: try await client.get("/grafeion/v1/verify/\(image)", query: query))
        }
        let verification = ImageVerification(reply)
        let console = Console()
        switch output {
        case .table: console.out(verification.text)
        case .json: console.out(reply.pretty() + "\n")
        case .yaml: console.out(try reply.yamlText())
        }
        return try verification.isAttested(by: names)
    }
}
