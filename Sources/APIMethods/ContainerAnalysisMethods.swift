import MessageReflection
import MetadataModel
import Storage
import UseCases

/// The services that hosted Grafeas has beside the Grafeas API. What needs access control or a bucket says so.
func containerAnalysisMethods(_ services: RecordServices) -> [APIMethod] {
    let v1 = MethodFactory(service: "google.devtools.containeranalysis.v1.ContainerAnalysis", services: services)
    let v1beta1 = MethodFactory(
        service: "google.devtools.containeranalysis.v1beta1.ContainerAnalysisV1Beta1",
        services: services
    )
    return summaryMethods(v1) + [v1, v1beta1].flatMap(unimplementedMethods)
}

/// Counts of vulnerabilities: the resource is a message in v1beta1 and a text in v1.
func summaryMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    let counts = methods.replyType("GetVulnerabilityOccurrencesSummary")?.field(named: "counts")?.messageType
    let resourceURI = counts?.field(named: "resource")?.messageType?.field(named: "uri")?.number
    return [
        methods.read("GetVulnerabilityOccurrencesSummary") {
            let tallies = try await SummarizeVulnerabilities(services).run(
                parent: $0.string("parent"),
                filter: $0.string("filter")
            )
            var writer = WireWriter()
            for tally in tallies { writer.field(1) { $0.write(tally, resourceURIField: resourceURI) } }
            return writer.bytes
        }
    ].compactMap(\.self)
}

extension WireWriter {
    /// Writes a `FixableTotalByDigest`: its numbers are the same in every version.
    /// - Parameter resourceURIField: the number of the URI in a resource message; nil where the resource is a text.
    fileprivate mutating func write(_ tally: VulnerabilityTally, resourceURIField: Int?) {
        if let resourceURIField {
            field(1) { $0.field(resourceURIField, string: tally.resourceURI) }
        } else {
            field(1, string: tally.resourceURI)
        }
        if tally.severity != 0 { field(2, varint: UInt64(tally.severity)) }
        if tally.fixable != 0 { field(3, varint: UInt64(tally.fixable)) }
        if tally.total != 0 { field(4, varint: UInt64(tally.total)) }
    }
}

private func unimplementedMethods(_ methods: MethodFactory) -> [APIMethod] {
    let policies = """
        this server has no access control yet: whoever may connect may do everything. Limit who connects by mutual TLS \
        (grafeion serve --client-ca)
        """
    let export = """
        this server does not write SBOM documents to buckets; list the PACKAGE occurrences of the resource, or follow the \
        location in its SBOM_REFERENCE occurrence
        """
    return [
        methods.read("SetIamPolicy") { _ in throw MetadataError.unimplemented(policies) },
        methods.read("GetIamPolicy") { _ in throw MetadataError.unimplemented(policies) },
        methods.read("TestIamPermissions") { _ in throw MetadataError.unimplemented(policies) },
        methods.read("ExportSBOM") { _ in throw MetadataError.unimplemented(export) },
    ].compactMap(\.self)
}
