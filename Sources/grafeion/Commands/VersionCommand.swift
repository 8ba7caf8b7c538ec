import ArgumentParser

/// `grafeion version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version of the program and of the APIs it serves."
    )

    func run() { Console().out(Self.text) }

    static let version = "0.1.0"

    static let line = "grafeion \(version)"

    static var text: String {
        """
        \(line)
        built with: Swift \(swift), \(build)
        serves: grafeas.v1 (gRPC and REST /v1/), grafeion.v1 (gRPC and REST /grafeion/v1/)

        """
    }

    /// The language tells only which version it is at least.
    private static var swift: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static var build: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }
}
