/// Where something begins in the text of a filter.
///
/// A position holds the text it points into, so that an error found long after parsing still shows the line.
/// It is never part of what makes two expressions equal.
public struct FilterPosition: Sendable {
    /// The whole text of the filter; empty for an expression made by hand.
    let text: String
    /// Bytes of UTF-8 before the position.
    let offset: Int

    /// The position of an expression that no text was parsed for.
    public static let none = FilterPosition(text: "", offset: 0)
}
