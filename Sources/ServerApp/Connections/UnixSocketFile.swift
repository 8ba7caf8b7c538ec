internal import Foundation

/// The file of a unix socket: it outlives a process that was killed, and has to be told apart from one in use.
struct UnixSocketFile: Sendable {
    let path: String

    /// Removes what a dead server left behind.
    ///
    /// - Throws: ``ConfigurationProblem`` if someone listens there, or if it is no socket.
    func clear() throws {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return }
        guard attributes[.type] as? FileAttributeType == .typeSocket else {
            throw ConfigurationProblem(
                "unix:\(path): there is a file of that name and it is not a socket; remove it first"
            )
        }
        if try isAnswered() {
            throw ConfigurationProblem(
                "unix:\(path): another process listens on this socket; stop it or choose another path"
            )
        }
        remove()
    }

    func remove() {
        unlink(path)
    }

    private func isAnswered() throws -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw ConfigurationProblem("unix:\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            // The last byte stays zero.
            room.copyBytes(from: path.utf8.prefix(room.count - 1))
        }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // Only a refusal proves that nobody listens; a full queue, say, means that somebody does.
        return result == 0 || errno != ECONNREFUSED
    }
}
