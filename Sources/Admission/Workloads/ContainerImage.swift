import MetadataModel

/// An image and the container that runs it, or the volume that it is mounted as.
public struct ContainerImage: Sendable, Hashable {
    /// The list that the container or volume is in.
    public enum Kind: String, Sendable, CaseIterable {
        case container
        case initContainer = "init"
        case ephemeral
        /// `spec.volumes`: an image volume (KEP-4639), whose files the containers see.
        case volume
    }

    /// The container's name, or the volume's.
    public let container: String
    public let kind: Kind
    /// As it is written in the object.
    public let image: String

    public init(container: String, kind: Kind, image: String) {
        self.container = container
        self.kind = kind
        self.image = image
    }

    /// Names are the same if their bytes are: two images that only Unicode holds to be one are two.
    public static func == (left: ContainerImage, right: ContainerImage) -> Bool {
        left.kind == right.kind && left.image.isSame(as: right.image) && left.container.isSame(as: right.container)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(ExactText(container))
        hasher.combine(ExactText(image))
    }
}

extension String {
    /// Whether two texts have the same bytes.
    func isSame(as other: String) -> Bool { ExactText(self) == ExactText(other) }
}
