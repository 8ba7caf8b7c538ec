/// The collection that notes and occurrences live in: `projects/{project}` or `projects/{project}/locations/{location}`.
public struct ParentName: Sendable, Hashable {
    /// The project's id.
    public let project: String
    /// The location's id, if the name has one; ``everyLocation`` in a list over all of a project.
    public let location: String?

    /// The location that stands for all of them and for none (AIP-159); only lists take it.
    public static let everyLocation = "-"

    public init(project: String, location: String? = nil) {
        self.project = project
        self.location = location
    }

    /// Reads `projects/{project}[/locations/{location}]`.
    /// - Parameter isList: whether `locations/-` is taken.
    /// - Throws: ``MetadataError/invalid(_:)-enum.case`` naming `field`, the form expected and the value got.
    public init(parsing text: String, field: String, isList: Bool = false) throws(MetadataError) {
        let form = "projects/{project} or projects/{project}/locations/{location}"
        let parts = NameParts(text, field: field, form: form)
        switch parts.segments.count {
        case 2: self.init(project: try parts.id(after: "projects", at: 0))
        case 4:
            let location = try isList ? parts.id(after: "locations", at: 2) : parts.location(at: 2)
            self.init(project: try parts.id(after: "projects", at: 0), location: location)
        default: throw parts.wrongShape
        }
    }

    /// The full resource name.
    public var text: String {
        guard let location else { return "projects/\(project)" }
        return "projects/\(project)/locations/\(location)"
    }
}

/// `projects/{project}[/locations/{location}]/notes/{note}`.
public struct NoteName: Sendable, Hashable {
    public let parent: ParentName
    public let id: String

    public init(parent: ParentName, id: String) {
        self.parent = parent
        self.id = id
    }

    /// Reads a note's full name, in which v1alpha1 also calls the project a provider: `providers/{provider}/notes/{note}`.
    /// Throws as ``ParentName/init(parsing:field:)`` does.
    public init(parsing text: String, field: String) throws(MetadataError) {
        let provider = "providers/"
        let isProviders = text.utf8.starts(with: provider.utf8)
        let name = isProviders ? "projects/" + text.dropFirst(provider.count) : text
        (parent, id) = try parseChild(name, collection: "notes", placeholder: "note", field: field)
    }

    /// The full resource name.
    public var text: String { "\(parent.text)/notes/\(id)" }

    public var reference: ResourceReference { ResourceReference(type: "note", name: text) }
}

/// `projects/{project}[/locations/{location}]/occurrences/{occurrence}`.
public struct OccurrenceName: Sendable, Hashable {
    public let parent: ParentName
    public let id: String

    public init(parent: ParentName, id: String) {
        self.parent = parent
        self.id = id
    }

    /// Reads an occurrence's full name. Throws as ``ParentName/init(parsing:field:)`` does.
    public init(parsing text: String, field: String) throws(MetadataError) {
        (parent, id) = try parseChild(text, collection: "occurrences", placeholder: "occurrence", field: field)
    }

    /// The full resource name.
    public var text: String { "\(parent.text)/occurrences/\(id)" }

    public var reference: ResourceReference { ResourceReference(type: "occurrence", name: text) }
}

/// `projects/{project}[/locations/{location}]/operations/{operation}`.
public struct OperationName: Sendable, Hashable {
    public let parent: ParentName
    public let id: String

    public init(parent: ParentName, id: String) {
        self.parent = parent
        self.id = id
    }

    /// Reads an operation's full name. Throws as ``ParentName/init(parsing:field:)`` does.
    public init(parsing text: String, field: String) throws(MetadataError) {
        (parent, id) = try parseChild(text, collection: "operations", placeholder: "operation", field: field)
    }

    /// The full resource name.
    public var text: String { "\(parent.text)/operations/\(id)" }

    public var reference: ResourceReference { ResourceReference(type: "operation", name: text) }
}

/// `projects/{project}`.
public struct ProjectName: Sendable, Hashable {
    public let id: String

    public init(id: String) { self.id = id }

    /// Reads a project's full name. Throws as ``ParentName/init(parsing:field:)`` does.
    public init(parsing text: String, field: String) throws(MetadataError) {
        let parts = NameParts(text, field: field, form: "projects/{project}")
        guard parts.segments.count == 2 else { throw parts.wrongShape }
        id = try parts.id(after: "projects", at: 0)
    }

    /// The full resource name.
    public var text: String { "projects/\(id)" }

    public var reference: ResourceReference { ResourceReference(type: "project", name: text) }
}

/// What an id may be made of: 1–100 characters of `A-Z a-z 0-9 . _ ~ % + : @ -`, and never `.` or `..`.
public enum ResourceID {
    /// Characters at most.
    static let lengthMax = 100

    /// The rule in words, for messages.
    public static let rule = "1 to 100 characters of A-Z a-z 0-9 . _ ~ % + : @ - and neither \".\" nor \"..\""

    /// Whether the text may be a project, location, note or occurrence id.
    public static func isValid(_ text: some StringProtocol) -> Bool {
        let utf8 = text.utf8
        guard !utf8.isEmpty, utf8.count <= lengthMax, text != ".", text != ".." else { return false }
        return utf8.allSatisfy(isAllowed)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): return true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "%"): return true
        case UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "-"): return true
        default: return false
        }
    }
}

/// The parent and the id of a name that ends in a collection and an id.
func parseChild(
    _ text: String,
    collection: String,
    placeholder: String,
    field: String
) throws(MetadataError) -> (ParentName, String) {
    let parts = NameParts(
        text,
        field: field,
        form:
            "projects/{project}/\(collection)/{\(placeholder)}, with locations/{location} after the project or without"
    )
    switch parts.segments.count {
    case 4:
        return (ParentName(project: try parts.id(after: "projects", at: 0)), try parts.id(after: collection, at: 2))
    case 6:
        let project = try parts.id(after: "projects", at: 0)
        let location = try parts.location(at: 2)
        return (ParentName(project: project, location: location), try parts.id(after: collection, at: 4))
    default: throw parts.wrongShape
    }
}

/// A name cut at its slashes, with what an error about it needs.
private struct NameParts {
    let segments: [Substring]
    let text: String
    let field: String
    /// Written out only for an error: names are parsed for every occurrence of a batch.
    let form: () -> String

    init(_ text: String, field: String, form: @escaping @autoclosure () -> String) {
        // A name of a megabyte is wrong however it is cut: seven segments are one more than any form has.
        segments = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 6, omittingEmptySubsequences: false)
            .map { Substring($0) }
        self.text = text
        self.field = field
        self.form = form
    }

    func id(after keyword: String, at index: Int) throws(MetadataError) -> String {
        guard segments[index] == keyword else { throw wrongShape }
        let id = segments[index + 1]
        guard ResourceID.isValid(id) else {
            let what = "the id after \"\(keyword)/\" must be \(ResourceID.rule)"
            throw .invalid(field, "\(what); got \(String(id).quotedForMessage) in \(text.quotedForMessage)")
        }
        return String(id)
    }

    /// One location, by name.
    func location(at index: Int) throws(MetadataError) -> String {
        let id = try id(after: "locations", at: index)
        guard id != ParentName.everyLocation else {
            throw .invalid(field, "\"locations/-\" stands for every location and only lists take it; name one location")
        }
        return id
    }

    var wrongShape: MetadataError {
        .invalid(field, "expected the form \(form()); got \(text.quotedForMessage)")
    }
}
