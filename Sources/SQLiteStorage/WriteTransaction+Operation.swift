import MetadataModel
import Storage

extension WriteTransaction {
    /// Carries out an operation, once for each claim, and returns the messages it answers with.
    func perform(_ operation: WriteOperation, claim: IdempotencyClaim?) throws -> [[UInt8]] {
        try once(claim) {
            switch operation {
            case .createProject(let name):
                try createProject(name)
                return []
            case .deleteProject(let name):
                try deleteProject(name)
                return []
            case .createNotes(let drafts, let options): return try createNotes(drafts, options: options)
            case .createOccurrences(let drafts, let options): return try createOccurrences(drafts, options: options)
            case .updateNote(let name, let change): return [try updateNote(name, change: change)]
            case .updateOccurrence(let name, let change): return [try updateOccurrence(name, change: change)]
            case .deleteNote(let name):
                try deleteNote(name)
                return []
            case .deleteOccurrence(let name):
                try deleteOccurrence(name)
                return []
            case .createOperation(let name, let body, let options):
                return [try createOperation(name, body: body, options: options)]
            case .updateOperation(let name, let body): return [try updateOperation(name, body: body)]
            case .restore(let notes, let occurrences, let options):
                return [try restore(notes: notes, occurrences: occurrences, options: options)]
            }
        }
    }
}
