/// `projects/{project}/policy`: the one policy that a project has in Binary Authorization.
public struct ProjectPolicyName: Sendable, Hashable {
    public let project: ProjectName

    public init(project: ProjectName) { self.project = project }

    /// Reads the full name. Throws as ``ParentName/init(parsing:field:isList:)`` does.
    public init(parsing text: String, field: String) throws(MetadataError) {
        let form = "projects/{project}/policy"
        project = try ProjectName(parsing: try prefix(of: text, form: form, field: field), field: field)
    }

    /// The full resource name.
    public var text: String { project.text + suffix }

    /// The id of the document in which a project's policy is kept. Nothing else is taken under it, and nobody loses a name by
    /// that: policies are called as objects in Kubernetes are, whose names have no tilde.
    public static let documentID = "~project"

    /// Where it is kept: `projects/{project}/policies/~project`.
    public var document: DocumentName {
        DocumentName(collection: DocumentCollection(project: project, sort: .policy), id: Self.documentID)
    }
}

/// `locations/{location}/policy`: the policy on the images of the platform itself, by which Binary Authorization exempts them.
public struct SystemPolicyName: Sendable, Hashable {
    public let location: String

    /// Reads the full name. Throws as ``ParentName/init(parsing:field:isList:)`` does.
    public init(parsing text: String, field: String) throws(MetadataError) {
        let form = "locations/{location}/policy"
        let parent = try prefix(of: text, form: form, field: field)
        let start = "locations/"
        guard parent.utf8.starts(with: start.utf8), ResourceID.isValid(parent.dropFirst(start.count)) else {
            throw .invalid(field, "expected the form \(form); got \(text.quotedForMessage)")
        }
        location = String(parent.dropFirst(start.count))
    }

    /// The full resource name.
    public var text: String { "locations/\(location)\(suffix)" }
}

extension DocumentName {
    /// The project policy that is kept under this name; nil if the name is another document's.
    public var projectPolicy: ProjectPolicyName? {
        guard collection.sort == .policy, id == ProjectPolicyName.documentID else { return nil }
        return ProjectPolicyName(project: collection.project)
    }
}

private let suffix = "/policy"

/// What stands in front of `/policy`.
private func prefix(of text: String, form: String, field: String) throws(MetadataError) -> String {
    guard text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) else {
        throw .invalid(field, "expected the form \(form); got \(text.quotedForMessage)")
    }
    return String(text.dropLast(suffix.count))
}
