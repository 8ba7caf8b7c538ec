/// Appends fields to an encoded message; grows one array and allocates nothing else.
public struct WireWriter {
    /// What has been written so far.
    public var bytes: [UInt8]

    /// A writer that appends to `bytes`.
    @inlinable
    public init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    /// Makes room for `count` more bytes.
    public mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(bytes.count + count)
    }

    /// Writes a bare varint, as packed lists have them.
    @inlinable
    public mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Writes a bare tag.
    @inlinable
    public mutating func tag(_ number: Int, _ type: WireType) {
        varint(UInt64(number) << 3 | UInt64(type.rawValue))
    }

    /// Writes a varint field: int32, int64, uint32, uint64, bool, enum (negative numbers sign-extended to 64 bits).
    @inlinable
    public mutating func field(_ number: Int, varint value: UInt64) {
        tag(number, .varint)
        varint(value)
    }

    /// Writes a string field.
    public mutating func field(_ number: Int, string: String) {
        tag(number, .lengthDelimited)
        varint(UInt64(string.utf8.count))
        bytes.append(contentsOf: string.utf8)
    }

    /// Writes a length-delimited field (bytes, an encoded message, a packed list) from memory.
    @inlinable
    public mutating func field(_ number: Int, bytes payload: UnsafeRawBufferPointer) {
        tag(number, .lengthDelimited)
        varint(UInt64(payload.count))
        bytes.append(contentsOf: payload)
    }

    /// Writes a length-delimited field (bytes, an encoded message, a packed list).
    @inlinable
    public mutating func field(_ number: Int, bytes payload: [UInt8]) {
        tag(number, .lengthDelimited)
        varint(UInt64(payload.count))
        bytes.append(contentsOf: payload)
    }

    /// Writes a length-delimited field (bytes, an encoded message, a packed list).
    @inlinable
    public mutating func field(_ number: Int, bytes payload: ArraySlice<UInt8>) {
        tag(number, .lengthDelimited)
        varint(UInt64(payload.count))
        bytes.append(contentsOf: payload)
    }

    /// Writes eight bytes, little end first, without a tag.
    @inlinable
    public mutating func fixed64(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes four bytes, little end first, without a tag.
    @inlinable
    public mutating func fixed32(_ value: UInt32) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes a field whole, as it was read: tag, length and value.
    @inlinable
    public mutating func field(_ field: WireField) {
        bytes.append(contentsOf: field.whole)
    }

    /// Writes a message field whose content `body` writes, without a second buffer.
    @inlinable
    public mutating func field<Failure: Error>(
        _ number: Int,
        message body: (inout WireWriter) throws(Failure) -> Void
    ) throws(Failure) {
        tag(number, .lengthDelimited)
        let start = openLength()
        try body(&self)
        closeLength(start)
    }

    /// Leaves room for the length of what follows; give the result to ``closeLength(_:)`` when it is written.
    @inlinable
    public mutating func openLength() -> Int {
        bytes.append(0)
        return bytes.count
    }

    /// Writes the length of everything since `start`, moving it up when the length needs more than one byte.
    @inlinable
    public mutating func closeLength(_ start: Int) {
        let length = bytes.count - start
        if length < 0x80 {
            bytes[start - 1] = UInt8(length)
            return
        }
        var prefix: (UInt64, Int) = (0, 0)
        var rest = length
        while rest >= 0x80 {
            prefix.0 |= UInt64(UInt8(truncatingIfNeeded: rest) | 0x80) << UInt64(8 * prefix.1)
            prefix.1 += 1
            rest >>= 7
        }
        prefix.0 |= UInt64(rest) << UInt64(8 * prefix.1)
        withUnsafeBytes(of: prefix.0.littleEndian) { lengthBytes in
            bytes[start - 1] = lengthBytes[0]
            bytes.insert(contentsOf: lengthBytes[1...prefix.1], at: start)
        }
    }

    /// How many bytes `value` takes as a varint, 1 ... 10.
    @inlinable
    public static func varintSize(_ value: UInt64) -> Int {
        (70 - (value | 1).leadingZeroBitCount) / 7
    }
}
