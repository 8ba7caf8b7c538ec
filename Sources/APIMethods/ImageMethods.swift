import UseCases

/// The methods that answer questions about images.
func imageMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.read("DescribeImage") {
            try await DescribeImage(services).run(image: $0.string("image"), project: $0.string("project"))
        },
        methods.read("SearchImages") {
            var request = SearchImages.Request()
            request.vulnerability = $0.string("vulnerability")
            request.package = $0.string("package")
            request.commit = $0.string("commit")
            request.base = $0.string("base")
            request.running = $0.flag("running")
            request.includeNotAffected = $0.flag("include_not_affected")
            request.project = $0.string("project")
            request.pageSize = $0.integer("page_size")
            request.pageToken = $0.string("page_token")
            return try await SearchImages(services).run(request)
        },
    ].compactMap(\.self)
}
