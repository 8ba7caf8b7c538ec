import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import GrafeasProto
import NIOCore
import SwiftProtobuf
import Testing

@testable import ServerApp

@Suite struct OnePortTests {
    @Test func sameAddressServesRESTAndGRPC() async throws {
        try await TestServer.with { server in
            let reply = try await server.http("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await server.call("test.v1.Test/Echo", [1, 2, 3]) == [1, 2, 3])
            #expect(try await server.call("test.v1.Test/Echo") == [])
            let large = [UInt8](repeating: 7, count: 3 << 20)
            #expect(try await server.call("test.v1.Test/Echo", large) == large)
        }
    }

    @Test func everyAddressOfSeveralIsServed() async throws {
        try await TestServer.with {
            $0.listen = [.tcp(host: "127.0.0.1", port: 0), .tcp(host: "127.0.0.1", port: 0)]
        } body: { server in
            let reply = try await server.call("test.v1.Test/Echo", [1])
            #expect(reply == [1])
        }
    }

    @Test func requestIsRecognisedFromBytesThatComeOneAtATime() async throws {
        try await TestServer.with { server in
            let reply = try await RawConnection.with(port: server.port) { connection in
                for byte in "PUT /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".utf8 {
                    try await connection.outbound.write(ByteBuffer(bytes: [byte]))
                }
                return try await connection.readToEnd()
            }
            #expect(reply.hasPrefix("HTTP/1.1 "))
        }
    }

    @Test func http2PrefaceIsRecognisedFromBytesThatComeOneAtATime() async throws {
        try await TestServer.with { server in
            try await RawConnection.with(port: server.port) { connection in
                for byte in "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8 {
                    try await connection.outbound.write(ByteBuffer(bytes: [byte]))
                    try await Task.sleep(for: .milliseconds(1))
                }
                // An empty SETTINGS frame; the server's own begins with its length and type 4.
                try await connection.outbound.write(ByteBuffer(bytes: [0, 0, 0, 4, 0, 0, 0, 0, 0]))
                var bytes = ByteBuffer()
                for try await part in connection.inbound {
                    bytes.writeImmutableBuffer(part)
                    if bytes.readableBytes >= 9 { break }
                }
                #expect(bytes.getInteger(at: 3, as: UInt8.self) == 4)
            }
        }
    }

    @Test func keepAliveServesManyRequestsAndPipelinedOnes() async throws {
        try await TestServer.with { server in
            let get = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
            let reply = try await server.http(
                get + get + "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
            )
            #expect(reply.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
        }
    }

    @Test func unixSocketServesBothReplacesADeadFileAndIsRemoved() async throws {
        let path = "/tmp/grafeion-\(UUID().uuidString.prefix(8)).sock"
        // A socket file that nobody listens on: bound and closed.
        try await TestServer.with {
            $0.listen = [.unix(path: path)]
        } body: { server in
            #expect(try await server.call("test.v1.Test/Echo", [9]) == [9])
            let reply = try await RawConnection.with(SocketAddress(unixDomainSocketPath: path)) { connection in
                try await connection.send("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                return try await connection.readToEnd()
            }
            #expect(reply.hasPrefix("HTTP/1.1 200 OK"))
            let problem = await #expect(throws: ConfigurationProblem.self) {
                try await TestServer.with {
                    $0.listen = [.unix(path: path)]
                } body: { _ in
                }
            }
            #expect(problem?.description.contains("another process listens") == true)
        }
        #expect(FileManager.default.fileExists(atPath: path) == false)

        try leaveDeadSocket(at: path)
        try await TestServer.with {
            $0.listen = [.unix(path: path)]
        } body: { server in
            let reply = try await server.call("test.v1.Test/Echo", [9])
            #expect(reply == [9])
        }

        try Data("mine".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        await #expect(throws: ConfigurationProblem.self) {
            try await TestServer.with {
                $0.listen = [.unix(path: path)]
            } body: { _ in
            }
        }
    }

