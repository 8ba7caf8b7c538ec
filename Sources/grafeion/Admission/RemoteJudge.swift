import AdmissionFrontend
import Foundation
import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// Has images judged by a server elsewhere.
struct RemoteJudge: ImageJudge {
    let client: RESTClient

    func decide(_ request: Grafeion_V1_CheckImagesRequest) async throws -> Grafeion_V1_Decision {
        do {
            let reply = try await client.post(
                "/grafeion/v1/policies:check",
                body: Array(try request.jsonUTF8Data())
            )
            var options = JSONDecodingOptions()
            // A newer server may say more.
            options.ignoreUnknownFields = true
            return try Grafeion_V1_Decision(jsonUTF8Data: Data(reply), options: options)
        } catch ClientFailure.refused(let error) where (400..<500).contains(error.httpStatus) {
            throw MetadataError.failedPrecondition(subject: "policy", explanation: error.message)
        } catch let failure as ClientFailure {
            // Of several lines the first says what it is; the others are for people at a terminal.
            let line = failure.description.split(separator: "\n").first.map(String.init) ?? "the server does not answer"
            throw MetadataError.unavailable(line, retryAfterSeconds: 1)
        }
    }
}
