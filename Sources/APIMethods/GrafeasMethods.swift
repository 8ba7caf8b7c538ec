import MessageReflection
import MetadataModel
import Storage
public import UseCases

/// Every method that is served.
public func grafeasMethods(services: RecordServices) -> APIMethods {
    APIMethods(
        occurrenceMethods(MethodFactory(service: "grafeas.v1.Grafeas", services: services))
            + noteMethods(MethodFactory(service: "grafeas.v1.Grafeas", services: services))
            + projectMethods(MethodFactory(service: "grafeas.v1.project.Projects", services: services))
            + transferMethods(MethodFactory(service: "grafeion.v1.Records", services: services))
    )
}

/// The methods of a Grafeas service on occurrences.
private func occurrenceMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.read("GetOccurrence") { try await GetOccurrence(services).run(name: $0.string("name")) },
        methods.read("ListOccurrences") {
            try await ListOccurrences(services).run(parent: $0.string("parent"), page: $0.page).reply
        },
        methods.write("DeleteOccurrence") {
            try await DeleteOccurrence(services).run(name: $0.string("name"), claim: $1)
            return []
        },
        methods.write("CreateOccurrence") {
            try await CreateOccurrence(services).run(
                parent: $0.string("parent"),
                occurrence: $0.record("occurrence"),
                claim: $1
            )
        },
        methods.write("BatchCreateOccurrences") {
            try await BatchCreateOccurrences(services).run(
                parent: $0.string("parent"),
                occurrences: $0.records("occurrences"),
                claim: $1
            ).framed
        },
        methods.write("UpdateOccurrence") {
            try await UpdateOccurrence(services).run(
                name: $0.string("name"),
                patch: $0.record("occurrence").message,
                maskPaths: $0.maskPaths("update_mask"),
                claim: $1
            )
        },
        methods.read("GetOccurrenceNote") { try await GetOccurrenceNote(services).run(name: $0.string("name")) },
        methods.read("ListNoteOccurrences") {
            try await ListNoteOccurrences(services).run(name: $0.string("name"), page: $0.page).reply
        },
    ]
}

/// The methods of a Grafeas service on notes.
private func noteMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.read("GetNote") { try await GetNote(services).run(name: $0.string("name")) },
        methods.read("ListNotes") {
            try await ListNotes(services).run(parent: $0.string("parent"), page: $0.page).reply
        },
        methods.write("DeleteNote") {
            try await DeleteNote(services).run(name: $0.string("name"), claim: $1)
            return []
        },
        methods.write("CreateNote") {
            try await CreateNote(services).run(
                parent: $0.string("parent"),
                noteID: $0.string("note_id"),
                note: $0.record("note"),
                claim: $1
            )
        },
        methods.write("BatchCreateNotes") {
            try await BatchCreateNotes(services).run(
                parent: $0.string("parent"),
                notes: $0.recordsByID("notes"),
                claim: $1
            ).framed
        },
        methods.write("UpdateNote") {
            try await UpdateNote(services).run(
                name: $0.string("name"),
                patch: $0.record("note").message,
                maskPaths: $0.maskPaths("update_mask"),
                claim: $1
            )
        },
    ]
}

/// The methods of a Projects service.
private func projectMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.write("CreateProject") { request, claim in
            let name = request.message("project")?.string("name") ?? ""
            return try await CreateProject(services).run(name: name, claim: claim).message
        },
        methods.read("GetProject") {
            try await GetProject(services).run(name: $0.string("name")).message
        },
        methods.read("ListProjects") {
            let (names, token) = try await ListProjects(services).run(page: $0.page)
            return listReply(frames: names.map(\.message).framed, nextPageToken: token)
        },
        methods.write("DeleteProject") {
            try await DeleteProject(services).run(name: $0.string("name"), claim: $1)
            return []
        },
    ]
}

/// The methods that move records between servers.
private func transferMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.write("ImportRecords") {
            try await ImportRecords(services).run(
                parent: $0.string("parent"),
                notes: $0.records("notes"),
                occurrences: $0.records("occurrences"),
                claim: $1
            )
        }
    ]
}

extension ProjectName {
    /// The encoded `Project`, which is its name in field 1 in every version.
    fileprivate var message: [UInt8] {
        var writer = WireWriter()
        writer.field(1, string: text)
        return writer.bytes
    }
}

extension ListedPage {
    fileprivate var reply: [UInt8] { listReply(frames: page.frames, nextPageToken: nextPageToken) }
}

/// The encoded reply of a list method: entries in field 1, the token in field 2, in all of them.
private func listReply(frames: [UInt8], nextPageToken: String) -> [UInt8] {
    guard !nextPageToken.isEmpty else { return frames }
    var writer = WireWriter(frames)
    writer.field(2, string: nextPageToken)
    return writer.bytes
}

extension [[UInt8]] {
    /// The encoded reply of a batch method: entries in field 1.
    fileprivate var framed: [UInt8] {
        var writer = WireWriter()
        writer.reserve(reduce(0) { $0 + $1.count + 4 })
        for message in self { writer.field(1, bytes: message) }
        return writer.bytes
    }
}
