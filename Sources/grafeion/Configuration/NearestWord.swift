/// Finds what a person meant to write.
enum NearestWord {
    /// The candidate with the fewest edits from the word, if they are few enough to be a slip.
    static func to(_ word: String, among candidates: [String]) -> String? {
        let scored = candidates.map { (candidate: $0, edits: edits(from: word, to: $0)) }
        guard let best = scored.min(by: { $0.edits < $1.edits }) else { return nil }
        let isSlip = best.edits <= max(2, word.count / 3)
        let isPart = best.candidate.contains(word) && word.count > 2
        return isSlip || isPart ? best.candidate : nil
    }

    /// Levenshtein's distance: insertions, deletions and replacements of one character.
    static func edits(from source: String, to target: String) -> Int {
        let target = Array(target)
        var row = Array(0...target.count)
        for (line, character) in source.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, wanted) in target.enumerated() {
                let replaced = diagonal + (character == wanted ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[target.count]
    }
}
