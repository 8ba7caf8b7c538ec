import ArgumentParser
import Foundation
import MetadataModel
import PolicyEngine

/// What `attestors apply` and `policies apply` take, and how it is carried out.
struct ApplyOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Text to apply, YAML or JSON; - is standard input; of a directory its .yaml, .yml and .json. May be repeated.",
            valueName: "FILE"
        ),
        completion: .file()
    )
    var file: [String]

    @Option(help: ArgumentHelp("Id of a text that has no name, or is one of another tool.", valueName: "ID"))
    var id: String?

    @Option(
        help: ArgumentHelp(
            "Apply only if this is still the newest version, sha256:…; so that nobody's change is overwritten.",
            valueName: "VERSION"
        )
    )
    var replaces: String?

    @Option(name: [.short, .long], help: ArgumentHelp("How to print: text, json or name.", valueName: "FORM"))
    var output: Form = .text

    /// How what was applied is printed.
    enum Form: String, ExpressibleByArgument, CaseIterable { case text, json, name }

    /// A text that was read and has a full name.
    private struct Named {
        let text: TrustText
        let name: String
    }

    /// Reads all texts first, so that nothing is applied if one is wrong; then sends one after the other, and goes on
    /// after one that the server refuses.
    func run(_ collection: ResourceCollection, _ client: ClientOptions, _ project: ProjectOption) async throws {
        let environment = ProcessInfo.processInfo.environment
        let console = Console()
        let texts = try TrustText.all(at: file, of: collection)
        if texts.count > 1, id != nil || replaces != nil {
            throw ClientFailure.usage("--id and --replaces are for one text; there are \(texts.count)")
        }
        let named = try checked(
            texts,
            parent: project.parent(environment: [:]),
            usualParent: project.parent(environment: environment),
            console
        )
        var applied: [JSONValue] = []
        var failures = 0
        try await RESTClient.with(client.resolved(environment: environment)) { client in
            for text in named {
                do {
                    applied.append(try await apply(text, collection, client, console))
                } catch ClientFailure.refused(let error) {
                    failures += 1
                    console.note("Error: \(text.text.file): \(error)")
                }
            }
        }
        if output == .json {
            let one = applied.count == 1 ? applied[0] : .array(applied)
            if !applied.isEmpty { console.out(one.pretty() + "\n") }
        }
        if failures > 0 { throw ExitCode.failure }
    }

    // MARK: Reading

    /// - Parameters:
    ///   - parent: where all go, if that was said.
    ///   - usualParent: where those go that do not say it themselves.
    private func checked(
        _ texts: [TrustText],
        parent: String?,
        usualParent: String?,
        _ console: Console
    ) throws -> [Named] {
        let check = try TrustTextCheck(now: Date())
        var named: [Named] = []
        var isWrong = false
        for text in texts {
            do {
                let finding = try check.check(text)
                finding.warnings.forEach { console.note($0.text(in: text.file, "warning: ")) }
                let name = try fullName(finding.name, text, parent, usualParent)
                if let other = named.first(where: { $0.name == name }) {
                    throw ClientFailure.file(
                        "\(name) is in \(other.text.file) and in \(text.file); nothing was applied"
                    )
                }
                named.append(Named(text: text, name: name))
            } catch let error as InvalidPolicy {
                console.note(error.text(in: text.file))
                isWrong = true
            }
        }
        if isWrong {
            console.note("nothing was applied")
            throw ExitCode.failure
        }
        return named
    }

    /// A document of another tool may have its full name in it, `projects/P/platforms/gke/policies/ID`; the last part is
    /// the id, and the project counts where none is said. A project's own policy, `projects/P/policy`, has a place of its own.
    private func fullName(
        _ written: String,
        _ text: TrustText,
        _ parent: String?,
        _ usualParent: String?
    ) throws(ClientFailure) -> String {
        let collection = text.collection
        let parts = written.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let hasProject = parts.count > 2 && parts[0] == "projects"
        let isProjects = hasProject && parts.count == 3 && parts[2] == "policy"
        let ownID = isProjects ? ProjectPolicyName.documentID : hasProject ? parts.last ?? "" : written
        let id = self.id ?? ownID
        guard ResourceID.isValid(id) else {
            let what = id.isEmpty ? "has no name" : "has a name that is no id, \(id.quotedForMessage)"
            throw .usage("\(text.file): the \(collection.singular) \(what); say --id ID")
        }
        let parent = parent ?? (hasProject ? "projects/\(parts[1])" : usualParent)
        return try collection.fullName(id, parent: try parent.map(ResourceCollection.projectOnly))
    }

    // MARK: Sending

    private func apply(
        _ named: Named,
        _ collection: ResourceCollection,
        _ client: RESTClient,
        _ console: Console
    ) async throws -> JSONValue {
        let path = collection.path(of: named.name)
        let before = try await revision(at: path, client)
        let query = [("replacesVersion", replaces)].compactMap { name, value in value.map { (name, $0) } }
        let reply = try JSONValue(
            reply: try await client.put(
                path,
                query: query,
                body: Array(named.text.text.utf8),
                contentType: named.text.contentType
            )
        )
        let revision = reply["revision"]?.integer ?? 0
        let change = before == nil ? "created" : before == revision ? "unchanged" : "changed"
        switch output {
        case .text:
            let version = reply["version"]?.text ?? ""
            console.out("\(collection.singular) \(named.name) \(change): revision \(revision), \(version)\n")
        case .name: console.out("\(named.name)\n")
        case .json: break
        }
        return reply
    }

    /// The newest revision; nil if there is none that is not deleted.
    private func revision(at path: String, _ client: RESTClient) async throws -> Int? {
        do {
            return try JSONValue(reply: try await client.get(path))["revision"]?.integer
        } catch ClientFailure.refused(let error) where error.httpStatus == 404 {
            return nil
        }
    }
}

extension ResourceCollection {
    /// What attestors, policies and decisions belong to: they have no locations.
    static func projectOnly(_ parent: String) throws(ClientFailure) -> String {
        guard parent.split(separator: "/", omittingEmptySubsequences: false).count == 2 else {
            let what = "attestors, policies and decisions belong to a project as a whole"
            throw .usage("\(what); leave out what is behind it: \(parent.quotedForMessage)")
        }
        return parent
    }
}
