/// The rows of what many writes speak of, remembered from one transaction to the next: packages and vulnerabilities of a report
/// are mostly those of the report before. Good for what is never taken out, and until a transaction is rolled back.
struct RememberedRows<Key: Hashable> {
    private var rows: [Key: Int64] = [:]

    /// Some ten megabytes of names.
    private static var rememberedMax: Int { 50_000 }

    /// The row that is known under a key, or the one that `lookUp` finds or makes, which is known from then on.
    mutating func row(of key: Key, lookUp: (Key) throws -> Int64) rethrows -> Int64 {
        if let known = rows[key] { return known }
        let found = try lookUp(key)
        // To begin anew costs less than to keep account of which are used.
        if rows.count >= Self.rememberedMax { rows = [:] }
        rows[key] = found
        return found
    }
}
