/// A version of the Grafeas API. The raw value names it in stored bytes and never changes.
public enum APIVersion: Int, Sendable, CaseIterable {
    case v1 = 1
    case v1beta1 = 2
    case v1alpha1 = 3
}

/// The two sorts of record that the API has.
public enum RecordSort: Sendable, CaseIterable {
    case occurrence
    case note
}
