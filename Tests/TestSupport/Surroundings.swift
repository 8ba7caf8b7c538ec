public import Foundation

/// What the tests find around them: the program that was built with them, the package, its Python, the real data.
///
/// Nothing here is an absolute path: the program lies beside the test bundle, everything else is found from this file.
public enum Surroundings {
    /// The package's directory.
    public static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The program under test.
    public static func executable() throws -> URL {
        // SwiftPM runs the tests from a program, or on macOS a bundle, that lies in the products directory.
        let places = [Bundle.main.executableURL, CommandLine.arguments.first.map { URL(filePath: $0) }].compactMap(
            \.self
        )
        for place in places {
            var directory = place.resolvingSymlinksInPath().deletingLastPathComponent()
            while directory.pathComponents.count > 1 {
                let candidate = directory.appending(path: "grafeion")
                if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
                guard directory.path.contains(".xctest") else { break }
                directory.deleteLastPathComponent()
            }
        }
        throw Missing(what: "the grafeion program beside the tests", remedy: "run `swift build --build-tests`")
    }

    /// The Python that has the official clients.
    public static func python() throws -> URL {
        let python = packageRoot.appending(path: ".venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Missing(what: ".venv with the official Python clients", remedy: "run scripts/setup-python.sh")
        }
        return python
    }

    /// The directory with the real data and the contract tables.
    public static func shared() throws -> URL {
        let shared =
            ProcessInfo.processInfo.environment["GRAFEION_SHARED"].map { URL(filePath: $0) }
            ?? packageRoot.deletingLastPathComponent().appending(path: "shared")
        guard FileManager.default.fileExists(atPath: shared.appending(path: "data").path) else {
            throw Missing(what: "the real data (\(shared.path)/data)", remedy: "name its place with GRAFEION_SHARED")
        }
        return shared
    }
}

/// Something that the tests need is not there.
public struct Missing: Error, CustomStringConvertible {
    public let what: String
    public let remedy: String

    public init(what: String, remedy: String) {
        self.what = what
        self.remedy = remedy
    }

    public var description: String { "\(what) is missing; \(remedy)" }
}
