import MessageReflection
import MetadataModel
import Storage
import UseCases
import VersionConversion

/// The methods of a Grafeas service on occurrences. Those that the version does not have are left out.
func occurrenceMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    let form = services.versions.form(methods.version, .occurrence)
    let noteForm = services.versions.form(methods.version, .note)
    return [
        methods.read("GetOccurrence") {
            try form.reply(await GetOccurrence(services).run(name: $0.string("name")))
        },
        methods.read("ListOccurrences") {
            try form.reply(await ListOccurrences(services).run(parent: $0.string("parent"), page: $0.page))
        },
        methods.write("DeleteOccurrence") {
            try await DeleteOccurrence(services).run(name: $0.string("name"), claim: $1)
            return []
        },
        methods.write("CreateOccurrence") {
            try form.reply(
                await CreateOccurrence(services).run(
                    parent: $0.string("parent"),
                    occurrence: form.stored($0.record("occurrence")),
                    claim: $1
                )
            )
        },
        methods.write("BatchCreateOccurrences") {
            try form.reply(
                await BatchCreateOccurrences(services).run(
                    parent: $0.string("parent"),
                    occurrences: $0.records("occurrences").map(form.stored),
                    claim: $1
                )
            )
        },
        methods.write("UpdateOccurrence") {
            try form.reply(
                await UpdateOccurrence(services).run(
                    name: $0.string("name"),
                    in: form,
                    patch: $0.record("occurrence").message,
                    maskPaths: $0.maskPaths("update_mask"),
                    claim: $1
                )
            )
        },
        methods.read("GetOccurrenceNote") {
            try noteForm.reply(await GetOccurrenceNote(services).run(name: $0.string("name")))
        },
        methods.read("ListNoteOccurrences") {
            try form.reply(await ListNoteOccurrences(services).run(name: $0.string("name"), page: $0.page))
        },
    ].compactMap(\.self)
}

/// The methods of a Grafeas service on notes. Those that the version does not have are left out.
func noteMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    let form = services.versions.form(methods.version, .note)
    return [
        methods.read("GetNote") { try form.reply(await GetNote(services).run(name: $0.string("name"))) },
        methods.read("ListNotes") {
            try form.reply(await ListNotes(services).run(parent: $0.string("parent"), page: $0.page))
        },
        methods.write("DeleteNote") {
            try await DeleteNote(services).run(name: $0.string("name"), claim: $1)
            return []
        },
        methods.write("CreateNote") {
            try form.reply(
                await CreateNote(services).run(
                    parent: $0.string("parent"),
                    noteID: $0.string("note_id"),
                    note: form.stored($0.record("note")),
                    claim: $1
                )
            )
        },
        methods.write("BatchCreateNotes") {
            try form.reply(
                await BatchCreateNotes(services).run(
                    parent: $0.string("parent"),
                    notes: $0.recordsByID("notes").mapValues(form.stored),
                    claim: $1
                )
            )
        },
        methods.write("UpdateNote") {
            try form.reply(
                await UpdateNote(services).run(
                    name: $0.string("name"),
                    in: form,
                    patch: $0.record("note").message,
                    maskPaths: $0.maskPaths("update_mask"),
                    claim: $1
                )
            )
        },
    ].compactMap(\.self)
}
