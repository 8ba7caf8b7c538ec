import MetadataModel
import StrictJSON

/// A value of a Kubernetes object and where it stands. What is not there and what is null are the same, as they are to an
/// API server; what is of another kind is a problem that names the path.
struct ObjectField {
    let path: String
    /// Nil for what is not there.
    private let value: JSONValue?

    init(_ value: JSONValue?, path: String) {
        self.value = value == .null ? nil : value
        self.path = path
    }

    var isMissing: Bool { value == nil }

    /// A member of an object; missing if this is missing.
    func member(_ name: String) throws(AdmissionProblem) -> ObjectField {
        let place = path.isEmpty ? name : "\(path).\(name)"
        guard let value else { return ObjectField(nil, path: place) }
        guard case .object = value else { throw unexpected("an object") }
        return ObjectField(value[name], path: place)
    }

    /// A member of a member.
    func member(_ name: String, _ inner: String) throws(AdmissionProblem) -> ObjectField {
        try member(name).member(inner)
    }

    /// The elements of an array; none if it is missing.
    func elements() throws(AdmissionProblem) -> [ObjectField] {
        guard let value else { return [] }
        guard let elements = value.elements else { throw unexpected("an array") }
        return elements.enumerated().map { ObjectField($1, path: "\(path)[\($0)]") }
    }

    /// The text of a string; empty if it is missing, which is the same to an API server.
    func string() throws(AdmissionProblem) -> String {
        guard let value else { return "" }
        guard let text = value.string else { throw unexpected("a string") }
        return text
    }

    /// The text of a string that has to be there.
    func requiredString() throws(AdmissionProblem) -> String {
        let text = try string()
        if text.isEmpty { throw AdmissionProblem("\(path) is missing") }
        return text
    }

    /// The truth of a boolean; false if it is missing.
    func boolean() throws(AdmissionProblem) -> Bool {
        guard let value else { return false }
        guard let truth = value.boolean else { throw unexpected("true or false") }
        return truth
    }

    /// The pairs of a map of strings, in their order; none if it is missing.
    func strings() throws(AdmissionProblem) -> [(key: String, value: String)] {
        guard let value else { return [] }
        guard let members = value.members else { throw unexpected("an object") }
        var pairs: [(key: String, value: String)] = []
        for member in members {
            let place = "\(path)[\(member.name.quotedForMessage)]"
            pairs.append((member.name, try ObjectField(member.value, path: place).string()))
        }
        return pairs
    }

    private func unexpected(_ kind: String) -> AdmissionProblem {
        let place = path.isEmpty ? "the document" : path
        return AdmissionProblem("\(place) is \(value?.kind ?? "missing"); \(kind) was expected")
    }
}
