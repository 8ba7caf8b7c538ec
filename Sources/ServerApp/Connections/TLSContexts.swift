internal import Foundation
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOSSL

/// What new TLS connections use, renewed when the files change. Connections that are open keep what they began with.
final class TLSContexts: Sendable {
    private struct State {
        var context: NIOSSLContext
        var seen: [FileMark?]
    }

    private let files: TLSFiles
    private let state: NIOLockedValueBox<State>

    /// - Throws: ``ConfigurationProblem``: at the start, broken files are an error; later they are only logged.
    init(files: TLSFiles) throws {
        self.files = files
        let seen = files.paths.map(FileMark.init(of:))
        state = NIOLockedValueBox(State(context: try files.makeContext(), seen: seen))
    }

    var current: NIOSSLContext { state.withLockedValue(\.context) }

    /// Whether clients must show a certificate.
    var asksClients: Bool { files.clientCA != nil }

    /// Looks at the files every so often until the task is cancelled. Polling, because it sees through symbolic links
    /// that are swapped and works on every file system.
    func followFiles(everySeconds seconds: Double, logger: Logger) async {
        while (try? await Task.sleep(for: .seconds(seconds))) != nil {
            renewIfChanged(logger: logger)
        }
    }

    /// Files are replaced one after the other, so a pair that does not fit is tried again at the next change.
    private func renewIfChanged(logger: Logger) {
        let marks = files.paths.map(FileMark.init(of:))
        guard marks != state.withLockedValue(\.seen) else { return }
        do {
            let context = try files.makeContext()
            state.withLockedValue { $0 = State(context: context, seen: marks) }
            logger.info("TLS files have changed; new connections use them")
        } catch {
            state.withLockedValue { $0.seen = marks }
            logger.error(
                "TLS files have changed but cannot be used; new connections use the old ones",
                metadata: ["cause": .string(String(describing: error))]
            )
        }
    }
}

/// What changes when a file is replaced or written.
private struct FileMark: Equatable {
    let inode: UInt64
    let size: UInt64
    let modified: Date

    /// Follows links, because mounted secrets are replaced by a link to other files. Nil if there is no such file.
    init?(of path: String) {
        let file = URL(filePath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file),
            let inode = attributes[.systemFileNumber] as? UInt64, let size = attributes[.size] as? UInt64,
            let modified = attributes[.modificationDate] as? Date
        else { return nil }
        self.inode = inode
        self.size = size
        self.modified = modified
    }
}
