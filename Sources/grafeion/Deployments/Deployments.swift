/// The deployments of a project, read and written over the API that every Grafeas server has.
struct Deployments {
    let client: RESTClient
    /// `projects/P`, perhaps with a location.
    let parent: String

    // MARK: Reading

    /// The deployments, newest first: of an image, at an address, or all.
    ///
    /// What the filter says is looked at here again, for not every server reads filters.
    func all(image: String? = nil, address: String? = nil) async throws -> [Deployment] {
        var conditions = ["kind=\"DEPLOYMENT\""]
        if let image { conditions.append("resourceUrl=\(JSONValue.string("https://\(image)").compact)") }
        if let address { conditions.append("deployment.address=\(JSONValue.string(address).compact)") }
        let filter = conditions.joined(separator: " AND ")
        let listing = Listing(path: "/v1/\(parent)/occurrences", collection: "occurrences", filter: filter)
        var found: [Deployment] = []
        var token = ""
        repeat {
            let page = try await listing.page(size: 1000, token: token, from: client)
            for entry in page.entries {
                guard let deployment = Deployment(try JSONValue(reply: entry)) else { continue }
                let isMeant =
                    (image == nil || deployment.image == image) && (address == nil || deployment.address == address)
                if isMeant { found.append(deployment) }
            }
            token = page.nextToken
        } while !token.isEmpty
        return found
    }

    // MARK: Writing

    /// Makes sure that the note of an address is there.
    /// - Parameters:
    ///   - noteParent: `projects/P`.
    ///   - repository: what is deployed there, `registry/repository`.
    /// - Returns: the note's name.
    func note(for address: String, in noteParent: String, repository: String) async throws -> String {
        let id = Deployment.noteID(for: address)
        let name = "\(noteParent)/notes/\(id)"
        do {
            _ = try await client.get("/v1/\(name)")
            return name
        } catch ClientFailure.refused(let error) where error.httpStatus == 404 {}
        let note = JSONValue.object([
            .init(name: "kind", value: .string("DEPLOYMENT")),
            .init(name: "shortDescription", value: .string("Deployments at \(address)")),
            .init(
                name: "deployment",
                value: .object([.init(name: "resourceUri", value: .array([.string("https://\(repository)")]))])
            ),
        ])
        do {
            _ = try await client.post(
                "/v1/\(noteParent)/notes",
                query: [("noteId", id)],
                body: Array(note.compact.utf8)
            )
        } catch ClientFailure.refused(let error) where error.httpStatus == 409 {
            // Somebody else was faster.
        }
        return name
    }

    /// Records that an image runs.
    /// - Parameters:
    ///   - details: the members of the deployment.
    ///   - key: the start's own, see ``Deployment/startKey(_:at:in:since:after:)``.
    func start(
        _ image: String,
        at address: String,
        noteName: String,
        details: [(String, String?)],
        key: String
    ) async throws -> Deployment? {
        let uri = JSONValue.string("https://\(image)")
        var members = details.compactMap { name, value in
            value.map { JSONValue.Member(name: name, value: .string($0)) }
        }
        members.append(.init(name: "resourceUri", value: .array([uri])))
        let occurrence = JSONValue.object([
            .init(name: "kind", value: .string("DEPLOYMENT")),
            .init(name: "resourceUri", value: uri),
            .init(name: "noteName", value: .string(noteName)),
            .init(name: "deployment", value: .object(members)),
        ])
        let body = Array(occurrence.compact.utf8)
        let path = "/v1/\(parent)/occurrences"
        do {
            let reply = try await client.post(path, body: body, idempotencyKey: key)
            guard let started = Deployment(try JSONValue(reply: reply)) else { return nil }
            if try await isThere(started) { return started }
        } catch ClientFailure.refused(let error) where error.httpStatus == 409 {
            // Somebody else was faster, with other details or a second earlier.
            if let running = try await all(image: image, address: address).first(where: \.isRunning) { return running }
        }
        // What the key stands for was deleted since.
        return Deployment(try JSONValue(reply: try await client.post(path, body: body)))
    }

    /// Whether a deployment that the server answered with is not only remembered.
    private func isThere(_ deployment: Deployment) async throws -> Bool {
        do {
            _ = try await client.get("/v1/\(deployment.name)")
            return true
        } catch ClientFailure.refused(let error) where error.httpStatus == 404 {
            return false
        }
    }

    /// Records that a deployment ended.
    func stop(_ deployment: Deployment, at time: String) async throws {
        let change = JSONValue.object([
            .init(name: "deployment", value: .object([.init(name: "undeployTime", value: .string(time))]))
        ])
        let query = [("updateMask", "deployment.undeployTime")]
        _ = try await client.patch("/v1/\(deployment.name)", query: query, body: Array(change.compact.utf8))
    }
}
