import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf

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
            case .takeIn(let intake, let options): return [try takeIn(intake, options: options).message]
            case .restore(let notes, let occurrences, let options):
                return [try restore(notes: notes, occurrences: occurrences, options: options)]
            case .applyDocument(let draft, let options): return [try apply(draft, options: options).message]
            case .deleteDocument(let name):
                try deleteDocument(name)
                return []
            case .recordDecisions(let drafts, let time, let options):
                try record(drafts, droppedBefore: time, options: options)
                return []
            }
        }
    }
}

extension IntakeCounts {
    fileprivate var message: [UInt8] {
        get throws {
            try Grafeion_V1_IngestReportResponse.with {
                $0.notes = notes.message
                $0.occurrences = occurrences.message
                $0.superseded = Int32(superseded)
            }.serializedBytes()
        }
    }
}

extension ReplacementCounts {
    fileprivate var message: Grafeion_V1_IngestedRecords {
        .with {
            $0.created = Int32(created)
            $0.unchanged = Int32(unchanged)
            $0.replaced = Int32(replaced)
            $0.deleted = Int32(deleted)
        }
    }
}
