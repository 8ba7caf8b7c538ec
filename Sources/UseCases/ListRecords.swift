import FilterLanguage
import MetadataModel
public import Storage

/// A page asked for, as all list methods ask.
public struct PageRequest: Sendable {
    public var filter: String
    /// 0 for the default; at most ``Limits/pageSizeMax`` are given.
    public var pageSize: Int32
    public var pageToken: String

    public init(filter: String = "", pageSize: Int32 = 0, pageToken: String = "") {
        self.filter = filter
        self.pageSize = pageSize
        self.pageToken = pageToken
    }
}

/// A page of encoded messages and the token for the next.
public struct ListedPage: Sendable {
    /// The messages, framed as field 1 of a list reply.
    public var page: MessagePage
    /// Empty at the end of the list.
    public var nextPageToken: String
}

/// Lists the occurrences of a parent, newest first; `locations/-` is all of a project.
public struct ListOccurrences: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(parent: String, page: PageRequest) async throws -> ListedPage {
        let parent = try ParentName(parsing: parent, field: "parent", isList: true)
        return try await services.list(.occurrences(parent), page)
    }
}

/// Lists the notes of a parent, newest first; `locations/-` is all of a project.
public struct ListNotes: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(parent: String, page: PageRequest) async throws -> ListedPage {
        let parent = try ParentName(parsing: parent, field: "parent", isList: true)
        return try await services.list(.notes(parent), page)
    }
}

/// Lists the occurrences, of whichever project, that hang on a note, newest first.
public struct ListNoteOccurrences: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(name: String, page: PageRequest) async throws -> ListedPage {
        let name = try NoteName(parsing: name, field: "name")
        guard try await services.store.note(name) != nil else { throw MetadataError.notFound(name.reference) }
        return try await services.list(.occurrencesOfNote(name), page)
    }
}

extension RecordServices {
    fileprivate func list(_ collection: ListQuery.Collection, _ request: PageRequest) async throws -> ListedPage {
        let limit = try pageLimit(request.pageSize)
        let query = "\(collection.queryText)\n\(request.filter)"
        let position = request.pageToken.isEmpty ? nil : try PageToken(parsing: request.pageToken, for: query).position
        let filter = try checkedFilter(
            request.filter,
            schema: collection.isNotes ? schema.notes : schema.occurrences
        )
        let page = try await store.list(
            ListQuery(
                collection: collection,
                plan: FilterPlanner(collection).plan(filter),
                before: position,
                limit: limit,
                bytesMax: limits.pageBytesMax,
                scannedRowsMax: limits.scannedRowsMax,
                millisecondsMax: limits.scanMillisecondsMax
            )
        )
        return ListedPage(page: page, nextPageToken: page.next.map { PageToken(position: $0).text(for: query) } ?? "")
    }

    /// How many entries a page holds for the size a client asks for.
    func pageLimit(_ size: Int32) throws(MetadataError) -> Int {
        guard size >= 0 else { throw .invalid("page_size", "must not be negative; got \(size)") }
        return size == 0 ? limits.pageSizeDefault : min(Int(size), limits.pageSizeMax)
    }

    /// What `now()` stands for in a filter.
    var filterTime: FilterTimestamp {
        let microseconds = now()
        return FilterTimestamp(seconds: microseconds / 1_000_000, nanos: Int32(microseconds % 1_000_000) * 1000)
    }

    /// The filter of a request, checked against the fields there are; nil for none.
    func checkedFilter(_ text: String, schema: FilterSchema) throws(MetadataError) -> CheckedFilter? {
        do {
            return try CheckedFilter.parse(text, schema: schema, now: filterTime)
        } catch {
            throw .invalid([FieldProblem(field: "filter", place: error.place, description: error.message)])
        }
    }
}

extension FilterError {
    /// Where the fault lies in the filter's text.
    fileprivate var place: String {
        line == 1 ? "column \(column)" : "line \(line), column \(column)"
    }
}

extension ListQuery.Collection {
    /// The same text for the same list, for page tokens to be bound to.
    fileprivate var queryText: String {
        switch self {
        case .occurrences(let parent): "\(parent.text)/occurrences"
        case .notes(let parent): "\(parent.text)/notes"
        case .occurrencesOfNote(let name): "\(name.text)/occurrences"
        }
    }
}
