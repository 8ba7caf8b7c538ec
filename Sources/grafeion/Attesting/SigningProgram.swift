import Foundation

/// A program that gets on standard input what is to be signed, and writes the signature to standard output.
struct SigningProgram {
    /// The program's path, and its arguments.
    let arguments: [String]
    /// For messages.
    let name: String
    /// Somebody may have to type a PIN, or touch a key.
    var secondsMax = 120

    /// Bytes that POSIX lets be written at once, and for which an empty pipe has room: nobody has to read before all is
    /// written, and nobody can go away in between.
    private static let inputBytesMax = 4096
    /// A signature of OpenPGP has the payload within; none is nearly so large.
    private static let outputBytesMax = 1 << 20

    /// Runs it to its end.
    /// - Returns: what it wrote to standard output, which is not empty.
    func output(for input: [UInt8]) throws(ClientFailure) -> [UInt8] {
        if input.count > Self.inputBytesMax {
            throw .usage("what is to be signed has \(input.count) bytes; \(Self.inputBytesMax) are the most")
        }
        let process = Process()
        let (stdout, stderr) = (Pipe(), Pipe())
        do {
            let stdin = Pipe()
            try stdin.fileHandleForWriting.write(contentsOf: Data(input))
            try stdin.fileHandleForWriting.close()
            process.executableURL = URL(fileURLWithPath: arguments[0])
            process.arguments = Array(arguments.dropFirst())
            process.standardInput = stdin
            process.standardOutput = stdout
            process.standardError = stderr
            try process.run()
        } catch {
            throw .usage("cannot run \(name): \(error)")
        }
        let deadline = ContinuousClock.now.advanced(by: .seconds(secondsMax))
        var outlets = [Outlet(stdout), Outlet(stderr)]
        let end = Self.read(&outlets, from: process, until: deadline)
        if end != .atEnd { process.terminate() }
        let errors = Self.text(outlets[1].bytes)
        switch end {
        case .late: throw .usage("\(name) has not signed within \(secondsMax) seconds\(errors)")
        case .tooMuch: throw .usage("\(name) writes more than \(Self.outputBytesMax) bytes; that is no signature")
        case .atEnd: break
        }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let isExit = process.terminationReason == .exit
            let how = isExit ? "failed with exit code" : "was ended by signal"
            throw .usage("\(name) \(how) \(process.terminationStatus)\(errors)")
        }
        if outlets[0].bytes.isEmpty { throw .usage("\(name) wrote no signature to standard output\(errors)") }
        return outlets[0].bytes
    }

    /// One of the pipes that the program writes to.
    private struct Outlet {
        private let pipe: Pipe
        var descriptor: Int32 { pipe.fileHandleForReading.fileDescriptor }
        var bytes: [UInt8] = []
        var isOpen = true

        init(_ pipe: Pipe) { self.pipe = pipe }

        mutating func read() {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count > 0 {
                bytes += buffer[..<count]
            } else if count == 0 || errno != EINTR {
                isOpen = false
            }
        }
    }

    private enum End { case atEnd, late, tooMuch }

    /// Reads all that the program writes, until it has ended.
    private static func read(
        _ outlets: inout [Outlet],
        from process: Process,
        until deadline: ContinuousClock.Instant
    ) -> End {
        while outlets.contains(where: \.isOpen) || process.isRunning {
            let left = ContinuousClock.now.duration(to: deadline)
            if left <= .zero { return .late }
            var polled = outlets.map { pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0) }
            // Without an open pipe this is the pause between two looks at the process.
            let isOpen = outlets.contains(where: \.isOpen)
            let milliseconds = isOpen ? Int32(clamping: Int64(left / .milliseconds(1)) + 1) : 5
            guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { continue }
            for index in outlets.indices where polled[index].revents != 0 {
                outlets[index].read()
                if outlets[index].bytes.count > outputBytesMax { return .tooMuch }
            }
        }
        return .atEnd
    }

    /// The end of what the program says went wrong, to stand behind a message.
    private static func text(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.suffix(1000), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let lines = text.split(whereSeparator: \.isNewline).map { "\n  \(TextTable.oneLine(String($0)))" }
        return lines.isEmpty ? "" : ":" + lines.joined()
    }

    /// The bytes that a text in base64 stands for, in however many lines; nil if it is none.
    static func decoded(_ text: [UInt8]) -> [UInt8]? {
        let characters = text.filter { !" \t\r\n".utf8.contains($0) }
        guard !characters.isEmpty, let data = Data(base64Encoded: Data(characters)) else { return nil }
        return [UInt8](data)
    }
}