    private func leaveDeadSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
    }

    @Test func moreThanAHundredClientsAtOnceAreAllAnswered() async throws {
        try await TestServer.with { server in
            try await withThrowingTaskGroup { group in
                for number in 0..<150 {
                    group.addTask {
                        let bytes = Array("client \(number)".utf8)
                        let reply = try await server.call("test.v1.Test/Echo", bytes)
                        #expect(reply == bytes)
                    }
                    group.addTask {
                        let reply = try await server.http(
                            "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
                        )
                        #expect(reply.hasPrefix("HTTP/1.1 200 OK"))
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

@Suite struct GRPCCallTests {
    @Test func requestIDAndIdempotencyKeyComeFromMetadata() async throws {
        try await TestServer.with { server in
            let reply = try await server.call(
                "test.v1.Test/Call",
                metadata: ["x-request-id": "r-1", "x-idempotency-key": "k-1"]
            )
            #expect(String(decoding: reply, as: UTF8.self) == "r-1 k-1")
            let made = try await server.call("test.v1.Test/Call", metadata: ["x-request-id": "not fit"])
            #expect(String(decoding: made, as: UTF8.self).hasPrefix("not fit") == false)
        }
    }

    @Test func errorHasCodeMessageAndDetails() async throws {
        try await TestServer.with { server in
            let error = await #expect(throws: RPCError.self) { try await server.call("test.v1.Test/Missing") }
            #expect(error?.code == .notFound)
            #expect(error?.message.contains("projects/p/notes/n") == true)
            let bytes = try #require(error?.metadata[binaryValues: "grpc-status-details-bin"].first { _ in true })
            let status = try Google_Rpc_Status(serializedBytes: bytes)
            #expect(status.code == 5)
            #expect(status.details.contains { $0.isA(Google_Rpc_ResourceInfo.self) })
        }
    }

    @Test func errorWithAThousandDetailsStillReachesTheClient() async throws {
        try await TestServer.with { server in
            let error = await #expect(throws: RPCError.self) { try await server.call("test.v1.Test/Invalid") }
            #expect(error?.code == .invalidArgument)
            let bytes = try #require(error?.metadata[binaryValues: "grpc-status-details-bin"].first { _ in true })
            let status = try Google_Rpc_Status(serializedBytes: bytes)
            let request = try Google_Rpc_BadRequest(
                unpackingAny: #require(status.details.first { $0.isA(Google_Rpc_BadRequest.self) })
            )
            #expect(request.fieldViolations.first?.field == "occurrences[0].kind")
            #expect(bytes.count <= 3072)
        }
    }

    @Test func faultOfOursLeaksNothingAndNamesTheRequest() async throws {
        try await TestServer.with { server in
            let error = await #expect(throws: RPCError.self) {
                try await server.call("test.v1.Test/Fault", metadata: ["x-request-id": "abc-42"])
            }
            #expect(error?.code == .internalError)
            #expect(error?.message.contains("abc-42") == true)
            #expect("\(String(describing: error))".contains("hunter2") == false)
        }
    }

    @Test func unknownMethodIsUnimplemented() async throws {
        try await TestServer.with { server in
            let error = await #expect(throws: RPCError.self) { try await server.call("test.v1.Test/Nothing") }
            #expect(error?.code == .unimplemented)
        }
    }

    @Test func callsAreCountedByMethodAndCode() async throws {
        try await TestServer.with { server in
            _ = try await server.call("test.v1.Test/Echo")
            _ = try? await server.call("test.v1.Test/Missing")
            let text = try await server.http("GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            #expect(text.contains(#"grpc_requests_total{code="OK",method="test.v1.Test/Echo"} 1"#))
            #expect(text.contains(#"grpc_requests_total{code="NOT_FOUND",method="test.v1.Test/Missing"} 1"#))
            #expect(text.contains(#"grpc_request_duration_seconds_count{method="test.v1.Test/Echo"} 1"#))
            #expect(text.contains("process_resident_memory_bytes "))
        }
    }

    @Test func healthKnowsTheServerAndItsServices() async throws {
        try await TestServer.with { server in
            for name in ["", "test.v1.Test", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"] {
                let request =
                    try Grpc_Health_V1_HealthCheckRequest.with { $0.service = name }.serializedBytes() as [UInt8]
                let reply = try await server.call("grpc.health.v1.Health/Check", request)
                #expect(try Grpc_Health_V1_HealthCheckResponse(serializedBytes: reply).status == .serving)
            }
            let unknown =
                try Grpc_Health_V1_HealthCheckRequest.with { $0.service = "no.Such" }.serializedBytes() as [UInt8]
            let error = await #expect(throws: RPCError.self) {
                try await server.call("grpc.health.v1.Health/Check", unknown)
            }
            #expect(error?.code == .notFound)
        }
    }

    @Test(arguments: ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"])
    func reflectionAnswersUnderBothNames(service: String) async throws {
        try await TestServer.with { server in
            let question =
                try Grpc_Reflection_V1_ServerReflectionRequest.with { $0.listServices = "*" }
                .serializedBytes() as [UInt8]
            let reply = try await server.call("\(service)/ServerReflectionInfo", question)
            let names = try Grpc_Reflection_V1_ServerReflectionResponse(serializedBytes: reply)
                .listServicesResponse.service.map(\.name)
            #expect(names.contains("test.v1.Test"))
            #expect(names.contains(service))
        }
    }
}
