import AdmissionFrontend
import ArgumentParser
import Foundation

/// What judges pods, and how long anybody waits for it: of the webhook, and of a review by hand.
struct AdmissionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Policy that judges: a file, or the name of one that the server has, projects/P/policies/X (GRAFEION_POLICY).",
            valueName: "FILE|NAME"
        )
    )
    var policy: String?

    @Option(
        help: ArgumentHelp(
            "Cluster that policies of Binary Authorization may have rules for, location.name.",
            valueName: "NAME"
        )
    )
    var cluster: String?

    @Option(
        help: ArgumentHelp(
            "Time for an answer where the API server does not say how long it waits (default: 3000).",
            valueName: "MILLISECONDS"
        )
    )
    var deadline = 3_000

    @Option(
        help: ArgumentHelp(
            "How long the last decision on the same images stands in for one that cannot be had (default: 300).",
            valueName: "SECONDS"
        )
    )
    var staleFor = 300

    @Option(
        help: ArgumentHelp(
            "Reviews that are judged or wait at once; beyond them pods get what the policy says of errors (default: 256).",
            valueName: "REVIEWS"
        )
    )
    var maxReviews = 256

    @Flag(help: "Speak plain HTTP with the registries that are asked for tags.")
    var plainHttp = false

    func validate() throws {
        guard (50...60_000).contains(deadline) else {
            throw ValidationError("--deadline is from 50 to 60000 milliseconds")
        }
        guard (0...86_400).contains(staleFor) else { throw ValidationError("--stale-for is from 0 to 86400 seconds") }
        guard (1...100_000).contains(maxReviews) else { throw ValidationError("--max-reviews is from 1 to 100000") }
    }

    /// - Parameter project: where decisions are recorded. Those by a stored policy are in its project, unless the option says
    ///   otherwise; those by a policy from a file in that of the environment.
    /// - Throws: ``ClientFailure`` for a policy that is not named or cannot be used.
    func settings(project: ProjectOption, environment: [String: String]) throws -> AdmissionSettings {
        let named = policy ?? environment["GRAFEION_POLICY"] ?? ""
        guard !named.isEmpty else {
            throw ClientFailure.usage("name the policy: --policy FILE or --policy projects/P/policies/X")
        }
        var settings = AdmissionSettings(policy: try PolicyFile.source(named))
        var isText = false
        if case .text = settings.policy { isText = true }
        let project = project.parent(environment: isText ? environment : [:])
        if isText, project == nil {
            throw ClientFailure.usage("say where decisions are recorded: --project PROJECT, or GRAFEION_PROJECT")
        }
        settings.project = project ?? ""
        settings.cluster = cluster ?? ""
        settings.deadlineMilliseconds = deadline
        settings.staleSeconds = staleFor
        settings.reviewsMax = maxReviews
        return settings
    }

    /// Asks registries for the digests of tags.
    func tagResolver(environment: [String: String]) -> AdmissionDoor.TagResolver {
        Self.tagResolver(usesPlainHTTP: plainHttp, environment: environment)
    }

    static func tagResolver(usesPlainHTTP: Bool, environment: [String: String]) -> AdmissionDoor.TagResolver {
        { image in
            let digest = try await RegistryReference.digest(
                of: image,
                usesPlainHTTP: usesPlainHTTP,
                environment: environment
            )
            guard let digest else { throw ClientFailure.unexpected("\(image) has no digest") }
            return digest
        }
    }
}
