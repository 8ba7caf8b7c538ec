import MetadataModel
import StrictJSON

/// An in-toto statement (versions 0.1 and 1): something is said of artifacts that are named by digest.
public struct StatementPayload: Sendable, Equatable {
    /// A subject of the statement.
    public struct Subject: Sendable, Equatable {
        public let name: String
        /// The SHA-256 in hexadecimal digits as it is written; nil if it has digests of other algorithms only.
        public let sha256: String?
    }

    public let subjects: [Subject]
    public let predicateType: String
    /// The whole statement, for the comparison with what stands beside it.
    let json: JSONValue

    static let types: Set = ["https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"]

    init(_ json: JSONValue) throws(AttestationProblem) {
        let type = try json.string(at: "_type")
        guard Self.types.contains(type) else {
            let known = Self.types.sorted().joined(separator: " or ")
            throw AttestationProblem("_type is \(type.quotedForMessage), not \(known)")
        }
        predicateType = try json.string(at: "predicateType")
        guard case .array(let elements)? = json["subject"], !elements.isEmpty else {
            throw AttestationProblem("subject is missing or empty, so the statement is about nothing")
        }
        var subjects: [Subject] = []
        for (index, element) in elements.enumerated() {
            do {
                subjects.append(try Subject(element))
            } catch {
                throw error.inside("subject[\(index)]")
            }
        }
        self.subjects = subjects
        self.json = json
    }

    /// Who built the subjects, by the predicates of SLSA 0.1, 0.2 and 1; nil if the statement is about something else.
    public var builder: String? {
        let predicate = json["predicate"]
        for builder in [predicate?["builder"], predicate?["runDetails"]?["builder"]] {
            if case .string(let id)? = builder?["id"] { return id }
        }
        return nil
    }

    /// The URIs of what it was built from, sources among them, as those predicates list them.
    public var materials: [String] {
        let predicate = json["predicate"]
        return [predicate?["materials"], predicate?["buildDefinition"]?["resolvedDependencies"]].flatMap { list in
            guard case .array(let elements)? = list else { return [String]() }
            return elements.compactMap { if case .string(let uri)? = $0["uri"] { uri } else { nil } }
        }
    }

    /// Checks that the image is among the subjects.
    func check(names digest: ImageDigest) throws(AttestationProblem) {
        let digests = subjects.compactMap(\.sha256)
        if digests.contains(digest.hex) { return }
        if digests.contains(where: { $0.lowercased() == digest.hex }) {
            throw AttestationProblem("the statement writes the digest in upper case; a SHA-256 is in lower case")
        }
        let found = digests.prefix(3).map { "sha256:\($0)".quotedForMessage }.joined(separator: ", ")
        let named = digests.isEmpty ? "has no SHA-256 of any artifact" : "is about \(found)"
        throw AttestationProblem("the statement \(named), not about \(digest)")
    }

    /// A statement of version 1 about one image, as bytes to sign.
    ///
    /// - Parameter predicate: what is said, a JSON object.
    public static func bytes(
        about name: String,
        _ digest: ImageDigest,
        predicateType: String,
        predicate: [UInt8]
    ) throws(AttestationProblem) -> [UInt8] {
        let content = try JSONValue(payload: predicate)
        guard case .object = content else {
            throw AttestationProblem("the predicate is \(content.kind); an object was expected")
        }
        let statement: JSONValue = [
            "_type": .string("https://in-toto.io/Statement/v1"),
            "subject": .array([["name": .string(name), "digest": ["sha256": .string(digest.hex)]]]),
            "predicateType": .string(predicateType),
            "predicate": content,
        ]
        return statement.bytes
    }
}

extension StatementPayload.Subject {
    fileprivate init(_ json: JSONValue) throws(AttestationProblem) {
        // Version 1 lets the name be left out where the digest says enough.
        name = json["name"] == nil ? "" : try json.string(at: "name")
        guard case .object(let digests)? = json["digest"], !digests.isEmpty else {
            throw AttestationProblem("digest is missing or empty")
        }
        sha256 = json["digest"]?["sha256"] == nil ? nil : try json.string(at: "digest", "sha256")
    }
}
