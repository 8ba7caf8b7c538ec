import ArgumentParser
import Attestations
import Foundation

/// `grafeion keys …`
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make keys that attest, and say how signatures name them.",
        subcommands: [Generate.self, ID.self, List.self]
    )

    struct Generate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generate",
            abstract: "Make a key pair, and print its id.",
            discussion: """
                The private key is PKCS #8 in PEM, not encrypted, and only its owner may read the file. The \
                public key is in a file beside it, with .pub behind the name. Neither is written over \
                something.

                Examples:

                  grafeion keys generate --output qa.key
                  grafeion keys generate --algorithm ed25519 --output qa.key
                """
        )

        /// What may be made.
        enum Algorithm: String, ExpressibleByArgument, CaseIterable {
            case ecdsaP256 = "ecdsa-p256"
            case ed25519

            var kind: SigningKey.NewKind {
                switch self {
                case .ecdsaP256: .p256
                case .ed25519: .ed25519
                }
            }
        }

        @Option(help: ArgumentHelp("The key's kind: ecdsa-p256 or ed25519.", valueName: "ALGORITHM"))
        var algorithm: Algorithm = .ecdsaP256

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("File of the private key.", valueName: "FILE"),
            completion: .file()
        )
        var output = "attestor.key"

        func run() throws {
            let (key, publicPath) = try KeyFile.generate(algorithm.kind, path: output)
            let console = Console()
            console.out("\(key.id)\n")
            console.note("the private key is in \(output), the public one in \(publicPath)")
        }
    }

    struct ID: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "id",
            abstract: "Print how signatures name the keys in files, and their algorithms.",
            discussion: """
                Reads public and private keys in PEM, and public ones of OpenPGP in ASCII armour.

                Examples:

                  grafeion keys id qa.key.pub
                  gpg --armor --export qa@shop.example | grafeion keys id - -o name
                """
        )

        @Argument(
            help: ArgumentHelp("Files with keys; - is standard input.", valueName: "FILE"),
            completion: .file()
        )
        var files: [String]

        @Option(
            help: ArgumentHelp(
                "How a key signs that does not say it itself, such as RSA_PSS_2048_SHA256.",
                valueName: "ALGORITHM"
            )
        )
        var algorithm: String?

        @Option(
            name: [.short, .long],
            help: ArgumentHelp("How to print: table, json, yaml or name.", valueName: "FORM")
        )
        var output: OutputForm = .table

        func run() throws {
            let named = try algorithm.flatMap { try SignatureAlgorithm.named($0) }
            let keys = try files.flatMap { file in
                try KeyFile.keys(in: file, algorithm: named).map { key in
                    KeyRow([("id", key.id), ("algorithm", key.algorithm), ("file", InputFile.name(of: file))])
                }
            }
            try KeyRow.print(keys, output)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the public keys of attestors, and what each signs.",
            discussion: """
                Examples:

                  grafeion keys list --attestor projects/security/attestors/qa
                  grafeion keys list --project security -o json
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption

        @Option(
            help: ArgumentHelp("The attestor, several times if need be; all of the project if none.", valueName: "NAME")
        )
        var attestor: [String] = []

        @Option(
            name: [.short, .long],
            help: ArgumentHelp("How to print: table, json, yaml or name.", valueName: "FORM")
        )
        var output: OutputForm = .table

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let attestors = try await RESTClient.with(client.resolved(environment: environment)) { client in
                if attestor.isEmpty {
                    let parent = try project.requiredParent(environment: environment)
                    return try await Attestor.all(of: ResourceCollection.projectOnly(parent), from: client)
                }
                let parent = try project.parent(environment: environment).map(ResourceCollection.projectOnly)
                var found: [Attestor] = []
                for name in attestor {
                    let fullName = try ResourceCollection.attestors.fullName(name, parent: parent)
                    found.append(try await Attestor.get(fullName, from: client))
                }
                return found
            }
            let keys = attestors.flatMap { attestor in
                attestor.keys.map { key in
                    KeyRow([
                        ("id", key.id), ("algorithm", key.algorithm),
                        ("signs", key.signsText),
                        ("attestor", attestor.name), ("comment", key.comment),
                    ])
                }
            }
            try KeyRow.print(keys, output)
        }
    }
}

/// What is printed of a key.
struct KeyRow {
    private let cells: [(name: String, text: String)]

    init(_ cells: [(name: String, text: String)]) { self.cells = cells }

    private var json: JSONValue { .object(cells.map { .init(name: $0.name, value: .string($0.text)) }) }

    /// Prints keys in one of the forms; a table is not cut, because an id that is cut is none.
    static func print(_ rows: [KeyRow], _ form: OutputForm) throws {
        let console = Console()
        let json = JSONValue.array(rows.map(\.json))
        switch form {
        case .table:
            guard let first = rows.first else { return console.note("no keys found") }
            let headings = first.cells.map { $0.name.uppercased() }
            let texts = rows.map { $0.cells.map(\.text) }
            console.out(TextTable(headings: headings, firstRows: texts, width: nil).text(rows: texts))
        case .json: console.out(json.pretty() + "\n")
        case .yaml: console.out(try json.yamlText())
        case .name: console.out(rows.map { "\($0.cells[0].text)\n" }.joined())
        }
    }
}
