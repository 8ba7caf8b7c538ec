import ArgumentParser
import Foundation

/// How to reach the server; every client command takes these.
struct ClientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Server to talk to: http://HOST:PORT, https://HOST:PORT or unix:PATH (GRAFEION_SERVER; "
                + "default: \(ServerAddress.standard)).",
            valueName: "URL"
        )
    )
    var server: String?

    @Option(
        help: ArgumentHelp(
            "Authorities (PEM) that the server's certificate must come from, in place of the system's (GRAFEION_CA).",
            valueName: "FILE"
        ),
        completion: .file()
    )
    var ca: String?

    @Option(
        help: ArgumentHelp("Certificate chain (PEM) to show to the server (GRAFEION_CLIENT_CERT).", valueName: "FILE"),
        completion: .file()
    )
    var clientCert: String?

    @Option(
        help: ArgumentHelp("Private key (PEM) of that certificate (GRAFEION_CLIENT_KEY).", valueName: "FILE"),
        completion: .file()
    )
    var clientKey: String?

    /// What is in force: flags first, then the environment.
    func resolved(environment: [String: String]) throws(ClientFailure) -> ServerConnection {
        func value(_ flag: String?, _ variable: String) -> String? {
            let found = flag ?? environment[variable]
            return found?.isEmpty == true ? nil : found
        }
        let address = try ServerAddress(parsing: value(server, "GRAFEION_SERVER") ?? ServerAddress.standard)
        let certificate = value(clientCert, "GRAFEION_CLIENT_CERT")
        let key = value(clientKey, "GRAFEION_CLIENT_KEY")
        guard (certificate == nil) == (key == nil) else {
            throw .usage("--client-cert and --client-key go together; only one was given")
        }
        return ServerConnection(
            address: address,
            authorities: value(ca, "GRAFEION_CA"),
            identity: certificate.flatMap { certificate in key.map { (certificate: certificate, key: $0) } }
        )
    }
}

/// The project that bare ids belong to.
struct ProjectOption: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Project, with or without \"projects/\" before it; may have \"/locations/LOCATION\" behind (GRAFEION_PROJECT).",
            valueName: "PROJECT"
        )
    )
    var project: String?

    /// `projects/P`, if a project was named.
    func parent(environment: [String: String]) -> String? {
        let named = project ?? environment["GRAFEION_PROJECT"]
        guard let named, !named.isEmpty else { return nil }
        return named.hasPrefix("projects/") ? named : "projects/\(named)"
    }

    /// As ``parent(environment:)``, for commands that need one.
    func requiredParent(environment: [String: String]) throws(ClientFailure) -> String {
        guard let parent = parent(environment: environment) else {
            throw .usage("name the project: --project PROJECT, or GRAFEION_PROJECT in the environment")
        }
        return parent
    }
}

/// A server and what it takes to be let in.
struct ServerConnection: Sendable {
    let address: ServerAddress
    /// A PEM file.
    let authorities: String?
    /// PEM files.
    let identity: (certificate: String, key: String)?
}
