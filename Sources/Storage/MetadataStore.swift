public import FilterLanguage
public import MetadataModel

/// What a store promises, whatever engine is under it.
///
/// - A write is answered only once it is durable; one that throws has left nothing behind.
/// - A write sees all writes answered before it began, and is atomic: batches, note checks and idempotency included.
/// - A read sees every write answered before it began.
/// - Every list is newest first: by create time, then id. Entries have unique, ever-growing keys in that order, and a
///   page begins below a key, so concurrent writes neither repeat nor skip an entry that existed when a walk began.
/// - All errors are `MetadataError`; an engine's own are turned into `unavailable` after being logged.
public protocol MetadataStore: Sendable {
    /// Carries out one write and returns the messages it answers with: encoded v1 messages as they are stored now.
    ///
    /// With a claim, a write that was answered before is not repeated; its first answer comes back.
    func write(_ operation: WriteOperation, claim: IdempotencyClaim?) async throws -> [[UInt8]]

    /// The encoded v1 occurrence of a name, or nil.
    func occurrence(_ name: OccurrenceName) async throws -> [UInt8]?

    /// The encoded v1 note of a name, or nil.
    func note(_ name: NoteName) async throws -> [UInt8]?

    /// The encoded v1 note that an occurrence hangs on, or nil if there is no such occurrence.
    func note(ofOccurrence name: OccurrenceName) async throws -> [UInt8]?

    /// A page of notes or occurrences.
    func list(_ query: ListQuery) async throws -> MessagePage

    /// Counts the occurrences that a query finds, by resource and severity. Its bounds on entries and bytes do not count.
    /// - Parameter fixable: what says that a fix is available, of an occurrence that is not marked as fixable itself.
    func tally(_ query: ListQuery, fixable: CheckedFilter) async throws -> TallyPage

    /// The encoded operation of a name, or nil.
    func operation(_ name: OperationName) async throws -> [UInt8]?

    /// The operations of a parent with keys below `position`, newest first, at most `limit`, and no more than `bytesMax` of them
    /// unless one alone is larger.
    func operations(
        in parent: ParentName,
        before position: Int64?,
        limit: Int,
        bytesMax: Int
    ) async throws -> MessagePage

    /// Whether the project exists.
    func projectExists(_ name: ProjectName) async throws -> Bool

    /// Projects with keys below `position`, newest first, at most `limit`.
    func projects(before position: Int64?, limit: Int) async throws -> ProjectPage

    /// The texts of search terms that begin so, in order, at most `limit`.
    func searchTerms(beginningWith prefix: String, limit: Int) async throws -> [SearchTerm]

    /// A page of the images that are found under all that a query asks for.
    func searchImages(_ query: ImageQuery) async throws -> FoundImagePage

    /// The resources that are meant, those of one project if it is named, the one that became known last first, at most `limit`.
    func resources(
        _ selection: ResourceSelection,
        project: ProjectName?,
        limit: Int
    ) async throws -> [KnownResource]

    /// The indexes that an image is in, and the images that it has if it is one.
    func family(of resource: KnownResource, project: ProjectName?) async throws -> ImageFamily

    /// The occurrences of a resource in all projects, or in one, newest first; whole, or as much as `limit` and `bytesMax` allow,
    /// and then with a position behind.
    func occurrences(of resource: KnownResource, project: ProjectName?, limit: Int, bytesMax: Int) async throws
        -> MessagePage

    /// A revision of an attestor or policy, the newest for nil; nil if there is none or the newest is its deletion.
    func document(_ name: DocumentName, revision: Int?) async throws -> StoredDocument?

    /// The newest revisions of a collection's documents that are not deleted, those that were changed last first, with keys
    /// below `position`, at most `limit`, and no more than `bytesMax` bytes of them unless one alone has more.
    func documents(in collection: DocumentCollection, before position: Int64?, limit: Int, bytesMax: Int) async throws
        -> DocumentPage

    /// All revisions of a document, the newest first; the bounds are as above.
    func revisions(of name: DocumentName, before position: Int64?, limit: Int, bytesMax: Int) async throws
        -> DocumentPage

    /// The digests of the images of an index that the server has computed from the index's own bytes; none of what others say
    /// that an index is made of.
    func computedPlatforms(of digest: String) async throws -> [String]

    /// A number that grows with every change that documents or what is known of one of the digests have gone through
    /// since the store was opened. Who reads it, and then what is stored, has read nothing older than the number says.
    func changeCount(of digests: [String]) -> UInt64

    /// A number that grows with every change of a document since the store was opened; as above.
    func documentChangeCount() -> UInt64

    /// The encoded decision of a name, or nil.
    func decision(_ name: DecisionName) async throws -> [UInt8]?

    /// A page of a project's decisions.
    func decisions(_ query: DecisionQuery) async throws -> MessagePage

    /// The encoded decisions, the newest first, by which the glass was broken for one of some Kubernetes objects, by their uids.
    func brokenGlass(objectUIDs: [String], project: ProjectName, limit: Int) async throws -> [[UInt8]]

    /// Throws the reason when the store cannot serve.
    func checkReady() async throws

