import MetadataModel
import StrictJSON

/// A request of an API server: may this object be stored as it is?
public struct AdmissionReview: Sendable {
    /// What is done with the object, as Kubernetes spells it.
    public enum Operation: String, Sendable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case connect = "CONNECT"
    }

    public let envelope: ReviewEnvelope
    public let operation: Operation
    /// Of the object, after the conversion that the webhook's rules ask for.
    public let kind: ObjectKind
    /// For example `ephemeralcontainers`; empty if the object itself is meant.
    public let subresource: String
    /// Empty for what is in no namespace.
    public let namespace: String
    /// Empty if the API server has yet to make one.
    public let name: String
    public let user: AdmissionUser
    /// Nothing will be stored, and so nothing may be recorded.
    public let isDryRun: Bool

    let object: ObjectField
    let oldObject: ObjectField

    /// Reads a review.
    ///
    /// - Throws: if it is larger than the limits, no JSON or read in two ways, no AdmissionReview of a version that is known,
    ///   without a uid or an operation, or has a field of another type than Kubernetes' own.
    public init(parsing bytes: [UInt8], limits: AdmissionLimits = AdmissionLimits()) throws(AdmissionProblem) {
        let document = ObjectField(try Self.json(bytes, limits: limits), path: "")
        let apiVersion = try document.member("apiVersion").string()
        let kind = try document.member("kind").string()
        guard kind == "AdmissionReview", ReviewEnvelope.versions.contains(apiVersion) else {
            throw Self.foreign(kind: kind, apiVersion: apiVersion)
        }
        let request = try document.member("request")
        if request.isMissing { throw AdmissionProblem("request is missing: the AdmissionReview asks for nothing") }
        let uid = try request.member("uid").requiredString()
        if uid.utf8.count > limits.uidBytesMax {
            throw AdmissionProblem("request.uid has \(uid.utf8.count) bytes; at most \(limits.uidBytesMax) are taken")
        }
        let envelope = ReviewEnvelope(apiVersion: apiVersion, uid: uid)
        do {
            try self.init(request, envelope)
        } catch {
            throw error.inside(envelope)
        }
    }

    private init(_ request: ObjectField, _ envelope: ReviewEnvelope) throws(AdmissionProblem) {
        self.envelope = envelope
        let word = try request.member("operation").requiredString()
        guard let operation = Operation(rawValue: word) else {
            let known = "CREATE, UPDATE, DELETE and CONNECT are"
            throw AdmissionProblem("request.operation is \(word.quotedForMessage), which is not known; \(known)")
        }
        self.operation = operation
        kind = ObjectKind(
            group: try request.member("kind", "group").string(),
            version: try request.member("kind", "version").requiredString(),
            kind: try request.member("kind", "kind").requiredString()
        )
        subresource = try request.member("subResource").string()
        namespace = try request.member("namespace").string()
        name = try request.member("name").string()
        user = try AdmissionUser(request.member("userInfo"))
        isDryRun = try request.member("dryRun").boolean()
        object = try request.member("object")
        oldObject = try request.member("oldObject")
    }

    private static func json(_ bytes: [UInt8], limits: AdmissionLimits) throws(AdmissionProblem) -> JSONValue {
        if bytes.count > limits.reviewBytesMax {
            let bound = "at most \(limits.reviewBytesMax) are taken"
            throw AdmissionProblem("the review has \(bytes.count) bytes; \(bound)")
        }
        do {
            return try JSONValue(parsing: bytes, limits: limits.json)
        } catch {
            throw AdmissionProblem("the review is not JSON that can be relied on: \(error)")
        }
    }

    private static func foreign(kind: String, apiVersion: String) -> AdmissionProblem {
        let found =
            kind.isEmpty && apiVersion.isEmpty
            ? "the document names no kind and no apiVersion"
            : "the document is of kind \(kind.quotedForMessage) and apiVersion \(apiVersion.quotedForMessage)"
        let known = ReviewEnvelope.versions.joined(separator: " or ")
        return AdmissionProblem("\(found); an AdmissionReview of \(known) was expected")
    }
}

/// Who asks the API server, as it has found out.
public struct AdmissionUser: Sendable, Equatable {
    public let name: String
    public let groups: [String]

    public init(name: String, groups: [String]) {
        self.name = name
        self.groups = groups
    }

    init(_ userInfo: ObjectField) throws(AdmissionProblem) {
        name = try userInfo.member("username").string()
        var groups: [String] = []
        for group in try userInfo.member("groups").elements() { groups.append(try group.string()) }
        self.groups = groups
    }
}

/// What sort of thing an object is.
public struct ObjectKind: Sendable, Equatable, CustomStringConvertible {
    /// Empty for the core group.
    public let group: String
    public let version: String
    public let kind: String

    public init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// `apps/v1`, or `v1` in the core group.
    public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    public var description: String { "\(kind) (\(apiVersion))" }
}
