import ArgumentParser

/// What every `list` takes, and how it is carried out.
struct ListOptions: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("How to print: table, json, yaml or name.", valueName: "FORM"))
    var output: OutputForm = .table

    @Option(help: ArgumentHelp("List only what this filter finds, such as 'kind=\"BUILD\"'.", valueName: "EXPR"))
    var filter: String?

    @Option(help: ArgumentHelp("Entries to fetch at once, up to 1000.", valueName: "N"))
    var pageSize: Int?

    @Option(help: ArgumentHelp("Stop after this many entries.", valueName: "N"))
    var limit: Int?

    @Flag(help: "Fetch all pages, not only the first.")
    var all = false

    func validate() throws {
        if let pageSize, pageSize < 1 { throw ValidationError("--page-size must be 1 or more") }
        if let limit, limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    /// Prints the list: one page, up to the limit, or all of it.
    func run(_ listing: Listing, of collection: ResourceCollection, from connection: ServerConnection) async throws {
        let console = Console()
        var printer = EntryPrinter(form: output, collection: collection, console: console)
        var token = ""
        try await RESTClient.with(connection) { client in
            repeat {
                let page = try await listing.page(size: size(after: printer.printed), token: token, from: client)
                let wanted = (limit ?? .max) - printer.printed
                let entries = try page.entries.prefix(wanted).map { entry throws in try JSONValue(reply: entry) }
                console.endProgress()
                try printer.print(entries)
                token = page.nextToken
                if all, !token.isEmpty { console.progress("\(printer.printed) \(collection.rawValue)…") }
            } while !token.isEmpty && goesOn(after: printer.printed)
        }
        console.endProgress()
        printer.finish()
        if token.isEmpty, printer.printed == 0 {
            console.note("no \(collection.rawValue) found")
        } else if !token.isEmpty, limit == nil {
            console.note("\(printer.printed) shown, and there are more: --all shows all, --limit N the first N")
        }
    }

    /// A page may come back empty though the list goes on: the server stops a long search after a bounded amount of work.
    private func goesOn(after printed: Int) -> Bool {
        if let limit { return printed < limit }
        return all || printed == 0
    }

    /// Few large pages are faster than many small ones, but no more is fetched than is shown.
    private func size(after printed: Int) -> Int? {
        let largest = 1000
        if let limit { return min(pageSize ?? largest, limit - printed, largest) }
        return pageSize ?? (all ? largest : nil)
    }
}
