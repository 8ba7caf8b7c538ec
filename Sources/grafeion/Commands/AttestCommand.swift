import ArgumentParser
import Foundation

/// `grafeion attest`
struct AttestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "Sign an image as an attestor, and store the attestation.",
        discussion: """
            The key must be one of the attestor's, and what it signs is verified before it is stored. What is \
            attested already is left as it is. A tag is looked up in its registry first.

            A key is a file with a private key in PEM; pgp:ID, a key of gpg's; or exec:COMMAND, a command \
            line that gets on standard input what is to be signed and writes the signature to standard \
            output, in binary (ECDSA in DER) or in base64.

            Exit codes: 0 if the image is attested, 1 if not; with --if-conformant 1 if it does not conform, \
            and 2 if that could not be found out.

            Examples:

              grafeion attest IMAGE@sha256:… --attestor projects/security/attestors/qa \\
                --key qa.key
              grafeion attest IMAGE:1.2 -p security --attestor qa --key pgp:qa@shop.example
              grafeion attest IMAGE@sha256:… -p security --attestor qa --form dsse \\
                --key 'exec:openssl dgst -sha256 -sign qa.key'
              grafeion attest IMAGE@sha256:… -p security --attestor vulnerabilities \\
                --key scan.key --if-conformant --policy no-serious-vulnerabilities
            """
    )

    /// How the outcome is printed.
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case text, json, yaml, name
    }

    @OptionGroup var client: ClientOptions

    @Argument(help: ArgumentHelp("The image: registry/repository@sha256:… or with a tag.", valueName: "IMAGE"))
    var image: String

    @Option(help: ArgumentHelp("Who attests, projects/P/attestors/A or, with a project, A.", valueName: "NAME"))
    var attestor: String

    @Option(
        help: ArgumentHelp("What signs: FILE, pgp:ID or exec:COMMAND.", valueName: "KEY"),
        completion: .file()
    )
    var key: SigningSource

    @Option(
        help: ArgumentHelp("What is signed: simple-signing, or dsse for an in-toto statement.", valueName: "FORM")
    )
    var form: AttestationForm = .simpleSigning

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Project of the attestation; the attestor's if not given.", valueName: "PROJECT")
    )
    var project: String?

    @Flag(help: "Attest only if the image conforms to the policy.")
    var ifConformant = false

    @Option(
        help: ArgumentHelp("The policy, projects/P/policies/X or, with a project, X.", valueName: "NAME")
    )
    var policy: String?

    @Option(
        help: ArgumentHelp("A file with the policy; - is standard input.", valueName: "FILE"),
        completion: .file()
    )
    var policyFile: String?

    @Flag(help: "Sign and print what would be stored, and store nothing.")
    var dryRun = false

    @Flag(help: "Speak plain HTTP with the registry that is asked for a tag.")
    var plainHttp = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("How to print: text, json, yaml or name.", valueName: "FORM")
    )
    var output: Form = .text

    func validate() throws {
        if ifConformant, (policy == nil) == (policyFile == nil) {
            throw ValidationError("--if-conformant goes with --policy or --policy-file, one of the two")
        }
        if !ifConformant, policy != nil || policyFile != nil {
            throw ValidationError("--policy and --policy-file go with --if-conformant")
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let named = try ProjectOption.parse(project.map { ["--project", $0] } ?? [])
        let parent = named.parent(environment: environment)
        // The attestation may be at a location; attestors and policies belong to the project as a whole.
        let owner = parent.map { $0.split(separator: "/").prefix(2).joined(separator: "/") }
        let attestorName = try ResourceCollection.attestors.fullName(attestor, parent: owner)
        // A project in the environment completes names; where the attestation goes is for the command line to say.
        let target = try project.flatMap { _ in parent } ?? Attestor.project(of: attestorName)
        let question = try policySource(owner)
        let reference = try await pinnedImage(environment)
        try await RESTClient.with(client.resolved(environment: environment)) { client in
            let attestor = try await Attestor.get(attestorName, from: client)
            let conformed = try await conformed(to: question, reference, client)
            let now = Date.now
            let summary = VerificationSummary(
                attestor: attestor.name,
                time: now.formatted(.iso8601),
                policy: conformed
            )
            let draft = try AttestationDraft(image: reference, form: form, note: attestor.note, summary: summary)
            let seconds = Int64(now.timeIntervalSince1970)
            let signed = try key.sign(draft, for: attestor, now: seconds)
            if dryRun { return try show(signed.json) }
            let store = AttestationStore(client: client, parent: target)
            try report(try await store.store(signed, now: seconds), reference, attestor)
        }
    }

    private func pinnedImage(_ environment: [String: String]) async throws -> RegistryReference {
        let text = try await RegistryReference.resolving(image, usesPlainHTTP: plainHttp, environment: environment)
        let reference = try RegistryReference(parsing: text)
        if reference.digest == nil {
            throw ClientFailure.usage(
                "name the image by its digest, \(reference.name)@sha256:…, or by a tag that its registry knows"
            )
        }
        return reference
    }

    // MARK: The policy

    private func policySource(_ parent: String?) throws(ClientFailure) -> PolicyQuestion.Source? {
        if let policyFile {
            return .text(String(decoding: try InputFile.contents(of: policyFile), as: UTF8.self))
        }
        guard let policy else { return nil }
        return .stored(try ResourceCollection.policies.fullName(policy, parent: parent))
    }

    /// The policy that the image conforms to; nil if none was asked. Ends the program if it does not conform.
    private func conformed(
        to policy: PolicyQuestion.Source?,
        _ image: RegistryReference,
        _ client: RESTClient
    ) async throws -> VerificationSummary.ConformedPolicy? {
        guard let policy else { return nil }
        switch await PolicyQuestion(policy: policy, image: image).answer(from: client) {
        case .conformant(let policy): return policy
        case .nonConformant(let complaints):
            for line in complaints { Console().note(TextTable.oneLine(line)) }
            Console().note("Error: \(image.text) does not conform to the policy; nothing is attested")
            throw ExitCode(1)
        case .undecided(let reasons):
            for line in reasons { Console().note(line) }
            Console().note("Error: whether \(image.text) conforms could not be found out; nothing is attested")
            throw ExitCode(2)
        }
    }

    // MARK: Output

    private func report(
        _ stored: AttestationStore.Stored,
        _ image: RegistryReference,
        _ attestor: Attestor
    ) throws {
        let name = stored.occurrence["name"]?.text ?? ""
        switch output {
        case .text:
            let already = stored.isOld ? " already" : ""
            Console().out("\(image.text) is attested by \(attestor.name)\(already): \(name)\n")
        case .name: Console().out("\(name)\n")
        case .json, .yaml: try show(stored.occurrence)
        }
    }

    private func show(_ occurrence: JSONValue) throws {
        Console().out(output == .yaml ? try occurrence.yamlText() : occurrence.pretty() + "\n")
    }
}
