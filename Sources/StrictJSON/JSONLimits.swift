/// Bounds of one text, given by whoever reads it: what is much for a payload is little for a report.
public struct JSONLimits: Sendable, Equatable {
    /// Bytes of the text.
    public var bytesMax: Int
    /// Levels of arrays and objects within each other; the reader is recursive.
    public var depthMax: Int
    /// Values, those within others too. One takes two bytes of the text and up to a hundred of memory.
    public var valuesMax: Int

    public init(bytesMax: Int, depthMax: Int, valuesMax: Int) {
        self.bytesMax = bytesMax
        self.depthMax = depthMax
        self.valuesMax = valuesMax
    }
}
