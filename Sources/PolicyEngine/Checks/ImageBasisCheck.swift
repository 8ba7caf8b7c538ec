import GrafeasProto
import MetadataModel

/// The image stands on one of some images.
struct ImageBasisCheck: ImageCheck {
    static let field = "baseImageCheck"

    var allowedBases: [ImagePattern]

    var dependsOnTime: Bool { false }

    func answer(_ subject: Subject, _ context: CheckContext) -> Answer {
        // The nearest base decides: what that stands on is its own affair.
        let bases = subject.images.filter { !$0.image.baseResourceURL.isEmpty }
        guard let nearest = bases.min(by: { $0.image.distance < $1.image.distance }) else {
            let what =
                "the base of the image is not known; ingest the images that the policy allows as bases, then this one"
            return Answer(.missing, what, subject.images.map(\.name))
        }
        let uri = ResourceURI(nearest.image.baseResourceURL).canonical
        let shown = uri.quotedForMessage
        guard let base = try? ImageName(uri) else {
            return Answer(.violated, "the base \(shown) is not the name of an image", [nearest.name])
        }
        if let pattern = allowedBases.first(where: { $0.matches(base) }) {
            return Answer(.satisfied, "the base \(shown) is allowed by \(pattern.text)", [nearest.name])
        }
        let allowed = allowedBases.map(\.text).named(allowedBases.count, max: context.limits.namedFindingsMax)
        let what = "the base \(shown) is none of the allowed ones (\(allowed)); build on one of them"
        return Answer(.violated, what, [nearest.name])
    }
}
