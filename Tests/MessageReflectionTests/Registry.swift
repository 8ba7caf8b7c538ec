import GrafeasProto
import MessageReflection
import SwiftProtobuf
import Testing

/// The registry of the built-in descriptors and of the types below, and short ways to its types.
enum Types {
    static let registry: TypeRegistry = {
        do {
            let extra: [UInt8] = try Google_Protobuf_FileDescriptorSet.with { $0.file = [wrappers, everyKind] }
                .serializedBytes()
            return try TypeRegistry(descriptorSet: try grafeasDescriptorSet() + extra)
        } catch { fatalError("\(error)") }
    }()

    static func message(_ name: String) throws -> MessageType { try #require(registry.message(name)) }
    static func v1(_ name: String) throws -> MessageType { try message("grafeas.v1." + name) }

    /// google/protobuf/wrappers.proto, which nothing in the API imports.
    private static let wrappers = Google_Protobuf_FileDescriptorProto.with { file in
        file.name = "google/protobuf/wrappers.proto"
        file.package = "google.protobuf"
        file.syntax = "proto3"
        let kinds: [(String, Google_Protobuf_FieldDescriptorProto.TypeEnum)] = [
            ("Double", .double), ("Float", .float), ("Int64", .int64), ("UInt64", .uint64), ("Int32", .int32),
            ("UInt32", .uint32), ("Bool", .bool), ("String", .string), ("Bytes", .bytes),
        ]
        file.messageType = kinds.map { name, kind in
            .with {
                $0.name = name + "Value"; $0.field = [field("value", 1, kind)]
            }
        }
    }

    /// A message with fields of every kind: singular, optional, repeated packed and not, in a oneof, as key and as value of maps.
    private static let everyKind = Google_Protobuf_FileDescriptorProto.with { file in
        file.name = "every_kind.proto"
        file.package = "test"
        file.syntax = "proto3"
        let kinds = Google_Protobuf_FieldDescriptorProto.TypeEnum.allCases.filter { $0 != .group }
        file.messageType = [
            .with { message in
                message.name = "EveryKind"
                message.oneofDecl = [.with { $0.name = "choice" }]
                for (offset, kind) in kinds.enumerated() {
                    let name = "\(kind)".lowercased()
                    message.field.append(field("one_\(name)", 1 + offset, kind))
                    message.field.append(field("choice_\(name)", 101 + offset, kind) { $0.oneofIndex = 0 })
                    message.field.append(field("many_\(name)", 1001 + offset, kind) { $0.label = .repeated })
                    message.field.append(
                        field("spread_\(name)", 301 + offset, kind) {
                            $0.label = .repeated
                            if ![.string, .bytes, .message].contains(kind) { $0.options.packed = false }
                        }
                    )
                    addMap("map_to_\(name)", 401 + offset, .string, kind, to: &message)
                    if ![.double, .float, .bytes, .message, .enum].contains(kind) {
                        addMap("map_from_\(name)", 501 + offset, kind, .string, to: &message)
                    }
                }
                let optional = kinds.filter { $0 != .message }.enumerated()
                for (offset, kind) in optional {
                    message.oneofDecl.append(.with { $0.name = "_optional_\(offset)" })
                    message.field.append(
                        field("optional_\("\(kind)".lowercased())", 601 + offset, kind) {
                            $0.proto3Optional = true
                            $0.oneofIndex = Int32(1 + offset)
                        }
                    )
                }
            }
        ]
        file.enumType = [
            .with {
                $0.name = "Choice"
                $0.options.allowAlias = true
                $0.value = [("NONE", 0), ("MINUS", -1), ("FIRST", 5), ("ALSO_FIRST", 5)].map { name, number in
                    .with {
                        $0.name = name; $0.number = Int32(number)
                    }
                }
            }
        ]
    }

    private static func field(
        _ name: String,
        _ number: Int,
        _ kind: Google_Protobuf_FieldDescriptorProto.TypeEnum,
        _ change: (inout Google_Protobuf_FieldDescriptorProto) -> Void = { _ in }
    ) -> Google_Protobuf_FieldDescriptorProto {
        .with {
            $0.name = name
            $0.number = Int32(number)
            $0.type = kind
            $0.label = .optional
            if kind == .enum { $0.typeName = ".test.Choice" }
            if kind == .message { $0.typeName = ".test.EveryKind" }
            change(&$0)
        }
    }

    private static func addMap(
        _ name: String,
        _ number: Int,
        _ key: Google_Protobuf_FieldDescriptorProto.TypeEnum,
        _ value: Google_Protobuf_FieldDescriptorProto.TypeEnum,
        to message: inout Google_Protobuf_DescriptorProto
    ) {
        message.nestedType.append(
            .with {
                $0.name = "Entry\(number)"
                $0.options.mapEntry = true
                $0.field = [field("key", 1, key), field("value", 2, value)]
            }
        )
        message.field.append(
            field(name, number, .message) {
                $0.typeName = ".test.EveryKind.Entry\(number)"
                $0.label = .repeated
            }
        )
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}

func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The bytes a writer makes.
func encoded(_ body: (inout WireWriter) -> Void) -> [UInt8] {
    var writer = WireWriter()
    body(&writer)
    return writer.bytes
}

/// The problems of a JSON text, none if it is read.
func problems(_ json: String, as type: MessageType, at path: String = "") -> [JSONProblem] {
    do throws(JSONProblems) {
        _ = try type.wire(fromJSON: json.bytes, at: path)
        return []
    } catch {
        return error.problems
    }
}

/// JSON to wire and back.
func roundTrip(_ json: String, as type: MessageType) throws -> String {
    string(try type.json(from: try type.wire(fromJSON: json.bytes)))
}
