/// Denies every image: for what must not run at all.
struct AlwaysDenyCheck: ImageCheck {
    static let field = "alwaysDeny"

    var readsMetadata: Bool { false }
    var dependsOnTime: Bool { false }

    func answer(_ subject: Subject, _ context: CheckContext) -> Answer {
        Answer(.violated, "the policy denies all images here; add the image to an imageAllowlist if it must run")
    }
}

/// The image comes from one of some directories.
struct TrustedDirectoryCheck: ImageCheck {
    static let field = "trustedDirectoryCheck"

    var patterns: [ImagePattern]

    var readsMetadata: Bool { false }
    var dependsOnTime: Bool { false }

    func answer(_ subject: Subject, _ context: CheckContext) -> Answer {
        if let pattern = patterns.first(where: { $0.contains(context.image) }) {
            return Answer(.satisfied, "\(context.image.repository) is in the trusted directory \(pattern.text)")
        }
        let trusted = patterns.map(\.text).named(patterns.count, max: context.limits.namedFindingsMax)
        let what = "\(context.image.repository) is in none of the trusted directories (\(trusted))"
        return Answer(.violated, "\(what); push the image to one of them")
    }
}
