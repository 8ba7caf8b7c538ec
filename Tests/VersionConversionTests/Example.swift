import MessageReflection
import MetadataModel
import Testing
import VersionConversion

/// A message of a version, and the v1 message that is stored of it.
struct Example: Sendable, CustomTestStringConvertible {
    let name: String
    let sort: RecordSort
    let here: String
    let v1: String
    /// What reading the v1 message shows, where that is less than what was written.
    let shown: String?

    init(_ name: String, _ here: String, v1: String, shown: String? = nil) {
        self.init(name, .occurrence, here, v1: v1, shown: shown)
    }

    init(_ name: String, _ sort: RecordSort, _ here: String, v1: String, shown: String? = nil) {
        self.name = name
        self.sort = sort
        self.here = here
        self.v1 = v1
        self.shown = shown
    }

    var testDescription: String { name }

    /// Expects the one message to be stored as the other, to be shown for it, and to be read back as it was.
    func check(_ version: APIVersion) throws {
        let (form, v1Form) = (Forms.form(version, sort), Forms.form(.v1, sort))
        let message = try form.message(here)
        let stored = try form.writing(message)
        try v1Form.expectSame(stored.message, v1Form.message(v1), "stored")
        #expect(stored.kept.isEmpty == (shown == nil))
        #expect(stored.foreignKind == nil)
        let view = try form.reading(StoredRecord(message: v1Form.message(v1)))
        try form.expectSame(view, form.message(shown ?? here), "shown")
        try form.expectSame(form.reading(stored), message, "read back")
    }
}
