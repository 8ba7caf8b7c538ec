import GrafeasProto
import MessageReflection
import Testing

@testable import VersionConversion

/// The tables say of every field what becomes of it.
@Suite struct TableTests {
    /// Counted again here, apart from the check that refuses a table.
    @Test(arguments: Forms.others)
    func everyFieldIsPairedOrListed(version: APIVersion) throws {
        let program = try ConversionProgram(version, types: Forms.registry)
        for pairing in program.pairings {
            let table = version.messageTables.first {
                pairing.version.fullName == "\(version.package).\($0.version)"
                    && pairing.v1.fullName == "\(APIVersion.v1.package).\($0.v1)"
            }
            let paired = pairing.correspondences.compactMap { $0.v1.first?.name } + pairing.derived.map(\.v1.name)
            let listed = table?.onlyV1 ?? []
            #expect(Set(paired).isDisjoint(with: listed), "\(pairing.v1)")
            #expect(Set(paired + listed) == Set(pairing.v1.fields.map(\.name)), "\(pairing.v1)")
            let root = pairing.inside?.messageType ?? pairing.version
            let paths = pairing.correspondences.map { $0.path.map(\.name).joined(separator: ".") }
            let known = paths + (table?.onlyHere ?? [])
            #expect(Set(known).count == known.count, "\(root)")
            for field in root.fields where !known.contains(field.name) {
                // A message that is taken apart is so to the last of its fields.
                let parts = Set(field.messageType?.fields.map { "\(field.name).\($0.name)" } ?? [])
                #expect(!parts.isEmpty && parts.isSubset(of: known), "\(root).\(field.name)")
            }
        }
    }

    @Test func everyKindOfV1HasItsPlace() throws {
        for version in Forms.others {
            for sort in RecordSort.allCases {
                let form = Forms.form(version, sort)
                for detail in form.details {
                    let stored = form.storedPath(of: [detail.name])
                    #expect((stored == nil) == (RecordTables.foreignDetails[detail.name] != nil), "\(detail)")
                }
            }
        }
    }

    @Test(arguments: ["Occurrence", "Fingerprint", "CVSSv3", "SecretStatus", "SourceContext"])
    func aFieldThatNoTableKnowsIsRefused(message: String) throws {
        let registry = try TypeRegistry(descriptorSet: try descriptors(adding: "one_more", to: "grafeas.v1.\(message)"))
        #expect(registry.message("grafeas.v1.\(message)")?.field(named: "one_more") != nil)
        let error = #expect(throws: TableError.self) { try VersionConversion(types: registry) }
        #expect(error?.description.contains("one_more") == true)
    }

    @Test func aTypeThatIsMissingIsRefused() throws {
        let registry = try TypeRegistry(descriptorSet: [])
        #expect(throws: TableError.self) { try VersionConversion(types: registry) }
    }

    /// The descriptor set with one more field in a message.
    private func descriptors(adding field: String, to fullName: String) throws -> [UInt8] {
        let file = try #require(Forms.registry.file(declaring: fullName))
        let name = fullName.split(separator: ".").last.map(String.init) ?? ""
        var extra = WireWriter()
        extra.field(2) { draft in
            draft.field(1, string: field)
            draft.field(3, varint: 999)
            draft.field(4, varint: 1)
            draft.field(5, varint: 9)
        }
        return try rewritten(grafeasDescriptorSet(), 1, named: file) { file in
            try rewritten(file, 4, named: name) { $0 + extra.bytes }
        }
    }

    /// The message with the field `number` changed that holds a message whose field 1 is `name`.
    private func rewritten(
        _ message: [UInt8],
        _ number: Int,
        named name: String,
        _ change: ([UInt8]) throws -> [UInt8]
    ) throws -> [UInt8] {
        try message.withWireBytes { bytes in
            var writer = WireWriter()
            var reader = WireReader(bytes)
            while let field = try reader.next() {
                var inner = WireReader(field.payload)
                if field.number == number, try inner.next()?.text == name {
                    writer.field(number, bytes: try change([UInt8](field.payload)))
                } else {
                    writer.field(field)
                }
            }
            return writer.bytes
        }
    }
}
