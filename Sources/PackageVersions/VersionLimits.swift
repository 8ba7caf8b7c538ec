/// How much work a text may ask for.
enum VersionLimits {
    /// Versions are stored and compared by the million, and some rules want all of a version's parts in memory at once.
    /// Real ones have tens of bytes. A longer text is no version to us: it sorts below those that are, by its bytes.
    static let versionBytesMax = 65_536
    /// People type ranges, and a range is kept as long as a query runs.
    static let rangeBytesMax = 4_096
    /// Each comparator costs a comparison for every version asked about.
    static let comparatorsMax = 64
}
