public import FilterLanguage
public import MessageReflection
import MetadataModel
public import VersionConversion

/// The fields that filters over occurrences and over notes may name, in every spelling that clients use.
///
/// Field paths come from the descriptors, and those of other API versions from the tables that convert their messages. What
/// is added here: short names, and the virtual fields, which are parts of names (`noteId`) or gathered from several places
/// (`packageName`).
public struct RecordSchema: Sendable {
    /// The schema of occurrence filters.
    public let occurrences: FilterSchema
    /// The schema of note filters.
    public let notes: FilterSchema
    /// The schema of decision filters.
    public let decisions: FilterSchema

    public init(types: TypeRegistry, versions: VersionConversion) {
        occurrences = Self.schema(.occurrence, types, versions, aliases: Self.occurrenceAliases)
        notes = Self.schema(.note, types, versions, aliases: Self.noteAliases)
        decisions = Self.schema(root: "grafeion.v1.Decision", types, aliases: Self.decisionAliases)
    }

    private static func schema(
        _ sort: RecordSort,
        _ types: TypeRegistry,
        _ versions: VersionConversion,
        aliases: [String: FilterAlias]
    ) -> FilterSchema {
        let root = versions.form(.v1, sort).type.fullName
        var aliases = aliases
        for version in APIVersion.allCases {
            let renamed = versions.form(version, sort).renamedPaths
            aliases.merge(renamed.mapValues(FilterAlias.path)) { known, _ in known }
        }
        return schema(root: root, types, aliases: aliases)
    }

    private static func schema(root: MessageID, _ types: TypeRegistry, aliases: [String: FilterAlias]) -> FilterSchema {
        FilterSchema(
            root: root,
            field: { name, message in
                types.message(message)?.field(named: name).map { filterField($0, root: root) }
            },
            fieldNames: { types.message($0)?.fields.map(\.name) ?? [] },
            aliases: aliases
        )
    }

    private static func filterField(_ field: MessageField, root: MessageID) -> FilterField {
        let isResource = field.name == "resource_uri" && field.declaringType.fullName == root
        return FilterField(
            name: field.name,
            number: field.number,
            type: filterType(field),
            isRepeated: field.isRepeated && !field.isMap,
            normalisation: isResource ? .stripScheme : .none
        )
    }

    private static func filterType(_ field: MessageField) -> FilterType {
        if let value = field.mapValue { return .map(value: filterType(value)) }
        switch field.kind {
        case .bool: return .bool
        case .string: return .string
        case .bytes: return .bytes
        case .double, .float: return .double
        case .message, .group: return field.messageType.map(filterType) ?? .dynamic
        case .enum: return field.enumType.map(filterType) ?? .integer
        case .int32, .int64, .uint32, .uint64, .fixed32, .fixed64, .sfixed32, .sfixed64, .sint32, .sint64:
            return .integer
        }
    }

    private static func filterType(_ message: MessageType) -> FilterType {
        switch message.wellKnown {
        case .timestamp: .timestamp
        case .duration: .duration
        case .struct, .value, .listValue, .any: .dynamic
        case .none, .fieldMask, .wrapper: .message(message.fullName)
        }
    }

    private static func filterType(_ type: EnumType) -> FilterType {
        let isKind = type.fullName == "grafeas.v1.NoteKind"
        return .enumeration(
            FilterEnum(
                name: type.fullName,
                values: type.values.map { ($0.name, Int32(truncatingIfNeeded: $0.number)) },
                aliases: isKind ? kindAliases : [:]
            )
        )
    }

    /// What v1beta1 and v1alpha1 call the kinds.
    private static let kindAliases: [String: Int32] = {
        let names: [String: Int32] = [
            "KIND_UNSPECIFIED": 0, "PACKAGE_VULNERABILITY": 1, "BUILD_DETAILS": 2, "IMAGE_BASIS": 3,
            "PACKAGE_MANAGER": 4, "DEPLOYABLE": 5, "ATTESTATION_AUTHORITY": 7,
        ]
        let foreign = Kind.foreignNames.map { ($0.value, Int32($0.key)) }
        return names.merging(foreign) { known, _ in known }
    }()

    private static let occurrenceAliases: [String: FilterAlias] = [
        // Parts of names.
        "note_project_id": .virtual(VirtualField(name: RecordField.noteProjectID, type: .string)),
        "note_id": .virtual(VirtualField(name: RecordField.noteID, type: .string)),
        "project_id": .virtual(VirtualField(name: RecordField.projectID, type: .string)),
        "occurrence_id": .virtual(VirtualField(name: RecordField.occurrenceID, type: .string)),
        "digest": .virtual(VirtualField(name: RecordField.digest, type: .string)),
        "package_name": .virtual(VirtualField(name: RecordField.packageName, type: .string, isRepeated: true)),
        "dependency_package_name":
            .virtual(VirtualField(name: RecordField.packageName, type: .string, isRepeated: true)),
        // The vulnerability's.
        "severity": .path("vulnerability.severity"),
        "effective_severity": .path("vulnerability.effective_severity"),
        "fix_available": .path("vulnerability.fix_available"),
        "cvss_score": .path("vulnerability.cvss_score"),
    ]

    private static let decisionAliases: [String: FilterAlias] = [
        "namespace": .path("pod.namespace"),
        "service_account": .path("pod.service_account"),
        "image": .path("images.image"),
        "digest": .path("images.digest"),
        "user": .path("admission.user"),
        "kind": .path("admission.kind"),
        "operation": .path("admission.operation"),
    ]

    private static let noteAliases: [String: FilterAlias] = [
        "note_id": .virtual(VirtualField(name: RecordField.noteID, type: .string)),
        "project_id": .virtual(VirtualField(name: RecordField.projectID, type: .string)),
        "note_project_id": .virtual(VirtualField(name: RecordField.projectID, type: .string)),
        "note_name": .path("name"),
        "package_name": .virtual(VirtualField(name: RecordField.packageName, type: .string, isRepeated: true)),
        "severity": .path("vulnerability.severity"),
    ]
}

/// The names of the virtual fields.
enum RecordField {
    static let noteProjectID = "noteProjectId"
    static let noteID = "noteId"
    static let projectID = "projectId"
    static let occurrenceID = "occurrenceId"
    static let digest = "digest"
    static let packageName = "packageName"
}
