import CRNP

/// What became of the verification of an OpenPGP message.
struct RNPVerification {
    /// One signature of the message.
    struct Signature {
        let status: rnp_result_t
        /// The fingerprint of the key or subkey that made it, in lower case; empty if that is not among the keys.
        let fingerprint: String
        /// When it was made, as the signer says: seconds since 1970.
        let created: Int64
    }

    let result: rnp_result_t
    /// What was signed.
    let content: [UInt8]
    let signatures: [Signature]

    init(_ operation: rnp_op_verify_t, result: rnp_result_t, content: [UInt8]) {
        self.result = result
        self.content = content
        var count = 0
        rnp_op_verify_get_signature_count(operation, &count)
        signatures = (0..<min(count, AttestationLimits.signaturesMax)).compactMap { index in
            var signature: rnp_op_verify_signature_t?
            guard rnp_op_verify_get_signature_at(operation, index, &signature) == 0 else { return nil }
            var handle: rnp_key_handle_t?
            let hasKey = RNPQuiet.run { rnp_op_verify_signature_get_key(signature, &handle) } == 0
            let fingerprint = hasKey ? handle.map { RNPKey($0).fingerprint } : nil
            var created: UInt32 = 0
            rnp_op_verify_signature_get_times(signature, &created, nil)
            let status = rnp_op_verify_signature_get_status(signature)
            return Signature(status: status, fingerprint: fingerprint ?? "", created: Int64(created))
        }
    }
}
