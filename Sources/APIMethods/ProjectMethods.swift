import MessageReflection
import MetadataModel
import UseCases

/// The methods of a Projects service.
func projectMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    // v1alpha1 answers a creation with nothing.
    let answersProject = methods.replyType("CreateProject")?.name == "Project"
    return [
        methods.write("CreateProject") { request, claim in
            let name = request.message("project")?.string("name") ?? ""
            let project = try await CreateProject(services).run(name: name, claim: claim)
            return answersProject ? project.message : []
        },
        methods.read("GetProject") { try await GetProject(services).run(name: $0.string("name")).message },
        methods.read("ListProjects") {
            let (names, token) = try await ListProjects(services).run(page: $0.page)
            var writer = WireWriter()
            for name in names { writer.field(1, bytes: name.message) }
            return listReply(frames: writer.bytes, nextPageToken: token)
        },
        methods.write("DeleteProject") {
            try await DeleteProject(services).run(name: $0.string("name"), claim: $1)
            return []
        },
    ].compactMap(\.self)
}

extension ProjectName {
    /// The encoded `Project`, which is its name in field 1 in every version.
    fileprivate var message: [UInt8] {
        var writer = WireWriter()
        writer.field(1, string: text)
        return writer.bytes
    }
}
