import MessageReflection
import MetadataModel
import Storage
public import UseCases
import VersionConversion

/// Every method that is served.
public func grafeasMethods(services: RecordServices, trust: TrustServices) -> APIMethods {
    APIMethods(
        APIVersion.allCases.flatMap { $0.methods(services) }
            + operationMethods(MethodFactory(service: "grafeas.v1alpha1.api.Grafeas", services: services))
            + operationReadingMethods(MethodFactory(service: "google.longrunning.Operations", services: services))
            + summaryMethods(MethodFactory(service: "grafeas.v1beta1.GrafeasV1Beta1", services: services))
            + containerAnalysisMethods(services)
            + ingestMethods(MethodFactory(service: "grafeion.v1.Ingest", services: services))
            + imageMethods(MethodFactory(service: "grafeion.v1.Images", services: services))
            + trustMethods(trust)
            + binaryAuthorizationMethods(services)
    )
}

extension APIVersion {
    /// The methods that every version has, by the names that its services have in this one.
    fileprivate func methods(_ services: RecordServices) -> [APIMethod] {
        let names = serviceNames
        let records = MethodFactory(service: names.records, services: services, version: self)
        let transfer = names.transfer.map { MethodFactory(service: $0, services: services, version: self) }
        return occurrenceMethods(records) + noteMethods(records)
            + projectMethods(MethodFactory(service: names.projects, services: services, version: self))
            + (transfer.map(transferMethods) ?? [])
    }

    private var serviceNames: (records: String, projects: String, transfer: String?) {
        switch self {
        case .v1: ("grafeas.v1.Grafeas", "grafeas.v1.project.Projects", "grafeion.v1.Records")
        case .v1beta1:
            ("grafeas.v1beta1.GrafeasV1Beta1", "grafeas.v1beta1.project.Projects", "grafeion.v1beta1.Records")
        case .v1alpha1: ("grafeas.v1alpha1.api.Grafeas", "grafeas.v1alpha1.api.GrafeasProjects", nil)
        }
    }
}
