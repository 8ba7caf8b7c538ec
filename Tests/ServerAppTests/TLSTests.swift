import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import NIOSSL
import Testing

@testable import ServerApp

@Suite struct TLSTests {
    private let get = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"

    @Test(arguments: [["http/1.1"], ["h2", "http/1.1"], ["http/1.1", "h2"], []])
    func clientThatCanSpeakHTTP1GetsREST(protocols: [String]) async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        let tls = try certificates.server()
        let client = try certificates.rawClient(protocols)
        try await TestServer.with {
            $0.tls = tls
        } body: { server in
            let reply = try await RawConnection.exchange(port: server.port, tls: client, send: get)
            #expect(reply.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test func grpcIsServedOverTheSameTLSPort() async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        let tls = try certificates.server()
        let client = certificates.grpcClient()
        try await TestServer.with {
            $0.tls = tls
        } body: { server in
            let reply = try await server.call("test.v1.Test/Echo", [5], security: client)
            #expect(reply == [5])
            // Nothing of the API answers in plain text on a TLS port.
            let plain = try? await server.http(get)
            #expect(plain?.contains("200 OK") != true)
        }
    }

    @Test func certificateIsAskedForAndNamesTheCaller() async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        try certificates.sign("scanner", subject: "/O=Example, Inc./CN=scanner")
        let tls = try certificates.server(clientCA: true)
        let anonymous = try certificates.rawClient(["http/1.1"])
        let named = try certificates.rawClient(["http/1.1"], certificate: "scanner")
        let grpcNamed = certificates.grpcClient(certificate: "scanner")
        let grpcAnonymous = certificates.grpcClient()
        let subject = #"certificate:CN=scanner,O=Example\, Inc."#
        try await TestServer.with {
            $0.tls = tls
        } body: { server in
            let refused = try? await RawConnection.exchange(port: server.port, tls: anonymous, send: get)
            #expect(refused?.contains("200 OK") != true)

            let whoami = "GET /v1/projects/p/occurrences/o HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
            let reply = try await RawConnection.exchange(port: server.port, tls: named, send: whoami)
            #expect(reply.contains("CN=scanner,O=Example"))

            let bytes = try await server.call("grafeas.v1.Grafeas/GetOccurrence", security: grpcNamed)
            #expect(String(decoding: bytes, as: UTF8.self).contains(subject))
            await #expect(throws: RPCError.self) {
                try await server.call("test.v1.Test/Echo", security: grpcAnonymous, waitForReady: false)
            }
        }
    }

    @Test func changedFilesAreUsedByNewConnectionsAndBrokenOnesAreNot() async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        let tls = try certificates.server()
        let client = try certificates.rawClient(["http/1.1"])
        try await TestServer.with {
            $0.tls = tls
            $0.tlsCheckSeconds = 0.05
        } body: { server in
            #expect(try await subject(of: server.port) == "CN=localhost")
            try await RawConnection.with(port: server.port, tls: client) { open in
                try await open.send("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")

                try certificates.sign(
                    "server",
                    subject: "/CN=renewed",
                    extensions: "subjectAltName=DNS:localhost,IP:127.0.0.1"
                )
                try await eventually { try await subject(of: server.port) == "CN=renewed" }

                // The connection from before goes on.
                try await open.send(get)
                #expect(try await open.readToEnd().components(separatedBy: "200 OK").count == 3)
            }
            try Data("rubbish".utf8).write(to: URL(filePath: certificates.path("server.pem")))
            try await Task.sleep(for: .milliseconds(300))
            #expect(try await subject(of: server.port) == "CN=renewed")
        }
    }

    /// The subject of the certificate that the server shows, as `openssl` sees it.
    private func subject(of port: Int) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c",
            "openssl s_client -connect 127.0.0.1:\(port) </dev/null 2>/dev/null | openssl x509 -noout -subject -nameopt RFC2253",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
            .replacingOccurrences(of: "subject=", with: "").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Waits for something that takes its time, ten seconds at most.
func eventually(_ claim: () async throws -> Bool) async throws {
    for _ in 0..<1200 {
        if try await claim() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("did not happen within a minute")
}

extension Certificates {
    func rawClient(_ protocols: [String], certificate: String? = nil) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = protocols
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path("ca.pem")))
        configuration.certificateVerification = .noHostnameVerification
        if let certificate {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(path("\(certificate).pem"))
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: path("\(certificate).key"), format: .pem))
        }
        return configuration
    }

    func grpcClient(certificate: String? = nil) -> HTTP2ClientTransport.Posix.TransportSecurity {
        if let certificate {
            return .mTLS(
                certificateChain: [.file(path: path("\(certificate).pem"), format: .pem)],
                privateKey: .file(path: path("\(certificate).key"), format: .pem)
            ) {
                $0.trustRoots = .certificates([.file(path: path("ca.pem"), format: .pem)])
                $0.serverCertificateVerification = .noHostnameVerification
            }
        }
        return .tls {
            $0.trustRoots = .certificates([.file(path: path("ca.pem"), format: .pem)])
            $0.serverCertificateVerification = .noHostnameVerification
        }
    }
}
