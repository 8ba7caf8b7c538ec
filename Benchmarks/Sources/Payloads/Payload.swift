public import GrafeasProto
import SwiftProtobuf

/// What a scanner says about the images of a company: every image has the same number of findings, each of another note.
///
/// Everything is made from the image's and the finding's number, so a load, a request and a check agree on what there is.
/// An occurrence takes about 1.3 KB encoded.
public struct Payload: Sendable {
    /// How many notes there are.
    public var noteCount: Int

    public init(noteCount: Int) { self.noteCount = noteCount }

    /// Where the notes and the occurrences live.
    public static let noteProject = "projects/advisories"
    public static let project = "projects/acme-prod"

    /// The id of a note.
    public static func noteID(_ number: Int) -> String { "CVE-\(2015 + number % 11)-\(10_000 + number)" }

    /// The URI of an image, by digest.
    public static func resource(image: Int) -> String {
        let team = ["payments", "search", "identity", "ledger", "mobile-gateway"][image % 5]
        return "https://europe-docker.pkg.dev/acme-prod/services/\(team)/service-\(image)@sha256:\(digest(image))"
    }

    /// A note of a vulnerability, as an advisory feed writes it.
    public static func note(_ number: Int) -> Grafeas_V1_Note {
        .with {
            $0.shortDescription = noteID(number)
            $0.longDescription = description(number)
            $0.vulnerability.severity = .high
            $0.vulnerability.cvssScore = 7.5
        }
    }

    /// A finding in an image. The findings of one image hang on different notes.
    public func occurrence(image: Int, finding: Int) -> Grafeas_V1_Occurrence {
        let number = (image * 37 + finding * 53) % noteCount
        return .with {
            $0.resourceUri = Self.resource(image: image)
            $0.noteName = "\(Self.noteProject)/notes/\(Self.noteID(number))"
            $0.remediation = "Rebuild on the base image of this week; see the advisory for packages without a fix."
            $0.vulnerability = Self.vulnerability(number, finding: finding)
        }
    }

    static func vulnerability(_ number: Int, finding: Int) -> Grafeas_V1_VulnerabilityOccurrence {
        .with {
            $0.type = "OS"
            $0.severity = [.low, .medium, .high, .critical][number % 4]
            $0.effectiveSeverity = [.low, .medium, .high, .critical][finding % 4]
            $0.cvssScore = 7.5
            $0.cvssVersion = .cvssVersion3
            $0.cvssv3 = cvss
            $0.fixAvailable = finding.isMultiple(of: 3)
            $0.packageIssue = [issue(number, finding: finding)]
            $0.shortDescription = noteID(number)
            $0.longDescription = description(number)
            $0.relatedUrls = ["https://security-tracker.debian.org/tracker/", "https://nvd.nist.gov/vuln/detail/"].map {
                url in
                .with {
                    $0.url = url + noteID(number); $0.label = "Advisory"
                }
            }
        }
    }

    private static var cvss: Grafeas_V1_CVSS {
        .with {
            $0.baseScore = 7.5
            $0.exploitabilityScore = 3.9
            $0.impactScore = 3.6
            $0.attackVector = .network
            $0.attackComplexity = .low
            $0.privilegesRequired = .none
            $0.userInteraction = .none
            $0.scope = .unchanged
            $0.availabilityImpact = .high
        }
    }

    private static func issue(
        _ number: Int,
        finding: Int
    ) -> Grafeas_V1_VulnerabilityOccurrence.PackageIssue {
        .with {
            $0.affectedCpeUri = "cpe:/o:debian:debian_linux:12"
            $0.affectedPackage = "lib\(["ssl", "xml2", "curl", "expat", "tiff", "png"][number % 6])-\(number % 700)"
            $0.affectedVersion = version("2.9.14+dfsg", revision: "1.3~deb12u1")
            $0.fixedCpeUri = "cpe:/o:debian:debian_linux:12"
            $0.fixedPackage = $0.affectedPackage
            $0.fixedVersion = version("2.9.14+dfsg", revision: "1.3~deb12u\(2 + finding % 3)")
            $0.fixAvailable = finding.isMultiple(of: 3)
            $0.packageType = "OS"
            $0.effectiveSeverity = .medium
            $0.fileLocation = [
                .with {
                    $0.filePath = "var/lib/dpkg/status.d/lib\(number % 700)"
                    $0.layerDetails.diffID = "sha256:\(digest(number))"
                }
            ]
        }
    }

    static func version(_ name: String, revision: String) -> Grafeas_V1_Version {
        .with {
            $0.name = name
            $0.revision = revision
            $0.kind = .normal
            $0.fullName = "\(name)-\(revision)"
        }
    }

    private static func description(_ number: Int) -> String {
        """
        \(noteID(number)): a length taken from the input is used before it is checked, so a document with more than \
        \(1000 + number % 50) nested entities makes the parser read past the end of its buffer. An attacker who can have a \
        document parsed may crash the process or read memory next to the buffer. Versions before 2.9.14 are affected in \
        their default configuration.
        """
    }

    /// 64 hexadecimal digits that look random and are the same in every run.
    public static func digest(_ number: Int) -> String {
        var state = UInt64(truncatingIfNeeded: number) &+ 0x9E37_79B9_7F4A_7C15
        return (0..<4).map { _ in
            state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
            state ^= state >> 31
            let digits = String(state, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
