import ArgumentParser

/// How things of the server are printed.
enum OutputForm: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json, yaml, name
}

/// Prints the entries of a list as they arrive, in one of the forms.
struct EntryPrinter {
    private let form: OutputForm
    private let collection: ResourceCollection
    private let console: Console
    private var table: TextTable?
    private(set) var printed = 0

    init(form: OutputForm, collection: ResourceCollection, console: Console) {
        self.form = form
        self.collection = collection
        self.console = console
    }

    /// Prints some more entries.
    mutating func print(_ entries: [JSONValue]) throws {
        guard !entries.isEmpty else { return }
        switch form {
        case .table: printRows(entries.map(collection.row))
        case .json: printElements(entries)
        case .yaml: console.out(try JSONValue.array(entries).yamlText())
        case .name: console.out(entries.map { ($0["name"]?.text ?? "") + "\n" }.joined())
        }
        printed += entries.count
    }

    /// Closes what the form leaves open.
    func finish() {
        switch form {
        case .json: console.out(printed == 0 ? "[]\n" : "\n]\n")
        case .yaml: if printed == 0 { console.out("[]\n") }
        case .table, .name: break
        }
    }

    private mutating func printRows(_ rows: [[String]]) {
        if let table {
            console.out(table.lines(rows))
        } else {
            let table = TextTable(headings: collection.headings, firstRows: rows, width: console.outputWidth)
            console.out(table.text(rows: rows))
            self.table = table
        }
    }

    private func printElements(_ entries: [JSONValue]) {
        var text = ""
        for (index, entry) in entries.enumerated() {
            text += printed + index == 0 ? "[\n  " : ",\n  "
            text += entry.pretty(level: 1)
        }
        console.out(text)
    }

    /// Prints a single thing.
    static func print(
        one entry: JSONValue,
        form: OutputForm,
        collection: ResourceCollection,
        console: Console
    ) throws {
        switch form {
        case .json: console.out(entry.pretty() + "\n")
        case .yaml: console.out(try entry.yamlText())
        case .table, .name:
            var printer = EntryPrinter(form: form, collection: collection, console: console)
            try printer.print([entry])
        }
    }
}
