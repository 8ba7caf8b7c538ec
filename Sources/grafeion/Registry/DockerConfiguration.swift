import Foundation
import MetadataModel

/// What one is let in with.
enum RegistryCredentials: Sendable, Equatable {
    /// User and password as Basic authentication has them: `user:password` in base64.
    case password(String)
    /// A token that token servers give other tokens for.
    case identityToken(String)

    /// Docker's own name of a user that stands for an identity token in place of a password.
    init(user: String, secret: String) {
        self =
            user == "<token>"
            ? .identityToken(secret) : .password(Data("\(user):\(secret)".utf8).base64EncodedString())
    }
}

/// Docker's `config.json`, in which `docker login` leaves what registries want to see.
struct DockerConfiguration: Sendable {
    private let content: JSONValue
    /// For messages.
    private let path: String
    private let environment: [String: String]

    /// Reads `config.json` of `DOCKER_CONFIG` or `~/.docker`; one that is not there has nothing to say.
    static func load(environment: [String: String]) throws(ClientFailure) -> DockerConfiguration {
        let home = environment["HOME"] ?? ""
        let named = environment["DOCKER_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let path = (named ?? "\(home)/.docker") + "/config.json"
        guard FileManager.default.fileExists(atPath: path) else {
            return DockerConfiguration(content: .object([]), path: path, environment: environment)
        }
        do {
            let content = try JSONValue(parsing: [UInt8](InputFile.contents(of: path)))
            return DockerConfiguration(content: content, path: path, environment: environment)
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .file("\(path): \(error)")
        }
    }

    init(content: JSONValue, path: String = "config.json", environment: [String: String] = [:]) {
        self.content = content
        self.path = path
        self.environment = environment
    }

    /// Who we are to a registry, `docker.io` for Docker Hub; nil for nobody.
    ///
    /// As Docker does it: a program named for the registry alone, or else one named for all, keeps the credentials;
    /// where none does, they are in the file.
    func credentials(for registry: String) throws(ClientFailure) -> RegistryCredentials? {
        let key = registry == "docker.io" ? "https://index.docker.io/v1/" : registry
        if let helper = member(of: "credHelpers", for: registry)?.text, !helper.isEmpty {
            return try CredentialProgram(suffix: helper, environment: environment).credentials(for: key)
        }
        if let store = content["credsStore"]?.text, !store.isEmpty,
            let found = try CredentialProgram(suffix: store, environment: environment).credentials(for: key)
        {
            return found
        }
        guard let entry = member(of: "auths", for: registry) else { return nil }
        return try credentials(in: entry, registry)
    }

    private func credentials(in entry: JSONValue, _ registry: String) throws(ClientFailure) -> RegistryCredentials? {
        func text(_ name: String) -> String? { entry[name]?.text.flatMap { $0.isEmpty ? nil : $0 } }
        if let token = text("identitytoken") { return .identityToken(token) }
        if let pair = text("auth") {
            guard let decoded = Data(base64Encoded: pair), decoded.contains(UInt8(ascii: ":")) else {
                throw .file("\(path): auths, \(registry): auth is not user:password in base64")
            }
            return .password(pair)
        }
        guard let user = text("username"), let password = text("password") else { return nil }
        return RegistryCredentials(user: user, secret: password)
    }

    /// The member for a registry, whose name may stand there as a host or as a URL.
    private func member(of name: String, for registry: String) -> JSONValue? {
        guard case .object(let members)? = content[name] else { return nil }
        let names: Set =
            registry == "docker.io" ? ["docker.io", "index.docker.io", "registry-1.docker.io"] : [registry]
        return members.first { names.contains(Self.host(of: $0.name)) }?.value
    }

    private static func host(of key: String) -> String {
        let start = key.firstRange(of: "://")?.upperBound ?? key.startIndex
        return String(key[start...].prefix { $0 != "/" })
    }
}

/// A program that keeps credentials, `docker-credential-{suffix}`, and speaks Docker's protocol of such programs.
struct CredentialProgram {
    let suffix: String
    let environment: [String: String]

    /// - Returns: nil if it keeps none for the registry.
    func credentials(for registry: String) throws(ClientFailure) -> RegistryCredentials? {
        let name = "docker-credential-\(suffix)"
        guard suffix.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }) else {
            throw .file("\(name.quotedForMessage) is no name of a program that keeps credentials")
        }
        let output: String
        let isDone: Bool
        do { (output, isDone) = try run(name, input: registry) } catch { throw .file("cannot run \(name): \(error)") }
        guard isDone else {
            if output.contains("credentials not found") { return nil }
            throw .file(
                "\(name) gives no credentials for \(registry): \(output.prefix(200).trimmingCharacters(in: .newlines))"
            )
        }
        let reply = try? JSONValue(parsing: output.utf8)
        guard let user = reply?["Username"]?.text, let secret = reply?["Secret"]?.text else {
            throw .file("\(name) answered without Username and Secret")
        }
        return secret.isEmpty ? nil : RegistryCredentials(user: user, secret: secret)
    }

    /// Its output, and whether it ended well.
    private func run(_ name: String, input: String) throws -> (String, Bool) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name, "get"]
        process.environment = environment
        let (stdin, stdout) = (Pipe(), Pipe())
        // Written before there is a reader that could go away: so little fits the pipe.
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus == 0)
    }
}
