import MessageReflection
import MetadataModel
import Storage

/// Counts the occurrences that a walk delivers and the residual does not refuse.
struct TallyScan {
    let walk: RowWalk
    /// What the stored message must satisfy besides the plan's conditions.
    let residual: ((UnsafeRawBufferPointer) throws -> Bool)?
    let parentText: (Int64) throws -> String

    /// What the scan reads of a row besides.
    static let columns = ", o.effective_severity, o.severity, o.fix_available"

    func run() throws -> TallyPage {
        var page = TallyPage()
        page.next = try walk.run { row in
            if try matches(row) { count(row, in: &page.tallies) }
            return .next
        }
        return page
    }

    private func count(_ row: SQLiteStatement, in tallies: inout VulnerabilityTallies) {
        let first = RowWalk.hitColumn(isNotes: false) + 1
        let effective = Int(row.integer(at: first))
        tallies.add(
            ResourceURI(canonical: row.text(at: 3), hasScheme: row.integer(at: 4) != 0),
            severity: effective == 0 ? Int(row.integer(at: first + 1)) : effective,
            isFixable: row.integer(at: first + 2) != 0
        )
    }

    private func matches(_ row: SQLiteStatement) throws -> Bool {
        guard let residual else { return true }
        var writer = WireWriter()
        try RecordRows.writeOccurrence(row, to: &writer, parentText: parentText)
        return try writer.bytes.withUnsafeBytes(residual)
    }
}
