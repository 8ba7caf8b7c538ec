import GRPCCore
import MetadataModel
import NIOCore
import Testing

@testable import ServerApp

@Suite struct LimitsTests {
    @Test func messageThatIsTooLargeIsRefusedByItsAnnouncedLength() async throws {
        try await TestServer.with {
            $0.limits.bodyBytesMax = 1000
        } body: { server in
            let allowed = try await server.call("test.v1.Test/Echo", [UInt8](repeating: 1, count: 1000))
            #expect(allowed.count == 1000)
            let error = await #expect(throws: RPCError.self) {
                try await server.call("test.v1.Test/Echo", [UInt8](repeating: 1, count: 1001))
            }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.message == "the request has 1001 bytes; at most 1000 are taken")
            let much = await #expect(throws: RPCError.self) {
                try await server.call("test.v1.Test/Echo", [UInt8](repeating: 1, count: 8 << 20))
            }
            #expect(much?.code == .resourceExhausted)
        }
    }

    @Test func bodyThatIsTooLargeIsRefused() async throws {
        try await TestServer.with {
            $0.limits.bodyBytesMax = 1000
        } body: { server in
            let body = String(repeating: " ", count: 1001)
            let reply = try await server.http(
                "POST /v1/projects/p/occurrences HTTP/1.1\r\nhost: x\r\ncontent-length: 1001\r\nconnection: close\r\n\r\n\(body)"
            )
            #expect(reply.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func headersThatAreTooLargeGet431() async throws {
        try await TestServer.with { server in
            let reply = try await server.http(
                "GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: \(String(repeating: "a", count: 17 << 10))\r\n\r\n"
            )
            #expect(reply.hasPrefix("HTTP/1.1 431 "))
            #expect(reply.contains(#""status":"RESOURCE_EXHAUSTED""#))
            let many = (0..<400).map { "x-h\($0): \(String(repeating: "b", count: 50))\r\n" }.joined()
            let second = try await server.http("GET /healthz HTTP/1.1\r\nhost: x\r\n\(many)\r\n")
            #expect(second.hasPrefix("HTTP/1.1 431 "))
        }
    }

    @Test func whatIsNotHTTPGets400() async throws {
        try await TestServer.with { server in
            let reply = try await server.http("this is no request\r\n\r\n")
            #expect(reply.hasPrefix("HTTP/1.1 400 "))
            #expect(reply.contains("this is not HTTP/1.1"))
        }
    }

    @Test func headersThatAreTooSlowGet408() async throws {
        try await TestServer.with {
            $0.limits.headerSeconds = 1
        } body: { server in
            let reply = try await server.http("GET /healthz HTTP/1.1\r\nhost:")
            #expect(reply.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test(arguments: ["", "PRI * HTTP"])
    func connectionThatDoesNotSayWhatItSpeaksIsClosed(beginning: String) async throws {
        try await TestServer.with {
            $0.limits.headerSeconds = 1
        } body: { server in
            let reply = try await server.http(beginning)
            #expect(reply == "")
        }
    }

    @Test func idleConnectionsOfBothSortsAreClosed() async throws {
        try await TestServer.with {
            $0.limits.idleSeconds = 1
        } body: { server in
            let reply = try await server.http("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            #expect(reply.hasPrefix("HTTP/1.1 200 OK"))
            // The preface and an empty SETTINGS frame, and then nothing: GOAWAY (type 7) comes, and the end, if its ping
            // is not answered, at the latest with the server.
            try await RawConnection.with(port: server.port) { connection in
                try await connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                try await connection.outbound.write(ByteBuffer(bytes: [0, 0, 0, 4, 0, 0, 0, 0, 0]))
                var types: Set<UInt8> = []
                var bytes = ByteBuffer()
                for try await part in connection.inbound {
                    bytes.writeImmutableBuffer(part)
                    while let length = bytes.getInteger(at: bytes.readerIndex, as: UInt32.self).map({ Int($0 >> 8) }),
                        let type = bytes.getInteger(at: bytes.readerIndex + 3, as: UInt8.self),
                        bytes.readSlice(length: 9 + length) != nil
                    {
                        types.insert(type)
                    }
                    if types.contains(7) { break }
                }
                #expect(types.contains(7))
            }
        }
    }

    /// HEADERS that end the stream: a call without a message, which must be answered all the same.
    @Test(.timeLimit(.minutes(1))) func aCallWithoutAMessageIsAnswered() async throws {
        try await TestServer.with { server in
            try await RawConnection.with(port: server.port) { connection in
                let fields = [
                    (":method", "POST"), (":scheme", "http"), (":path", "/grafeas.v1.Grafeas/GetNote"),
                    (":authority", "x"), ("te", "trailers"), ("content-type", "application/grpc"),
                ]
                // Literal fields without indexing (RFC 7541, section 6.2.2).
                let block = fields.flatMap { name, value -> [UInt8] in
                    [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
                }
                try await connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                try await connection.outbound.write(ByteBuffer(bytes: [0, 0, 0, 4, 0, 0, 0, 0, 0]))
                // END_STREAM and END_HEADERS, stream 1.
                let head: [UInt8] = [0, 0, UInt8(block.count), 1, 0x5, 0, 0, 0, 1]
                try await connection.outbound.write(ByteBuffer(bytes: head + block))
                var bytes = ByteBuffer()
                var isAnswered = false
                for try await part in connection.inbound {
                    bytes.writeImmutableBuffer(part)
                    while let length = bytes.getInteger(at: bytes.readerIndex, as: UInt32.self).map({ Int($0 >> 8) }),
                        let frame = bytes.readSlice(length: 9 + length)
                    {
                        // HEADERS with END_STREAM: trailers only.
                        let flags = frame.getInteger(at: frame.readerIndex + 4, as: UInt8.self) ?? 0
                        let type = frame.getInteger(at: frame.readerIndex + 3, as: UInt8.self)
                        if type == 1, flags & 1 == 1 { isAnswered = true }
                    }
                    if isAnswered { break }
                }
                #expect(isAnswered)
            }
        }
    }

    @Test func connectionsBeyondTheLimitAreToldSo() async throws {
        try await TestServer.with {
            $0.limits.connectionsMax = 2
        } body: { server in
            try await RawConnection.with(port: server.port) { first in
                try await first.send("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
                try await RawConnection.with(port: server.port) { second in
                    try await second.send("GET")
                    try await eventually { server.metrics.text().contains("open_connections 2\n") }
                    let reply = try await server.http("")
                    #expect(reply.hasPrefix("HTTP/1.1 503 "))
                    #expect(reply.contains("as many connections"))
                    #expect(server.metrics.text().contains("refused_connections_total 1\n"))
                    #expect(server.metrics.text().contains("open_connections 2\n"))
                }
            }
            try await eventually {
                try await server.http("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").contains(
                    "200 OK"
                )
            }
        }
    }

    @Test func clientThatStopsReadingIsClosed() async throws {
        try await TestServer.with {
            $0.limits.idleSeconds = 1
        } body: { server in
            try await RawConnection.with(port: server.port) { connection in
                // Requests whose answers are more than sockets hold, and that nobody takes. Sending goes well for as
                // long as there is room for requests, and fails once the server has closed.
                let get = "GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n"
                try await eventually {
                    do {
                        try await connection.send(String(repeating: get, count: 1000))
                        return false
                    } catch {
                        return true
                    }
                }
            }
        }
    }
}
