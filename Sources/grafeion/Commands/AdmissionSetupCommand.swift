import ArgumentParser
import Foundation

extension AdmissionCommand {
    /// `grafeion admission setup`
    struct Setup: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "setup",
            abstract: "Make the webhook's certificate and what tells a Kubernetes cluster to ask it.",
            discussion: """
                Writes two files for kubectl apply: admission-tls.yaml, a Secret with a certificate, its \
                private key and the authority that signed it, and admission-webhook.yaml, the \
                ValidatingWebhookConfiguration. Apply the second one last, when the webhook runs.

                The failure policy says what a cluster does when the webhook does not answer. Fail: \
                nothing runs unjudged, but while the webhook is gone nobody starts pods, except in \
                kube-system, the webhook's own namespace and those of --exclude-namespace. Ignore: \
                everything runs, and while the webhook is gone nothing is judged. Begin with Ignore and \
                a policy that is a dry run; choose Fail once the policy refuses only what it should, \
                where an image that was not judged is worse than one that does not start. A verdict \
                blocks under both.

                The certificate is good for --days. The authority's private key is thrown away, and \
                renewing makes a new authority, for which both files are applied again. With --keep-ca \
                the authority is kept in a file and lives ten years; --ca signs with it, and only the \
                Secret changes: the webhook is trusted at every moment.

                Examples:

                  grafeion admission setup --output webhook
                  grafeion admission setup --output - | kubectl apply -f -
                  grafeion admission setup --output webhook --keep-ca admission-ca.pem
                  grafeion admission setup --output webhook --ca admission-ca.pem --force
                  grafeion admission setup --output webhook --failure-policy Ignore \\
                    --exclude-namespace monitoring --exclude-namespace ingress
                """
        )

        @Option(
            name: [.short, .long],
            help: ArgumentHelp("Directory for the files; - for both on standard output.", valueName: "DIR"),
            completion: .directory
        )
        var output: String

        @Option(help: ArgumentHelp("Service of the webhook, and name of its objects.", valueName: "NAME"))
        var service = "grafeion-admission"

        @Option(help: ArgumentHelp("Namespace of the webhook.", valueName: "NAME"))
        var namespace = "grafeion"

        @Option(help: ArgumentHelp("Days that the certificate is good for.", valueName: "DAYS"))
        var days = CertificateTerm.serverDays

        @Option(
            help: ArgumentHelp("What happens when the webhook does not answer: Fail or Ignore.", valueName: "POLICY")
        )
        var failurePolicy = WebhookManifests.FailurePolicy.fail

        @Option(help: ArgumentHelp("Seconds that the API server waits for an answer, 1 to 30.", valueName: "SECONDS"))
        var timeout = WebhookManifests.timeoutSecondsDefault

        @Option(
            help: ArgumentHelp("Namespace whose pods are not judged; may be given several times.", valueName: "NAME")
        )
        var excludeNamespace: [String] = []

        @Option(
            help: ArgumentHelp(
                "Sign with this authority: a file that --keep-ca wrote, or CERT,KEY (PEM).",
                valueName: "FILE"
            ),
            completion: .file()
        )
        var ca: String?

        @Option(
            help: ArgumentHelp("Keep the new authority and its private key in this file.", valueName: "FILE"),
            completion: .file()
        )
        var keepCa: String?

        @Flag(help: "Write over the files in the directory that are there. A kept authority is never written over.")
        var force = false

        func validate() throws {
            if ca != nil, keepCa != nil { throw ValidationError("--ca is kept already; leave --keep-ca out") }
            if keepCa == "-" { throw ValidationError("--keep-ca needs a file, not standard output") }
            guard (1...CertificateTerm.daysMax).contains(days) else {
                throw ValidationError("--days must be 1 to \(CertificateTerm.daysMax)")
            }
            guard WebhookManifests.timeoutSecondsRange.contains(timeout) else {
                throw ValidationError("--timeout must be 1 to 30 seconds, as Kubernetes asks")
            }
            do {
                _ = try WebhookService(name: service, namespace: namespace)
                for name in excludeNamespace { try WebhookService.check(name, "--exclude-namespace") }
            } catch {
                throw ValidationError("\(error)")
            }
        }

        func run() throws {
            let service = try WebhookService(name: service, namespace: namespace)
            let now = Date.now
            let authority = try authority(now: now)
            let manifests = WebhookManifests(
                service: service,
                certificate: try authority.certificate(for: service, now: now, days: days),
                failurePolicy: failurePolicy,
                timeoutSeconds: timeout,
                excludedNamespaces: excludeNamespace
            )
            try write(manifests, keeping: authority)
            note(manifests)
        }

        private func authority(now: Date) throws -> CertificateAuthority {
            guard let ca else {
                return try CertificateAuthority(
                    now: now,
                    days: keepCa == nil ? days : CertificateTerm.keptAuthorityDays
                )
            }
            let files = ca.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard files.count <= 2 else { throw ClientFailure.usage("--ca takes FILE or CERT,KEY") }
            let pem = try files.map { file throws(ClientFailure) in
                String(decoding: try InputFile.contents(of: file), as: UTF8.self)
            }
            return try CertificateAuthority(pem: pem.joined(separator: "\n"), now: now)
        }

        private func write(_ manifests: WebhookManifests, keeping authority: CertificateAuthority) throws {
            let kept = try keepCa.map { SetupFile(path: $0, text: try authority.pem, isSecret: true) }
            if output == "-" {
                try kept?.write(replacing: false)
                return Console().out("\(manifests.secret)---\n\(manifests.configuration)")
            }
            do {
                try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            } catch {
                throw ClientFailure.file("the directory \(output) cannot be made: \(error)")
            }
            let files = [
                SetupFile(path: secretPath, text: manifests.secret, isSecret: true),
                SetupFile(path: configurationPath, text: manifests.configuration, isSecret: false),
            ]
            // Before anything is written: a new Secret beside an old configuration would not be trusted.
            if !force { for file in files { try file.requireNone() } }
            try kept?.write(replacing: false)
            for file in files { try file.write(replacing: force) }
        }

        private var secretPath: String { URL(filePath: output).appending(path: "admission-tls.yaml").relativePath }

        private var configurationPath: String {
            URL(filePath: output).appending(path: "admission-webhook.yaml").relativePath
        }

        private func note(_ manifests: WebhookManifests) {
            let console = Console()
            let end = manifests.certificate.end.formatted(.iso8601)
            if output != "-" {
                console.note("wrote \(secretPath), which has the private key, and \(configurationPath)")
            }
            if let keepCa { console.note("wrote \(keepCa), the authority with its private key: keep it safe") }
            console.note("the certificate is for \(manifests.service.hostNames[0]) and good until \(end)")
        }
    }
}

extension WebhookManifests.FailurePolicy: ExpressibleByArgument {}
