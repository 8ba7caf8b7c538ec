import Admission
import HTTPTypes
public import HTTPFrontend
import HummingbirdCore
import MetadataModel
import NIOCore

extension AdmissionDoor {
    /// Where API servers send reviews: `POST /admission/review`, and the path that older webhooks of this kind have.
    public var routes: [FixedRoute] {
        ["/admission/review", "/"].map { path in
            FixedRoute(verb: "POST", path: path) { request in await self.respond(to: request) }
        }
    }

    private func respond(to request: Request) async -> Response {
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            let text = "the body is encoded as \(encoding.quotedForMessage); send it as it is, as API servers do\n"
            return .plain(.unsupportedMediaType, text)
        }
        guard let body = await body(of: request) else {
            return .plain(.contentTooLarge, "a review has at most \(reviewBytesMax) bytes\n")
        }
        do throws(AdmissionProblem) {
            let bytes = try await answer(body, timeoutSeconds: Self.timeout(request.head.path ?? ""))
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
        } catch {
            return .plain(.badRequest, error.description + "\n")
        }
    }

    /// The body, never holding more than a review has in memory; nil for a larger one.
    private func body(of request: Request) async -> [UInt8]? {
        if let announced = request.headers[.contentLength], let length = Int(announced), length > reviewBytesMax {
            return nil
        }
        return await (try? request.body.collect(upTo: reviewBytesMax)).map { Array($0.readableBytesView) }
    }

    /// `?timeout=5s`: API servers say how long they wait, in Go's spelling of durations, in seconds.
    static func timeout(_ path: String) -> Double? {
        guard let query = path.split(separator: "?", maxSplits: 1).dropFirst().first else { return nil }
        for pair in query.split(separator: "&") where pair.hasPrefix("timeout=") {
            let value = pair.dropFirst("timeout=".count)
            if value.hasSuffix("ms") { return Double(value.dropLast(2)).map { $0 / 1_000 } }
            if value.hasSuffix("s") { return Double(value.dropLast()) }
        }
        return nil
    }
}

extension Response {
    fileprivate static func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
