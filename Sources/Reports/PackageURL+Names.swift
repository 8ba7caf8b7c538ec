import MetadataModel

/// What follows from a package URL.
extension PackageURL {
    /// The URL of the package in all its versions, `pkg:deb/debian/bash`, spelt in one way however it was written: for
    /// what is to be the same for everybody who names the package.
    var versionless: String {
        let parts = namespace.split(separator: "/").map { Self.encoded($0) } + [Self.encoded(name[...])]
        return "pkg:\(type)/" + parts.joined(separator: "/")
    }

    /// The image that a `pkg:oci` URL names, `repository@sha256:…`; nil if it lacks one of both. The name alone is only
    /// the last part of a repository.
    var pinnedImage: String? {
        guard type == "oci", let repository = qualifiers["repository_url"], let version else { return nil }
        let pinned = "\(repository)@\(version)"
        return ImageReference(pinned)?.digest == nil ? nil : pinned
    }

    /// Percent-encoded but for letters, digits and `.-_~:` (package URL specification, "Character encoding").
    private static func encoded(_ text: Substring) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                encoded.unicodeScalars.append(UnicodeScalar(byte))
            default:
                encoded += byte < 16 ? "%0" : "%"
                encoded += String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
