import Foundation

/// The lines of a file or of standard input, read as they are needed.
struct ImportSource {
    /// As messages call it.
    let name: String
    /// Nil for standard input.
    let path: String?
    private let file: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    /// The number of the line that ``next()`` returned last, from 1.
    private(set) var line = 0
    /// Bytes up to the end of that line.
    private(set) var offset = 0

    private static let portion = 1 << 20
    /// An entry's JSON is at most a few times its stored size, which the server bounds to 4 MiB unless told otherwise.
    private static let lineBytesMax = 256 << 20

    private init(name: String, path: String?, file: FileHandle) {
        self.name = name
        self.path = path
        self.file = file
    }

    static func open(path: String) throws(ClientFailure) -> ImportSource {
        if path == "-" { return ImportSource(name: "standard input", path: nil, file: .standardInput) }
        guard let file = FileHandle(forReadingAtPath: path) else {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw .file("\(path) \(isThere ? "cannot be read" : "is not there")")
        }
        return ImportSource(name: path, path: path, file: file)
    }

    /// The next line without its end; nil after the last.
    mutating func next() throws(ClientFailure) -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { start = end + 1 }
                return took(buffer[start..<end], withEnd: 1)
            }
            searched = buffer.count - start
            guard buffer.count - start <= Self.lineBytesMax else {
                throw .file("\(name), line \(line + 1): longer than \(Self.lineBytesMax >> 20) MiB")
            }
            let more = try read()
            if more.isEmpty { break }
            buffer.removeFirst(start)
            start = 0
            buffer.append(contentsOf: more)
        }
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        return took(buffer[start...], withEnd: 0)
    }

    /// Goes on after a line that was read before.
    mutating func skip(toLine line: Int, offset: Int) throws(ClientFailure) {
        do { try file.seek(toOffset: UInt64(offset)) } catch { throw .file("\(name) cannot be read: \(error)") }
        (buffer, start) = ([], 0)
        (self.line, self.offset) = (line, offset)
    }

    /// The last line of a file, so that one that was cut off is known before anything is sent; nil for standard input.
    func lastLine() throws(ClientFailure) -> ArraySlice<UInt8>? {
        guard let path, let file = FileHandle(forReadingAtPath: path) else { return nil }
        do {
            let size = try file.seekToEnd()
            try file.seek(toOffset: size > 4096 ? size - 4096 : 0)
            let tail = [UInt8](try file.readToEnd() ?? Data())
            return tail.split(separator: 0x0A).last { !$0.allSatisfy { $0 == 0x20 || $0 == 0x0D } } ?? []
        } catch {
            throw .file("\(name) cannot be read: \(error)")
        }
    }

    private mutating func took(_ text: ArraySlice<UInt8>, withEnd end: Int) -> ArraySlice<UInt8> {
        line += 1
        offset += text.count + end
        return text
    }

    private func read() throws(ClientFailure) -> Data {
        do { return try file.read(upToCount: Self.portion) ?? Data() } catch {
            throw .file("\(name) cannot be read: \(error)")
        }
    }
}
