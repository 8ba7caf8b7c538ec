/// A decision as the server tells it.
struct Judgement: Sendable {
    /// All of it.
    let json: JSONValue
    /// Empty if it was not recorded.
    let name: String
    let policy: String
    /// Empty if no check set is for the pod.
    let checkSet: String
    var images: [JudgedImage]
    let isAllowed: Bool
    /// Whether the verdict blocks; if not it was a dry run.
    let isEnforced: Bool
    let brokeGlass: Bool
    let allowsOnError: Bool
    let wantsTagsResolved: Bool
    /// As the server has it.
    private let toldVerdict: ImageFinding

    init(_ json: JSONValue) {
        self.json = json
        name = json["name"]?.text ?? ""
        policy = json["policy"]?.text ?? ""
        checkSet = json["checkSet"]?.text ?? ""
        images = (json["images"]?.elements ?? []).map(JudgedImage.init)
        isAllowed = json["allowed"] == .bool(true)
        isEnforced = json["enforced"] == .bool(true)
        brokeGlass = json["brokeGlass"] == .bool(true)
        allowsOnError = json["allowsOnError"] == .bool(true)
        wantsTagsResolved = json["wantsTagsResolved"] == .bool(true)
        toldVerdict = ImageFinding(json["verdict"])
    }

    /// The worst of the images.
    var verdict: ImageFinding { images.map(\.verdict).max() ?? toldVerdict }

    /// Whether something that does not pass stands in the way of a pod.
    func blocks(_ verdict: ImageFinding) -> Bool {
        isEnforced && (verdict == .nonConformant || verdict == .error && !allowsOnError)
    }
}

/// What is said of one image.
struct JudgedImage: Sendable {
    /// As the pod has it.
    let image: String
    /// Empty if it is not pinned.
    let digest: String
    let container: String
    var verdict: ImageFinding
    var checks: [JudgedCheck]

    init(_ json: JSONValue) {
        image = json["image"]?.text ?? ""
        digest = json["digest"]?.text ?? ""
        container = json["container"]?.text ?? ""
        verdict = ImageFinding(json["verdict"])
        checks = (json["checks"]?.elements ?? []).map(JudgedCheck.init)
    }

    /// Whether it may be for want of a digest that it does not conform.
    var lacksDigest: Bool { complaints.contains(where: \.needsDigest) }

    /// What is known of an image whose tag should have been resolved and could not be: nothing but what needs no digest.
    /// That it has none is not its fault.
    mutating func withdraw(because reason: String) {
        guard verdict != .skipped else { return }
        for index in checks.indices where checks[index].needsDigest && checks[index].verdict.isComplaint {
            checks[index].verdict = .error
            checks[index].explanation = "the tag could not be resolved: \(reason)"
        }
        verdict = checks.map(\.verdict).max() ?? verdict
    }

    /// What is to be complained of.
    var complaints: [JudgedCheck] { checks.filter { $0.verdict.isComplaint } }
}

/// What one check says of one image.
struct JudgedCheck: Sendable {
    let displayName: String
    /// The field that it has in a policy, `vulnerabilityCheck`.
    let check: String
    var verdict: ImageFinding
    var explanation: String
    /// Names of the occurrences that it rests on.
    let occurrences: [String]

    init(_ json: JSONValue) {
        check = json["check"]?.text ?? ""
        displayName = json["displayName"]?.text ?? check
        verdict = ImageFinding(json["verdict"])
        explanation = json["explanation"]?.text ?? ""
        occurrences = (json["occurrences"]?.elements ?? []).compactMap(\.text)
    }

    /// Whether it asks what is known of the image, and not only what it is called.
    var needsDigest: Bool { !["trustedDirectoryCheck", "alwaysDeny", "scope"].contains(check) }
}

/// `grafeion.v1.Verdict`, from what stands in nobody's way to what is known to be wrong.
enum ImageFinding: String, Sendable, CaseIterable, Comparable {
    case skipped = "SKIPPED"
    case conformant = "CONFORMANT"
    case error = "ERROR"
    case nonConformant = "NON_CONFORMANT"

    /// What is not known here has not been found to be right.
    init(_ json: JSONValue?) { self = json?.text.flatMap(ImageFinding.init) ?? .error }

    var isComplaint: Bool { self == .error || self == .nonConformant }

    /// For people; what they have to see is in capitals.
    var words: String {
        switch self {
        case .skipped: "not checked"
        case .conformant: "conformant"
        case .error: "NOT DECIDED"
        case .nonConformant: "NOT CONFORMANT"
        }
    }

    static func < (left: ImageFinding, right: ImageFinding) -> Bool {
        let order = ImageFinding.allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
}