    /// Waits for the writes that were accepted and lets go of the engine; every later call throws.
    func close() async throws
}

/// One write, atomic as a whole.
public enum WriteOperation: Sendable {
    /// Answers with no message; `alreadyExists` if it does.
    case createProject(ProjectName)
    /// Refused while the project has notes or occurrences; operations go with it.
    case deleteProject(ProjectName)
    case createNotes([NoteDraft], options: CreateOptions)
    case createOccurrences([OccurrenceDraft], options: CreateOptions)
    /// `change` gets the stored message and returns what replaces it; it may throw to leave all as it is. It must be a
    /// pure function: a store may run it more than once.
    case updateNote(NoteName, change: @Sendable (_ current: [UInt8]) throws -> NoteDraft)
    case updateOccurrence(OccurrenceName, change: @Sendable (_ current: [UInt8]) throws -> OccurrenceDraft)
    /// Refused while occurrences hang on the note.
    case deleteNote(NoteName)
    case deleteOccurrence(OccurrenceName)
    /// Answers with the operation, which is `body` with its name; `alreadyExists` if there is one of that name.
    case createOperation(OperationName, body: [UInt8], options: CreateOptions)
    /// Answers with the operation, which is `body` with its name.
    case updateOperation(OperationName, body: [UInt8])
    /// Answers with one message: a `grafeion.v1.IngestReportResponse` with the counts and nothing else. An entry that is there
    /// with another kind, resource or note is `alreadyExists`.
    case takeIn(Intake, options: CreateOptions)
    /// Puts entries in under their own names and times, replacing what is there under the same name; answers with one
    /// message, an encoded `grafeion.v1.ImportRecordsResponse`. An entry that is there with another kind, resource, note
    /// or create time is `alreadyExists`.
    case restore(notes: [NoteDraft], occurrences: [OccurrenceDraft], options: CreateOptions)
    /// Stores the next revision of a document, unless the newest has the same version. Answers with one message: an encoded
    /// `grafeion.v1.Document`. `changedMeanwhile` if the newest has not the version that it is to replace.
    case applyDocument(DocumentDraft, options: CreateOptions)
    /// Stores the deletion as the next revision.
    case deleteDocument(DocumentName)
    /// Stores decisions and drops some of those that were made before a time; those by which the glass was broken stay.
    case recordDecisions([DecisionDraft], droppedBefore: Int64, options: CreateOptions)
}

extension WriteOperation {
    /// What a write counts that makes its records while it runs: more than any that shares its transaction with others.
    private static let largeWriteBytes = 32 << 20

    /// About how many bytes the operation holds while it waits.
    public var bytes: Int {
        switch self {
        case .createProject, .deleteProject, .updateNote, .updateOccurrence, .deleteNote, .deleteOccurrence,
            .deleteDocument:
            0
        case .applyDocument(let draft, _): draft.content.utf8.count
        case .recordDecisions(let drafts, _, _): drafts.reduce(0) { $0 + $1.body.count }
        case .createOperation(_, let body, _), .updateOperation(_, let body): body.count
        case .createNotes(let notes, _): notes.byteCount
        case .createOccurrences(let occurrences, _): occurrences.byteCount
        case .takeIn(let intake, _):
            intake.artifacts.reduce(intake.notes.byteCount) { sum, artifact in
                sum + artifact.occurrences.byteCount + (artifact.more == nil ? 0 : Self.largeWriteBytes)
            }
        case .restore(let notes, let occurrences, _):
            notes.byteCount + occurrences.byteCount
        }
    }
}

extension [NoteDraft] {
    fileprivate var byteCount: Int { reduce(0) { $0 + $1.body.count + $1.kept.count } }
}

extension [OccurrenceDraft] {
    fileprivate var byteCount: Int { reduce(0) { $0 + $1.body.count + $1.kept.count } }
}

/// How a create treats what it meets.
public struct CreateOptions: Sendable {
    /// Whether a project that does not exist is an error (`--explicit-projects`) or comes into being.
    public var projectMustExist: Bool
    /// The words by which the entries of a batch are named in errors, one for each; empty for a single create.
    public var entryLabels: [String]

    public init(projectMustExist: Bool = false, entryLabels: [String] = []) {
        self.projectMustExist = projectMustExist
        self.entryLabels = entryLabels
    }
}

/// What makes a repeated request recognisable.
public struct IdempotencyClaim: Sendable, Equatable {
    /// Caller, method and key in one text.
    public var scope: String
    /// A digest of the request: another request under the same scope is refused.
    public var requestDigest: [UInt8]
    /// Seconds for which the answer is kept.
    public var seconds: Int

    public init(scope: String, requestDigest: [UInt8], seconds: Int) {
        self.scope = scope
        self.requestDigest = requestDigest
        self.seconds = seconds
    }
}

/// A project's name and place in list order.
public struct ProjectPage: Sendable {
    public var names: [ProjectName]
    /// Where the next page begins, or nil at the end.
    public var next: Int64?

    public init(names: [ProjectName], next: Int64?) {
        self.names = names
        self.next = next
    }
}
