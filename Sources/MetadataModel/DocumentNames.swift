/// What a document is: who may vouch for images, or what is asked of them.
public enum DocumentSort: Int, Sendable, CaseIterable {
    case attestor = 1
    case policy = 2

    /// As names have it.
    public var collection: String {
        switch self {
        case .attestor: "attestors"
        case .policy: "policies"
        }
    }

    /// One of them, for messages.
    public var noun: String {
        switch self {
        case .attestor: "attestor"
        case .policy: "policy"
        }
    }
}

/// All documents of a sort in a project: `projects/{project}/attestors` or `projects/{project}/policies`.
public struct DocumentCollection: Sendable, Hashable {
    public let project: ProjectName
    public let sort: DocumentSort

    public init(project: ProjectName, sort: DocumentSort) {
        self.project = project
        self.sort = sort
    }

    /// Reads a collection's full name. Throws as ``ParentName/init(parsing:field:isList:)`` does.
    public init(parsing text: String, field: String) throws(MetadataError) {
        let slash = text.utf8.lastIndex(of: UInt8(ascii: "/"))
        let last = slash.map { text[text.utf8.index(after: $0)...] }
        guard let slash, let sort = DocumentSort.allCases.first(where: { $0.collection == last ?? "" }) else {
            let form = "projects/{project}/attestors or projects/{project}/policies"
            throw .invalid(field, "expected the form \(form); got \(text.quotedForMessage)")
        }
        self.init(project: try ProjectName(parsing: String(text[..<slash]), field: field), sort: sort)
    }

    /// The full name.
    public var text: String { "\(project.text)/\(sort.collection)" }
}

/// `projects/{project}/attestors/{attestor}` or `projects/{project}/policies/{policy}`.
public struct DocumentName: Sendable, Hashable {
    public let collection: DocumentCollection
    public let id: String

    public init(collection: DocumentCollection, id: String) {
        self.collection = collection
        self.id = id
    }

    /// Reads a document's full name. Throws as ``ParentName/init(parsing:field:isList:)`` does.
    public init(parsing text: String, field: String) throws(MetadataError) {
        let isPolicy =
            text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst(2).first
            .map { $0.elementsEqual(DocumentSort.policy.collection.utf8) } ?? false
        try self.init(parsing: text, sort: isPolicy ? .policy : .attestor, field: field)
    }

    /// Reads the full name of a document of one sort.
    public init(parsing text: String, sort: DocumentSort, field: String) throws(MetadataError) {
        let (parent, id) = try parseChild(text, collection: sort.collection, placeholder: sort.noun, field: field)
        guard parent.location == nil else {
            let form = "projects/{project}/\(sort.collection)/{\(sort.noun)}"
            throw .invalid(field, "expected the form \(form); got \(text.quotedForMessage)")
        }
        self.init(
            collection: DocumentCollection(project: ProjectName(id: parent.project), sort: sort),
            id: id
        )
    }

    /// The full resource name.
    public var text: String { "\(collection.text)/\(id)" }

    public var reference: ResourceReference { ResourceReference(type: collection.sort.noun, name: text) }
}

/// `projects/{project}/decisions/{decision}`.
public struct DecisionName: Sendable, Hashable {
    public let project: ProjectName
    public let id: String

    public init(project: ProjectName, id: String) {
        self.project = project
        self.id = id
    }

    /// Reads a decision's full name. Throws as ``ParentName/init(parsing:field:isList:)`` does.
    public init(parsing text: String, field: String) throws(MetadataError) {
        let (parent, id) = try parseChild(text, collection: "decisions", placeholder: "decision", field: field)
        guard parent.location == nil else {
            let form = "projects/{project}/decisions/{decision}"
            throw .invalid(field, "expected the form \(form); got \(text.quotedForMessage)")
        }
        self.init(project: ProjectName(id: parent.project), id: id)
    }

    /// The full resource name.
    public var text: String { "\(project.text)/decisions/\(id)" }

    public var reference: ResourceReference { ResourceReference(type: "decision", name: text) }
}
