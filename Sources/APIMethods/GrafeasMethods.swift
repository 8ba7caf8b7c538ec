import GrafeasProto
import MessageReflection
import MetadataModel
import Storage
import SwiftProtobuf
public import UseCases

/// Every method that is served.
public func grafeasMethods(services: RecordServices) -> APIMethods {
    APIMethods(grafeasV1Methods(services) + projectsV1Methods(services) + recordsMethods(services))
}

/// `grafeas.v1.Grafeas`.
private func grafeasV1Methods(_ services: RecordServices) -> [APIMethod] {
    let methods = MethodFactory(service: "grafeas.v1.Grafeas", services: services)
    return [
        methods.read("GetOccurrence") { (request: Grafeas_V1_GetOccurrenceRequest) in
            try await GetOccurrence(services).run(name: request.name)
        },
        methods.read("ListOccurrences") { (request: Grafeas_V1_ListOccurrencesRequest) in
            try await ListOccurrences(services).run(parent: request.parent, page: PageRequest(request)).reply
        },
        methods.write("DeleteOccurrence") { (request: Grafeas_V1_DeleteOccurrenceRequest, claim) in
            try await DeleteOccurrence(services).run(name: request.name, claim: claim)
            return []
        },
        methods.write("CreateOccurrence") { (request: Grafeas_V1_CreateOccurrenceRequest, claim) in
            try await CreateOccurrence(services).run(
                parent: request.parent,
                occurrence: request.occurrence,
                claim: claim
            )
        },
        methods.write("BatchCreateOccurrences") { (request: Grafeas_V1_BatchCreateOccurrencesRequest, claim) in
            try await BatchCreateOccurrences(services).run(
                parent: request.parent,
                occurrences: request.occurrences,
                claim: claim
            ).framed
        },
        methods.write("UpdateOccurrence") { (request: Grafeas_V1_UpdateOccurrenceRequest, claim) in
            try await UpdateOccurrence(services).run(
                name: request.name,
                patch: try request.occurrence.serializedBytes(),
                maskPaths: request.updateMask.paths,
                claim: claim
            )
        },
        methods.read("GetOccurrenceNote") { (request: Grafeas_V1_GetOccurrenceNoteRequest) in
            try await GetOccurrenceNote(services).run(name: request.name)
        },
        methods.read("GetNote") { (request: Grafeas_V1_GetNoteRequest) in
            try await GetNote(services).run(name: request.name)
        },
        methods.read("ListNotes") { (request: Grafeas_V1_ListNotesRequest) in
            try await ListNotes(services).run(parent: request.parent, page: PageRequest(request)).reply
        },
        methods.write("DeleteNote") { (request: Grafeas_V1_DeleteNoteRequest, claim) in
            try await DeleteNote(services).run(name: request.name, claim: claim)
            return []
        },
        methods.write("CreateNote") { (request: Grafeas_V1_CreateNoteRequest, claim) in
            try await CreateNote(services).run(
                parent: request.parent,
                noteID: request.noteID,
                note: request.note,
                claim: claim
            )
        },
        methods.write("BatchCreateNotes") { (request: Grafeas_V1_BatchCreateNotesRequest, claim) in
            try await BatchCreateNotes(services).run(
                parent: request.parent,
                notes: request.notes,
                claim: claim
            ).framed
        },
        methods.write("UpdateNote") { (request: Grafeas_V1_UpdateNoteRequest, claim) in
            try await UpdateNote(services).run(
                name: request.name,
                patch: try request.note.serializedBytes(),
                maskPaths: request.updateMask.paths,
                claim: claim
            )
        },
        methods.read("ListNoteOccurrences") { (request: Grafeas_V1_ListNoteOccurrencesRequest) in
            try await ListNoteOccurrences(services).run(name: request.name, page: PageRequest(request)).reply
        },
    ]
}

/// `grafeas.v1.project.Projects`.
private func projectsV1Methods(_ services: RecordServices) -> [APIMethod] {
    let methods = MethodFactory(service: "grafeas.v1.project.Projects", services: services)
    return [
        methods.write("CreateProject") { (request: Grafeas_V1_Project_CreateProjectRequest, claim) in
            try await CreateProject(services).run(name: request.project.name, claim: claim).message.serializedBytes()
        },
        methods.read("GetProject") { (request: Grafeas_V1_Project_GetProjectRequest) in
            try await GetProject(services).run(name: request.name).message.serializedBytes()
        },
        methods.read("ListProjects") { (request: Grafeas_V1_Project_ListProjectsRequest) in
            let page = PageRequest(filter: request.filter, pageSize: request.pageSize, pageToken: request.pageToken)
            let (names, token) = try await ListProjects(services).run(page: page)
            return try Grafeas_V1_Project_ListProjectsResponse.with {
                $0.projects = names.map(\.message)
                $0.nextPageToken = token
            }.serializedBytes()
        },
        methods.write("DeleteProject") { (request: Grafeas_V1_Project_DeleteProjectRequest, claim) in
            try await DeleteProject(services).run(name: request.name, claim: claim)
            return []
        },
    ]
}

/// `grafeion.v1.Records`.
private func recordsMethods(_ services: RecordServices) -> [APIMethod] {
    let methods = MethodFactory(service: "grafeion.v1.Records", services: services)
    return [
        methods.write("ImportRecords") { (request: Grafeion_V1_ImportRecordsRequest, claim) in
            try await ImportRecords(services).run(
                parent: request.parent,
                notes: request.notes,
                occurrences: request.occurrences,
                claim: claim
            )
        }
    ]
}

extension ProjectName {
    fileprivate var message: Grafeas_V1_Project_Project {
        Grafeas_V1_Project_Project.with { $0.name = text }
    }
}

extension PageRequest {
    fileprivate init(_ request: Grafeas_V1_ListOccurrencesRequest) {
        self.init(filter: request.filter, pageSize: request.pageSize, pageToken: request.pageToken)
    }

    fileprivate init(_ request: Grafeas_V1_ListNotesRequest) {
        self.init(filter: request.filter, pageSize: request.pageSize, pageToken: request.pageToken)
    }

    fileprivate init(_ request: Grafeas_V1_ListNoteOccurrencesRequest) {
        self.init(filter: request.filter, pageSize: request.pageSize, pageToken: request.pageToken)
    }
}

extension ListedPage {
    /// The encoded reply of a list method: entries in field 1, the token in field 2, in all of them.
    fileprivate var reply: [UInt8] {
        guard !nextPageToken.isEmpty else { return page.frames }
        var writer = WireWriter(page.frames)
        writer.field(2, string: nextPageToken)
        return writer.bytes
    }
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
