public import MetadataModel

/// Why a report is refused: where in it, and what was expected there and found.
///
/// A report is taken whole or not at all: half of a scan would look like a cleaner image.
public struct ReportProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The JSON path at fault, `Results[0].Vulnerabilities[3].PkgName`; empty for the report as a whole.
    public let path: String
    /// What was expected and what was found.
    public let description: String

    public init(path: String, description: String) {
        self.path = path
        self.description = description
    }

    /// Path and description in one line.
    public var line: String { path.isEmpty ? description : "\(path): \(description)" }

    /// The problem as one of a document that stands at `origin` in another: `payload: subject[0].name`.
    func inside(_ origin: String) -> ReportProblem {
        if origin.isEmpty { return self }
        return ReportProblem(path: path.isEmpty ? origin : "\(origin): \(path)", description: description)
    }

    /// The same for callers of the API: a field at fault, the report being the request.
    public var error: MetadataError { .invalid(path, description) }
}
