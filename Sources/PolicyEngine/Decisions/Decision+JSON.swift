import StrictJSON
import SwiftProtobuf

extension Decision {
    /// The decision as a JSON object, with all of the explanation.
    public var json: String {
        let value: JSONValue = [
            "policy": ["name": .string(policyName), "version": .string(policyVersion)],
            "checkSet": .string(orNull: checkSet),
            "pod": pod.json,
            // A time that has no form is none.
            "time": .string(orNull: (try? time.jsonString()).map { String($0.dropFirst().dropLast()) }),
            "verdict": .string(verdict.rawValue),
            "allowed": .boolean(isAllowed),
            "enforcement": .string(enforcement.rawValue),
            "images": .array(images.map(\.json)),
        ]
        return value.text
    }
}

extension PodIdentity {
    fileprivate var json: JSONValue {
        let members = [
            ("namespace", namespace), ("serviceAccount", serviceAccount), ("cluster", cluster),
            ("istioServiceIdentity", istioServiceIdentity),
        ]
        return .object(members.compactMap { name, text in text.map { JSONMember(name: name, value: .string($0)) } })
    }
}

extension ImageVerdict {
    fileprivate var json: JSONValue {
        [
            "image": .string(image),
            "digest": .string(orNull: digest),
            "verdict": .string(verdict.rawValue),
            "checks": .array(checks.map(\.json)),
        ]
    }
}

extension CheckResult {
    fileprivate var json: JSONValue {
        [
            "displayName": .string(displayName),
            "check": .string(check),
            "verdict": .string(verdict.rawValue),
            "explanation": .string(explanation),
            "occurrences": .array(occurrences.map { .string($0) }),
        ]
    }
}

extension JSONValue {
    fileprivate static func string(orNull text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
