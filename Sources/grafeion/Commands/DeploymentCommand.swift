import ArgumentParser
import Foundation

/// `grafeion deployment …`
struct DeploymentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deployment",
        abstract: "Record which image runs where, since when and until when.",
        discussion: """
            A deployment is an occurrence of kind DEPLOYMENT. It runs until it has an end; the same call \
            again changes nothing, so pipelines may retry.
            """,
        subcommands: [Start.self, Stop.self, List.self]
    )

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "start",
            abstract: "Record that an image runs somewhere.",
            discussion: """
                What runs there already is left as it is. With --replace other images at the address end.

                Examples:

                  grafeion deployment start IMAGE@sha256:… -p my-project --address prod/web
                  kubectl get deployment web -o yaml \\
                    | grafeion deployment start IMAGE@sha256:… -p my-project \\
                        --address prod/web --config - --by "$USER_EMAIL" --replace
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption

        @Argument(help: ArgumentHelp("The image, registry/repository@sha256:….", valueName: "IMAGE"))
        var image: String

        @Option(help: ArgumentHelp("Where it runs: a cluster and workload, a host.", valueName: "ADDRESS"))
        var address: String

        @Option(help: ArgumentHelp("Who deployed it.", valueName: "USER"))
        var by: String?

        @Option(
            help: ArgumentHelp("The configuration that it runs with; - is standard input.", valueName: "FILE"),
            completion: .file()
        )
        var config: String?

        @Option(help: ArgumentHelp("What it runs on.", valueName: "PLATFORM"))
        var platform: Platform?

        @Option(help: ArgumentHelp("Since when, such as 2026-01-31T12:00:00Z; now if not given.", valueName: "TIME"))
        var at: String?

        @Option(help: ArgumentHelp("Project of the note of the address.", valueName: "PROJECT"))
        var noteProject: String?

        @Flag(help: "Record that other images no longer run there.")
        var replace = false

        /// `DeploymentOccurrence.Platform`.
        enum Platform: String, ExpressibleByArgument, CaseIterable { case gke, flex, custom }

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let parent = try project.requiredParent(environment: environment)
            let reference = try RegistryReference(pinned: image)
            let configuration = try config.map { file throws(ClientFailure) in
                String(decoding: try InputFile.contents(of: file), as: UTF8.self)
            }
            let time = at ?? Date.now.formatted(.iso8601)
            try await RESTClient.with(client.resolved(environment: environment)) { client in
                let deployments = Deployments(client: client, parent: parent)
                let there = try await deployments.all(address: address)
                let running = there.filter(\.isRunning)
                if let same = running.first(where: { $0.image == reference.text }) {
                    Console().out("\(reference.text) runs at \(address) already, since \(same.since)\n")
                } else {
                    let note = try await deployments.note(
                        for: address,
                        in: noteParent(parent),
                        repository: reference.name
                    )
                    let details = [
                        ("address", address), ("deployTime", time), ("userEmail", by), ("config", configuration),
                        ("platform", platform?.rawValue.uppercased()),
                    ]
                    let key = Deployment.startKey(
                        reference.text,
                        at: address,
                        in: parent,
                        since: at,
                        after: there.filter { $0.image == reference.text && !$0.isRunning }
                    )
                    let started = try await deployments.start(
                        reference.text,
                        at: address,
                        noteName: note,
                        details: details,
                        key: key
                    )
                    Console().out("\(reference.text) runs at \(address) since \(started?.since ?? time)\n")
                }
                if replace { try await deployments.stop(running.filter { $0.image != reference.text }, at: time) }
            }
        }

        /// The project of the notes, without a location: notes are the same everywhere.
        private func noteParent(_ parent: String) -> String {
            if let noteProject { return noteProject.hasPrefix("projects/") ? noteProject : "projects/\(noteProject)" }
            return parent.split(separator: "/").prefix(2).joined(separator: "/")
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stop",
            abstract: "Record that an image no longer runs somewhere.",
            discussion: """
                Examples:

                  grafeion deployment stop IMAGE@sha256:… -p my-project --address prod/web
                  grafeion deployment stop --all -p my-project --address prod/web --must-run
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption

        @Argument(help: ArgumentHelp("The image, registry/repository@sha256:….", valueName: "IMAGE"))
        var image: String?

        @Flag(help: "All that runs there.")
        var all = false

        @Option(help: ArgumentHelp("Where it ran.", valueName: "ADDRESS"))
        var address: String

        @Option(help: ArgumentHelp("Until when, such as 2026-01-31T12:00:00Z; now if not given.", valueName: "TIME"))
        var at: String?

        @Flag(help: "Fail if nothing runs there.")
        var mustRun = false

        func validate() throws {
            if (image == nil) != all { throw ValidationError("name the image, or say --all; one of the two") }
        }

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let parent = try project.requiredParent(environment: environment)
            let wanted = try image.map { image throws(ClientFailure) in try RegistryReference(pinned: image).text }
            try await RESTClient.with(client.resolved(environment: environment)) { client in
                let deployments = Deployments(client: client, parent: parent)
                let running = try await deployments.all(image: wanted, address: address).filter(\.isRunning)
                try await deployments.stop(running, at: at ?? Date.now.formatted(.iso8601))
                guard running.isEmpty else { return }
                let what = "\(wanted ?? "nothing") \(wanted == nil ? "runs" : "does not run") at \(address)"
                if mustRun { throw ClientFailure.unexpected(what) }
                Console().out("\(what)\n")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List which image runs or ran where, newest first.",
            discussion: """
                Examples:

                  grafeion deployment list -p my-project --running
                  grafeion deployment list -p my-project --address prod/web -o json
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption

        @Option(help: ArgumentHelp("Only at this address.", valueName: "ADDRESS"))
        var address: String?

        @Option(help: ArgumentHelp("Only of this image, registry/repository@sha256:….", valueName: "IMAGE"))
        var image: String?

        @Flag(help: "Only what runs now.")
        var running = false

        @Option(
            name: [.short, .long],
            help: ArgumentHelp("How to print: table, json, yaml or name.", valueName: "FORM")
        )
        var output: OutputForm = .table

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let parent = try project.requiredParent(environment: environment)
            let wanted = try image.map { image throws(ClientFailure) in try RegistryReference(pinned: image).text }
            let found = try await RESTClient.with(client.resolved(environment: environment)) { client in
                try await Deployments(client: client, parent: parent).all(image: wanted, address: address)
            }.filter { !running || $0.isRunning }
            try print(found)
        }

        private func print(_ found: [Deployment]) throws {
            let console = Console()
            guard output == .table else {
                var printer = EntryPrinter(form: output, collection: .occurrences, console: console)
                try printer.print(found.map(\.occurrence))
                return printer.finish()
            }
            if found.isEmpty { return console.note("no deployments found") }
            let rows = found.map { [$0.address, $0.image, $0.since, $0.until ?? "", $0.user] }
            let headings = ["ADDRESS", "RESOURCE", "SINCE", "UNTIL", "BY"]
            console.out(TextTable(headings: headings, firstRows: rows, width: console.outputWidth).text(rows: rows))
        }
    }
}

extension RegistryReference {
    /// An image that is named by its digest: a tag may be another image tomorrow.
    fileprivate init(pinned text: String) throws(ClientFailure) {
        try self.init(parsing: text)
        if digest == nil { throw .usage("name the image by its digest, \(name)@sha256:…; a tag may move") }
    }
}

extension Deployments {
    /// Ends deployments and says so.
    fileprivate func stop(_ deployments: [Deployment], at time: String) async throws {
        for deployment in deployments {
            try await stop(deployment, at: time)
            Console().out("\(deployment.image) no longer runs at \(deployment.address)\n")
        }
    }
}
