/// Verdicts as test results in the XML that CI systems read: a suite for each image or object, a case for each check of
/// an image.
struct JUnitReport {
    let text: String

    init(_ pods: [JudgedPod]) {
        let suites = pods.map(Suite.init)
        let counts = Counts(suites.flatMap { $0.cases.map(\.check.verdict) })
        text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="grafeion policy check"\(counts.attributes)>
            \(suites.map(\.xml).joined())</testsuites>

            """
    }

    private struct Counts {
        let attributes: String

        init(_ verdicts: [ImageFinding]) {
            func count(_ verdict: ImageFinding) -> Int { verdicts.count { $0 == verdict } }
            attributes =
                " tests=\"\(verdicts.count)\" failures=\"\(count(.nonConformant))\" errors=\"\(count(.error))\""
                + " skipped=\"\(count(.skipped))\""
        }
    }

    private struct Suite {
        let title: String
        let seconds: String
        let properties: [(String, String)]
        let cases: [Case]

        init(_ pod: JudgedPod) {
            title = pod.pod.title
            let judgement = pod.judgement
            // A duration in JSON is a number of seconds and the letter s.
            seconds = judgement.json["duration"]?.text.map { String($0.dropLast()) } ?? "0"
            properties = [
                ("policy", judgement.policy), ("policyVersion", judgement.json["policyVersion"]?.text ?? ""),
                ("checkSet", judgement.checkSet), ("enforced", judgement.isEnforced ? "true" : "false"),
                ("decision", judgement.name),
            ].filter { !$0.1.isEmpty }
            cases = pod.images.flatMap { wanted, judged in
                // An image of which nothing is asked is a case too, or a suite would have none.
                judged.checks.isEmpty
                    ? [Case(image: wanted, check: JudgedCheck(nothingAsked: judged.verdict))]
                    : judged.checks.map { Case(image: wanted, check: $0) }
            }
        }

        var xml: String {
            let counts = Counts(cases.map(\.check.verdict))
            let properties = properties.map { name, value in
                "      <property name=\"\(name)\" value=\(JUnitReport.quoted(value))/>\n"
            }
            return """
                  <testsuite name=\(JUnitReport.quoted(title))\(counts.attributes) time=\(JUnitReport.quoted(seconds))>
                    <properties>
                \(properties.joined())    </properties>
                \(cases.map(\.xml).joined())  </testsuite>

                """
        }
    }

    private struct Case {
        let image: CheckedPod.PodImage
        let check: JudgedCheck

        var xml: String {
            let container = image.container.isEmpty ? "" : " (\(image.container))"
            let name = JUnitReport.quoted(check.displayName)
            let head = "    <testcase classname=\(JUnitReport.quoted(image.image + container)) name=\(name)"
            guard let outcome else { return "\(head)/>\n" }
            return "\(head)>\n      \(outcome)\n    </testcase>\n"
        }

        private var outcome: String? {
            let message = JUnitReport.quoted(check.explanation)
            let type = JUnitReport.quoted(check.check)
            let text = JUnitReport.escaped(check.explanation)
            return switch check.verdict {
            case .conformant: nil
            case .skipped: "<skipped message=\(message)/>"
            case .nonConformant: "<failure type=\(type) message=\(message)>\(text)</failure>"
            case .error: "<error type=\(type) message=\(message)>\(text)</error>"
            }
        }
    }

    // MARK: XML

    private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Characters that XML 1.0 has no way to write are replaced (its production 2, "Char").
    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\t", "\n", "\r": out += "&#\(scalar.value);"
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": out += "\u{FFFD}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension JudgedCheck {
    /// Stands for an image that no check was made of.
    fileprivate init(nothingAsked verdict: ImageFinding) {
        self.init(
            .members([
                ("displayName", .string("no checks")), ("check", .string("scope")),
                ("verdict", .string(verdict.rawValue)), ("explanation", .string("nothing is asked of the image")),
            ])
        )
    }
}
