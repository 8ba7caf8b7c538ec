/// camelCase, snake_case, and the nearest of several names.
public enum NameSpelling {
    /// `packageIssue.fixAvailable` as `package_issue.fix_available`; snake_case stays as it is.
    static func snakeCase(_ name: String) -> String {
        var result: [UInt8] = []
        var previousIsLower = false
        for byte in name.utf8 {
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            if isUpper, previousIsLower { result.append(UInt8(ascii: "_")) }
            result.append(isUpper ? byte | 0x20 : byte)
            previousIsLower = !isUpper && byte != UInt8(ascii: "_") && byte != UInt8(ascii: ".")
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `package_issue` as `packageIssue`.
    static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        guard let first = words.first else { return name }
        return words.dropFirst().reduce(String(first)) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    /// The known name nearest to a wrong one, in the spelling of the wrong one; nil if none is near.
    public static func nearest(to name: String, among known: [String]) -> String? {
        // Longer names are nobody's typing error, and their distance would cost too much.
        guard name.utf8.count <= 64 else { return nil }
        let folded = Array(snakeCase(name).utf8)
        let distanceMax = max(1, min(3, folded.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in known {
            let other = Array(snakeCase(candidate).utf8)
            guard abs(other.count - folded.count) <= distanceMax, other.count <= 64 else { continue }
            let distance = editDistance(folded, other)
            if distance <= distanceMax, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        guard let best else { return nil }
        return isCamelCase(name) ? camelCase(best.name) : best.name
    }

    private static func isCamelCase(_ name: String) -> Bool {
        !name.contains("_") && name.first?.isLowercase == true && name.contains { $0.isUppercase }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one name to the other
    /// (optimal string alignment).
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
