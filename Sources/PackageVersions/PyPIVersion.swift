/// Python's versions, PEP 440: `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]` with the spellings that it normalises.
///
/// What is no such version (`2004d`) is older than all that are, as setuptools had it for as long as it took them.
struct PyPIVersion: ParsedVersionScheme {
    private var epoch: VersionBytes = []
    private let release: VersionBytes
    /// 0 alpha, 1 beta, 2 release candidate, and its number.
    private var pre: (phase: Int, number: VersionBytes)?
    private var post: VersionBytes?
    private var dev: VersionBytes?
    private var local: VersionBytes?

    init?(_ text: VersionBytes) {
        var rest = text.trimmed.lowercased
        _ = rest.take("v")
        if let mark = rest.firstIndex(of: UInt8(ascii: "!")), rest[..<mark].isNumber {
            epoch = rest[..<mark]
            rest = rest[(mark + 1)...]
        }
        release = Self.takeRelease(&rest)
        if release.isEmpty { return nil }
        pre = Self.takePhase(&rest, Self.phases)
        if rest.first == .hyphen, rest.dropFirst().first?.isDigit == true {
            rest = rest.dropFirst()
            post = rest.take(while: \.isDigit)
        } else {
            post = Self.takePhase(&rest, [("post", 0), ("rev", 0), ("r", 0)])?.number
        }
        dev = Self.takePhase(&rest, [("dev", 0)])?.number
        if rest.take(.plus) {
            local = rest.take { _ in true }
            let areSound = Self.localParts(local ?? []).allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAlphanumeric) }
            if !areSound { return nil }
        }
        if !rest.isEmpty { return nil }
    }

    static func isValid(_ version: VersionBytes) -> Bool { understands(version) }

    /// PEP 440's "Summary of permitted suffixes and relative ordering": a dev release of nothing else comes before its
    /// pre-releases, any other dev release before what it leads to; no post-release before the first; no local before
    /// any.
    func order(to other: PyPIVersion) -> VersionOrder {
        epoch.numericOrder(to: other.epoch)
            .then(release.dottedOrder(to: other.release))
            .then(VersionOrder(preRank, other.preRank))
            .then((pre?.number ?? []).numericOrder(to: other.pre?.number ?? []))
            .then(VersionOrder(post == nil ? 0 : 1, other.post == nil ? 0 : 1))
            .then((post ?? []).numericOrder(to: other.post ?? []))
            .then(VersionOrder(dev == nil ? 1 : 0, other.dev == nil ? 1 : 0))
            .then((dev ?? []).numericOrder(to: other.dev ?? []))
            .then(localTokens.order(to: other.localTokens, end: .mark(0)))
    }

    private var preRank: Int {
        if let pre { return pre.phase }
        return post == nil && dev != nil ? -1 : 3
    }

    /// Words are less than numbers here, other than in SemVer.
    private var localTokens: some Sequence<VersionToken> {
        let parts = local.map(Self.localParts) ?? []
        return parts.lazy.map { $0.isNumber ? VersionToken.number(2, $0) : .word(1, $0) }
    }

    private static func localParts(_ text: VersionBytes) -> [VersionBytes] {
        text.split(omittingEmptySubsequences: false, whereSeparator: isSeparator)
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == .dot || byte == .hyphen || byte == .underscore }

    private static let phases = [
        ("alpha", 0), ("a", 0), ("beta", 1), ("b", 1), ("preview", 2), ("pre", 2), ("c", 2), ("rc", 2),
    ]

    /// Numbers with single dots between them; a dot that no number follows stays.
    private static func takeRelease(_ rest: inout VersionBytes) -> VersionBytes {
        let start = rest
        if rest.take(while: \.isDigit).isEmpty { return [] }
        while rest.first == .dot, rest.dropFirst().first?.isDigit == true {
            rest = rest.dropFirst()
            _ = rest.take(while: \.isDigit)
        }
        return start[..<rest.startIndex]
    }

    /// A word with a separator before it, another behind it and a number, of which only the word must be there.
    private static func takePhase(
        _ rest: inout VersionBytes,
        _ words: [(word: String, phase: Int)]
    ) -> (phase: Int, number: VersionBytes)? {
        var ahead = rest
        if ahead.first.map(isSeparator) == true { ahead = ahead.dropFirst() }
        guard let phase = words.first(where: { ahead.take($0.word) })?.phase else { return nil }
        if ahead.first.map(isSeparator) == true { ahead = ahead.dropFirst() }
        let number = ahead.take(while: \.isDigit)
        rest = ahead
        return (phase, number)
    }
}
