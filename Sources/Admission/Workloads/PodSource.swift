/// What matters of an object that is a pod or makes pods.
struct PodSource {
    let metadata: ObjectField
    let serviceAccount: String
    /// In the order of their lists: init containers, containers, ephemeral containers, image volumes.
    let images: [ContainerImage]
    let breakGlass: BreakGlassRequest?

    init(_ object: ObjectField, _ form: WorkloadForm) throws(AdmissionProblem) {
        metadata = try object.member("metadata")
        let outer: ObjectField
        let layers: [ObjectField]
        switch form {
        case .pod:
            outer = object
            layers = [metadata]
        case .template:
            outer = try object.member("spec", "template")
            layers = [metadata, try outer.member("metadata")]
        case .jobTemplate:
            let job = try object.member("spec", "jobTemplate")
            outer = try job.member("spec", "template")
            layers = [metadata, try job.member("metadata"), try outer.member("metadata")]
        }
        let spec = try outer.member("spec")
        images = try Self.images(spec)
        serviceAccount = try Self.serviceAccount(spec)
        breakGlass = try Self.breakGlass(layers)
    }

    private static func images(_ spec: ObjectField) throws(AdmissionProblem) -> [ContainerImage] {
        var images: [ContainerImage] = []
        for (list, kind) in lists {
            for container in try spec.member(list).elements() {
                images.append(
                    ContainerImage(
                        container: try container.member("name").string(),
                        kind: kind,
                        image: try container.member("image").requiredString()
                    )
                )
            }
        }
        return try images + volumeImages(spec)
    }

    /// Of image volumes: files of an image are run as easily as the image.
    private static func volumeImages(_ spec: ObjectField) throws(AdmissionProblem) -> [ContainerImage] {
        var images: [ContainerImage] = []
        for volume in try spec.member("volumes").elements() {
            let image = try volume.member("image")
            if image.isMissing { continue }
            images.append(
                ContainerImage(
                    container: try volume.member("name").string(),
                    kind: .volume,
                    image: try image.member("reference").requiredString()
                )
            )
        }
        return images
    }

    private static let lists: [(String, ContainerImage.Kind)] = [
        ("initContainers", .initContainer), ("containers", .container), ("ephemeralContainers", .ephemeral),
    ]

    /// `serviceAccount` is the name before v1 that API servers still fill in; a pod that names none is `default`.
    private static func serviceAccount(_ spec: ObjectField) throws(AdmissionProblem) -> String {
        let names = [try spec.member("serviceAccountName").string(), try spec.member("serviceAccount").string()]
        return names.first { !$0.isEmpty } ?? "default"
    }

    /// From the object itself or from what its pods will have.
    private static func breakGlass(_ layers: [ObjectField]) throws(AdmissionProblem) -> BreakGlassRequest? {
        for metadata in layers {
            if let request = try BreakGlassRequest(in: metadata) { return request }
        }
        return nil
    }
}
