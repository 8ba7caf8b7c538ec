import ArgumentParser

/// `grafeion admission …`
struct AdmissionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admission",
        abstract: "Let a Kubernetes cluster run only images that a policy admits.",
        subcommands: [Setup.self]
    )
}
