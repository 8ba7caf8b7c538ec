/// How a field's value is written on the wire.
public enum WireType: UInt8, Sendable {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    /// A whole group, from its start tag to its end tag; nothing in proto3 uses it, so it is only ever skipped.
    case group = 3
    case fixed32 = 5
}

/// One field of an encoded message, as it lies in the bytes: a view, valid only as long as the buffer it was read from.
public struct WireField {
    /// The field number, 1 ... 2^29 - 1.
    public let number: Int
    /// How the value is written.
    public let type: WireType
    /// The value of a varint, fixed32 or fixed64 (the bits, little end first); the length of anything else.
    public let value: UInt64
    /// The whole field: tag, length and value.
    public let whole: UnsafeRawBufferPointer

    @inlinable
    init(number: Int, type: WireType, value: UInt64, whole: UnsafeRawBufferPointer) {
        self.number = number
        self.type = type
        self.value = value
        self.whole = whole
    }

    /// The bytes of a length-delimited field (a string, bytes, a message, a packed list); empty for the other wire types.
    @inlinable
    public var payload: UnsafeRawBufferPointer {
        guard type == .lengthDelimited else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: whole[(whole.count - Int(value))...])
    }

    /// The field without its tag, however many bytes that takes.
    @inlinable
    public var afterTag: UnsafeRawBufferPointer {
        let last = whole.firstIndex { $0 < 0x80 } ?? whole.count - 1
        return UnsafeRawBufferPointer(rebasing: whole[(last + 1)...])
    }

    /// The payload as text; repairs what is not UTF-8.
    public var text: String { String(decoding: payload, as: UTF8.self) }
}

/// A cursor over the fields of one encoded message: copies nothing, allocates nothing, and never reads past its buffer.
///
///     try bytes.withWireBytes { buffer throws(WireError) in
///         var reader = WireReader(buffer)
///         while let field = try reader.next() { … }
///     }
public struct WireReader {
    /// Messages nested more deeply than this are refused, as every protobuf library does.
    public static let depthMax = 100

    @usableFromInline let buffer: UnsafeRawBufferPointer
    /// How many bytes have been read.
    @inlinable
    public var offset: Int { position }
    @usableFromInline var position = 0

    /// A cursor at the start of `buffer`, which must outlive it.
    @inlinable
    public init(_ buffer: UnsafeRawBufferPointer) {
        self.buffer = buffer
    }

    /// Whether all bytes have been read.
    @inlinable
    public var isAtEnd: Bool { position >= buffer.count }

    /// The next field, or nil at the end; groups are skipped over and returned whole.
    @inlinable
    public mutating func next() throws(WireError) -> WireField? {
        guard position < buffer.count else { return nil }
        let start = position
        let tag = try varint()
        guard tag >> 3 != 0, tag >> 32 == 0, let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)) else {
            throw WireError(tag & 7 == 4 ? .unmatchedGroup : .invalidTag, offset: start)
        }
        let number = Int(tag >> 3)
        let value: UInt64
        switch type {
        case .varint: value = try varint()
        case .fixed64: value = try fixed64()
        case .fixed32: value = UInt64(try fixed32())
        case .lengthDelimited: value = try skipLengthDelimited()
        case .group: value = try skipGroup(number)
        }
        let whole = UnsafeRawBufferPointer(rebasing: buffer[start..<position])
        return WireField(number: number, type: type, value: value, whole: whole)
    }

    /// Reads a bare varint, as packed lists have them.
    @inlinable
    public mutating func varint() throws(WireError) -> UInt64 {
        guard position < buffer.count else { throw WireError(.truncated, offset: position) }
        let first = buffer[position]
        if first < 0x80 {
            position += 1
            return UInt64(first)
        }
        return try longVarint()
    }

    @usableFromInline
    mutating func longVarint() throws(WireError) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < buffer.count {
            let byte = buffer[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            if shift > 63 { throw WireError(.overlongVarint, offset: start) }
        }
        throw WireError(.truncated, offset: start)
    }

    /// Reads eight bare bytes, little end first.
    @inlinable
    public mutating func fixed64() throws(WireError) -> UInt64 {
        guard buffer.count - position >= 8 else { throw WireError(.truncated, offset: position) }
        defer { position += 8 }
        return UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    /// Reads four bare bytes, little end first.
    @inlinable
    public mutating func fixed32() throws(WireError) -> UInt32 {
        guard buffer.count - position >= 4 else { throw WireError(.truncated, offset: position) }
        defer { position += 4 }
        return UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }

    @inlinable
    mutating func skipLengthDelimited() throws(WireError) -> UInt64 {
        let start = position
        let length = try varint()
        guard length <= UInt64(buffer.count - position) else { throw WireError(.truncated, offset: start) }
        position += Int(length)
        return length
    }

    /// Skips to behind the end tag of a group whose start tag has just been read; iterative, so depth costs no stack.
    @usableFromInline
    mutating func skipGroup(_ number: Int) throws(WireError) -> UInt64 {
        let start = position
        var open = [UInt64(number)]
        while let innermost = open.last {
            guard position < buffer.count else { throw WireError(.unmatchedGroup, offset: start) }
            let at = position
            let tag = try varint()
            guard tag >> 3 != 0, tag >> 32 == 0 else { throw WireError(.invalidTag, offset: at) }
            switch tag & 7 {
            case 0: _ = try varint()
            case 1: _ = try fixed64()
            case 2: _ = try skipLengthDelimited()
            case 3:
                guard open.count < Self.depthMax else { throw WireError(.nestedTooDeeply, offset: at) }
                open.append(tag >> 3)
            case 4:
                guard tag >> 3 == innermost else { throw WireError(.unmatchedGroup, offset: at) }
                open.removeLast()
            case 5: _ = try fixed32()
            default: throw WireError(.invalidTag, offset: at)
            }
        }
        return UInt64(position - start)
    }
}

extension WireReader {
    /// A varint's bits as the zigzag-coded number of `sint32` and `sint64`.
    @inlinable
    public static func zigZag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension Array where Element == UInt8 {
    /// The bytes as a buffer, for the time of the call.
    @inlinable
    public func withWireBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { buffer throws(Failure) in try body(UnsafeRawBufferPointer(buffer)) }
    }
}

extension ArraySlice where Element == UInt8 {
    /// The bytes as a buffer, for the time of the call.
    @inlinable
    public func withWireBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { buffer throws(Failure) in try body(UnsafeRawBufferPointer(buffer)) }
    }
}
