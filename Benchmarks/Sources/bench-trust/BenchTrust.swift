import Attestations

/// What judging costs in this process, in microseconds of its processor time, as `name value` lines:
///
///     bench-trust evaluate DATABASE IMAGES     the first images once each, and often the one with 200 occurrences
///     bench-trust payload                      writes the payload that the next one wants signed
///     bench-trust verify DIRECTORY             one signature of each kind; rsa.pem, and pgp.asc with pgp.sig
@main
struct BenchTrust {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("evaluate", 3):
            guard let images = Int(arguments[2]) else { throw Failure("how many images?") }
            try await Evaluation(database: arguments[1], images: images).run()
        case ("payload", 1): print(String(decoding: try Verification.payload().bytes, as: UTF8.self), terminator: "")
        case ("verify", 2): try Verification(directory: arguments[1]).run()
        default: throw Failure("usage: bench-trust evaluate DATABASE IMAGES | payload | verify DIRECTORY")
        }
    }
}

/// Why there is no figure.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
