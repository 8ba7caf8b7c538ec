import GRDB

/// The tables, and the migrations that make them. A migration is never edited once it has been released.
enum Schema {
    /// `PRAGMA application_id` of a database of ours: "Graf".
    static let applicationID: Int32 = 0x4772_6166

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001-records") { try $0.execute(sql: records) }
        migrator.registerMigration("0002-versions") { try $0.execute(sql: versions) }
        migrator.registerMigration("0003-search") { database in
            try database.execute(sql: search)
            try SearchIndexFilling(database).run()
        }
        migrator.registerMigration("0004-trust") { try $0.execute(sql: trust) }
        return migrator
    }

    /// `key` is ``Storage/EntryKey``: create time and list order in one integer, so every index below comes out newest
    /// first. Names, resource URIs and package names are long and repeat: each is stored once and referenced.
    private static let records = """
        CREATE TABLE project (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE
        ) STRICT;

        -- Where notes and occurrences live: a project, or a location in it ('' for none).
        CREATE TABLE parent (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project_id INTEGER NOT NULL REFERENCES project (id),
            location TEXT NOT NULL,
            UNIQUE (project_id, location)
        ) STRICT;

        -- An artifact by its URI without https://; digest is the image digest at its end.
        CREATE TABLE resource (
            id INTEGER PRIMARY KEY,
            uri TEXT NOT NULL UNIQUE,
            digest TEXT
        ) STRICT;
        CREATE INDEX resource_by_digest ON resource (digest) WHERE digest IS NOT NULL;

        CREATE TABLE package (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;

        -- body is the encoded message without the fields that columns hold.
        CREATE TABLE note (
            key INTEGER PRIMARY KEY,
            parent_id INTEGER NOT NULL REFERENCES parent (id),
            id TEXT NOT NULL,
            kind INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX note_by_name ON note (parent_id, id);
        CREATE INDEX note_by_id ON note (id);
        CREATE INDEX note_by_parent ON note (parent_id);
        CREATE INDEX note_by_parent_kind ON note (parent_id, kind);

        CREATE TABLE occurrence (
            key INTEGER PRIMARY KEY,
            parent_id INTEGER NOT NULL REFERENCES parent (id),
            id TEXT NOT NULL,
            resource_id INTEGER NOT NULL REFERENCES resource (id),
            resource_has_scheme INTEGER NOT NULL,
            note_key INTEGER NOT NULL REFERENCES note (key),
            kind INTEGER NOT NULL,
            severity INTEGER NOT NULL,
            effective_severity INTEGER NOT NULL,
            fix_available INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX occurrence_by_name ON occurrence (parent_id, id);
        CREATE INDEX occurrence_by_parent ON occurrence (parent_id);
        CREATE INDEX occurrence_by_parent_kind ON occurrence (parent_id, kind);
        CREATE INDEX occurrence_by_resource ON occurrence (resource_id);
        CREATE INDEX occurrence_by_note ON occurrence (note_key);
        CREATE INDEX occurrence_by_severity ON occurrence (parent_id, severity) WHERE severity <> 0;
        CREATE INDEX occurrence_by_effective_severity
            ON occurrence (parent_id, effective_severity) WHERE effective_severity <> 0;
        CREATE INDEX occurrence_by_fix ON occurrence (parent_id) WHERE fix_available = 1;

        -- The packages an occurrence is about.
        CREATE TABLE occurrence_package (
            package_id INTEGER NOT NULL REFERENCES package (id),
            occurrence_key INTEGER NOT NULL,
            PRIMARY KEY (package_id, occurrence_key)
        ) STRICT, WITHOUT ROWID;

        -- What a write that carried an idempotency key answered: reply holds each message as a length-delimited field 1.
        CREATE TABLE idempotency (
            scope TEXT PRIMARY KEY,
            request_digest BLOB NOT NULL,
            reply BLOB NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_by_expiry ON idempotency (expires);
        """

    /// What other versions of the API say of a record and v1 cannot, and the operations of v1alpha1.
    private static let versions = """
        ALTER TABLE note ADD COLUMN kept BLOB;
        ALTER TABLE occurrence ADD COLUMN kept BLOB;

        -- body is the encoded google.longrunning.Operation without its name.
        CREATE TABLE operation (
            key INTEGER PRIMARY KEY,
            parent_id INTEGER NOT NULL REFERENCES parent (id),
            id TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX operation_by_name ON operation (parent_id, id);
        CREATE INDEX operation_by_parent ON operation (parent_id);
        """

    /// The index from search terms to artifacts, and which notes judge (VEX) which artifact.
    private static let search = """
        -- What resources stand for: all with one digest are one artifact, by its digest; others are artifacts of their own, by
        -- their URI.
        CREATE TABLE artifact (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        ALTER TABLE resource ADD COLUMN artifact_id INTEGER REFERENCES artifact (id);
        INSERT OR IGNORE INTO artifact (name) SELECT ifnull(digest, uri) FROM resource ORDER BY id;
        UPDATE resource SET artifact_id = (SELECT id FROM artifact WHERE name = ifnull(digest, uri));

        CREATE TABLE term (
            id INTEGER PRIMARY KEY,
            text TEXT NOT NULL UNIQUE
        ) STRICT;

        -- In the order in which a search walks: the artifact that became known last first, going down.
        CREATE TABLE posting (
            term_id INTEGER NOT NULL REFERENCES term (id),
            artifact_id INTEGER NOT NULL,
            occurrence_key INTEGER NOT NULL,
            parent_id INTEGER NOT NULL,
            PRIMARY KEY (term_id, artifact_id, occurrence_key)
        ) STRICT, WITHOUT ROWID;

        -- The images of an index, as an occurrence says.
        CREATE TABLE platform_image (
            index_id INTEGER NOT NULL,
            image_id INTEGER NOT NULL,
            occurrence_key INTEGER NOT NULL,
            parent_id INTEGER NOT NULL,
            PRIMARY KEY (index_id, image_id, occurrence_key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX platform_image_by_image ON platform_image (image_id);

        -- product is the artifact's URI without https://: it may be judged before anything else is known of it.
        CREATE TABLE assessment (
            product TEXT NOT NULL,
            note_key INTEGER NOT NULL,
            PRIMARY KEY (product, note_key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX assessment_by_note ON assessment (note_key);
        """

    /// Attestors and policies with all their revisions, and what was decided.
    private static let trust = """
        -- key is an EntryKey and grows with every revision; sort is 1 for attestors and 2 for policies; content is NULL in the
        -- revision that is the deletion.
        CREATE TABLE document (
            key INTEGER PRIMARY KEY,
            parent_id INTEGER NOT NULL REFERENCES parent (id),
            sort INTEGER NOT NULL,
            id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            is_newest INTEGER NOT NULL,
            version TEXT NOT NULL,
            content TEXT
        ) STRICT;
        CREATE UNIQUE INDEX document_by_name ON document (parent_id, sort, id, revision);
        CREATE INDEX live_document ON document (parent_id, sort) WHERE is_newest = 1 AND content IS NOT NULL;

        -- body is the encoded grafeion.v1.Decision.
        CREATE TABLE decision (
            key INTEGER PRIMARY KEY,
            parent_id INTEGER NOT NULL REFERENCES parent (id),
            id TEXT NOT NULL,
            broke_glass_for TEXT,
            body BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX decision_by_name ON decision (parent_id, id);
        CREATE INDEX decision_by_parent ON decision (parent_id);
        CREATE INDEX decision_by_object ON decision (broke_glass_for, parent_id) WHERE broke_glass_for IS NOT NULL;
        CREATE INDEX decision_to_drop ON decision (key) WHERE broke_glass_for IS NULL;

        -- Whether the server has computed it from the index's own bytes; others are what somebody says.
        ALTER TABLE platform_image ADD COLUMN is_computed INTEGER NOT NULL DEFAULT 0;
        UPDATE platform_image SET is_computed = 1
        WHERE (SELECT substr(id, 1, 4) FROM occurrence WHERE key = occurrence_key) = 'oci~';
        """
}
