/// Packages in the order in which they came, each key once.
struct MergedComponents {
    private(set) var components: [BillOfMaterials.Component] = []
    private var positions: [ComponentKey: Int] = [:]

    mutating func add(_ component: BillOfMaterials.Component, _ key: ComponentKey, _ limits: ReportLimits) {
        if let position = positions[key] {
            components[position].merge(component, limits)
        } else {
            positions[key] = components.count
            components.append(component)
        }
    }
}
