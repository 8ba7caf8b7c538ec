extension MessageType {
    /// The field whose name is most like a name that is no field, in the spelling that is likest; nil if none is much alike.
    public func fieldNearest(to name: String) -> String? {
        let candidates = row.fields.flatMap {
            [tables.string(tables.fields[$0].name), tables.string(tables.fields[$0].jsonName)]
        }
        return nearest(to: name, among: candidates)
    }
}

/// The candidate with the fewest edits from `name`, if these are at most a third of its letters (and at least one is allowed).
func nearest(to name: String, among candidates: [String]) -> String? {
    // Names of fields are short; a long text is no misspelling of one, and distances cost its length squared.
    guard name.utf8.count <= 64 else { return nil }
    let wanted = Array(name.lowercased().utf8)
    var best: (distance: Int, name: String)?
    for candidate in candidates {
        let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
        if distance < best?.distance ?? Int.max { best = (distance, candidate) }
    }
    guard let best, best.distance <= max(1, wanted.count / 3) else { return nil }
    return best.name
}

/// Levenshtein's distance, with one row of the table.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let substituted = diagonal + (letter == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
