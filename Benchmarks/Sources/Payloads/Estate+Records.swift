public import GrafeasProto
import SwiftProtobuf

extension Estate {
    /// Where the notes and the occurrences live.
    public static let noteProject = Payload.noteProject
    public static let project = Payload.project

    // MARK: Notes

    /// All notes, by their ids.
    public static var notes: [(id: String, note: Grafeas_V1_Note)] {
        let vulnerabilities = (0..<vulnerabilityCount).map { (id: Payload.noteID($0), note: Payload.note($0)) }
        let packages = (0..<packageCount).map { (id: packageNoteID($0), note: packageNote($0)) }
        let others: [(id: String, note: Grafeas_V1_Note)] = [
            ("trivy", .with { $0.discovery.analysisKind = .vulnerability }),
            ("builds", .with { $0.build.builderVersion = "ci" }),
            ("oci", .with { $0.image.resourceURL = "https://registry.example/base" }),
            ("deployments", .with { $0.deployment.resourceUri = ["https://registry.example"] }),
        ]
        return vulnerabilities + packages + others
    }

    private static func packageNote(_ rank: Int) -> Grafeas_V1_Note {
        .with {
            $0.shortDescription = packageName(rank)
            $0.package.name = packageName(rank)
            $0.package.packageType = packageType(rank)
        }
    }

    private static func packageNoteID(_ rank: Int) -> String { "package-\(rank)" }

    // MARK: What is the same in many images

    /// An occurrence that says of an image that the part is in it; it lacks the image.
    public static func occurrence(of part: Part) -> Grafeas_V1_Occurrence {
        .with {
            let noteID = part.isFinding ? Payload.noteID(part.rank) : packageNoteID(part.rank)
            $0.noteName = "\(noteProject)/notes/\(noteID)"
            if part.isFinding {
                $0.vulnerability = vulnerability(part)
            } else {
                $0.package = occurrence(ofPackage: part.rank, version: part.version)
            }
        }
    }

    private static func vulnerability(_ part: Part) -> Grafeas_V1_VulnerabilityOccurrence {
        let affected = packageRank(ofFinding: part.rank)
        var vulnerability = Payload.vulnerability(part.rank, finding: part.rank)
        vulnerability.packageIssue[0].affectedPackage = packageName(affected)
        vulnerability.packageIssue[0].affectedVersion = version(part.version, of: affected)
        vulnerability.packageIssue[0].fixedPackage = packageName(affected)
        vulnerability.packageIssue[0].fixedVersion = version(part.version + 1, of: affected)
        vulnerability.packageIssue[0].packageType = packageType(affected)
        return vulnerability
    }

    private static func occurrence(ofPackage rank: Int, version number: Int) -> Grafeas_V1_PackageOccurrence {
        .with {
            $0.name = packageName(rank)
            $0.packageType = packageType(rank)
            $0.cpeUri = packageType(rank) == "OS" ? "cpe:/o:debian:debian_linux:12" : ""
            $0.architecture = .x64
            $0.license.expression = ["MIT", "Apache-2.0", "GPL-2.0-or-later"][rank % 3]
            $0.version = version(number, of: rank)
            let location = Grafeas_V1_Location.with {
                $0.path = "var/lib/dpkg/status.d/\(packageName(rank))"
                $0.cpeUri = packageType(rank) == "OS" ? "cpe:/o:debian:debian_linux:12" : ""
                $0.version = version(number, of: rank)
            }
            $0.location = [location]
        }
    }

    /// Half are Debian's, the others have names of two parts.
    private static func packageName(_ rank: Int) -> String {
        let word = ["ssl", "xml", "curl", "json", "image", "http", "text", "log"][rank / 4 % 8]
        return switch rank % 4 {
        case 0, 1: "lib\(word)\(rank)"
        case 2: "@acme/\(word)-\(rank)"
        default: "org.example.\(word):\(word)-\(rank)"
        }
    }

    private static func packageType(_ rank: Int) -> String { ["OS", "OS", "NPM", "MAVEN"][rank % 4] }

    /// 1.0.0, 1.0.1 and so on to 1.9.9, then 2.0.0.
    private static func version(_ number: Int, of rank: Int) -> Grafeas_V1_Version {
        let name = "\(1 + number / 100).\(number / 10 % 10).\(number % 10)"
        return packageType(rank) == "OS"
            ? Payload.version(name, revision: "1~deb12u1")
            : .with {
                $0.name = name
                $0.kind = .normal
                $0.fullName = name
            }
    }
}

extension Estate.Image {
    /// What only this image has: its build and itself before its packages and findings, the scan and deployments after.
    public var first: [Grafeas_V1_Occurrence] { [build, image] }
    public var last: [Grafeas_V1_Occurrence] { [scan] + deployments.map(occurrence) }

    private var build: Grafeas_V1_Occurrence {
        occurrence("builds") {
            let source = Grafeas_V1_InTotoSlsaProvenanceV1.ResourceDescriptor.with {
                $0.uri = "git+https://git.example/acme/service-\(repository)@refs/heads/main"
                $0.digest = ["gitCommit": String(Payload.digest(2_000_000 + number).prefix(40))]
            }
            $0.build.inTotoSlsaProvenanceV1.predicate.buildDefinition.buildType = "https://ci.example/workflow/v1"
            $0.build.inTotoSlsaProvenanceV1.predicate.buildDefinition.resolvedDependencies = [source]
            $0.build.inTotoSlsaProvenanceV1.predicate.runDetails = .with {
                $0.builder.id = "https://ci.example/runner"
                $0.metadata.invocationID = "https://ci.example/runs/\(number)"
                $0.metadata.startedOn.seconds = Int64(time / 1_000_000 - 600)
                $0.metadata.finishedOn.seconds = Int64(time / 1_000_000 - 60)
            }
        }
    }

    private var image: Grafeas_V1_Occurrence {
        occurrence("oci") {
            $0.image.baseResourceURL = base
            $0.image.distance = 4
            $0.image.fingerprint.v1Name = "sha256:\(Payload.digest(3_000_000 + number))"
            $0.image.fingerprint.v2Blob = (0..<8).map { "sha256:\(Payload.digest(4_000_000 + number * 8 + $0))" }
            $0.image.layerInfo = (0..<8).map { layer in
                .with {
                    $0.directive = layer == 0 ? "CMD" : "RUN"
                    $0.arguments = "/bin/sh -c make -C /srv/service-\(repository) install STEP=\(layer)"
                }
            }
        }
    }

    private var scan: Grafeas_V1_Occurrence {
        occurrence("trivy") {
            $0.discovery.analysisStatus = .finishedSuccess
            $0.discovery.analysisCompleted.analysisType = ["trivy 0.65.0"]
            $0.discovery.lastScanTime.seconds = Int64(time / 1_000_000)
        }
    }

    private func occurrence(_ deployment: Estate.Deployment) -> Grafeas_V1_Occurrence {
        occurrence("deployments") {
            $0.deployment.address = "prod-\(deployment.number % 2)/service-\(repository)"
            $0.deployment.userEmail = "deploy@acme.example"
            $0.deployment.deployTime.seconds = Int64(time / 1_000_000 + 60)
            if !deployment.runs { $0.deployment.undeployTime.seconds = Int64(time / 1_000_000 + 86_400) }
        }
    }

    private func occurrence(
        _ noteID: String,
        _ populate: (inout Grafeas_V1_Occurrence) -> Void
    ) -> Grafeas_V1_Occurrence {
        .with {
            $0.resourceUri = resource
            $0.noteName = "\(Estate.noteProject)/notes/\(noteID)"
            populate(&$0)
        }
    }
}
