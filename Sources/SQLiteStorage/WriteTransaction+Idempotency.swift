import MessageReflection
import MetadataModel
import Storage

extension WriteTransaction {
    /// Runs `body` unless its claim was answered before, in which case the first answer comes back.
    func once(_ claim: IdempotencyClaim?, _ body: () throws -> [[UInt8]]) throws -> [[UInt8]] {
        guard let claim else { return try body() }
        let seconds = now() / 1_000_000
        try connection.run("DELETE FROM idempotency WHERE expires <= ?", .integer(seconds))
        if let answer = try answer(to: claim) { return answer }
        let messages = try body()
        var writer = WireWriter()
        for message in messages { writer.field(1, bytes: message) }
        try connection.run(
            "INSERT INTO idempotency (scope, request_digest, reply, expires) VALUES (?, ?, ?, ?)",
            .text(claim.scope),
            .blob(claim.requestDigest),
            .blob(writer.bytes),
            .integer(seconds + Int64(claim.seconds))
        )
        return messages
    }

    private func answer(to claim: IdempotencyClaim) throws -> [[UInt8]]? {
        let sql = "SELECT request_digest, reply FROM idempotency WHERE scope = ?"
        return try connection.withStatement(sql) { statement in
            try statement.bind([.text(claim.scope)])
            guard try statement.step() else { return nil }
            guard statement.bytes(at: 0) == claim.requestDigest else {
                throw MetadataError.alreadyExists(
                    .idempotencyKey,
                    explanation: """
                        this x-idempotency-key was used within the last day for a request with another body; \
                        send a new key with a new request
                        """
                )
            }
            return try MessagePage(frames: statement.bytes(at: 1)).messages()
        }
    }
}
