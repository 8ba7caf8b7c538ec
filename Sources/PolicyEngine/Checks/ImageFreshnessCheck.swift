import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// The image is not older than some days, by the end of its build.
///
/// The image's own configuration is known as a build too. Of several builds the newest counts: it is the one that the
/// registry has. An image of unknown age does not conform.
struct ImageFreshnessCheck: ImageCheck {
    static let field = "imageFreshnessCheck"

    var maxUploadAgeDays: Int

    func answer(_ subject: Subject, _ context: CheckContext) -> Answer {
        let ages = subject.builds.compactMap { occurrence, summary in
            summary.finished.flatMap(context.age).map { (age: $0, name: occurrence.name) }
        }
        guard let youngest = ages.min(by: { $0.age < $1.age }) else {
            let what = "when the image was built is not known; ingest its provenance or its configuration"
            return Answer(.missing, what, subject.builds.map(\.occurrence.name))
        }
        let bound = "\(maxUploadAgeDays) day\(maxUploadAgeDays == 1 ? "" : "s") at most"
        if youngest.age <= Int64(maxUploadAgeDays) * 86_400 {
            return Answer(.satisfied, "the image is \(youngest.age.span) old, \(bound)", [youngest.name])
        }
        return Answer(.violated, "the image is \(youngest.age.span) old, \(bound); build it again", [youngest.name])
    }
}
