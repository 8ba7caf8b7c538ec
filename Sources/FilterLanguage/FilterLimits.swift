/// The bounds on a filter's text; each is refused with its own message.
///
/// They keep a filter's cost small whoever wrote it: reading takes time in proportion to `bytesMax`, stack in
/// proportion to `depthMax`, and answering for one entry takes at most about `termsMax` comparisons.
public struct FilterLimits: Sendable, Equatable {
    /// Bytes of UTF-8 in the whole text.
    public var bytesMax: Int
    /// Parentheses, `NOT`s, calls and chained sums inside one another. Values above a few hundred risk the stack.
    public var depthMax: Int
    /// Comparisons, calls, bare words and values inside parentheses, together.
    public var termsMax: Int

    /// Limits of your own.
    public init(bytesMax: Int = 8192, depthMax: Int = 64, termsMax: Int = 1000) {
        self.bytesMax = bytesMax
        self.depthMax = depthMax
        self.termsMax = termsMax
    }

    /// 8 KiB, 64 levels, 1,000 terms.
    public static let standard = FilterLimits()
}
