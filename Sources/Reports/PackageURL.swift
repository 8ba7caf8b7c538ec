/// What is needed here of a package URL: `pkg:type/namespace/name@version?qualifiers#subpath`.
struct PackageURL: Equatable {
    let type: String
    /// Empty if there is none; parts are separated by `/`.
    let namespace: String
    let name: String
    let version: String?
    let qualifiers: [String: String]

    /// Nil if the text is no package URL.
    init?(_ text: String) {
        guard text.prefix(4).lowercased() == "pkg:" else { return nil }
        var rest = text.dropFirst(4).prefix { $0 != "#" }.drop { $0 == "/" }
        qualifiers = Self.qualifiers(Self.split(&rest, at: rest.firstIndex(of: "?")))
        // A scope such as @angular comes percent-encoded, but not from everybody: the version's @ is the last.
        let at = rest.lastIndex(of: "@").flatMap { rest[$0...].contains("/") ? nil : $0 }
        version = Self.split(&rest, at: at).map { Self.decoded($0) }.flatMap { $0.isEmpty ? nil : $0 }
        let parts = rest.split(separator: "/").map { Self.decoded($0) }
        guard parts.count > 1, let first = parts.first, let last = parts.last, !last.isEmpty else { return nil }
        // What is decoded may be anything, and becomes names.
        guard !parts.contains(where: { $0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }),
            first.utf8.count <= 50,
            first.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+.-".contains($0)) })
        else { return nil }
        type = first.lowercased()
        name = last
        namespace = parts.dropFirst().dropLast().joined(separator: "/")
    }

    /// The name by which the package's own tools know it: `@angular/core`, `group:artifact`, `github.com/a/b`.
    var packageName: String {
        if namespace.isEmpty || ["deb", "rpm", "apk", "alpm", "oci"].contains(type) { return name }
        return type == "maven" ? "\(namespace):\(name)" : "\(namespace)/\(name)"
    }

    /// The operating system in the qualifier `distro`, `debian-10.1`.
    var distribution: ScanReport.Distribution? {
        guard let distro = qualifiers["distro"], let dash = distro.lastIndex(of: "-") else { return nil }
        let version = distro[distro.index(after: dash)...]
        guard version.first?.isNumber == true else { return nil }
        return ScanReport.Distribution(family: String(distro[..<dash]), version: String(version))
    }

    /// Cuts the text at a separator and returns what was behind it.
    private static func split(_ text: inout Substring, at index: String.Index?) -> Substring? {
        guard let index else { return nil }
        defer { text = text[..<index] }
        return text[text.index(after: index)...]
    }

    private static func qualifiers(_ text: Substring?) -> [String: String] {
        var qualifiers: [String: String] = [:]
        for pair in (text ?? "").split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2 { qualifiers[halves[0].lowercased()] = decoded(halves[1]) }
        }
        return qualifiers
    }

    /// The text with `%40` and so on resolved; what is no such escape stays.
    private static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        let bytes = Array(text.utf8)
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let digits = bytes[(index + 1)..<max(index + 1, min(index + 3, bytes.count))]
            if bytes[index] == UInt8(ascii: "%"), digits.count == 2,
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                plain.append(byte)
                index += 3
            } else {
                plain.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
