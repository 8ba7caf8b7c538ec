import MetadataModel
import StrictJSON

/// What a JWT says that attests an image (RFC 7519, section 4; the names are those of Kritis' `attestlib`):
///
///     {"sub": "container:digest:sha256:…", "aud": "//binaryauthorization.googleapis.com", "attestationType": "claimless"}
///
/// Besides, it may say from when until when it counts.
public struct JWTClaims: Sendable, Equatable {
    /// The image in `sub`.
    public let digest: ImageDigest
    /// Seconds since 1970 from which on it counts no more; nil if it has no end.
    public let expires: Double?
    /// Seconds since 1970 before which it does not count yet.
    public let notBefore: Double?
    /// Seconds since 1970 at which it was issued.
    public let issued: Double?

    /// Reads the payload of a JWT.
    init(_ json: JSONValue) throws(AttestationProblem) {
        digest = try Self.subject(json)
        expires = try Self.time(json, "exp")
        notBefore = try Self.time(json, "nbf")
        issued = try Self.time(json, "iat")
        try Self.checkAudience(json)
        try Self.checkType(json)
    }

    private static func subject(_ json: JSONValue) throws(AttestationProblem) -> ImageDigest {
        let subject = try json.string(at: "sub")
        let prefix = "container:digest:"
        guard subject.utf8.starts(with: prefix.utf8) else {
            throw AttestationProblem("sub is \(subject.quotedForMessage), not \(prefix)sha256:… of an image")
        }
        do {
            return try ImageDigest(String(decoding: subject.utf8.dropFirst(prefix.utf8.count), as: UTF8.self))
        } catch {
            throw error.inside("sub")
        }
    }

    /// RFC 7519, section 2, "NumericDate". Milliseconds, which are mistaken for them, would be far beyond the year 9999.
    private static func time(_ json: JSONValue, _ claim: String) throws(AttestationProblem) -> Double? {
        guard let value = json[claim] else { return nil }
        guard case .number(let digits) = value else {
            throw AttestationProblem("\(claim) is \(value.kind), not a number of seconds since 1970")
        }
        guard let seconds = Double(digits), (0...253_402_300_799).contains(seconds) else {
            throw AttestationProblem("\(claim) is \(digits.quotedForMessage), which is no time in seconds since 1970")
        }
        return seconds
    }

    /// RFC 7519, section 4.1.3: one audience or several. A token for somebody else is not for an attestor.
    private static func checkAudience(_ json: JSONValue) throws(AttestationProblem) {
        guard let value = json["aud"] else { return }
        let audiences = value.elements ?? [value]
        for element in audiences where element.string == nil {
            throw AttestationProblem("aud has \(element.kind) where a string was expected")
        }
        let names = audiences.compactMap(\.string)
        if names.contains(where: { $0.utf8.elementsEqual(audience.utf8) }) { return }
        let found = names.isEmpty ? "nobody" : names.prefix(3).map(\.quotedForMessage).joined(separator: ", ")
        throw AttestationProblem("aud is \(found), not \(audience.quotedForMessage)")
    }

    /// A claimless attestation says of the image that the attestor signed it, and nothing more. What another type says is
    /// not known here, perhaps the contrary.
    private static func checkType(_ json: JSONValue) throws(AttestationProblem) {
        guard json["attestationType"] != nil else { return }
        let type = try json.string(at: "attestationType")
        if !type.utf8.elementsEqual(claimless.utf8) {
            throw AttestationProblem("attestationType is \(type.quotedForMessage), not \(claimless.quotedForMessage)")
        }
    }

    private static let audience = "//binaryauthorization.googleapis.com"
    private static let claimless = "claimless"

    /// Checks that the token counts at a time, give or take the difference of the clocks.
    ///
    /// - Parameter now: seconds since 1970.
    func check(at now: Int64) throws(AttestationProblem) {
        let earliest = Double(now) - Double(AttestationLimits.clockSkewSeconds)
        let latest = Double(now) + Double(AttestationLimits.clockSkewSeconds)
        if let expires, expires <= earliest {
            throw AttestationProblem("the JWT has expired: exp is \(Int64(expires)), and it is \(now)")
        }
        if let notBefore, notBefore > latest {
            throw AttestationProblem("the JWT does not count yet: nbf is \(Int64(notBefore)), and it is \(now)")
        }
        if let issued, issued > latest {
            throw AttestationProblem("the JWT was issued in the future: iat is \(Int64(issued)), and it is \(now)")
        }
    }
}
