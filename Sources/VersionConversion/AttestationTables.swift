import MessageReflection

/// Attestations.
///
/// | occurrence: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | `attestation.generic_signed_attestation.serialized_payload`, `signatures` | – | the same without the two around |
/// | `attestation.pgp_signed_attestation.signature` | `pgp_signed_attestation.signature` | `signatures[0].signature` |
/// | `attestation.pgp_signed_attestation.pgp_key_id` | `pgp_signed_attestation.pgp_key_id` | `signatures[0].public_key_id` |
/// | `content_type` of both | `content_type` | – |
/// | – | – | `jwts` |
///
/// A PGP attestation is text that has its payload in it. So v1beta1 shows a v1 attestation as one if it has a single signature,
/// which is text, and no payload beside it; and as a generic one otherwise. v1alpha1 has no other form and shows the first
/// signature, if that is text.
///
/// Notes are the same everywhere.
enum AttestationTables {
    static let v1beta1 = [
        MessageTable(
            "attestation.Details",
            "AttestationOccurrence",
            inside: "attestation",
            [
                .same("generic_signed_attestation.serialized_payload", "serialized_payload"),
                .same("generic_signed_attestation.signatures", "signatures"),
                .same("pgp_signed_attestation.signature", "signatures.signature"),
                .same("pgp_signed_attestation.pgp_key_id", "signatures.public_key_id"),
            ],
            onlyHere: ["generic_signed_attestation.content_type", "pgp_signed_attestation.content_type"],
            onlyV1: ["jwts"],
            special: SpecialConversion(
                toV1: { details, writer throws(WireError) in
                    var reader = WireReader(details)
                    while let attestation = try reader.next() {
                        if attestation.number == 1 { try writeV1(attestation.payload, to: &writer) }
                    }
                },
                fromV1: { attestation, writer throws(WireError) in
                    let parts = try SignedParts(attestation)
                    try writer.field(1) { inner throws(WireError) in try parts.writeEither(to: &inner) }
                }
            )
        )
    ]

    static let v1alpha1 = [
        MessageTable(
            "AttestationAuthority.AttestationDetails",
            "AttestationOccurrence",
            [
                .same("pgp_signed_attestation.signature", "signatures.signature"),
                .same("pgp_signed_attestation.pgp_key_id", "signatures.public_key_id"),
            ],
            onlyHere: ["pgp_signed_attestation.content_type"],
            onlyV1: ["serialized_payload", "jwts"],
            special: SpecialConversion(
                toV1: { details, writer throws(WireError) in try writeV1(details, to: &writer) },
                fromV1: { attestation, writer throws(WireError) in
                    let parts = try SignedParts(attestation)
                    if let first = parts.signatures.first { _ = try parts.writePGP(first, to: &writer) }
                }
            )
        )
    ]

    /// The fields of `AttestationOccurrence` for a message whose field 1 is a PGP and whose field 2 is a generic attestation.
    private static func writeV1(_ either: UnsafeRawBufferPointer, to writer: inout WireWriter) throws(WireError) {
        var members = WireReader(either)
        while let member = try members.next() {
            var fields = WireReader(member.payload)
            switch member.number {
            case 1:
                // Signature and key have the numbers 1 and 2 in a v1 signature as well; bytes and text are alike on the wire.
                try writer.field(2) { signature throws(WireError) in
                    while let field = try fields.next() {
                        if field.number == 1 || field.number == 2 { signature.field(field) }
                    }
                }
            case 2:
                while let field = try fields.next() {
                    guard field.type == .lengthDelimited else { continue }
                    if field.number == 2 { writer.field(1, bytes: field.payload) }
                    if field.number == 3 { writer.field(2, bytes: field.payload) }
                }
            default: break
            }
        }
    }
}

/// What a v1 attestation has of what the others have.
private struct SignedParts {
    private(set) var payload = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var signatures: [UnsafeRawBufferPointer] = []

    init(_ attestation: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(attestation)
        while let field = try reader.next() {
            if field.number == 1 { payload = field.payload }
            if field.number == 2 { signatures.append(field.payload) }
        }
    }

    /// A member of `grafeas.v1beta1.attestation.Attestation`.
    func writeEither(to writer: inout WireWriter) throws(WireError) {
        if payload.isEmpty && signatures.isEmpty { return }
        if payload.isEmpty, signatures.count == 1, try writePGP(signatures[0], to: &writer) { return }
        writer.field(2) { generic in
            if !payload.isEmpty { generic.field(2, bytes: payload) }
            for signature in signatures { generic.field(3, bytes: signature) }
        }
    }

    /// Writes a PGP attestation as field 1 if the signature is text; tells whether it is.
    func writePGP(_ signature: UnsafeRawBufferPointer, to writer: inout WireWriter) throws(WireError) -> Bool {
        var content: WireField?
        var key: WireField?
        var reader = WireReader(signature)
        while let field = try reader.next() {
            guard field.type == .lengthDelimited else { continue }
            if field.number == 1 { content = field }
            if field.number == 2 { key = field }
        }
        if let content, String(validating: content.payload, as: UTF8.self) == nil { return false }
        writer.field(1) { pgp in
            if let content { pgp.field(content) }
            if let key { pgp.field(key) }
        }
        return true
    }
}
