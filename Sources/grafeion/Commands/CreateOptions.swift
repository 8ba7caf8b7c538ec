import ArgumentParser
import Foundation

/// What every `create` takes, and how it is carried out.
struct CreateOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("JSON or YAML to create from; - is standard input.", valueName: "FILE"),
        completion: .file()
    )
    var file: String

    @Option(name: [.short, .long], help: ArgumentHelp("How to print: table, json, yaml or name.", valueName: "FORM"))
    var output: OutputForm = .json

    /// What the file holds.
    func document() throws(ClientFailure) -> JSONValue {
        let bytes = [UInt8](try InputFile.contents(of: file))
        do {
            return try JSONValue(document: bytes)
        } catch {
            throw .file("\(InputFile.name(of: file)): \(error)")
        }
    }

    /// Sends the document and prints what was created.
    func run(
        _ collection: ResourceCollection,
        path: String,
        query: [(String, String)],
        document: JSONValue,
        to connection: ServerConnection
    ) async throws {
        let reply = try await RESTClient.with(connection) { client in
            try await client.post(path, query: query, body: Array(document.compact.utf8))
        }
        let console = Console()
        let created = try JSONValue(reply: reply)
        guard case .array(let many)? = created[collection.rawValue] else {
            return try EntryPrinter.print(one: created, form: output, collection: collection, console: console)
        }
        var printer = EntryPrinter(form: output, collection: collection, console: console)
        try printer.print(many)
        printer.finish()
    }
}

extension JSONValue {
    /// Reads JSON or YAML, whichever it is.
    init(document bytes: [UInt8]) throws(DocumentError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw DocumentError(text: "not UTF-8 text") }
        do {
            try self.init(parsing: bytes)
        } catch let jsonProblem {
            // A text that begins like JSON but is not read as YAML either is JSON with a slip.
            let looksLikeJSON = text.first { !$0.isWhitespace }.map { "{[".contains($0) } ?? false
            do {
                try self.init(yaml: text)
            } catch {
                if looksLikeJSON { throw DocumentError(text: "not JSON: \(jsonProblem)") }
                throw error
            }
        }
        switch self {
        case .object, .array: break
        default: throw DocumentError(text: "expected an object with fields such as \"name: value\"")
        }
    }
}

/// A file to read from, or standard input.
enum InputFile {
    static func contents(of path: String) throws(ClientFailure) -> Data {
        do {
            if path == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw .file("\(name(of: path)) \(isThere ? "cannot be read" : "is not there")")
        }
    }

    /// How messages call it.
    static func name(of path: String) -> String { path == "-" ? "standard input" : path }
}
