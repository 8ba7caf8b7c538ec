import MessageReflection
import MetadataModel
import Storage

extension WriteTransaction {
    /// Puts an operation in, and returns it as stored.
    func createOperation(_ name: OperationName, body: [UInt8], options: CreateOptions) throws -> [UInt8] {
        let parentID = try parentID(name.parent, projectMustExist: options.projectMustExist)
        let key = "SELECT key FROM operation WHERE parent_id = ? AND id = ?"
        guard try connection.integer(key, .integer(parentID), .text(name.id)) == nil else {
            throw MetadataError.alreadyExists(
                name.reference,
                explanation: "operation \"\(name.text)\" exists already; update it instead"
            )
        }
        try connection.run(
            "INSERT INTO operation (parent_id, id, body) VALUES (?, ?, ?)",
            .integer(parentID),
            .text(name.id),
            .blob(body)
        )
        return OperationMessage.named(name.parent.text, name.id, body)
    }

    /// Replaces an operation, and returns it as stored.
    func updateOperation(_ name: OperationName, body: [UInt8]) throws -> [UInt8] {
        guard let parentID = try existingParentID(name.parent),
            let key = try connection.integer(
                "SELECT key FROM operation WHERE parent_id = ? AND id = ?",
                .integer(parentID),
                .text(name.id)
            )
        else { throw MetadataError.notFound(name.reference) }
        try connection.run("UPDATE operation SET body = ? WHERE key = ?", .blob(body), .integer(key))
        return OperationMessage.named(name.parent.text, name.id, body)
    }
}

extension SQLiteConnection {
    /// The encoded operation in a parent's row by id.
    func operation(parentID: Int64, id: String, parentText: (Int64) throws -> String) throws -> [UInt8]? {
        try withStatement("SELECT body FROM operation WHERE parent_id = ? AND id = ?") { statement in
            try statement.bind([.integer(parentID), .text(id)])
            guard try statement.step() else { return nil }
            return OperationMessage.named(try parentText(parentID), id, statement.bytes(at: 0))
        }
    }

    /// A page of a parent's operations, newest first.
    func operations(
        of parent: ParentName,
        before position: Int64?,
        limit: Int,
        bytesMax: Int
    ) throws -> MessagePage {
        guard let parentID = try parentID(parent) else { return MessagePage() }
        let sql = "SELECT key, id, body FROM operation WHERE parent_id = ? AND key < ? ORDER BY key DESC LIMIT ?"
        return try withStatement(sql) { statement in
            try statement.bind([.integer(parentID), .integer(position ?? .max), .integer(limit + 1)])
            var page = MessagePage()
            var writer = WireWriter()
            var last: Int64?
            while try statement.step() {
                let message = OperationMessage.named(parent.text, statement.text(at: 1), statement.bytes(at: 2))
                let isFull = page.count == limit || writer.bytes.count + message.count > bytesMax
                if isFull, page.count > 0 {
                    page.next = last
                    break
                }
                writer.field(1, bytes: message)
                last = statement.integer(at: 0)
                page.count += 1
            }
            statement.reset()
            page.frames = writer.bytes
            return page
        }
    }
}

/// `google.longrunning.Operation`, whose name is field 1 and not stored in its body.
private enum OperationMessage {
    static func named(_ parent: String, _ id: String, _ body: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.field(1, string: "\(parent)/operations/\(id)")
        writer.bytes.append(contentsOf: body)
        return writer.bytes
    }
}
