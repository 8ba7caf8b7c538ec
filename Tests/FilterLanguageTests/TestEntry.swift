import FilterLanguage

/// An entry in memory that a filter can be asked about, written as data: absent is what is not there.
indirect enum TestEntry: Sendable {
    case value(FilterValue)
    case list([TestEntry])
    /// Fields of a message, entries of a map, keys of JSON.
    case object([String: TestEntry])

    /// A source over an object; virtual fields are its entries of the same name.
    var source: FilterSource {
        FilterSource(
            visit: { field, matched in
                self.at(field).contains { entry in
                    if case .value(let value) = entry { matched(value) } else { false }
                }
            },
            isPresent: { field in self.reached(field).contains { $0.isSomething } },
            searchTexts: { matched in
                ["resource_uri", "note_name", "shortDescription"].contains { name in
                    if case .object(let fields) = self, case .value(.string(let text))? = fields[name] {
                        matched(text)
                    } else {
                        false
                    }
                }
            },
            nested: { field, matched in self.at(field).contains { matched($0.source) } }
        )
    }

    /// What stands at a field, lists entered, and a map's values in the place of the map.
    private func at(_ field: FieldReference) -> [TestEntry] {
        var entries = reached(field).flatMap(\.elements)
        if case .map = field.type { entries = entries.flatMap(\.children) }
        return entries
    }

    private func reached(_ field: FieldReference) -> [TestEntry] {
        if let name = field.virtualName { return child(name) }
        var entries = [self]
        for step in field.steps {
            switch step {
            case .field(let name, _), .mapKey(let name), .dynamicKey(let name):
                entries = entries.flatMap(\.elements).flatMap { $0.child(name) }
            }
        }
        return entries
    }

    private func child(_ name: String) -> [TestEntry] {
        if case .object(let fields) = self, let child = fields[name] { [child] } else { [] }
    }

    private var children: [TestEntry] {
        if case .object(let fields) = self { Array(fields.values) } else { [] }
    }

    private var elements: [TestEntry] {
        if case .list(let elements) = self { elements.flatMap(\.elements) } else { [self] }
    }

    private var isSomething: Bool {
        if case .list(let elements) = self { !elements.isEmpty } else { true }
    }
}

extension TestEntry: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    init(stringLiteral text: String) { self = .value(.string(text)) }
    init(dictionaryLiteral fields: (String, TestEntry)...) { self = .object(Dictionary(uniqueKeysWithValues: fields)) }
    init(arrayLiteral elements: TestEntry...) { self = .list(elements) }
}
