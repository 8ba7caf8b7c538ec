import ArgumentParser
import FilterLanguage
import Foundation
import MessageReflection
import Storage
import VersionConversion

/// `grafeion filter …`
struct FilterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter",
        abstract: "Look into filter expressions, without a server.",
        subcommands: [Parse.self, Explain.self]
    )

    struct Parse: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "parse",
            abstract: "Print how a filter is read, as JSON.",
            discussion: """
                A filter that cannot be read is shown with a caret under the fault, and the exit code is 1.

                Example:

                  grafeion filter parse 'kind="BUILD" AND createTime>"2026-01-01"'
                """
        )

        @Argument(help: ArgumentHelp("The filter; put it in single quotes.", valueName: "EXPR"))
        var expression: String

        func run() throws {
            let parsed = try FilterFault.reporting { () throws(FilterError) in try FilterExpression.parse(expression) }
            // The empty filter is no condition.
            guard let parsed else { return Console().out("null\n") }
            Console().out(try JSONValue(reply: Array(parsed.json.utf8)).pretty() + "\n")
        }
    }

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Print how the store would answer a filter.",
            discussion: """
                Shows which indexes are walked, what is tested in SQL, and what is left to be \
                tested on each stored message.

                Examples:

                  grafeion filter explain 'kind="VULNERABILITY" AND severity>=HIGH'
                  grafeion filter explain --notes 'shortDescription:"openssl"'
                """
        )

        @Argument(help: ArgumentHelp("The filter; put it in single quotes.", valueName: "EXPR"))
        var expression: String

        @Flag(help: "The filter is for a list of notes, not of occurrences.")
        var notes = false

        func run() throws {
            let types = try TypeRegistry.load()
            let schema = RecordSchema(types: types, versions: try VersionConversion(types: types))
            let now = FilterTimestamp(seconds: Int64(Date.now.timeIntervalSince1970))
            let explanation = try FilterFault.reporting { () throws(FilterError) in
                try FilterExplanation(filter: expression, project: "PROJECT", forNotes: notes, schema: schema, now: now)
            }
            Console().out(explanation.text + "\n")
        }
    }
}

/// A filter that cannot be read: the message, and below it the text with a caret.
struct FilterFault: Error, CustomStringConvertible {
    let error: FilterError

    var description: String {
        let caret = error.caretDescription.split(separator: "\n").map { "\n  \($0)" }.joined()
        return error.oneLine + caret
    }

    static func reporting<Result>(_ body: () throws(FilterError) -> Result) throws(FilterFault) -> Result {
        do { return try body() } catch { throw FilterFault(error: error) }
    }
}
