import SwiftProtobuf

extension Decision {
    /// The decision as a JSON object, with all of the explanation.
    public var json: String {
        var pod = [("namespace", JSONText(self.pod.namespace)), ("serviceAccount", JSONText(self.pod.serviceAccount))]
        if let cluster = self.pod.cluster { pod.append(("cluster", JSONText(cluster))) }
        if let identity = self.pod.istioServiceIdentity { pod.append(("istioServiceIdentity", JSONText(identity))) }
        return JSONText([
            ("policy", JSONText([("name", JSONText(policyName)), ("version", JSONText(policyVersion))])),
            ("checkSet", JSONText(checkSet)),
            ("pod", JSONText(pod)),
            // A time that has no form is none.
            ("time", JSONText(text: (try? time.jsonString()) ?? "null")),
            ("verdict", JSONText(verdict.rawValue)),
            ("allowed", JSONText(text: isAllowed ? "true" : "false")),
            ("enforcement", JSONText(enforcement.rawValue)),
            ("images", JSONText(images.map(\.json))),
        ]).text
    }
}

extension ImageVerdict {
    fileprivate var json: JSONText {
        JSONText([
            ("image", JSONText(image)),
            ("digest", JSONText(digest)),
            ("verdict", JSONText(verdict.rawValue)),
            ("checks", JSONText(checks.map(\.json))),
        ])
    }
}

extension CheckResult {
    fileprivate var json: JSONText {
        JSONText([
            ("displayName", JSONText(displayName)),
            ("check", JSONText(check)),
            ("verdict", JSONText(verdict.rawValue)),
            ("explanation", JSONText(explanation)),
            ("occurrences", JSONText(occurrences.map { JSONText($0) })),
        ])
    }
}

/// A value in the text that it has in JSON.
private struct JSONText {
    let text: String

    init(text: String) { self.text = text }

    init(_ members: [(name: String, value: JSONText)]) {
        text = "{" + members.map { JSONText($0.name).text + ":" + $0.value.text }.joined(separator: ",") + "}"
    }

    init(_ elements: [JSONText]) { text = "[" + elements.map(\.text).joined(separator: ",") + "]" }

    /// Null for none.
    init(_ string: String?) {
        guard let string else {
            text = "null"
            return
        }
        var out = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            // Control characters, and what ends a line in JavaScript.
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        text = out + "\""
    }
}
