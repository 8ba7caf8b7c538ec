internal import GrafeasProto

/// Every message, enum and service of the API as its descriptors describe them: immutable, and cheap to hand around.
public struct TypeRegistry: Sendable {
    let tables: TypeTables

    /// The registry of the descriptors built into the program. Takes a few milliseconds; load once and pass it on: types of two
    /// registries are never equal.
    public static func load() throws -> TypeRegistry {
        try TypeRegistry(descriptorSet: grafeasDescriptorSet())
    }

    /// The registry of an encoded `google.protobuf.FileDescriptorSet` that contains all its imports.
    public init(descriptorSet: [UInt8]) throws {
        let drafts = try descriptorSet.withUnsafeBytes { bytes throws(WireError) in
            try FileDraft.files(inSet: bytes)
        }
        tables = TypeTables(try TypeTablesBuilder(drafts))
    }

    /// The message type with this full name (`grafeas.v1.Occurrence`), nested ones dotted.
    public func message(_ fullName: String) -> MessageType? {
        tables.messageByName[fullName].map { MessageType(tables: tables, index: Int($0)) }
    }

    /// The enum type with this full name.
    public func enumType(_ fullName: String) -> EnumType? {
        tables.enumByName[fullName].map { EnumType(tables: tables, index: Int($0)) }
    }

    /// All message types, map entries included, in the order of the files.
    public var messages: [MessageType] {
        tables.messages.indices.map { MessageType(tables: tables, index: $0) }
    }

    /// All services, in the order of the files.
    public var services: [ServiceType] {
        tables.services.map { ServiceType(tables: tables, row: $0) }
    }

    /// The service with this full name (`grafeas.v1.Grafeas`).
    public func service(_ fullName: String) -> ServiceType? {
        tables.services.first { $0.fullName == fullName }.map { ServiceType(tables: tables, row: $0) }
    }

    /// The method with this full name (`grafeas.v1.Grafeas/GetOccurrence`).
    public func method(_ fullName: String) -> MethodType? {
        guard let slash = fullName.firstIndex(of: "/") else { return nil }
        let name = fullName[fullName.index(after: slash)...]
        return service(String(fullName[..<slash]))?.methods.first { $0.name == name }
    }
}

// MARK: - What gRPC server reflection asks

extension TypeRegistry {
    /// The names of all files (`grafeas/v1/common.proto`), each after the files it imports.
    public var fileNames: [String] { tables.files.map(\.name) }

    /// The encoded FileDescriptorProto of a file, byte for byte as it was compiled.
    public func fileDescriptor(named name: String) -> [UInt8]? {
        tables.fileByName[name].map { tables.files[$0].encoded }
    }

    /// The name of the file that declares a message, field, oneof, enum, enum value, service, method or extension by its
    /// full name (`grafeas.v1.Grafeas.GetOccurrence`).
    public func file(declaring symbol: String) -> String? {
        tables.fileBySymbol[symbol].map { tables.files[$0].name }
    }

    /// The name of the file that declares the extension `number` of a message type.
    public func file(declaringExtension number: Int, of fullName: String) -> String? {
        tables.extensions[fullName]?[number].map { tables.files[$0].name }
    }

    /// The numbers of all known extensions of a message type, ascending; nil if there is no such type.
    public func extensionNumbers(of fullName: String) -> [Int]? {
        guard tables.messageByName[fullName] != nil else { return nil }
        return (tables.extensions[fullName] ?? [:]).keys.sorted()
    }

    /// The encoded FileDescriptorProtos of a file and of everything it imports, directly or not, the file itself first;
    /// nil if there is no such file.
    public func fileDescriptors(withDependenciesOf name: String) -> [[UInt8]]? {
        guard let start = tables.fileByName[name] else { return nil }
        var order = [start]
        var seen: Set<Int> = [start]
        var next = 0
        while next < order.count {
            for dependency in tables.files[order[next]].dependencies where seen.insert(dependency).inserted {
                order.append(dependency)
            }
            next += 1
        }
        return order.map { tables.files[$0].encoded }
    }
}
