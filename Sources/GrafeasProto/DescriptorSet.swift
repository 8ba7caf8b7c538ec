#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The compiled descriptors did not survive the build: the base64 constant is not base64.
public struct DescriptorSetUnreadable: Error, CustomStringConvertible {
    public var description: String { "the embedded descriptor set is not valid base64; run scripts/generate.sh again" }
}

/// The encoded `google.protobuf.FileDescriptorSet` of everything below Protos/, imports included, in dependency order.
///
/// Bytes, not a decoded message: reflection hands the files on as they are, and reads the few facts it needs itself.
/// Costs a base64 decoding of about 70 KB; call it once.
public func grafeasDescriptorSet() throws -> [UInt8] {
    guard let data = Data(base64Encoded: encodedDescriptorSet) else { throw DescriptorSetUnreadable() }
    return [UInt8](data)
}
