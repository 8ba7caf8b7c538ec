import Admission
import AdmissionFrontend
import ArgumentParser
import Foundation
import Logging
import Metrics

extension AdmissionCommand {
    /// `grafeion admission review`
    struct Review: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "review",
            abstract: "Play an API server: have a review or a manifest answered, without a cluster.",
            discussion: """
                FILE is an AdmissionReview, or a manifest of a pod or of what makes pods, which is reviewed as if it \
                were created. The answer is that of the webhook, warnings included.

                Exit codes: 0 admitted, 1 refused, 2 it could not be judged.

                Examples:

                  grafeion admission review -f pod.yaml --policy policy.yaml -p shop
                  grafeion admission review -f review.json -o json \\
                    --policy projects/security/policies/prod
                """
        )

        /// How the answer is printed.
        enum Form: String, ExpressibleByArgument, CaseIterable {
            case text, json
        }

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var admission: AdmissionOptions

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("The review or manifest, JSON or YAML; - reads standard input.", valueName: "FILE"),
            completion: .file()
        )
        var file: String

        @Option(help: ArgumentHelp("Who creates a manifest's object (default: you).", valueName: "NAME"))
        var user: String?

        @Option(help: ArgumentHelp("Group that this user is in; may be given several times.", valueName: "NAME"))
        var group: [String] = []

        @Option(name: [.short, .long], help: ArgumentHelp("How to print: text or json.", valueName: "FORM"))
        var output: Form = .text

        func run() async throws {
            do {
                try await review()
            } catch let code as ExitCode {
                throw code
            } catch {
                Console().note("Error: \(error)")
                throw ExitCode(2)
            }
        }

        private func review() async throws {
            let environment = ProcessInfo.processInfo.environment
            let settings = try admission.settings(
                project: project,
                environment: environment
            )
            let review = try ReviewFile(path: file).review(
                user: user ?? environment["USER"] ?? NSUserName(),
                groups: group
            )
            let reply = try await RESTClient.with(try client.resolved(environment: environment)) { client in
                let door = AdmissionDoor(
                    settings,
                    judge: RemoteJudge(client: client),
                    resolve: admission.tagResolver(environment: environment),
                    metrics: NOOPMetricsHandler.instance,
                    logger: Logger(label: "grafeion") { _ in SwiftLogNoOpLogHandler() }
                )
                return try await door.answer(review, timeoutSeconds: nil)
            }
            try Self.show(reply, as: output, passing: Self.passReason(review))
        }

        /// Why there is nothing to judge in a review; nil if there is, or if it cannot be read.
        private static func passReason(_ review: [UInt8]) -> String? {
            if case .pass(let reason)? = try? AdmissionReview(parsing: review).task() { reason } else { nil }
        }

        private static func show(_ reply: [UInt8], as form: Form, passing reason: String?) throws {
            let value = try JSONValue(reply: reply)
            let response = value["response"]
            let status = response?["status"]
            let isAllowed = response?["allowed"] == .bool(true)
            let console = Console()
            switch form {
            case .json: console.out(value.pretty() + "\n")
            case .text:
                for warning in response?["warnings"]?.elements ?? [] { console.out("Warning: \(warning.text ?? "")\n") }
                let message = status?["message"]?.text ?? ""
                let admitted = reason.map { "admitted, with nothing to judge: \($0)" } ?? "admitted"
                console.out((isAllowed ? admitted : message) + "\n")
            }
            if isAllowed { return }
            let isJudged = status?["code"]?.integer == 403 && response?["auditAnnotations"]?["verdict"]?.text != "ERROR"
            throw ExitCode(isJudged ? 1 : 2)
        }
    }
}
