public import FilterLanguage
public import GrafeasProto
public import MetadataModel
import SwiftProtobuf

/// The next revision of an attestor or policy.
public struct DocumentDraft: Sendable {
    public var name: DocumentName
    /// As it was written.
    public var content: String
    /// `sha256:…` of the content.
    public var version: String
    /// What comes into being with an attestor, unless it is there.
    public var note: NoteDraft?
    /// The version that the newest revision must have, empty if there must be none; nil for whatever there is.
    public var replacedVersion: String?

    public init(
        name: DocumentName,
        content: String,
        version: String,
        replacedVersion: String? = nil,
        note: NoteDraft? = nil
    ) {
        self.note = note
        self.name = name
        self.content = content
        self.version = version
        self.replacedVersion = replacedVersion
    }
}

/// A revision of an attestor or policy.
public struct StoredDocument: Sendable, Equatable {
    public var name: DocumentName
    /// Nil for a deletion.
    public var content: String?
    /// `sha256:…` of the content; empty for a deletion.
    public var version: String
    /// Counts from 1.
    public var revision: Int
    /// Microseconds since 1970.
    public var created: Int64

    public init(name: DocumentName, content: String?, version: String, revision: Int, created: Int64) {
        self.name = name
        self.content = content
        self.version = version
        self.revision = revision
        self.created = created
    }
}

/// A page of documents or of the revisions of one.
public struct DocumentPage: Sendable {
    public var documents: [StoredDocument]
    /// The position the next page begins below, or nil at the end.
    public var next: Int64?

    public init(documents: [StoredDocument] = [], next: Int64? = nil) {
        self.documents = documents
        self.next = next
    }
}

/// A decision to be recorded.
public struct DecisionDraft: Sendable {
    public var name: DecisionName
    /// The encoded `grafeion.v1.Decision`.
    public var body: [UInt8]
    /// The Kubernetes object for which the glass was broken, by its uid, which may be empty; nil if it was not.
    public var brokeGlassFor: String?

    public init(name: DecisionName, body: [UInt8], brokeGlassFor: String? = nil) {
        self.name = name
        self.body = body
        self.brokeGlassFor = brokeGlassFor
    }
}

/// A page of decisions, newest first.
public struct DecisionQuery: Sendable {
    public var project: ProjectName
    public var filter: CheckedFilter?
    /// Decisions with keys below this; nil for the first page.
    public var before: Int64?
    public var limit: Int
    /// Bytes of messages, unless one alone has more.
    public var bytesMax: Int
    /// Rows that one page may step over.
    public var scannedRowsMax: Int

    public init(
        project: ProjectName,
        filter: CheckedFilter?,
        before: Int64?,
        limit: Int,
        bytesMax: Int,
        scannedRowsMax: Int
    ) {
        self.project = project
        self.filter = filter
        self.before = before
        self.limit = limit
        self.bytesMax = bytesMax
        self.scannedRowsMax = scannedRowsMax
    }
}

extension Grafeion_V1_Document {
    /// The message of a stored revision.
    public init(_ document: StoredDocument) {
        self = .with {
            $0.name = document.name.text
            $0.content = document.content ?? ""
            $0.version = document.version
            $0.revision = Int32(document.revision)
            $0.createTime = Google_Protobuf_Timestamp(microseconds: document.created)
            $0.deleted = document.content == nil
        }
    }
}
