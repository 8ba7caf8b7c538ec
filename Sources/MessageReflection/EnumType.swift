/// An enum type known by its descriptor.
public struct EnumType: Sendable, Hashable, CustomStringConvertible {
    let tables: TypeTables
    let index: Int

    /// `grafeas.v1.Severity`
    public var fullName: String { tables.enumNames[index] }

    /// All names with their numbers, ascending by number; aliases of a number in the order declared.
    public var values: [(name: String, number: Int)] {
        tables.enums[index].values.map {
            (tables.string(tables.enumValues[$0].name), Int(tables.enumValues[$0].number))
        }
    }

    /// The number of a name, aliases included.
    public func number(named name: String) -> Int? {
        var name = name
        return name.withUTF8 { tables.enumNumber(UnsafeRawBufferPointer($0), of: index) }.map(Int.init)
    }

    /// The name that JSON writes for a number: the first declared.
    public func name(of number: Int) -> String? {
        guard let number = Int32(exactly: number), let quoted = tables.enumName(number, of: index) else { return nil }
        return tables.string(TextRange(start: quoted.start + 1, count: quoted.count - 2))
    }

    public var description: String { fullName }

    public static func == (a: EnumType, b: EnumType) -> Bool { a.index == b.index && a.tables === b.tables }

    public func hash(into hasher: inout Hasher) { hasher.combine(index) }
}
