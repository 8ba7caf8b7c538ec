/// Verdicts in SARIF 2.1.0: a rule for each check that was made, a result for each that an image does not pass.
struct SARIFReport {
    let json: JSONValue

    init(_ pods: [JudgedPod]) {
        var rules: [Rule] = []
        var results: [JSONValue] = []
        for pod in pods {
            for (wanted, judged) in pod.images {
                for check in judged.checks {
                    let rule = Rule(check)
                    let index = rules.firstIndex(of: rule) ?? rules.count
                    if index == rules.count { rules.append(rule) }
                    if check.verdict.isComplaint { results.append(Self.result(check, rule, index, wanted, pod)) }
                }
            }
        }
        let driver = JSONValue.members([
            ("name", .string("grafeion")), ("version", .string(VersionCommand.version)),
            ("rules", .array(rules.map(\.json))),
        ])
        let run = JSONValue.members([
            ("tool", .members([("driver", driver)])), ("columnKind", .string("unicodeCodePoints")),
            ("results", .array(results)),
        ])
        json = .members([
            ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")), ("version", .string("2.1.0")),
            ("runs", .array([run])),
        ])
    }

    /// A check as its policy names it.
    private struct Rule: Equatable {
        let check: String
        let title: String

        init(_ check: JudgedCheck) {
            self.check = check.check
            title = check.displayName
        }

        var id: String { check == title ? check : "\(check)/\(title)" }

        var json: JSONValue {
            .members([
                ("id", .string(id)), ("name", .string(check)), ("shortDescription", SARIFReport.text(title)),
            ])
        }
    }

    private static func result(
        _ check: JudgedCheck,
        _ rule: Rule,
        _ index: Int,
        _ image: CheckedPod.PodImage,
        _ pod: JudgedPod
    ) -> JSONValue {
        let doubt = check.verdict == .error ? "could not be decided: " : ""
        return .members([
            ("ruleId", .string(rule.id)), ("ruleIndex", .number(String(index))),
            ("level", .string(pod.judgement.blocks(check.verdict) ? "error" : "warning")),
            ("message", text("\(image.image): \(check.displayName): \(doubt)\(check.explanation)")),
            ("locations", .array([location(image, pod.pod)])),
        ])
    }

    private static func location(_ image: CheckedPod.PodImage, _ pod: CheckedPod) -> JSONValue {
        var physical: [(String, JSONValue)]
        if let object = pod.object {
            let place = image.place ?? object.place
            let region = JSONValue.members([
                ("startLine", .number(String(place.line))), ("startColumn", .number(String(place.column))),
            ])
            physical = [("artifactLocation", uri(ofFile: object.file)), ("region", region)]
        } else {
            physical = [("artifactLocation", .members([("uri", .string(uri(ofImage: image.image)))]))]
        }
        let logical = JSONValue.members([("fullyQualifiedName", .string(image.image)), ("kind", .string("resource"))])
        return .members([("physicalLocation", .members(physical)), ("logicalLocations", .array([logical]))])
    }

    private static func uri(ofFile path: String) -> JSONValue {
        let escaped = PercentEncoding.encode(path, keeping: "/")
        return .members([("uri", .string(path.hasPrefix("/") ? "file://\(escaped)" : escaped))])
    }

    /// The image as people know it in a registry; what is no image is at least a reference.
    private static func uri(ofImage image: String) -> String {
        guard let reference = try? RegistryReference(parsing: image) else {
            return PercentEncoding.encode(image, keeping: "/")
        }
        return "oci://\(reference.text)"
    }

    private static func text(_ text: String) -> JSONValue { .members([("text", .string(text))]) }
}

extension JSONValue {
    /// An object with these members, in this order.
    static func members(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { Member(name: $0.0, value: $0.1) })
    }
}
