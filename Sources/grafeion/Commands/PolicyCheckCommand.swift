import ArgumentParser
import Foundation
import PolicyEngine

/// `grafeion policy check`
struct PolicyCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Judge images, or the images of Kubernetes manifests, by a policy.",
        discussion: """
            What is a file is a manifest, in YAML or JSON; its pods are judged as who they are, by namespace and \
            service account. Anything else is an image. - is a manifest on standard input.

            The exit code is 0 if all images are conformant or on an allowlist, 1 if one is not, 2 if that could \
            not be decided. A dry run of the policy is no excuse.

            Examples:

              grafeion policy check -f policy.yaml registry.example/shop/web@sha256:…
              grafeion policy check --policy production -p shop deploy/web.yaml
              kubectl kustomize deploy \\
                | grafeion policy check --policy production -p shop -
              grafeion policy check -f policy.yaml deploy/ -o sarif > grafeion.sarif
            """
    )

    /// How verdicts are printed.
    enum Form: String, ExpressibleByArgument, CaseIterable { case table, json, sarif, junit }

    @OptionGroup var client: ClientOptions
    @OptionGroup var project: ProjectOption

    @Argument(
        help: ArgumentHelp(
            "Images as a pod would name them, manifests, directories as deploy/ or ./deploy.",
            valueName: "IMAGE|FILE"
        ),
        completion: .file()
    )
    var subjects: [String]

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The policy, in a file; it is not stored. - is standard input.", valueName: "FILE"),
        completion: .file()
    )
    var file: String?

    @Option(help: ArgumentHelp("The stored policy, by its full name or its id.", valueName: "NAME"))
    var policy: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The pods' namespace, whatever manifests say.", valueName: "NAMESPACE")
    )
    var namespace: String?

    @Option(help: ArgumentHelp("The pods' service account, whatever manifests say.", valueName: "NAME"))
    var serviceAccount: String?

    @Flag(help: "Record the decisions, in the project of the policy or of --project.")
    var record = false

    @Flag(help: "Speak plain HTTP with registries that are asked for tags.")
    var plainHttp = false

    @Option(name: [.short, .long], help: ArgumentHelp("How to print: table, json, sarif or junit.", valueName: "FORM"))
    var output: Form = .table

    func validate() throws {
        if (file == nil) == (policy == nil) { throw ValidationError("name the policy: -f FILE or --policy NAME") }
        if file == "-", subjects.contains("-") { throw ValidationError("only one of policy and manifest can be -") }
    }

    func run() async throws {
        let console = Console()
        var code: Int32 = 2
        do {
            let pods = try await judged(console)
            print(pods, console)
            code = Self.code(pods)
        } catch let error as InvalidPolicy {
            console.note(error.text(in: InputFile.name(of: file ?? "")))
        } catch {
            // What could not be asked could not be decided.
            console.note("Error: \(error)")
        }
        if code != 0 { throw ExitCode(code) }
    }

    /// What is known to be wrong counts for more than what is not known.
    static func code(_ pods: [JudgedPod]) -> Int32 {
        switch pods.map(\.judgement.verdict).max() {
        case .nonConformant?: 1
        case .error?: 2
        case .conformant?, .skipped?, nil: 0
        }
    }

    // MARK: What is judged

    private func judged(_ console: Console) async throws -> [JudgedPod] {
        let environment = ProcessInfo.processInfo.environment
        let parent = try project.parent(environment: environment).map(ResourceCollection.projectOnly)
        let content = try file.map { file in try policyText(file) }
        let path =
            try policy.map { name in
                ResourceCollection.policies.path(of: try ResourceCollection.policies.fullName(name, parent: parent))
                    + ":check"
            } ?? "/grafeion/v1/policies:check"
        if record, policy == nil, parent == nil {
            throw ClientFailure.usage("name the project of the decisions: --project PROJECT")
        }
        let pods = try self.pods(console)
        return try await RESTClient.with(client.resolved(environment: environment)) { client in
            let inquiry = PolicyInquiry(
                client: client,
                path: path,
                content: content,
                project: record ? parent : nil,
                isRecorded: record,
                usesPlainHTTP: plainHttp,
                environment: environment
            )
            var judged: [JudgedPod] = []
            for pod in pods { judged.append(try await inquiry.judge(pod)) }
            return judged
        }
    }

    /// The policy's text, which is read here first: its faults then have the name of the file.
    private func policyText(_ file: String) throws -> String {
        let text = try TrustText(file: file)
        guard text.collection == .policies else {
            throw ClientFailure.file("\(text.file) is an attestor, not a policy")
        }
        _ = try TrustTextCheck(now: Date()).check(text)
        return text.text
    }

    private func pods(_ console: Console) throws -> [CheckedPod] {
        var pods: [CheckedPod] = []
        var passedOver = 0
        for subject in subjects {
            guard let files = try CheckSubject.manifests(subject) else {
                pods.append(CheckedPod(images: [.init(image: subject)]))
                continue
            }
            for file in files {
                let text = String(decoding: try InputFile.contents(of: file), as: UTF8.self)
                let manifest = try KubernetesManifest(text, file: InputFile.name(of: file))
                pods += manifest.pods
                passedOver += manifest.passedOver
            }
        }
        if passedOver > 0 {
            let what = passedOver == 1 ? "1 object without pods was" : "\(passedOver) objects without pods were"
            console.note("\(what) passed over")
        }
        for index in pods.indices {
            pods[index].namespace = namespace ?? pods[index].namespace
            pods[index].serviceAccount = serviceAccount ?? pods[index].serviceAccount
        }
        return pods
    }

    // MARK: What is said

    private func print(_ pods: [JudgedPod], _ console: Console) {
        switch output {
        case .table:
            if pods.isEmpty { return console.note("there are no images to judge") }
            console.out(CheckScreen(pods, width: console.readingWidth).text)
        case .json: console.out(JSONValue.array(pods.map(\.json)).pretty() + "\n")
        case .sarif: console.out(SARIFReport(pods).json.pretty() + "\n")
        case .junit: console.out(JUnitReport(pods).text)
        }
    }
}

/// What somebody wants judged, by how it is written.
enum CheckSubject {
    /// The manifests that are meant; nil for an image.
    ///
    /// A path is told from an image by what no image's name has: a beginning or end of `.` or `/`, the ending of a document.
    static func manifests(_ subject: String) throws(ClientFailure) -> [String]? {
        if subject == "-" { return ["-"] }
        let isPath = subject.hasPrefix(".") || subject.hasPrefix("/") || subject.hasSuffix("/")
        let isDocument = [".yaml", ".yml", ".json"].contains { subject.hasSuffix($0) }
        var isDirectory: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: subject, isDirectory: &isDirectory)
        if isThere, !isDirectory.boolValue { return [subject] }
        if isThere, isPath { return try TrustText.directory(subject) }
        // Better a file that is missing than an image by the name of registry.example/web.yaml.
        if isPath || isDocument { throw .file("\(subject) is not there") }
        return nil
    }
}
