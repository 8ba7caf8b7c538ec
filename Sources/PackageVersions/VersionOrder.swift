/// How one version stands to another.
public enum VersionOrder: Sendable, Hashable {
    /// Older.
    case less
    /// Neither older nor newer. The texts may differ: in most ecosystems 1.0 and 1.00 are one version.
    case equal
    /// Newer.
    case greater
}

extension VersionOrder {
    /// The order seen from the other side.
    public var reversed: VersionOrder {
        switch self {
        case .less: .greater
        case .equal: .equal
        case .greater: .less
        }
    }

    /// This order, or the next criterion where this one cannot tell.
    func then(_ next: @autoclosure () -> VersionOrder) -> VersionOrder {
        self == .equal ? next() : self
    }

    init<Value: Comparable>(_ left: Value, _ right: Value) {
        self = left == right ? .equal : left < right ? .less : .greater
    }
}
