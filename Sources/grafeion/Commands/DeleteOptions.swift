import ArgumentParser
import Foundation

/// What every `delete` takes, and how it is carried out.
struct DeleteOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Full names, or bare ids where a project is given or needless.", valueName: "NAME"))
    var names: [String]

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    /// Deletes each; goes on after one that cannot be deleted, and fails at the end.
    func run(_ collection: ResourceCollection, _ client: ClientOptions, _ project: ProjectOption?) async throws {
        let environment = ProcessInfo.processInfo.environment
        let parent = project?.parent(environment: environment)
        let fullNames = try names.map { name throws in try collection.fullName(name, parent: parent) }
        let console = Console()
        guard try isConfirmed(fullNames, collection, console) else {
            console.note("nothing was deleted")
            throw ExitCode.failure
        }
        var failures = 0
        try await RESTClient.with(client.resolved(environment: environment)) { client in
            for name in fullNames {
                do {
                    try await client.delete(collection.path(of: name))
                    console.out("deleted \(name)\n")
                } catch ClientFailure.refused(let error) {
                    failures += 1
                    console.note("Error: \(error)")
                }
            }
        }
        if failures > 0 { throw ExitCode.failure }
    }

    private func isConfirmed(
        _ fullNames: [String],
        _ collection: ResourceCollection,
        _ console: Console
    ) throws(ClientFailure) -> Bool {
        if yes { return true }
        guard console.isInputTerminal else { throw .usage("add --yes to delete without being asked") }
        let what = fullNames.count == 1 ? fullNames[0] : "these \(fullNames.count) \(collection.rawValue)"
        if fullNames.count > 1 { fullNames.forEach { console.note("  \($0)") } }
        return console.confirms("Delete \(what)?")
    }
}
