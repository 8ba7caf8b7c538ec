public import FilterLanguage
public import MessageReflection
import MetadataModel

/// Evaluates filters on encoded messages, reading no more of them than the filter's fields need.
public struct MessageMatchers: Sendable {
    private let types: TypeRegistry

    public init(types: TypeRegistry) { self.types = types }

    /// A test of encoded entries of a collection.
    public func matcher(
        for filter: CheckedFilter,
        in collection: ListQuery.Collection
    ) -> (UnsafeRawBufferPointer) -> Bool {
        matcher(for: filter, collection.isNotes ? .note : .occurrence)
    }

    /// A test of encoded decisions.
    public func decisionMatcher(for filter: CheckedFilter) -> (UnsafeRawBufferPointer) -> Bool {
        matcher(for: filter, .decision)
    }

    private func matcher(for filter: CheckedFilter, _ sort: SearchedMessage) -> (UnsafeRawBufferPointer) -> Bool {
        guard let root = types.message(sort.type) else { return { _ in false } }
        let reader = RecordReader(filter: filter, root: root, sort: sort, types: types)
        return { filter.matches(reader.source($0)) }
    }
}

/// Messages that filters are evaluated on, and what of them is searched for bare words.
private enum SearchedMessage {
    case note, occurrence, decision

    var type: String {
        switch self {
        case .note: "grafeas.v1.Note"
        case .occurrence: "grafeas.v1.Occurrence"
        case .decision: "grafeion.v1.Decision"
        }
    }

    /// The paths of names of packages.
    var packages: [String] {
        switch self {
        case .note: ["vulnerability.details.affected_package", "package.name", "upgrade.package"]
        case .occurrence: ["vulnerability.package_issue.affected_package", "package.name", "upgrade.package"]
        case .decision: []
        }
    }

    /// What a bare word is looked for in, packages aside.
    var texts: [String] {
        switch self {
        case .note:
            [
                "name", "short_description", "vulnerability_assessment.assessment.vulnerability_id",
                "vulnerability_assessment.assessment.cve", "image.resource_url",
            ]
        case .occurrence:
            [
                "resource_uri", "note_name", "vulnerability.short_description",
                "vulnerability.vex_assessment.vulnerability_id",
            ]
        case .decision: ["images.image", "complaints", "policy", "pod.namespace", "admission.name", "admission.user"]
        }
    }
}

/// The paths that one filter reads, ready for use.
private final class RecordReader {
    private let sort: SearchedMessage
    private let types: TypeRegistry
    private var paths: [FieldReference: MessagePath] = [:]
    private var nestedReaders: [FieldReference: RecordReader] = [:]
    private let names: MessagePath
    private let resource: MessagePath
    private let noteName: MessagePath
    private let packages: [MessagePath]
    private let searched: [MessagePath]

    init(filter: CheckedFilter, root: MessageType, sort: SearchedMessage, types: TypeRegistry) {
        self.sort = sort
        self.types = types
        names = MessagePath(root.steps("name"), in: root)
        resource = MessagePath(root.steps("resource_uri"), in: root)
        noteName = MessagePath(root.steps("note_name"), in: root)
        packages = sort.packages.map { MessagePath(root.steps($0), in: root) }
        searched = sort.texts.map { MessagePath(root.steps($0), in: root) }
        filter.root.map { prepare($0, in: root) }
    }

    private func prepare(_ node: CheckedFilter.Node, in root: MessageType) {
        switch node {
        case .and(let parts), .or(let parts): parts.forEach { prepare($0, in: root) }
        case .not(let part): prepare(part, in: root)
        case .comparison(let comparison): prepare(comparison.field, in: root)
        case .search: break
        case .nested(let field, let part):
            prepare(field, in: root)
            if case .message(let name) = field.valueType, let type = types.message(name) {
                if let reader = nestedReaders[field] { return reader.prepare(part, in: type) }
                let inner = CheckedFilter(root: part, text: "")
                nestedReaders[field] = RecordReader(filter: inner, root: type, sort: sort, types: types)
            }
        }
    }

    private func prepare(_ field: FieldReference, in root: MessageType) {
        if field.virtualName == nil { paths[field] = MessagePath(field.steps, in: root) }
    }

    func source(_ message: UnsafeRawBufferPointer) -> FilterSource {
        FilterSource(
            visit: { self.visit($0, message, $1) },
            isPresent: { field in
                self.paths[field]?.isPresent(in: message) ?? self.visit(field, message) { _ in true }
            },
            searchTexts: { matched in
                (self.searched + self.packages).contains { $0.visit(message) { $0.text.map(matched) ?? false } }
            },
            nested: { field, matched in
                guard let path = self.paths[field], let reader = self.nestedReaders[field] else { return false }
                return path.visitMessages(message) { matched(reader.source($0)) }
            }
        )
    }

    private func visit(
        _ field: FieldReference,
        _ message: UnsafeRawBufferPointer,
        _ matched: (FilterValue) -> Bool
    ) -> Bool {
        if let path = paths[field] { return path.visit(message, matched) }
        switch field.virtualName {
        case RecordField.packageName?:
            return packages.contains { $0.visit(message, matched) }
        case RecordField.digest?:
            return resource.text(message).flatMap { ResourceURI($0).digest }.map { matched(.string($0)) } ?? false
        case RecordField.noteProjectID?: return segment(noteName, 1, message, matched)
        case RecordField.noteID?: return segment(sort == .note ? names : noteName, nil, message, matched)
        case RecordField.projectID?: return segment(names, 1, message, matched)
        case RecordField.occurrenceID?: return segment(names, nil, message, matched)
        default: return false
        }
    }

    /// A segment of a resource name, the last one for a nil index.
    private func segment(
        _ path: MessagePath,
        _ index: Int?,
        _ message: UnsafeRawBufferPointer,
        _ matched: (FilterValue) -> Bool
    ) -> Bool {
        guard let name = path.text(message) else { return false }
        let segments = name.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count > 1 else { return false }
        return matched(.string(String(segments[index ?? segments.count - 1])))
    }
}

extension MessagePath {
    /// The one text at the path.
    fileprivate func text(_ message: UnsafeRawBufferPointer) -> String? {
        var found: String?
        _ = visit(message) {
            found = $0.text
            return true
        }
        return found
    }
}

extension FilterValue {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}

extension MessageType {
    /// The steps of a dotted path of field names; empty where it leads nowhere.
    fileprivate func steps(_ path: String) -> [FieldStep] {
        var type: MessageType? = self
        var steps: [FieldStep] = []
        for name in path.split(separator: ".") {
            guard let field = type?.field(named: String(name)) else { return [] }
            steps.append(.field(name: field.name, number: field.number))
            type = field.messageType
        }
        return steps
    }
}
