internal import NIOSSL

/// The files that TLS needs, in PEM.
public struct TLSFiles: Sendable, Hashable {
    /// The server's certificate, followed by the intermediate ones.
    public var certificate: String
    /// The certificate's private key.
    public var key: String
    /// Authorities that sign client certificates. If given, a client without such a certificate is refused.
    public var clientCA: String?

    /// The files as three separate settings name them; nil if none is set, which means plain text.
    ///
    /// - Throws: ``ConfigurationProblem`` for a combination that would serve less protection than its author meant.
    public init?(certificate: String?, key: String?, clientCA: String?) throws {
        switch (certificate, key, clientCA) {
        case (nil, nil, nil):
            return nil
        case (let certificate?, let key?, let clientCA):
            self.certificate = certificate
            self.key = key
            self.clientCA = clientCA
        case (_?, nil, _):
            throw ConfigurationProblem("a TLS certificate is given without its key; give the key's file as well")
        case (nil, _?, _):
            throw ConfigurationProblem(
                "a TLS key is given without its certificate; give the certificate's file as well"
            )
        case (nil, nil, _?):
            throw ConfigurationProblem(
                "a client CA is given without certificate and key; clients can be checked only over TLS, so give both"
            )
        }
    }

    /// The files' paths, in a fixed order.
    var paths: [String] { [certificate, key] + (clientCA.map { [$0] } ?? []) }

    /// Reads the files and makes of them what new connections use.
    ///
    /// - Throws: ``ConfigurationProblem``, naming the file at fault.
    func makeContext() throws -> NIOSSLContext {
        let chain = try Self.reading(certificate, "TLS certificate") { try NIOSSLCertificate.fromPEMFile($0) }
        let privateKey = try Self.reading(key, "TLS key") { try NIOSSLPrivateKey(file: $0, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(privateKey)
        )
        configuration.minimumTLSVersion = .tlsv12
        // In our order: whoever can speak HTTP/1.1 wants REST; gRPC clients offer h2 alone.
        configuration.applicationProtocols = ["http/1.1", "h2"]
        if let clientCA {
            let authorities = try Self.reading(clientCA, "client CA") { try NIOSSLCertificate.fromPEMFile($0) }
            configuration.trustRoots = .certificates(authorities)
            // Whether the chain is right; a client has no host name to compare.
            configuration.certificateVerification = .noHostnameVerification
            configuration.sendCANameList = true
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ConfigurationProblem(
                "TLS certificate \(certificate) and key \(key) do not go together: \(error)"
            )
        }
    }

    private static func reading<Contents>(
        _ path: String,
        _ what: String,
        _ read: (String) throws -> Contents
    ) throws -> Contents {
        do {
            return try read(path)
        } catch {
            throw ConfigurationProblem("\(what) \(path) cannot be read as PEM: \(error)")
        }
    }
}
