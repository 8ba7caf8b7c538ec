import MessageReflection

/// What checks read of a finding: of a scanner's findings, most of what is stored are texts for people, and decoding them is
/// most of what judging an image for the first time costs. Other occurrences are left whole.
///
/// What is not named here stays in, so that a check finds fields that are newer than this list.
enum FindingExcerpt {
    /// `grafeas.v1.Occurrence`: remediation and times.
    private static let occurrenceFields = FieldNumbers([5, 6, 7])
    private static let vulnerabilityField = 8
    /// `grafeas.v1.VulnerabilityOccurrence`: descriptions, links, and the vectors behind the severity.
    private static let vulnerabilityFields = FieldNumbers([3, 5, 6, 7, 10, 11, 12, 15, 16])
    private static let packageIssueField = 4
    /// `grafeas.v1.VulnerabilityOccurrence.PackageIssue`: CPEs and places of files.
    private static let packageIssueFields = FieldNumbers([1, 4, 10])

    /// The excerpt of an encoded occurrence.
    static func bytes(of occurrence: [UInt8]) throws(WireError) -> [UInt8] {
        try occurrence.withWireBytes { bytes throws(WireError) in
            guard try isFinding(bytes) else { return occurrence }
            var writer = WireWriter()
            writer.reserve(bytes.count)
            try copy(bytes, without: occurrenceFields, to: &writer) { field, writer throws(WireError) in
                guard field.number == vulnerabilityField, field.type == .lengthDelimited else { return false }
                try writer.field(vulnerabilityField) { writer throws(WireError) in
                    try vulnerability(field.payload, to: &writer)
                }
                return true
            }
            return writer.bytes
        }
    }

    private static func isFinding(_ occurrence: UnsafeRawBufferPointer) throws(WireError) -> Bool {
        var reader = WireReader(occurrence)
        while let field = try reader.next() {
            if field.number == vulnerabilityField { return true }
        }
        return false
    }

    private static func vulnerability(
        _ bytes: UnsafeRawBufferPointer,
        to writer: inout WireWriter
    ) throws(WireError) {
        try copy(bytes, without: vulnerabilityFields, to: &writer) { field, writer throws(WireError) in
            guard field.number == packageIssueField, field.type == .lengthDelimited else { return false }
            try writer.field(packageIssueField) { writer throws(WireError) in
                try copy(field.payload, without: packageIssueFields, to: &writer) { _, _ in false }
            }
            return true
        }
    }

    /// Copies fields, but those that `special` has written itself.
    private static func copy(
        _ bytes: UnsafeRawBufferPointer,
        without fields: FieldNumbers,
        to writer: inout WireWriter,
        _ special: (WireField, inout WireWriter) throws(WireError) -> Bool
    ) throws(WireError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            if fields.contains(field.number) { continue }
            if try !special(field, &writer) { writer.field(field) }
        }
    }
}

/// Some field numbers below 64; the others are never among them.
private struct FieldNumbers {
    private let bits: UInt64

    init(_ numbers: [Int]) { bits = numbers.reduce(0) { $0 | 1 << UInt64($1) } }

    func contains(_ number: Int) -> Bool { number < 64 && bits >> UInt64(number) & 1 == 1 }
}
