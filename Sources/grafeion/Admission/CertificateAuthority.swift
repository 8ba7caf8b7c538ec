import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority that signs the webhook's certificate, and that an API server is told to trust for it and nothing else.
struct CertificateAuthority: Sendable {
    let certificate: Certificate
    private let key: Certificate.PrivateKey

    /// An authority with a new key, good from now for so many days.
    init(now: Date, days: Int) throws {
        key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName {
            OrganizationName("Grafeion")
            CommonName("Grafeion admission CA")
        }
        let publicKey = key.publicKey
        certificate = try Certificate(
            version: .v3,
            serialNumber: .unguessable(),
            publicKey: publicKey,
            notValidBefore: now - CertificateTerm.allowanceSeconds,
            notValidAfter: now + CertificateTerm.seconds(days: days),
            issuer: name,
            subject: name,
            extensions: try Certificate.Extensions {
                // It signs servers and no further authorities.
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: publicKey)
            },
            issuerPrivateKey: key
        )
    }

    /// Signs a certificate with a new key for a service. It ends with the authority if that ends before.
    func certificate(for service: WebhookService, now: Date, days: Int) throws -> WebhookCertificate {
        let serverKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let signed = try Certificate(
            version: .v3,
            serialNumber: .unguessable(),
            publicKey: serverKey.publicKey,
            notValidBefore: max(now - CertificateTerm.allowanceSeconds, certificate.notValidBefore),
            notValidAfter: min(now + CertificateTerm.seconds(days: days), certificate.notValidAfter),
            issuer: certificate.subject,
            subject: try DistinguishedName { CommonName(service.name) },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(service.hostNames.map { .dnsName($0) })
                SubjectKeyIdentifier(hash: serverKey.publicKey)
                AuthorityKeyIdentifier(keyIdentifier: try keyIdentifier)
            },
            issuerPrivateKey: key
        )
        return WebhookCertificate(
            authorityPEM: try certificate.pemText,
            certificatePEM: try signed.pemText,
            keyPEM: try serverKey.serializeAsPEM().pemString + "\n",
            end: signed.notValidAfter
        )
    }

    /// Certificate and private key, in this order: what ``init(pem:now:)`` reads.
    var pem: String {
        get throws { try certificate.pemText + key.serializeAsPEM().pemString + "\n" }
    }

    /// What its own certificate calls its key, which need not be a hash of it.
    private var keyIdentifier: ArraySlice<UInt8> {
        get throws {
            try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
                ?? SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier
        }
    }
}

extension CertificateAuthority {
    /// An authority that is there, from PEM with its certificate and its private key in any order.
    ///
    /// - Throws: ``ClientFailure`` if one of them is missing or not to be read, they do not go together, or the authority may not or
    ///   no longer sign.
    init(pem: String, now: Date) throws(ClientFailure) {
        let documents: [PEMDocument]
        do { documents = try PEMDocument.parseMultiple(pemString: pem) } catch {
            throw .file("the authority cannot be read as PEM: \(error)")
        }
        guard let certificateDocument = documents.first(where: { $0.discriminator == "CERTIFICATE" }) else {
            throw .file("the authority has no certificate: give a file with certificate and key, or --ca CERT,KEY")
        }
        guard let keyDocument = documents.first(where: { $0.discriminator.hasSuffix("PRIVATE KEY") }) else {
            throw .file("the authority has no private key: give a file with certificate and key, or --ca CERT,KEY")
        }
        do { certificate = try Certificate(pemDocument: certificateDocument) } catch {
            throw .file("the authority's certificate cannot be read: \(error)")
        }
        do { key = try Certificate.PrivateKey(pemDocument: keyDocument) } catch {
            throw .file("the authority's private key cannot be read; it must not be encrypted: \(error)")
        }
        try check(now: now)
    }

    private func check(now: Date) throws(ClientFailure) {
        guard key.publicKey == certificate.publicKey else {
            throw .file("the authority's private key is not the one of its certificate")
        }
        guard case .isCertificateAuthority = try? certificate.extensions.basicConstraints else {
            throw .file("the authority's certificate is not one of an authority (basic constraints)")
        }
        if let usage = try? certificate.extensions.keyUsage, !usage.keyCertSign {
            throw .file("the authority's certificate may not sign others (key usage)")
        }
        guard certificate.notValidAfter > now, certificate.notValidBefore <= now else {
            let validity =
                "\(certificate.notValidBefore.formatted(.iso8601)) to \(certificate.notValidAfter.formatted(.iso8601))"
            throw .file("the authority is good from \(validity), which is not now; make a new one by leaving --ca out")
        }
    }
}

extension Certificate {
    /// In PEM, with a line feed at the end.
    fileprivate var pemText: String {
        get throws { try serializeAsPEM().pemString + "\n" }
    }
}

extension Certificate.SerialNumber {
    /// 127 random bits with the first one set: positive, of a fixed length, and well below the 20 octets that RFC 5280 (4.1.2.2) allows.
    fileprivate static func unguessable() -> Self {
        var generator = SystemRandomNumberGenerator()
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        bytes[0] = bytes[0] & 0x7F | 0x40
        return Self(bytes: bytes)
    }
}
