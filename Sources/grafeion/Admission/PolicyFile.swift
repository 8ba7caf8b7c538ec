import AdmissionFrontend
import Foundation
import Logging
import PolicyEngine
import Synchronization

/// A policy in a file, as it is now: the file may be replaced while the webhook runs, as a ConfigMap's is. What cannot be used is
/// not taken but logged, and the last text that could be judges on.
final class PolicyFile: Sendable {
    fileprivate struct State {
        var text: String
        var read: ContinuousClock.Instant
        /// What is wrong with the file since it was replaced, which is logged once.
        var problem: String?
    }

    private let path: String
    private let state: Mutex<State>

    /// Seconds between two looks at the file.
    private static let lookSeconds = 5.0

    /// - Throws: ``ClientFailure`` for a file that has no policy.
    init(path: String) throws {
        self.path = path
        state = Mutex(State(text: try Self.read(path), read: .now))
    }

    /// The policy's text.
    var text: String {
        state.withLock { state in
            if state.read.duration(to: .now) >= .seconds(Self.lookSeconds) {
                state.read = .now
                state.renew(from: path)
            }
            return state.text
        }
    }

    /// A policy by the name of a stored one or of a file.
    static func source(_ named: String) throws -> AdmissionSettings.PolicySource {
        let parts = named.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 4, parts[0] == "projects", parts[2] == "policies" { return .stored(named) }
        guard FileManager.default.fileExists(atPath: named) else {
            let stored = "a policy that the server has is named projects/P/policies/X"
            throw ClientFailure.file("the policy \(named) is not there: there is no such file, and \(stored)")
        }
        let file = try PolicyFile(path: named)
        return .text { file.text }
    }

    fileprivate static func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self)
        else { throw ClientFailure.file("cannot read the policy \(path)") }
        do {
            _ = try PolicyDocument(parsing: text)
        } catch {
            let lines = error.problems.map {
                "\(path):\($0.line):\($0.column): \($0.path.isEmpty ? "" : "\($0.path): ")\($0.message)"
            }
            throw ClientFailure.file(lines.joined(separator: "\n"))
        }
        return text
    }
}

extension PolicyFile.State {
    fileprivate mutating func renew(from path: String) {
        let found: String
        do {
            found = try PolicyFile.read(path)
        } catch {
            let cause = "\(error)"
            if cause != problem {
                Logger(label: "grafeion").error(
                    "the policy's file has changed but cannot be used; the old policy goes on",
                    metadata: ["cause": "\(cause)"]
                )
            }
            problem = cause
            return
        }
        problem = nil
        guard found != text else { return }
        text = found
        Logger(label: "grafeion").info("the policy's file has changed and is used", metadata: ["file": "\(path)"])
    }
}
