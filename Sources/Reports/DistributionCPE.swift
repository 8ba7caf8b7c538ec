/// CPE names (the URI form of version 2.2, which Grafeas speaks) of distributions and packages.
enum DistributionCPE {
    /// `cpe:/o:debian:debian_linux:10` for debian 10.1.
    ///
    /// The version is the one whose advisories count: Debian and the relatives of Red Hat have one list of advisories
    /// for all of 10.x, Alpine and Ubuntu one for 3.10.x and for 18.04.
    static func uri(_ distribution: ScanReport.Distribution) -> String {
        let family = distribution.family.lowercased()
        let row = table[family] ?? (vendor: family, product: family, versionParts: .max)
        let version = (distribution.version ?? "").split(separator: ".", omittingEmptySubsequences: false)
            .prefix(row.versionParts).joined(separator: ".")
        let name = "cpe:/o:\(component(row.vendor)):\(component(row.product))"
        return version.isEmpty ? name : "\(name):\(component(version))"
    }

    /// `cpe:/a::jquery`: an application of any vendor, for packages that no distribution brings.
    static func uri(package name: String) -> String { "cpe:/a::\(component(name))" }

    private static let table: [String: (vendor: String, product: String, versionParts: Int)] = [
        "debian": ("debian", "debian_linux", 1), "ubuntu": ("canonical", "ubuntu_linux", 2),
        "alpine": ("alpinelinux", "alpine_linux", 2), "redhat": ("redhat", "enterprise_linux", 1),
        "rhel": ("redhat", "enterprise_linux", 1), "centos": ("centos", "centos", 1),
        "rocky": ("rocky", "rocky", 1), "rockylinux": ("rocky", "rocky", 1), "alma": ("almalinux", "almalinux", 1),
        "almalinux": ("almalinux", "almalinux", 1), "oracle": ("oracle", "linux", 1), "ol": ("oracle", "linux", 1),
        "oraclelinux": ("oracle", "linux", 1), "amazon": ("amazon", "amazon_linux", 1),
        "amazonlinux": ("amazon", "amazon_linux", 1), "fedora": ("fedoraproject", "fedora", 1),
        "opensuse.leap": ("opensuse", "leap", 2), "opensuse-leap": ("opensuse", "leap", 2),
        "sles": ("suse", "sles", 2), "suse linux enterprise server": ("suse", "sles", 2),
        "opensuse.tumbleweed": ("opensuse", "tumbleweed", 0), "wolfi": ("wolfi", "wolfi", 0),
        "chainguard": ("chainguard", "chainguard", 0), "photon": ("vmware", "photon_os", 2),
        "cbl-mariner": ("microsoft", "cbl-mariner", 2),
        "azurelinux": ("microsoft", "azure_linux", 2),
    ]

    /// A component of the URI form: lower case, and all but letters, digits and `._-~` percent-encoded.
    private static func component(_ text: String) -> String {
        var encoded = ""
        for byte in text.lowercased().utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(UnicodeScalar(byte))
            default:
                encoded += byte < 16 ? "%0\(String(byte, radix: 16))" : "%\(String(byte, radix: 16))"
            }
        }
        return encoded
    }
}
