public import FilterLanguage
public import MessageReflection
import MetadataModel

/// The fields that filters over occurrences and over notes may name, in every spelling that clients use.
///
/// Field paths come from the descriptors. What is added here: the names of other API versions, short names, and the
/// virtual fields, which are parts of names (`noteId`) or gathered from several places (`packageName`).
public struct RecordSchema: Sendable {
    /// The schema of occurrence filters.
    public let occurrences: FilterSchema
    /// The schema of note filters.
    public let notes: FilterSchema

    public init(types: TypeRegistry) {
        occurrences = Self.schema("grafeas.v1.Occurrence", types: types, aliases: Self.occurrenceAliases)
        notes = Self.schema("grafeas.v1.Note", types: types, aliases: Self.noteAliases)
    }

    private static func schema(
        _ root: MessageID,
        types: TypeRegistry,
        aliases: [String: FilterAlias]
    ) -> FilterSchema {
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
    private static let kindAliases: [String: Int32] = [
        "KIND_UNSPECIFIED": 0, "PACKAGE_VULNERABILITY": 1, "BUILD_DETAILS": 2, "IMAGE_BASIS": 3, "PACKAGE_MANAGER": 4,
        "DEPLOYABLE": 5, "ATTESTATION_AUTHORITY": 7,
    ]

    private static let occurrenceAliases: [String: FilterAlias] = [
        // The resource, as v1alpha1, v1beta1 and hosted users write it.
        "resource_url": .path("resource_uri"), "resource.uri": .path("resource_uri"),
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
        // Details as v1alpha1 and v1beta1 name them.
        "vulnerability_details": .path("vulnerability"), "build_details": .path("build"),
        "derived_image": .path("image"), "derived_image.derived_image": .path("image"),
        "installation": .path("package"), "installation.installation": .path("package"),
        "discovered": .path("discovery"), "discovered.discovered": .path("discovery"),
        "deployment.deployment": .path("deployment"), "attestation.attestation": .path("attestation"),
    ]

    private static let noteAliases: [String: FilterAlias] = [
        "note_id": .virtual(VirtualField(name: RecordField.noteID, type: .string)),
        "project_id": .virtual(VirtualField(name: RecordField.projectID, type: .string)),
        "note_project_id": .virtual(VirtualField(name: RecordField.projectID, type: .string)),
        "note_name": .path("name"),
        "package_name": .virtual(VirtualField(name: RecordField.packageName, type: .string, isRepeated: true)),
        "severity": .path("vulnerability.severity"),
        "vulnerability_type": .path("vulnerability"), "build_type": .path("build"), "base_image": .path("image"),
        "deployable": .path("deployment"), "attestation_authority": .path("attestation"),
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
