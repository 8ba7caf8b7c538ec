#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Processor time of one call, of all threads together, in the best of several rounds.
func microseconds(calls: Int, _ body: () async throws -> Void) async throws -> Double {
    var best = Double.infinity
    for _ in 0..<5 {
        let start = processorSeconds()
        for _ in 0..<calls { try await body() }
        best = min(best, (processorSeconds() - start) / Double(calls) * 1_000_000)
    }
    return (best * 10).rounded() / 10
}

/// The same of what does not wait.
func microseconds(calls: Int, _ body: () throws -> Void) throws -> Double {
    var best = Double.infinity
    for _ in 0..<5 {
        let start = processorSeconds()
        for _ in 0..<calls { try body() }
        best = min(best, (processorSeconds() - start) / Double(calls) * 1_000_000)
    }
    return (best * 10).rounded() / 10
}

/// Of all threads of the process.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
