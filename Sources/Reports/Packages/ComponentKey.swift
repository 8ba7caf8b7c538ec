import MetadataModel

/// What makes a package of an image the same when the image is described again: kind of package, name, version,
/// architecture, and path.
struct ComponentKey: Hashable, Sendable {
    /// In order, compared byte by byte: names that Unicode holds to be the same may be different packages.
    private let exact: [ExactText]

    init(_ component: BillOfMaterials.Component) {
        exact = [
            Ecosystem.packageType(component.ecosystem), component.name, component.version ?? "",
            component.architecture?.lowercased() ?? "", component.paths.first ?? "",
        ].map { ExactText($0) }
    }

    /// What tells it from others, in order.
    var parts: [String] { exact.map(\.text) }
}
