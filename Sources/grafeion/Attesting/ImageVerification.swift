/// What a server found of the attestations of an image, `grafeion.v1.ImageVerification`.
struct ImageVerification {
    private let digest: String
    private let attestors: [JSONValue]

    init(_ reply: JSONValue) {
        digest = reply["digest"]?.text ?? ""
        attestors = reply["attestors"]?.elements ?? []
    }

    /// Whether all of the attestors have attested the image, or any one if none is named.
    ///
    /// An answer that says nothing of one of them decides nothing.
    func isAttested(by names: [String]) throws(ClientFailure) -> Bool {
        if names.isEmpty { return attestors.contains(where: Self.isVerified) }
        var isAttested = true
        for name in names {
            guard let verdict = attestors.first(where: { $0["attestor"]?.text == name }) else {
                throw .unexpected("the server's reply says nothing of \(name)")
            }
            if !Self.isVerified(verdict) { isAttested = false }
        }
        return isAttested
    }

    private static func isVerified(_ verdict: JSONValue) -> Bool { verdict["verified"] == .bool(true) }

    /// A paragraph for each attestor: the verdict, then each signature with its reason.
    var text: String {
        if attestors.isEmpty { return "\(digest): there are no attestors to ask\n" }
        return attestors.map(Self.text).joined()
    }

    private static func text(_ verdict: JSONValue) -> String {
        let explanation = verdict["explanation"]?.text ?? ""
        let why = isVerified(verdict) || explanation.isEmpty ? "" : ": \(explanation)"
        let headline = "\(verdict["attestor"]?.text ?? "")  \(isVerified(verdict) ? "attested" : "not attested")\(why)"
        let signatures = (verdict["signatures"]?.elements ?? []).map { "  " + line($0) }
        return ([headline] + signatures).map { TextTable.oneLine($0) + "\n" }.joined()
    }

    /// `valid    projects/security/occurrences/1  attestation.signatures[0]  by ni:///sha-256;…`
    private static func line(_ signature: JSONValue) -> String {
        let isValid = signature["valid"] == .bool(true)
        let place = [signature["occurrence"]?.text, signature["place"]?.text].compactMap(\.self)
        let key = signature["key"]?.text ?? ""
        let why = isValid ? "by \(key)" : signature["reason"]?.text ?? "refused"
        return ([isValid ? "valid  " : "refused"] + place + [why]).joined(separator: "  ")
    }
}
