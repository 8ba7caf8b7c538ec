import TestSupport

extension SeededGenerator {
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }

    /// A text of pieces that mean something to one ecosystem or another, now and then with something that means
    /// nothing.
    mutating func version() -> String {
        let pieces = [
            "0", "1", "2", "10", "01", "00", "18446744073709551616", ".", ".", ".", "-", "-", "_", "+", "~", "^", ":",
            "!", "a", "b",
            "m", "rc", "alpha", "beta", "pre", "post", "dev", "sp", "ga", "final", "snapshot", "p", "r", "el8", "v",
            "go", "x",
        ]
        let odd = ["", " ", "é", "\u{301}", "\u{0}", "日", "A", "Z", "RC", "\n", "%"]
        let start = Bool.random(using: &self) ? pick(["1", "1.0", "1.0.0", "1:1", "0"]) : ""
        return (0..<Int.random(in: 0...6, using: &self)).reduce(into: start) { text, _ in
            text += Int.random(in: 0..<25, using: &self) == 0 ? pick(odd) : pick(pieces)
        }
    }
}
