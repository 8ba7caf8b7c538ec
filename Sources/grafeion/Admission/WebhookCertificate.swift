import Foundation

/// What serves the webhook and what trusts it, as PEM texts.
struct WebhookCertificate: Sendable, Equatable {
    /// The authority's certificate, which the API server is told to trust.
    let authorityPEM: String
    /// The server's certificate.
    let certificatePEM: String
    /// The server's private key, PKCS#8.
    let keyPEM: String
    /// When the server's certificate ends.
    let end: Date
}

/// How long certificates are good for.
enum CertificateTerm {
    /// A year: long enough not to be a chore, short enough to be practised.
    static let serverDays = 365
    /// Ten years, for an authority whose key is kept. One whose key is thrown away signs nothing more and ends with what it signed.
    static let keptAuthorityDays = 3650
    /// The most that may be asked for: nothing outlives an authority that is kept.
    static let daysMax = keptAuthorityDays
    /// Certificates begin an hour ago, because clocks of a cluster's machines differ.
    static let allowanceSeconds: TimeInterval = 3600

    static func seconds(days: Int) -> TimeInterval { TimeInterval(days) * 86_400 }
}
