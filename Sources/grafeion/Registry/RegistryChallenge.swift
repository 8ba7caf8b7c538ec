import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// How a registry wants to be asked: a `WWW-Authenticate` header (RFC 9110, section 11.6.1) of one scheme.
struct RegistryChallenge: Sendable {
    /// In lower case.
    let scheme: String
    private let parameters: [String: String]

    /// Nil if the text has not the form `Scheme name="value", name=value`.
    init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 1)
        guard let scheme = words.first else { return nil }
        self.scheme = scheme.lowercased()
        var parameters: [String: String] = [:]
        var rest = words.count > 1 ? words[1] : ""
        while !rest.isEmpty {
            rest = rest.drop { $0 == "," || $0 == " " }
            if rest.isEmpty { break }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let name = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            if rest.first == "\"" {
                guard let value = Self.quoted(&rest) else { return nil }
                parameters[name] = value
            } else {
                parameters[name] = String(rest.prefix { $0 != "," })
                rest = rest.drop { $0 != "," }
            }
        }
        self.parameters = parameters
    }

    /// Takes a quoted string, in which a backslash makes any character itself; nil if it does not end.
    private static func quoted(_ rest: inout Substring) -> String? {
        rest = rest.dropFirst()
        var value = ""
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            if character == "\\" {
                guard let escaped = rest.popFirst() else { return nil }
                value.append(escaped)
            } else {
                value.append(character)
            }
        }
        return nil
    }

    var isBasic: Bool { scheme == "basic" }

    /// What to ask the token server for; nil if the challenge is not one for a token.
    func tokenRequest(for reference: RegistryReference) -> TokenRequest? {
        guard scheme == "bearer", let realm = parameters["realm"],
            realm.hasPrefix("https://") || realm.hasPrefix("http://")
        else { return nil }
        return TokenRequest(
            realm: realm,
            service: parameters["service"],
            scope: parameters["scope"] ?? "repository:\(reference.repository):pull"
        )
    }

    /// A request for a token, as Docker's token servers take it.
    struct TokenRequest: Sendable, Equatable {
        let realm: String
        let service: String?
        let scope: String

        /// With a password it is a GET (distribution's "Token Authentication Specification"), with an identity token a
        /// POST (its "OAuth2 Token Authentication").
        func request(_ credentials: RegistryCredentials?) -> HTTPClientRequest {
            var pairs = [("scope", scope)]
            if let service { pairs.insert(("service", service), at: 0) }
            if case .identityToken(let token)? = credentials {
                pairs += [("grant_type", "refresh_token"), ("client_id", "grafeion"), ("refresh_token", token)]
                var request = HTTPClientRequest(url: realm)
                request.method = .POST
                request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
                request.body = .bytes(ByteBuffer(string: Self.form(pairs)))
                return request
            }
            let separator = realm.contains("?") ? "&" : "?"
            var request = HTTPClientRequest(url: realm + separator + Self.form(pairs))
            if case .password(let pair)? = credentials {
                request.headers.add(name: "authorization", value: "Basic \(pair)")
            }
            return request
        }

        private static func form(_ pairs: [(String, String)]) -> String {
            pairs.map { "\($0.0)=\(PercentEncoding.encode($0.1, keeping: ""))" }.joined(separator: "&")
        }
    }
}
