/// What is judged at once: an image that somebody named, or all images of an object's pods.
struct CheckedPod: Sendable, Equatable {
    /// Where the object stands in a manifest; nil for an image that was named.
    var object: ManifestObject?
    var images: [PodImage]
    /// Nil if nobody says.
    var namespace: String?
    /// Nil if nobody says.
    var serviceAccount: String?

    /// An image as a pod wants it.
    struct PodImage: Sendable, Equatable {
        let image: String
        /// The container that wants it; empty for an image that was named.
        var container = ""
        /// Where it stands in its manifest.
        var place: ManifestPlace?
        /// What its tag was resolved to.
        var digest = ""
    }

    /// What reports call it: `web.yaml: Deployment web`, or the image.
    var title: String {
        if let object { return "\(object.file): \(object.kind) \(object.name)" }
        return images.first?.image ?? ""
    }

    /// The question to the server (`grafeion.v1.CheckImagesRequest`), as far as it is about the pod.
    var members: [JSONValue.Member] {
        let images = self.images.map { image in
            JSONValue.texts([("image", image.image), ("digest", image.digest), ("container", image.container)])
        }
        let pod = JSONValue.texts([("namespace", namespace ?? "default"), ("serviceAccount", serviceAccount ?? "")])
        return [.init(name: "images", value: .array(images)), .init(name: "pod", value: pod)]
    }
}

/// An object of a manifest.
struct ManifestObject: Sendable, Equatable {
    /// As messages call it.
    let file: String
    let kind: String
    /// Empty if the server is to make one.
    let name: String
    let place: ManifestPlace
}

/// A place in a file, from 1.
struct ManifestPlace: Sendable, Equatable {
    let line: Int
    /// In Unicode scalars.
    let column: Int
}

extension JSONValue {
    /// An object of texts, without those that are empty.
    static func texts(_ members: [(String, String)]) -> JSONValue {
        .object(members.filter { !$0.1.isEmpty }.map { Member(name: $0.0, value: .string($0.1)) })
    }
}
