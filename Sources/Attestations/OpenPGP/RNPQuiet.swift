import CRNP

/// Keeps RNP from writing to stderr, which is arranged once (`CRNP/shim.h`) and holds for one thread and one call: the
/// sentence with which Swift ends a program goes the same way, and must come through.
enum RNPQuiet {
    private static let key = crnp_quiet_key()

    /// Makes a call of RNP whose complaints nobody reads.
    static func run<Result>(_ call: () -> Result) -> Result {
        // Any value but nil says "quiet".
        pthread_setspecific(key, UnsafeRawPointer(bitPattern: 1))
        defer { pthread_setspecific(key, nil) }
        return call()
    }
}
