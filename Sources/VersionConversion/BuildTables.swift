import MessageReflection

/// Builds.
///
/// | occurrence: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | `provenance`, `provenance_bytes` | the same | the same |
/// | `in_toto_slsa_provenance_v1` | – | `in_toto_slsa_provenance_v1` |
/// | – | – | `intoto_provenance`, `intoto_statement` |
/// | `provenance.end_time` | `provenance.finish_time` | `provenance.end_time` |
/// | `provenance.logs_uri` | `provenance.logs_bucket` | `provenance.logs_uri` |
/// | – | `provenance.built_artifacts.name` | – |
/// | `source_provenance.artifact_storage_source_uri` | `source_provenance.artifact_storage_source` | `source_provenance.artifact_storage_source_uri` |
/// | – | `source_provenance.storage_source`, `repo_source` | – |
/// | `file_hashes` with an enum for the type of hash | the same | the name of the enum's value |
///
/// | note: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | `builder_version` | `builder_version` | `builder_version` |
/// | `signature` | `signature` | – |
///
/// `{bucket: b, object: o, generation: 7}` of v1alpha1 is `gs://b/o#7` elsewhere.
enum BuildTables {
    static let v1beta1 = [
        MessageTable("build.Details", "BuildOccurrence", onlyV1: ["intoto_provenance", "intoto_statement"]),
        MessageTable("build.Build", "BuildNote", onlyHere: ["signature"]),
    ]

    static let v1alpha1 = [
        MessageTable(
            "BuildDetails",
            "BuildOccurrence",
            onlyV1: ["intoto_provenance", "intoto_statement", "in_toto_slsa_provenance_v1"]
        ),
        MessageTable("BuildType", "BuildNote", onlyHere: ["signature"]),
        MessageTable(
            "BuildProvenance",
            "BuildProvenance",
            [.same("finish_time", "end_time"), .same("logs_bucket", "logs_uri")]
        ),
        MessageTable("Artifact", "Artifact", onlyHere: ["name"]),
        MessageTable(
            "Source",
            "Source",
            [
                .rewritten(
                    "artifact_storage_source",
                    "artifact_storage_source_uri",
                    toV1: { message throws(WireError) in try StorageObject(message)?.uri },
                    fromV1: { uri throws(WireError) in StorageObject(uri: uri)?.message }
                )
            ],
            onlyHere: ["storage_source", "repo_source"]
        ),
    ]
}

/// An object in Google Cloud Storage, which v1alpha1 takes apart and v1 names by its URI.
private struct StorageObject {
    var bucket: String = ""
    var object: String = ""
    var generation: Int64 = 0

    /// From `grafeas.v1alpha1.api.StorageSource`; nil if it names no bucket.
    init?(_ message: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(message)
        while let field = try reader.next() {
            switch (field.number, field.type) {
            case (1, .lengthDelimited): bucket = field.text
            case (2, .lengthDelimited): object = field.text
            case (3, .varint): generation = Int64(bitPattern: field.value)
            default: break
            }
        }
        if bucket.isEmpty { return nil }
    }

    /// From `gs://bucket/object#generation`; nil for any other URI.
    init?(uri: UnsafeRawBufferPointer) {
        let uri = String(decoding: uri, as: UTF8.self)
        guard uri.utf8.starts(with: "gs://".utf8) else { return nil }
        let parts = uri.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        bucket = String(parts[0])
        object = String(parts[1])
        guard let mark = object.lastIndex(of: "#"), let number = Int64(object[object.index(after: mark)...]),
            number > 0
        else { return }
        generation = number
        object = String(object[..<mark])
    }

    var uri: [UInt8] {
        Array("gs://\(bucket)/\(object)\(generation == 0 ? "" : "#\(generation)")".utf8)
    }

    var message: [UInt8] {
        var writer = WireWriter()
        writer.field(1, string: bucket)
        if !object.isEmpty { writer.field(2, string: object) }
        if generation != 0 { writer.field(3, varint: UInt64(bitPattern: generation)) }
        return writer.bytes
    }
}
