import MessageReflection
import MetadataModel
import UseCases

/// The methods that take in what other programs report.
func ingestMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    let large = IngestLargeReport(services)
    return [
        methods.write(
            "IngestReport",
            large: {
                try await large.run(
                    parent: $0.string("parent"),
                    source: $1,
                    image: $0.string("image"),
                    providerProject: $0.string("provider_project"),
                    format: $0.string("format"),
                    claim: $2
                )
            }
        ) {
            try await IngestReport(services).run(
                parent: $0.string("parent"),
                report: $0.message("report")?.record("data").message ?? [],
                image: $0.string("image"),
                providerProject: $0.string("provider_project"),
                format: $0.string("format"),
                claim: $1
            )
        }
    ].compactMap(\.self)
}
