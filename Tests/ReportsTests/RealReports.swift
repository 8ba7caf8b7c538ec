import Foundation
import TestSupport
import Testing

@testable import Reports

/// Reports that scanners wrote, which lie outside the repository.
enum RealReports {
    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: Surroundings.shared().appending(path: "data/\(path)")))
    }

    /// The names of a folder's files that end so.
    static func files(_ folder: String, suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: Surroundings.shared().appending(path: "data/\(folder)").path
        )
        .filter { $0.hasSuffix(suffix) }
    }

    /// The report as Foundation reads it: a second reader, so that ours is not held against itself.
    static func object(_ path: String) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(bytes(path)))
        guard let object = value as? [String: Any] else { throw Missing(what: "an object in \(path)", remedy: "look") }
        return object
    }
}

/// What a real report has in it, counted with Python.
struct RealReport: CustomTestStringConvertible, Sendable {
    let path: String
    /// Entries of the report.
    let findings: Int
    /// Different vulnerabilities.
    let notes: Int
    /// Different vulnerabilities, packages, versions and places.
    let occurrences: Int

    var testDescription: String { path }

    init(_ path: String, _ findings: Int, _ notes: Int, _ occurrences: Int) {
        self.path = path
        self.findings = findings
        self.notes = notes
        self.occurrences = occurrences
    }

    static let trivy = [
        RealReport("trivy/almalinux-8.json", 1, 1, 1), RealReport("trivy/alpine-310.json", 4, 2, 4),
        RealReport("trivy/alpine-39.json", 6, 3, 6), RealReport("trivy/centos-7.json", 3, 3, 3),
        RealReport("trivy/debian-buster.json", 2, 2, 2), RealReport("trivy/distroless-base.json", 4, 2, 4),
        RealReport("trivy/distroless-python27.json", 4, 2, 4), RealReport("trivy/fluentd-gems.json", 2, 2, 2),
        RealReport("trivy/gomod.json", 5, 3, 5), RealReport("trivy/npm.json", 1, 1, 1),
        RealReport("trivy/oraclelinux-8.json", 2, 2, 2), RealReport("trivy/pip.json", 2, 2, 2),
        RealReport("trivy/pom.json", 2, 2, 2), RealReport("trivy/ubuntu-1804.json", 5, 2, 5),
    ]
    /// The Ruby image's GHSA is its CVE, found by two matchers in one gem.
    static let grype = [
        RealReport("grype/chainguard-ruby.json", 3, 1, 2), RealReport("grype/image-simple.json", 2, 2, 2),
        RealReport("grype/keycloak.json", 6, 1, 6),
    ]
}

extension ScanReport {
    /// The scan that a document holds.
    init(parsing bytes: [UInt8], format: ReportFormat? = nil, limits: ReportLimits = ReportLimits())
        throws(ReportProblem)
    {
        for content in try Report(parsing: bytes, format: format, limits: limits).contents {
            if case .scan(let scan) = content {
                self = scan
                return
            }
        }
        throw ReportProblem(path: "", description: "the document holds no scan")
    }
}
