import GrafeasProto
import MessageReflection
import SwiftProtobuf
import Testing

@Suite struct TypeRegistryTests {
    let registry = Types.registry

    @Test func fieldsAreFoundByNumberAndByBothNames() throws {
        let type = try Types.v1("VulnerabilityOccurrence")
        let field = try #require(type.field(named: "package_issue"))
        #expect(type.field(named: "packageIssue") == field)
        #expect(type.field(number: field.number) == field)
        #expect(field.isRepeated && !field.isMap && field.kind == .message)
        #expect(field.messageType?.fullName == "grafeas.v1.VulnerabilityOccurrence.PackageIssue")
        #expect(type.field(named: "nonsense") == nil && type.field(number: 1_000_000) == nil)
        for type in registry.messages {
            for field in type.fields {
                #expect(type.field(named: field.name) == field)
                #expect(type.field(named: field.jsonName)?.jsonName == field.jsonName)
                #expect(type.field(number: field.number) == field)
            }
        }
    }

    @Test func aJSONNameOfItsOwnIsKept() throws {
        let type = try Types.v1("InTotoStatement")
        #expect(type.field(named: "_type")?.name == "type")
    }

    @Test func fieldsKnowTheirNature() throws {
        let occurrence = try Types.v1("Occurrence")
        let vulnerability = try #require(occurrence.field(named: "vulnerability"))
        #expect(vulnerability.oneof.map { occurrence.oneofs[$0] } == "details" && vulnerability.hasPresence)
        #expect(occurrence.field(named: "name")?.hasPresence == false)
        #expect(occurrence.field(named: "kind")?.enumType?.fullName == "grafeas.v1.NoteKind")
        #expect(occurrence.field(named: "create_time")?.messageType?.wellKnown == .timestamp)
        let notes = try #require(try Types.v1("BatchCreateNotesRequest").field(named: "notes"))
        #expect(notes.isMap && notes.mapKey?.kind == .string && notes.mapValue?.messageType?.name == "Note")
        #expect(notes.behaviors.contains(.required))
        #expect(
            try Types.message("google.protobuf.Struct").field(named: "fields")?.mapValue?.messageType?.name == "Value"
        )
    }

    @Test func enumsKnowNamesAndNumbers() throws {
        let kind = try #require(registry.enumType("grafeas.v1.NoteKind"))
        #expect(kind.number(named: "VULNERABILITY") == 1 && kind.name(of: 1) == "VULNERABILITY")
        #expect(kind.number(named: "NOPE") == nil && kind.name(of: 9999) == nil && kind.name(of: -1) == nil)
        let aliased = try #require(
            registry.messages.flatMap(\.fields).compactMap(\.enumType).first { type in
                Set(type.values.map(\.number)).count < type.values.count
            }
        )
        let twice = try #require(Dictionary(grouping: aliased.values, by: \.number).values.first { $0.count > 1 })
        for value in twice { #expect(aliased.number(named: value.name) == value.number) }
        #expect(aliased.name(of: twice[0].number) == twice[0].name)
    }

    @Test func methodsKnowTheirTypesAndBindings() throws {
        let get = try #require(registry.method("grafeas.v1.Grafeas/GetOccurrence"))
        #expect(
            get.input.fullName == "grafeas.v1.GetOccurrenceRequest" && get.output.fullName == "grafeas.v1.Occurrence"
        )
        #expect(get.bindings.map(\.verb) == ["GET", "GET"])
        #expect(
            get.bindings.map(\.template) == [
                "/v1/{name=projects/*/occurrences/*}", "/v1/{name=projects/*/locations/*/occurrences/*}",
            ]
        )
        let create = try #require(registry.method("grafeas.v1.Grafeas/CreateOccurrence"))
        #expect(create.bindings.map(\.body) == ["occurrence", "occurrence"])
        #expect(registry.service("grafeas.v1.Grafeas")?.methods.count == 14)
        let reflection = registry.method("grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
        #expect(reflection?.clientStreams == true && reflection?.serverStreams == true)
        #expect(registry.method("grafeas.v1.Grafeas/Nope") == nil && registry.method("nonsense") == nil)
    }

    @Test func filesAreFoundBySymbol() throws {
        let file = "grafeas/v1/grafeas.proto"
        for symbol in [
            "grafeas.v1.Occurrence", "grafeas.v1.Grafeas", "grafeas.v1.Grafeas.GetNote", "grafeas.v1.Note.kind",
        ] {
            #expect(registry.file(declaring: symbol) == file, "\(symbol)")
        }
        #expect(registry.file(declaring: "grafeas.v1.NoteKind") == "grafeas/v1/common.proto")
        #expect(registry.file(declaring: "grafeas.v1.VULNERABILITY") == "grafeas/v1/common.proto")
        #expect(
            registry.file(declaring: "grafeas.v1.VulnerabilityOccurrence.PackageIssue")
                == "grafeas/v1/vulnerability.proto"
        )
        #expect(registry.file(declaring: "nope") == nil)
        let extended = "google.protobuf.MethodOptions"
        #expect(registry.file(declaringExtension: 72_295_728, of: extended) == "google/api/annotations.proto")
        #expect(registry.extensionNumbers(of: extended) == [72_295_728])
        #expect(registry.extensionNumbers(of: "grafeas.v1.Note") == [] && registry.extensionNumbers(of: "nope") == nil)
    }

    @Test func filesComeWithEverythingTheyImport() throws {
        let encoded = try #require(registry.fileDescriptors(withDependenciesOf: "grafeas/v1/grafeas.proto"))
        let files = try encoded.map { try Google_Protobuf_FileDescriptorProto(serializedBytes: $0) }
        #expect(files[0].name == "grafeas/v1/grafeas.proto")
        let names = Set(files.map(\.name))
        #expect(names.count == files.count)
        for file in files { #expect(names.isSuperset(of: file.dependency), "\(file.name)") }
        #expect(registry.fileDescriptor(named: files[0].name) == encoded[0])
        #expect(registry.fileDescriptors(withDependenciesOf: "nope") == nil)
    }
}
