import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// That an image was scanned, which is all there is to say of one without vulnerabilities.
extension ScanReport {
    /// The note of the scanner, `vulnerability-scan-trivy`.
    var discoveryNote: ReportNote {
        var note = Note()
        note.shortDescription = "Vulnerability scans by \(scanner.name)"
        note.discovery.analysisKind = .vulnerability
        let name = scanner.name.lowercased().unicodeScalars.map { scalar in
            ResourceID.isValid(String(scalar)) || scalar == "." ? Character(scalar) : "-"
        }
        return ReportNote(id: "vulnerability-scan-" + String(name.prefix(60)), note: note)
    }

    func discovery(resourceURI: String, noteName: String, scanTime: Google_Protobuf_Timestamp?) -> Occurrence {
        var discovery = Grafeas_V1_DiscoveryOccurrence()
        discovery.continuousAnalysis = .inactive
        discovery.analysisCompleted.analysisType = [scanner.text]
        if let scanTime { discovery.lastScanTime = scanTime }
        if let distribution { discovery.cpe = DistributionCPE.uri(distribution) }
        switch outcome {
        case .complete:
            discovery.analysisStatus = .finishedSuccess
        case .unsupported(let reason):
            discovery.analysisStatus = .finishedUnsupported
            discovery.analysisStatusError = .status(code: 12, reason)
        case .failed(let reason):
            discovery.analysisStatus = .finishedFailed
            discovery.analysisStatusError = .status(code: 13, reason)
        }
        var occurrence = Occurrence()
        occurrence.resourceUri = resourceURI
        occurrence.noteName = noteName
        occurrence.discovery = discovery
        return occurrence
    }
}

extension Google_Rpc_Status {
    /// A status of `google.rpc.Code`: 12 is UNIMPLEMENTED, 13 INTERNAL.
    fileprivate static func status(code: Int32, _ message: String) -> Google_Rpc_Status {
        var status = Google_Rpc_Status()
        status.code = code
        status.message = message
        return status
    }
}
