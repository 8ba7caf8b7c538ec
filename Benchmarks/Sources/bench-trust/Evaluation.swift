import AdmissionFrontend
import GrafeasProto
import Logging
import Payloads
import ServerApp
import SwiftProtobuf

/// Judges the image with 200 occurrences and three attestations, in the process that has the store.
struct Evaluation {
    let database: String
    /// How many images there are, each with a hundred findings, a scan and three attestations.
    let images: Int

    func run() async throws {
        var configuration = ServerConfiguration()
        configuration.listen = [try ListenAddress(parsing: "127.0.0.1:0")]
        configuration.database = try DatabaseLocation(parsing: "sqlite:\(database)")
        var logger = Logger(label: "bench-trust")
        logger.logLevel = .error
        let server = try await GrafeionServer.start(configuration, logger: logger)
        guard let judge = server.judge else { throw Failure("the server judges nothing") }
        let start = processorSeconds()
        for image in 0..<images { _ = try await judge.decide(request(image, namespace: "shop")) }
        print("unread_us", ((processorSeconds() - start) / Double(images) * 1_000_000).rounded())
        try await check(judge)
        var pod = 0
        // Another pod is another question, with the same evidence.
        let anew = try await microseconds(calls: 200) {
            pod += 1
            _ = try await judge.decide(request(namespace: "shop-\(pod)"))
        }
        let remembered = try await microseconds(calls: 2_000) {
            _ = try await judge.decide(request(namespace: "shop"))
        }
        print("anew_us", anew)
        print("remembered_us", remembered)
    }

    private func check(_ judge: any ImageJudge) async throws {
        let decision = try await judge.decide(request(namespace: "shop"))
        guard decision.allowed, decision.images.first?.checks.count == 5 else {
            throw Failure("the image is not admitted by five checks: \(decision.complaints)")
        }
    }

    private func request(
        _ image: Int = TrustRecords.largeImage,
        namespace: String
    ) -> Grafeion_V1_CheckImagesRequest {
        .with {
            $0.policy = TrustRecords.policy
            $0.images = [.with { $0.image = TrustRecords.image(image) }]
            $0.pod.namespace = namespace
        }
    }
}
