/// Random CycloneDX documents: parts within parts, packages that come twice, every spelling that JSON allows.
struct RandomBill<Random: RandomNumberGenerator> {
    var random: Random

    mutating func text() -> String {
        var members = [
            #""bomFormat": "CycloneDX""#, #""specVersion": "1.6""#, "\"metadata\": \(metadata())",
            "\"components\"\(space()):\(space())\(list { $0.component(depth: 0) })",
            "\"dependencies\": \(list { $0.value(depth: 0) })", "\"x\\u0041\": \(value(depth: 0))",
            "\"services\": \(value(depth: 0))",
        ]
        members.shuffle(using: &random)
        return "{\(space())" + members.joined(separator: "\(space()),\(space())") + "\(space())}\(space())"
    }

    private mutating func metadata() -> String {
        #"{"component": {"type": "container", "name": "a", "components": \#(list { $0.component(depth: 2) })}}"#
    }

    private mutating func component(depth: Int) -> String {
        let name = ["a", "b", "c"].randomElement(using: &random) ?? ""
        var members = ["\"name\": \"\(name)\"", "\"version\": \"\(Int.random(in: 1...3, using: &random))\""]
        members.append("\"type\": \"\(["library", "file", "operating-system"].randomElement(using: &random) ?? "")\"")
        if Bool.random(using: &random) { members.append(#""purl": "pkg:deb/debian/\#(name)""#) }
        if Bool.random(using: &random) { members.append("\"description\": \(string())") }
        if Bool.random(using: &random) {
            let path = "/\(Int.random(in: 1...3, using: &random))"
            members.append(#""evidence": {"occurrences": [{"location": "/x"}, {"location": "\#(path)"}]}"#)
        }
        if depth < 3, Bool.random(using: &random) {
            members.append("\"components\": \(list { $0.component(depth: depth + 1) })")
        }
        members.shuffle(using: &random)
        return "{" + members.joined(separator: ",\(space())") + "\(space())}"
    }

    private mutating func value(depth: Int) -> String {
        switch Int.random(in: depth > 3 ? 2...5 : 0...5, using: &random) {
        case 0: list { $0.value(depth: depth + 1) }
        case 1: "{\(space())\(string()): \(value(depth: depth + 1))}"
        case 2: "null"
        case 3: "true"
        case 4: ["0", "-1.5e+10", "12", "1E2"].randomElement(using: &random) ?? "0"
        default: string()
        }
    }

    private mutating func string() -> String {
        let parts = [
            "a", "ü", "€", "\u{1F600}", "\\\\", "\\\"", "\\u00e9", "\\ud83d\\ude00", "{", "]", ",", "long text ",
        ]
        return "\""
            + (0..<Int.random(in: 0...12, using: &random)).map { _ in
                parts.randomElement(using: &random) ?? ""
            }.joined() + "\""
    }

    private mutating func list(_ element: (inout RandomBill) -> String) -> String {
        var elements: [String] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) { elements.append(element(&self)) }
        return "[\(space())" + elements.joined(separator: "\(space()),") + "]"
    }

    private mutating func space() -> String {
        ["", " ", "\n  ", "\r\n", "\t"].randomElement(using: &random) ?? ""
    }
}
