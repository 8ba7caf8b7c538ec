import GrafeasProto
import MessageReflection
import MetadataModel
import Payloads
import SwiftProtobuf
import VersionConversion

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What it costs to read a record of the store in another version of the API; microseconds of processor time go to standard
/// output as `name value` lines.
///
///     bench-versions
@main
struct BenchVersions {
    static func main() throws {
        let versions = try VersionConversion(types: TypeRegistry.load())
        let messages = try (0..<64).map { finding -> [UInt8] in
            try Payload(noteCount: 5000).occurrence(image: finding, finding: finding).serializedBytes()
        }
        print("v1_decode_encode_us", try microseconds(for: messages, decodedAndEncoded))
        for version in [APIVersion.v1beta1, .v1alpha1] {
            let form = versions.form(version, .occurrence)
            let stored = messages.map { StoredRecord(message: $0) }
            print("\(version)_us", try microseconds(for: stored) { try form.reading($0).count })
            let kept = try stored.map { try recordThatSaysMore(of: $0, in: form) }
            print("\(version)_kept_us", try microseconds(for: kept) { try form.reading($0).count })
            let views = try stored.map(form.reading)
            print("\(version)_write_us", try microseconds(for: views) { try form.writing($0).message.count })
        }
    }

    private static func decodedAndEncoded(_ message: [UInt8]) throws -> Int {
        let bytes: [UInt8] = try Grafeas_V1_Occurrence(serializedBytes: message).serializedBytes()
        return bytes.count
    }

    /// The record as written in the version with a field that v1 does not have.
    private static func recordThatSaysMore(of stored: StoredRecord, in form: RecordForm) throws -> StoredRecord {
        var writer = WireWriter(try form.reading(stored))
        writer.field(50_000, string: "a field of a newer server")
        let record = try form.writing(writer.bytes)
        guard !record.kept.isEmpty else { throw Failure("nothing was kept of \(form.type)") }
        return record
    }

    /// Processor time of one call, in the best of several rounds.
    private static func microseconds<Input>(for inputs: [Input], _ body: (Input) throws -> Int) throws -> Double {
        let calls = 100
        var best = Double.infinity
        for _ in 0..<8 {
            var produced = 0
            let start = processorSeconds()
            for _ in 0..<calls {
                for input in inputs { produced += try body(input) }
            }
            let seconds = processorSeconds() - start
            guard produced > 0 else { throw Failure("nothing was produced") }
            best = min(best, seconds / Double(calls * inputs.count) * 1_000_000)
        }
        return (best * 100).rounded() / 100
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Why there is no figure.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
