import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// What a DISCOVERY occurrence says: that a scanner looked at the image, and how it went.
struct Scan {
    let name: String
    /// The scanner's first word, `trivy` of `trivy 0.50.1`; the note's id for scanners that do not say.
    let scanner: String
    /// The scanner with its version.
    let title: String
    let noteName: String
    let status: Grafeas_V1_DiscoveryOccurrence.AnalysisStatus
    let reason: String
    /// When it ended, as far as that is known.
    let time: Google_Protobuf_Timestamp?

    init(_ occurrence: Occurrence, _ discovery: Grafeas_V1_DiscoveryOccurrence) {
        name = occurrence.name
        noteName = occurrence.noteName
        let said = discovery.analysisCompleted.analysisType.first ?? ""
        title = said.isEmpty ? occurrence.noteID : said
        scanner = title.split(separator: " ").first.map(String.init) ?? ""
        status = discovery.analysisStatus
        reason = discovery.analysisStatusError.message
        if discovery.hasLastScanTime {
            time = discovery.lastScanTime
        } else if occurrence.hasUpdateTime {
            time = occurrence.updateTime
        } else {
            time = occurrence.hasCreateTime ? occurrence.createTime : nil
        }
    }

    /// Whether a policy means this scanner: by its name, the id of its note or that note's name.
    func isBy(_ wanted: String) -> Bool {
        let wanted = wanted.lowercased()
        return [scanner, noteName, noteName.split(separator: "/").last.map(String.init) ?? ""]
            .contains { $0.lowercased() == wanted }
    }

    /// The newest word of each scanner: each writes under one note.
    static func newest(_ scans: [Scan]) -> [Scan] {
        var newest: [ExactText: Scan] = [:]
        var order: [ExactText] = []
        for scan in scans {
            let key = ExactText(scan.noteName)
            guard let known = newest[key] else {
                newest[key] = scan
                order.append(key)
                continue
            }
            if known.isOlder(than: scan) { newest[key] = scan }
        }
        return order.compactMap { newest[$0] }
    }

    private func isOlder(than other: Scan) -> Bool {
        guard let time = other.time else { return false }
        return self.time.map { ($0.seconds, $0.nanos) < (time.seconds, time.nanos) } ?? true
    }
}
