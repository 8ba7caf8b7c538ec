import Foundation
import GRDB
import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf

/// Fills the search index from the occurrences and notes that were stored before there was one.
struct SearchIndexFilling {
    private let database: Database
    /// Kinds whose occurrences have search terms.
    private static let kinds = [Kind.vulnerability, .build, .image, .package, .deployment]

    init(_ database: Database) { self.database = database }

    func run() throws {
        try fillTerms()
        try fillAssessments()
    }

    private func fillTerms() throws {
        let kinds = Self.kinds.map { String($0.rawValue) }.joined(separator: ", ")
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT o.key, r.artifact_id, o.parent_id, n.id, o.body
                FROM occurrence o JOIN note n ON n.key = o.note_key JOIN resource r ON r.id = o.resource_id WHERE o.kind IN (\(kinds))
                """
        )
        let addTerm = try database.makeStatement(sql: "INSERT OR IGNORE INTO term (text) VALUES (?)")
        let addPosting = try database.makeStatement(
            sql: "INSERT OR IGNORE INTO posting SELECT id, ?, ?, ? FROM term WHERE text = ?"
        )
        let addArtifact = try database.makeStatement(sql: "INSERT OR IGNORE INTO artifact (name) VALUES (?)")
        let addPlatform = try database.makeStatement(
            sql: "INSERT OR IGNORE INTO platform_image SELECT ?, id, ?, ? FROM artifact WHERE name = ?"
        )
        while let row = try rows.next() {
            let (key, artifactID, parentID): (Int64, Int64, Int64) = (row[0], row[1], row[2])
            let (noteID, body): (String, [UInt8]) = (row[3], Array(row[4] as Data))
            let facts = OccurrenceFacts(try Occurrence(serializedBytes: body), noteID: noteID)
            for term in facts.terms {
                try addTerm.execute(arguments: [term.text])
                try addPosting.execute(arguments: [artifactID, key, parentID, term.text])
            }
            for digest in facts.platformDigests {
                try addArtifact.execute(arguments: [digest])
                try addPlatform.execute(arguments: [artifactID, key, parentID, digest])
            }
        }
    }

    private func fillAssessments() throws {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT key, body FROM note WHERE kind = \(Kind.vulnerabilityAssessment.rawValue)"
        )
        while let row = try rows.next() {
            let (key, body): (Int64, [UInt8]) = (row[0], Array(row[1] as Data))
            let product = try Note(serializedBytes: body).vulnerabilityAssessment.product.genericUri
            guard !product.isEmpty else { continue }
            try database.execute(
                sql: "INSERT INTO assessment (product, note_key) VALUES (?, ?)",
                arguments: [ResourceURI(product).canonical, key]
            )
        }
    }
}
