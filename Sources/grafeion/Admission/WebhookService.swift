/// Where a cluster's API server finds the webhook: a Kubernetes Service, by names that Kubernetes would take.
struct WebhookService: Sendable, Equatable {
    /// A label of at most 63 characters that begins with a letter.
    let name: String
    /// A label of at most 63 characters.
    let namespace: String

    /// - Throws: ``ClientFailure`` for a name that Kubernetes would refuse.
    init(name: String, namespace: String) throws(ClientFailure) {
        try Self.check(name, "--service", mayBeginWithDigit: false)
        try Self.check(namespace, "--namespace")
        self.name = name
        self.namespace = namespace
    }

    /// The names that the service's certificate is for. The API server asks for the first; the others are for people who try it by hand.
    var hostNames: [String] {
        ["\(name).\(namespace).svc", "\(name).\(namespace).svc.cluster.local", "\(name).\(namespace)"]
    }

    /// Namespaces are named by labels of RFC 1123, services by those of RFC 1035, which begin with a letter.
    static func check(_ label: String, _ option: String, mayBeginWithDigit: Bool = true) throws(ClientFailure) {
        let bytes = Array(label.utf8)
        let isSpelt = bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == dash }
        guard isSpelt, bytes.count <= 63, bytes.last != dash, let first = bytes.first,
            isLetter(first) || mayBeginWithDigit && isDigit(first)
        else {
            let beginning = mayBeginWithDigit ? "a letter or digit" : "a letter"
            throw .usage(
                """
                \(option) "\(label)" is not a name that Kubernetes takes: at most 63 small letters, digits and dashes, \
                beginning with \(beginning) and not ending with a dash
                """
            )
        }
    }

    private static let dash = UInt8(ascii: "-")

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
