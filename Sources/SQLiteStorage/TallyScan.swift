import MessageReflection
import MetadataModel
import Storage

/// Counts the occurrences that a walk delivers and the residual does not refuse.
struct TallyScan {
    typealias Test = (UnsafeRawBufferPointer) throws -> Bool

    let walk: RowWalk
    /// What the stored message must satisfy besides the plan's conditions.
    let residual: Test?
    /// Whether the message of an occurrence that is not marked as fixable says that a fix is available.
    let hasFix: Test
    let parentText: (Int64) throws -> String

    /// What the scan reads of a row besides.
    static let columns = ", o.effective_severity, o.severity, o.fix_available"

    private static let firstColumn = RowWalk.hitColumn(isNotes: false) + 1

    func run() throws -> TallyPage {
        var page = TallyPage()
        page.next = try walk.run { row in
            var writer = WireWriter()
            let isMarked = row.integer(at: Self.firstColumn + 2) != 0
            if residual != nil || !isMarked {
                try RecordRows.writeOccurrence(row, to: &writer, parentText: parentText)
            }
            if let residual, try !writer.bytes.withUnsafeBytes(residual) { return .next }
            let isFixable = try isMarked || writer.bytes.withUnsafeBytes(hasFix)
            count(row, isFixable: isFixable, in: &page.tallies)
            return .next
        }
        return page
    }

    private func count(_ row: SQLiteStatement, isFixable: Bool, in tallies: inout VulnerabilityTallies) {
        let effective = Int(row.integer(at: Self.firstColumn))
        tallies.add(
            ResourceURI(canonical: row.text(at: 3), hasScheme: row.integer(at: 4) != 0),
            severity: effective == 0 ? Int(row.integer(at: Self.firstColumn + 1)) : effective,
            isFixable: isFixable
        )
    }
}
