import Foundation

/// Standard output and standard error, and what is known of the terminal behind them.
struct Console: Sendable {
    let isOutputTerminal: Bool
    let isErrorTerminal: Bool
    let isInputTerminal: Bool
    /// Columns of the terminal that output goes to; nil when it goes elsewhere.
    let outputWidth: Int?

    init() {
        isOutputTerminal = isatty(STDOUT_FILENO) == 1
        isErrorTerminal = isatty(STDERR_FILENO) == 1
        isInputTerminal = isatty(STDIN_FILENO) == 1
        outputWidth = isOutputTerminal ? Self.terminalWidth() : nil
    }

    /// Columns in which text is read with ease: a hundred, or those of a narrower terminal.
    var readingWidth: Int { max(40, min(outputWidth ?? 100, 100)) }

    /// Writes the text to standard output as it is.
    ///
    /// Ends the program quietly when nobody reads any more, as after `grafeion notes list | head`.
    func out(_ text: String) { Self.write(Array(text.utf8), to: STDOUT_FILENO) }

    func out(_ bytes: [UInt8]) { Self.write(bytes, to: STDOUT_FILENO) }

    /// Writes a line to standard error.
    func note(_ line: String) { Self.write(Array("\(line)\n".utf8), to: STDERR_FILENO) }

    /// Shows a line that the next one replaces; nothing unless standard error is a terminal.
    func progress(_ line: String) {
        guard isErrorTerminal else { return }
        Self.write(Array("\r\u{1B}[K\(line)".utf8), to: STDERR_FILENO)
    }

    /// Takes the progress line away.
    func endProgress() { progress("") }

    /// Asks on the terminal; true only for an answer that begins with y.
    func confirms(_ question: String) -> Bool {
        Self.write(Array("\(question) [y/N] ".utf8), to: STDERR_FILENO)
        return readLine()?.lowercased().hasPrefix("y") ?? false
    }

    private static func terminalWidth() -> Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // 128 + SIGPIPE is what the shell shows for a program whose reader went away.
                exit(errno == EPIPE ? 141 : 1)
            }
        }
    }
}
