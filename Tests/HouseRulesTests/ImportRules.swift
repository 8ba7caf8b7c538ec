import Testing

/// SwiftPM lets a module import whatever its dependencies depend on; these tests do not.
@Suite("House rules: imports")
struct ImportRules {
    @Test("Every module imports only what the table allows")
    func importsAreInTheTable() {
        let allowed = Dictionary(
            uniqueKeysWithValues: ModuleTable.rows.map { ($0.module, $0.ours.union($0.others)) }
        )
        for file in SourceTree.allSources {
            for found in file.imports where allowed[file.module]?.contains(found.module) != true {
                report(Violation(file, line: found.line, "\(file.module) may not import \(found.module)"))
            }
        }
    }

    @Test("The table has every module, and its arrows point down")
    func tableIsTheHouse() {
        #expect(ModuleTable.rows.map(\.module).sorted() == SourceTree.modules)
        var below: Set<String> = []
        for row in ModuleTable.rows {
            #expect(row.ours.isSubset(of: below), "\(row.module) imports from above itself")
            below.insert(row.module)
        }
    }

    @Test("The table allows nothing that nobody imports")
    func tableIsNoWiderThanTheHouse() {
        for row in ModuleTable.rows {
            let files = SourceTree.allSources.filter { $0.module == row.module }
            let unused = row.ours.union(row.others).subtracting(files.flatMap(\.imports).map(\.module))
            #expect(unused.isEmpty, "\(row.module) does not import \(unused.sorted()); take it out of the table")
        }
    }
}

extension SourceFile {
    /// The modules that a file imports, with the index of the line.
    var imports: [(module: String, line: Int)] {
        // Generated files are long, and their imports stand at the top.
        let lines = isGenerated ? Array(lines.prefix(60)) : code.lines
        return lines.enumerated().compactMap { index, line in
            var words = line.split(separator: " ")
            while let first = words.first, first.hasPrefix("@") || Self.accessLevels.contains(first) {
                words.removeFirst()
            }
            guard words.first == "import" else { return nil }
            // `import struct Foundation.URL` is an import of Foundation.
            return words.last.map { (String($0.prefix { $0 != "." }), index) }
        }
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
}

/// Records a violation as a failure of its own, so that all of them are seen at once.
func report(_ violation: Violation) {
    Issue.record(Comment(rawValue: violation.description))
}
