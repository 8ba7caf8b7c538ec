import MetadataModel
import Testing

@testable import UseCases

/// Whose occurrences a report replaces: those of its own source alone.
@Suite("Ids of reported occurrences")
struct ReportedIDsTests {
    private func prefix(_ source: String) -> String {
        ReportedIDs(source: source, resource: ResourceURI("https://registry.example/web")).prefix
    }

    @Test("A plain name stays as it is", arguments: ["trivy", "Trivy", "sbom.syft", "a-1.2"])
    func plain(source: String) { #expect(prefix(source) == source.lowercased() + "~") }

    @Test("No two sources share a beginning, however long or foreign their names are")
    func distinct() {
        let long = "sbom." + String(repeating: "x", count: 27)
        let sources = ["sbom.äö", "sbom.éü", "sbom.--", "a b", "a_b", "a-b", long, long + "1", long + "2", ""]
        let prefixes = sources.map(prefix)
        for (index, one) in prefixes.enumerated() {
            #expect(ResourceID.isValid(one + String(repeating: "0", count: 32)))
            for (other, two) in prefixes.enumerated() where other != index { #expect(!two.hasPrefix(one)) }
        }
    }
}
