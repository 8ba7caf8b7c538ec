import CRNP

/// RNP for one piece of work: a context of its own, its memory freed at the end.
///
/// Contexts share nothing, so sessions on several threads do not meet.
struct RNPSession: ~Copyable {
    private let context: rnp_ffi_t

    /// Does the work in a session.
    static func run<Result>(
        now: Int64,
        _ work: (borrowing RNPSession) throws(AttestationProblem) -> Result
    ) throws(AttestationProblem) -> Result {
        try work(try RNPSession(now: now))
    }

    private init(now: Int64) throws(AttestationProblem) {
        var made: rnp_ffi_t?
        // A context keeps stderr, and at its end closes what it kept unless it still is stderr: so the streams are changed
        // before the first one.
        guard RNPQuiet.run({ rnp_ffi_create(&made, "GPG", "GPG") }) == 0, let made else {
            throw AttestationProblem("the OpenPGP library cannot be started")
        }
        context = made
        rnp_set_timestamp(context, UInt64(max(now, 0) + AttestationLimits.clockSkewSeconds))
    }

    deinit { rnp_ffi_destroy(context) }

    // MARK: Keys

    /// Takes in the public keys of a binary or armoured text.
    func importKeys(_ bytes: [UInt8]) throws(AttestationProblem) {
        let result = try withInput(bytes) { input throws(AttestationProblem) in
            RNPQuiet.run { rnp_import_keys(context, input, UInt32(RNP_LOAD_SAVE_PUBLIC_KEYS), nil) }
        }
        if result != 0 { throw AttestationProblem("the OpenPGP key is not one, or is damaged: \(Self.text(result))") }
    }

    /// The fingerprints of all keys, subkeys included, in lower case.
    func fingerprints() -> [String] {
        var iterator: rnp_identifier_iterator_t?
        guard rnp_identifier_iterator_create(context, &iterator, "fingerprint") == 0 else { return [] }
        defer { rnp_identifier_iterator_destroy(iterator) }
        var found: [String] = []
        var text: UnsafePointer<CChar>?
        while rnp_identifier_iterator_next(iterator, &text) == 0, let text {
            found.append(String(cString: text).lowercased())
        }
        return found
    }

    /// A key by its fingerprint.
    func key(_ fingerprint: String) -> RNPKey? {
        var handle: rnp_key_handle_t?
        let result = RNPQuiet.run { rnp_locate_key(context, "fingerprint", fingerprint, &handle) }
        guard result == 0, let handle else { return nil }
        return RNPKey(handle)
    }

    // MARK: Messages

    /// What a text is: `message`, `cleartext`, `signature` or something else.
    func kind(of bytes: [UInt8]) throws(AttestationProblem) -> String {
        try withInput(bytes) { input throws(AttestationProblem) in
            var text: UnsafeMutablePointer<CChar>?
            guard RNPQuiet.run({ rnp_guess_contents(input, &text) }) == 0, let text else { return "unknown" }
            defer { rnp_buffer_destroy(text) }
            return String(cString: text)
        }
    }

    /// Verifies a message that has its content within.
    func verify(_ message: [UInt8]) throws(AttestationProblem) -> RNPVerification {
        var output: rnp_output_t?
        // Memory ends there, and so does the decompression of a bomb.
        guard rnp_output_to_memory(&output, AttestationLimits.payloadBytesMax) == 0, let output else {
            throw AttestationProblem("the OpenPGP library has no memory")
        }
        defer { rnp_output_destroy(output) }
        return try withInput(message) { input throws(AttestationProblem) in
            var operation: rnp_op_verify_t?
            guard rnp_op_verify_create(&operation, context, input, output) == 0, let operation else {
                throw AttestationProblem("the OpenPGP library cannot read the message")
            }
            defer { rnp_op_verify_destroy(operation) }
            let result = RNPQuiet.run { rnp_op_verify_execute(operation) }
            return RNPVerification(operation, result: result, content: Self.content(of: output))
        }
    }

    /// Verifies a signature over bytes that stand elsewhere.
    func verify(_ signature: [UInt8], over bytes: [UInt8]) throws(AttestationProblem) -> RNPVerification {
        try withInput(bytes) { data throws(AttestationProblem) in
            try withInput(signature) { input throws(AttestationProblem) in
                var operation: rnp_op_verify_t?
                guard rnp_op_verify_detached_create(&operation, context, data, input) == 0, let operation else {
                    throw AttestationProblem("the OpenPGP library cannot read the signature")
                }
                defer { rnp_op_verify_destroy(operation) }
                let result = RNPQuiet.run { rnp_op_verify_execute(operation) }
                return RNPVerification(operation, result: result, content: bytes)
            }
        }
    }

    private static func content(of output: rnp_output_t) -> [UInt8] {
        var buffer: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard rnp_output_memory_get_buf(output, &buffer, &count, false) == 0, let buffer else { return [] }
        return Array(UnsafeBufferPointer(start: buffer, count: count))
    }

    private func withInput<Result>(
        _ bytes: [UInt8],
        _ body: (rnp_input_t) throws(AttestationProblem) -> Result
    ) throws(AttestationProblem) -> Result {
        var input: rnp_input_t?
        guard rnp_input_from_memory(&input, bytes, bytes.count, true) == 0, let input else {
            throw AttestationProblem("the OpenPGP library takes no empty text")
        }
        defer { rnp_input_destroy(input) }
        return try body(input)
    }

    /// RNP's words for a result.
    static func text(_ result: rnp_result_t) -> String {
        rnp_result_to_string(result).map { String(cString: $0) } ?? "error \(result)"
    }
}
