import CRNP

/// A key, or subkey, in a session.
struct RNPKey: ~Copyable {
    private let handle: rnp_key_handle_t

    init(_ handle: rnp_key_handle_t) {
        self.handle = handle
    }

    deinit { rnp_key_handle_destroy(handle) }

    /// In lower case.
    var fingerprint: String { text(rnp_key_get_fprint).lowercased() }

    /// The fingerprint of the key that it belongs to; empty if it is a primary key itself.
    var primaryFingerprint: String { text(rnp_key_get_primary_fprint).lowercased() }

    /// How it signs, in OpenPGP's words and with its size or curve: `RSA 3072`, `EDDSA Ed25519`.
    var algorithm: String {
        let curve = text(rnp_key_get_curve)
        var bits: UInt32 = 0
        let size = rnp_key_get_bits(handle, &bits) == 0 ? "\(bits)" : ""
        return [text(rnp_key_get_alg), curve.isEmpty ? size : curve].filter { !$0.isEmpty }.joined(separator: " ")
    }

    var isPrimary: Bool { flag(rnp_key_is_primary) }
    var isRevoked: Bool { flag(rnp_key_is_revoked) }
    var isExpired: Bool { flag(rnp_key_is_expired) }
    /// Whether its own signatures bind it, and it is neither expired nor revoked.
    var isValid: Bool { flag(rnp_key_is_valid) }

    var maySign: Bool {
        var result = false
        return RNPQuiet.run { rnp_key_allows_usage(handle, "sign", &result) } == 0 && result
    }

    /// The key with its subkeys, binary.
    var transferable: [UInt8]? {
        var output: rnp_output_t?
        guard rnp_output_to_memory(&output, 0) == 0, let output else { return nil }
        defer { rnp_output_destroy(output) }
        let flags = UInt32(RNP_KEY_EXPORT_PUBLIC) | UInt32(RNP_KEY_EXPORT_SUBKEYS)
        guard RNPQuiet.run({ rnp_key_export(handle, output, flags) }) == 0 else { return nil }
        var buffer: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard rnp_output_memory_get_buf(output, &buffer, &count, false) == 0, let buffer else { return nil }
        return Array(UnsafeBufferPointer(start: buffer, count: count))
    }

    private func flag(_ ask: (rnp_key_handle_t?, UnsafeMutablePointer<Bool>?) -> rnp_result_t) -> Bool {
        var result = false
        return RNPQuiet.run { ask(handle, &result) } == 0 && result
    }

    private func text(
        _ ask: (rnp_key_handle_t?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> rnp_result_t
    ) -> String {
        var text: UnsafeMutablePointer<CChar>?
        guard RNPQuiet.run({ ask(handle, &text) }) == 0, let text else { return "" }
        defer { rnp_buffer_destroy(text) }
        return String(cString: text)
    }
}
