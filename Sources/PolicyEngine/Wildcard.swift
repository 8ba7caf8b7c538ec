/// A pattern over paths, as Binary Authorization has them: `*` stands for anything within a segment, `**` for anything
/// across segments, a `/` at the end for everything below.
///
/// Compared by bytes: what looks the same and is not does not match. `a/**` is everything below `a`, not `a`.
struct Wildcard: Sendable, Hashable {
    private enum Token: Sendable, Hashable {
        case byte(UInt8)
        /// Any byte: below means something below.
        case one
        /// `*`
        case segment
        /// `**`
        case anything
    }

    /// The pattern as it was written.
    let text: String
    /// The bytes in front of the first star: most patterns fail here.
    private let prefix: [UInt8]
    private let rest: [Token]

    init(_ text: String) {
        self.text = text
        let bytes = Array(text.utf8)
        let star = UInt8(ascii: "*")
        prefix = Array(bytes.prefix { $0 != star })
        var tokens: [Token] = []
        for byte in bytes[prefix.count...] {
            switch (byte, tokens.last) {
            case (star, .segment?): tokens[tokens.count - 1] = .anything
            case (star, .anything?): break
            case (star, _): tokens.append(.segment)
            default: tokens.append(.byte(byte))
            }
        }
        if bytes.last == UInt8(ascii: "/") { tokens += [.one, .anything] }
        rest = tokens
    }

    /// Whether there is a star in it, or a `/` at its end.
    var isOpen: Bool { !rest.isEmpty }

    /// Costs at most the product of the lengths, and the length of the fixed part for what does not begin with it.
    func matches(_ candidate: String) -> Bool {
        let bytes = Array(candidate.utf8)
        guard bytes.starts(with: prefix) else { return false }
        let tail = bytes[prefix.count...]
        if rest.isEmpty { return tail.isEmpty }
        // All positions in the pattern that the text so far can have led to.
        var reached = [Bool](repeating: false, count: rest.count + 1)
        reached[0] = true
        passStars(&reached)
        for byte in tail {
            step(&reached, byte)
            passStars(&reached)
        }
        return reached[rest.count]
    }

    /// A star may stand for nothing.
    private func passStars(_ reached: inout [Bool]) {
        for (index, token) in rest.enumerated() where reached[index] {
            switch token {
            case .segment, .anything: reached[index + 1] = true
            case .byte, .one: break
            }
        }
    }

    private func step(_ reached: inout [Bool], _ byte: UInt8) {
        // From behind, so that no position moves twice.
        for index in stride(from: rest.count, through: 0, by: -1) {
            let stays: Bool
            switch index < rest.count ? rest[index] : nil {
            case .segment?: stays = reached[index] && byte != UInt8(ascii: "/")
            case .anything?: stays = reached[index]
            default: stays = false
            }
            let arrives: Bool
            switch index > 0 && reached[index - 1] ? rest[index - 1] : nil {
            case .byte(byte)?, .one?: arrives = true
            default: arrives = false
            }
            reached[index] = stays || arrives
        }
    }
}
