import Testing

/// Rules about what is written in `Sources`, generated code apart.
@Suite("House rules: code")
struct CodeRules {
    /// Lines that break a rule for a reason: a part of the line, and the reason.
    static let allowed: [(path: String, part: String, reason: String)] = []

    @Test("Nothing stops the process: no forced unwraps, casts or tries, no fatalError")
    func nothingStopsTheProcess() {
        let stops = ["fatalError(", "preconditionFailure(", "assertionFailure("]
        for file in SourceTree.sources {
            for (index, line) in file.code.lines.enumerated() {
                if let column = Self.forcedColumn(of: line) {
                    flag(file, index, "a forced unwrap, cast or try at column \(column)")
                }
                for stop in stops where line.contains(stop) { flag(file, index, "\(stop)…) ends the process") }
            }
        }
    }

    @Test("Every unchecked Sendable says why it is safe")
    func uncheckedSendableIsProved() {
        for file in SourceTree.sources {
            for (index, line) in file.code.lines.enumerated() where line.contains("@unchecked Sendable") {
                if !file.documentation(above: index).contains("`@unchecked Sendable`:") {
                    flag(file, index, "its doc comment lacks the sentence \"`@unchecked Sendable`: …\" that proves it")
                }
            }
        }
    }

    @Test("No file is longer than 400 lines")
    func filesAreShort() {
        for file in SourceTree.sources where file.lines.count > 401 {
            flag(file, 400, "the file has \(file.lines.count - 1) lines; 400 are the most")
        }
    }

    @Test("No name hides its noun: Manager, Helper, Util, Common, Base, Impl")
    func namesAreNouns() {
        let hiding: Set = [
            "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Base", "Impl",
        ]
        for file in SourceTree.sources {
            let fileName = file.path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? ""
            for word in Self.words(of: fileName) where hiding.contains(word) {
                flag(file, 0, "the file's name has \(word) in it")
            }
            for (index, line) in file.code.lines.enumerated() {
                guard let declared = Declaration(line), declared.isType else { continue }
                for word in Self.words(of: declared.name) where hiding.contains(word) {
                    flag(file, index, "\(declared.name) has \(word) in its name")
                }
            }
        }
    }

    /// Types and functions; an initializer, a property or an operator may speak for itself, and what a protocol asks for
    /// is documented there.
    @Test("Every public type and function has a doc comment")
    func publicDeclarationsAreDocumented() {
        let asked = Self.askedByProtocols.union(SourceTree.sources.flatMap(\.protocolFunctions))
        for file in SourceTree.sources {
            for (index, line) in file.code.lines.enumerated() {
                guard let declared = Declaration(line), declared.isPublic, declared.isType || declared.isFunction,
                    !asked.contains(declared.name), file.documentation(above: index).isEmpty
                else { continue }
                flag(file, index, "public \(declared.keyword) \(declared.name) has no doc comment")
            }
        }
    }

    /// Functions that protocols of libraries ask for: operators (without a name here), hashing, gRPC services, metrics. And
    /// `run`, the one method of a use case, for which its type's comment speaks.
    private static let askedByProtocols: Set<String> = [
        "", "hash", "registerMethods", "makeCounter", "makeRecorder", "makeMeter", "makeTimer", "destroyCounter",
        "destroyRecorder", "destroyMeter", "destroyTimer", "run",
    ]

    private func flag(_ file: SourceFile, _ index: Int, _ text: String) {
        let line = index < file.lines.count ? file.lines[index] : ""
        let isAllowed = Self.allowed.contains { $0.path == file.path && line.contains($0.part) }
        if !isAllowed { report(Violation(file, line: index, text)) }
    }

    /// The column of a `!` right behind an operand: `value!`, `call()!`, `try!`, `as!`, `var x: T!`.
    static func forcedColumn(of line: String) -> Int? {
        let scalars = Array(line.unicodeScalars)
        for (index, scalar) in scalars.enumerated().dropFirst() where scalar == "!" {
            let before = scalars[index - 1]
            let isOperand =
                before.properties.isAlphabetic || ("0"..."9").contains(before)
                || "_)]}?\"`".unicodeScalars.contains(before)
            let isComparison = index + 1 < scalars.count && scalars[index + 1] == "="
            if isOperand, !isComparison { return index + 1 }
        }
        return nil
    }

    /// `HTTPFieldName` is HTTP, Field, Name; `Database` is one word.
    static func words(of name: String) -> [String] {
        var words: [String] = []
        let characters = Array(name)
        for (index, character) in characters.enumerated() {
            let follows = index + 1 < characters.count ? characters[index + 1] : " "
            let isStart =
                character.isUppercase && (index == 0 || !characters[index - 1].isUppercase || follows.isLowercase)
            if isStart || words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
        }
        return words
    }
}

/// What a line declares, if it is the first line of a declaration.
struct Declaration {
    let keyword: String
    let name: String
    let isPublic: Bool

    private static let types: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    private static let modifiers: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private", "final", "static", "indirect", "mutating",
        "nonisolated", "override", "consuming", "borrowing",
    ]

    init?(_ line: String) {
        var words = line.split(separator: " ")
        var modifiers: Set<Substring> = []
        while let first = words.first, Self.modifiers.contains(first) || first.hasPrefix("@") {
            modifiers.insert(words.removeFirst())
        }
        // `class func` and `class var` are modifiers too, but nothing here inherits.
        guard words.count > 1, Self.types.contains(words[0]) || words[0] == "func" else { return nil }
        keyword = String(words[0])
        name = String(words[1].prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "`" })
        isPublic = modifiers.contains("public")
    }

    var isType: Bool { Self.types.contains(Substring(keyword)) }
    var isFunction: Bool { keyword == "func" }
}

extension SourceFile {
    /// The names of the functions that its protocols ask for.
    fileprivate var protocolFunctions: [String] {
        var isProtocol = false
        return code.lines.compactMap { line in
            if let declared = Declaration(line), declared.keyword == "protocol" { isProtocol = true }
            if line.hasPrefix("}") { isProtocol = false }
            guard isProtocol, let declared = Declaration(line), declared.isFunction else { return nil }
            return declared.name
        }
    }
}
