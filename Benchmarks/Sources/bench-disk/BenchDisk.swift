import BareSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the disk and SQLite's C API do by themselves; figures go to standard output as `name value` lines.
///
///     bench-disk sync FILE COUNT                        microseconds of a 4 KiB write and its fdatasync, the median
///     bench-disk rows SOURCE TARGET AFTER-KEY PER       rows of SOURCE put into TARGET, PER in a transaction
@main
struct BenchDisk {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("sync", 3):
            let times = try SyncTimes(path: arguments[1], count: Int(arguments[2]) ?? 100)
            print("sync_us_p50 \(times.median)")
            print("sync_us_p90 \(times.ninetieth)")
        case ("rows", 5):
            let copy = try RowCopy(source: arguments[1], target: arguments[2])
            let rows = try copy.run(afterKey: Int64(arguments[3]) ?? 0, perTransaction: Int(arguments[4]) ?? 500)
            print("rows \(rows.count)")
            print("seconds \(rows.seconds)")
        default:
            throw Failure("usage: bench-disk sync FILE COUNT | bench-disk rows SOURCE TARGET AFTER-KEY PER")
        }
    }
}

/// How long the disk takes to make 4 KiB durable.
struct SyncTimes {
    private var microseconds: [Int] = []

    /// Writes within a file that has its length already, as a write-ahead log in steady use has.
    init(path: String, count: Int) throws {
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        guard file >= 0 else { throw Failure("cannot open \(path)") }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 0x5A, count: 4096)
        for index in 0..<count { try Self.write(page, to: file, at: index) }
        _ = Self.sync(file)
        for index in 0..<count {
            let start = ContinuousClock.now
            try Self.write(page, to: file, at: index)
            guard Self.sync(file) == 0 else { throw Failure("the disk does not sync") }
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            microseconds.append(Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000))
        }
        microseconds.sort()
    }

    var median: Int { microseconds[microseconds.count / 2] }
    var ninetieth: Int { microseconds[microseconds.count * 9 / 10] }

    /// What SQLite calls after a commit.
    private static func sync(_ file: Int32) -> Int32 {
        #if canImport(Glibc)
            fdatasync(file)
        #else
            fsync(file)
        #endif
    }

    private static func write(_ page: [UInt8], to file: Int32, at index: Int) throws {
        guard pwrite(file, page, page.count, off_t(index * page.count)) == page.count else {
            throw Failure("the disk does not take the page")
        }
    }
}
