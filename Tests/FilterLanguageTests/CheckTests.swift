import FilterLanguage
import Testing

@Suite struct CheckTests {
    /// Text, meaning.
    @Test(arguments: [
        // Names
        ("resourceUri = x", "resource_uri = \"x\""),
        ("resource_uri = x", "resource_uri = \"x\""),
        ("resource.uri = x", "resource_uri = \"x\""),
        ("severity = HIGH", "vulnerability.severity = HIGH"),
        ("vulnerability.severity = HIGH", "vulnerability.severity = HIGH"),
        (
            "vulnerabilityDetails.packageIssue.affectedPackage = x",
            "vulnerability.package_issue.affected_package = \"x\""
        ),
        ("vulnerability.packageIssue.inner.inner.epoch = 1", "vulnerability.package_issue.inner.inner.epoch = 1"),
        // Maps and JSON
        ("build.provenance.buildOptions[\"cloud\"] = x", "build.provenance.build_options[\"cloud\"] = \"x\""),
        ("build.provenance.buildOptions.cloud = x", "build.provenance.build_options[\"cloud\"] = \"x\""),
        ("build.provenance.buildOptions = x", "build.provenance.build_options = \"x\""),
        ("build.provenance.buildOptions:cloud", "build.provenance.build_options[\"cloud\"]:*"),
        ("build.provenance.buildOptions:*", "build.provenance.build_options:*"),
        ("build.provenance.fileHashes.f.id = x", "build.provenance.file_hashes[\"f\"].id = \"x\""),
        ("build.parameters.a.b = x", "build.parameters[\"a\"][\"b\"] = \"x\""),
        ("build.parameters.n = 5", "build.parameters[\"n\"] = 5 OR build.parameters[\"n\"] = \"5\""),
        ("build.parameters.n = true", "build.parameters[\"n\"] = true OR build.parameters[\"n\"] = \"true\""),
        ("build.parameters.n < 5.5", "build.parameters[\"n\"] < 5.5"),
        ("build.parameters.n < \"5\"", "build.parameters[\"n\"] < \"5\""),
        ("build.parameters.n:X", "build.parameters[\"n\"]:\"x\" OR build.parameters[\"n\"][\"X\"]:*"),
        // Operators
        ("kind != BUILD", "NOT kind = BUILD"),
        ("NOT kind != BUILD", "kind = BUILD"),
        ("NOT NOT kind = BUILD", "kind = BUILD"),
        ("NOT NOT NOT kind = BUILD", "NOT kind = BUILD"),
        ("kind = (BUILD OR IMAGE)", "kind = BUILD OR kind = IMAGE"),
        ("kind != (BUILD OR IMAGE)", "NOT (kind = BUILD OR kind = IMAGE)"),
        ("kind = (NOT BUILD)", "NOT kind = BUILD"),
        ("kind = build", "kind = BUILD"),
        ("severity >= \"high\"", "vulnerability.severity >= HIGH"),
        ("name:\"MiXed\"", "name:\"mixed\""),
        ("name:*", "name:*"),
        ("name:\"*\"", "name:\"*\""),
        ("build:*", "build:*"),
        ("build:provenance", "build.provenance:*"),
        ("vulnerability.packageIssue:*", "vulnerability.package_issue:*"),
        ("build.provenance.builtArtifacts.names:x", "build.provenance.built_artifacts.names = \"x\""),
        ("dependencyPackageName:\"X\"", "packageName = \"X\""),
        // Wildcards
        ("name = \"a*\"", "has_prefix(name, \"a\")"),
        ("name = *a", "has_suffix(name, \"a\")"),
        ("name = \"*a*\"", "name.contains(\"a\")"),
        ("name = *", "name:*"),
        ("name = \"**\"", "name:*"),
        ("name = \"a*b\"", "name = \"a*b\""),
        ("name != \"a*\"", "NOT has_prefix(name, \"a\")"),
        ("resourceUrl = \"https://gcr.io/*\"", "has_prefix(resource_uri, \"gcr.io/\")"),
        ("resourceUrl = \"*https://x\"", "has_suffix(resource_uri, \"https://x\")"),
        ("noteName = \"https://x\"", "note_name = \"https://x\""),
        // Values
        ("vulnerability.fixAvailable = true", "vulnerability.fix_available = true"),
        ("vulnerability.fixAvailable = \"False\"", "vulnerability.fix_available = false"),
        ("vulnerability.cvssScore >= \"7.5\"", "vulnerability.cvss_score >= 7.5"),
        ("vulnerability.cvssScore > 7", "vulnerability.cvss_score > 7.0"),
        ("vulnerability.packageIssue.epoch = -5", "vulnerability.package_issue.epoch = -5"),
        ("attestation.serializedPayload = \"aGk=\"", "attestation.serialized_payload = 0x6869"),
        ("attestation.serializedPayload = aGk", "attestation.serialized_payload = 0x6869"),
        ("attestation.serializedPayload = 0x6869", "attestation.serialized_payload = 0x6869"),
        ("attestation.serializedPayload = \"-_8=\"", "attestation.serialized_payload = 0xfbff"),
        (
            "attestation.serializedPayload = deadbeef",
            "attestation.serialized_payload = 0x75e69d6de79f OR attestation.serialized_payload = 0xdeadbeef"
        ),
        ("build.took > 1m30s", "build.took > \"90s\""),
        ("build.took > duration(\"1.5s\")", "build.took > \"1.500s\""),
        ("createTime >= \"2024-05-01\"", "create_time >= \"2024-05-01T00:00:00Z\""),
        ("createTime < now() - duration(\"72h\")", "create_time < \"2024-05-07T12:00:00Z\""),
        (
            "createTime < (now()+duration(1d) OR timestamp(\"2024\"))",
            "create_time < \"2024-05-11T12:00:00Z\" OR create_time < \"2024-01-01T00:00:00Z\""
        ),
        // Searches
        ("Log4J", "search \"log4j\""),
        ("\"two Words\"", "search \"two words\""),
        ("log4j-2.14.1.jar", "search \"log4j-2.14.1.jar\""),
        ("*log4j*", "search \"log4j\""),
        ("kind", "search \"kind\""),
        ("remote and local", "search \"remote\" AND search \"and\" AND search \"local\""),
        ("-\"x\"", "NOT search \"x\""),
        // Nested
        (
            "vulnerability.packageIssue.nestedFilter(affectedPackage = a fixAvailable = true)",
            "some vulnerability.package_issue with (affected_package = \"a\" AND fix_available = true)"
        ),
        (
            "build.provenance.builtArtifacts.nestedFilter(names:\"a\" || !id.startsWith('b'))",
            "some build.provenance.built_artifacts with (names = \"a\" OR NOT has_prefix(id, \"b\"))"
        ),
        // Normal form
        ("a AND (b AND (c AND d))", "search \"a\" AND search \"b\" AND search \"c\" AND search \"d\""),
        ("NOT (NOT (a AND b)) AND c", "search \"a\" AND search \"b\" AND search \"c\""),
        ("kind = (BUILD OR IMAGE) OR kind = PACKAGE", "kind = BUILD OR kind = IMAGE OR kind = PACKAGE"),
    ])
    func filterHasItsMeaning(text: String, meaning: String) throws {
        let filter = try TestSchema.check(text)
        #expect(filter.root?.description == meaning)
        #expect(try TestSchema.check(filter.text) == filter)
    }

    /// Text, error.
    @Test(arguments: [
        ("severty = HIGH", "filter, column 1: \"severty\" is not a field; did you mean \"severity\"?"),
        (
            "kind = BUILD AND createTiem > 2024",
            "filter, column 18: \"createTiem\" is not a field; did you mean \"createTime\"?"
        ),
        (
            "vulnerability.packageIssu.epoch = 1",
            "filter, column 15: \"packageIssu\" is not a field of \"vulnerability\"; did you mean \"packageIssue\"?"
        ),
        (
            "vulnerability.package_isue = 1",
            "filter, column 15: \"package_isue\" is not a field of \"vulnerability\"; did you mean \"package_issue\"?"
        ),
        (
            "build.zzzzzz = 1",
            "filter, column 7: \"zzzzzz\" is not a field of \"build\"; the fields are provenance, took, parameters"
        ),
        (
            "build:zzzzzz",
            "filter, column 7: \"zzzzzz\" is not a field of \"build\"; the fields are provenance, took, parameters"
        ),
        (
            "kind.foo = 1",
            "filter, column 6: \"kind\" is one of several names and has no fields; \"foo\" cannot follow it"
        ),
        ("digest.foo = 1", "filter, column 8: \"digest\" is a text and has no fields; \"foo\" cannot follow it"),
        ("build[\"took\"] = 1", "filter, column 7: \"build\" is not a map; write .took"),
        (
            "\"kind\" = BUILD",
            "filter, column 1: \"kind\" is a text, not a field; a field stands on the left, without quotes"
        ),
        ("5 = 5", "filter, column 1: \"5\" is not a field; the field stands on the left, the value on the right"),
        ("https://x", "filter, column 1: \"https\" is not a field; put a text with \":\" in quotes"),
        (
            "severity = VERY",
            "filter, column 12: \"severity\" is compared with one of MINIMAL, LOW, MEDIUM, HIGH, CRITICAL, not \"VERY\""
        ),
        (
            "severity > 3",
            "filter, column 12: \"severity\" is compared with one of MINIMAL, LOW, MEDIUM, HIGH, CRITICAL, not \"3\""
        ),
        (
            "createTime > yesterday",
            "filter, column 14: \"createTime\" is compared with a time such as \"2024-05-01T12:00:00Z\", not \"yesterday\""
        ),
        (
            "createTime > duration(\"1h\")",
            "filter, column 14: \"createTime\" is compared with a time such as \"2024-05-01T12:00:00Z\", not \"3600s\""
        ),
        ("build.took > 5", "filter, column 14: \"build.took\" is compared with a duration such as \"30s\", not \"5\""),
        (
            "vulnerability.fixAvailable = yes",
            "filter, column 30: \"vulnerability.fixAvailable\" is compared with true or false, not \"yes\""
        ),
        (
            "vulnerability.fixAvailable > true",
            "filter, column 30: \"vulnerability.fixAvailable\" is true or false, which has no order; it can be compared "
                + "with = and !="
        ),
        (
            "attestation.serializedPayload = \"!\"",
            "filter, column 33: \"attestation.serializedPayload\" is compared with bytes in base64 or hex, not \"!\""
        ),
        (
            "vulnerability.cvssScore > 0x10",
            "filter, column 27: \"vulnerability.cvssScore\" is compared with a number, not \"0x10\""
        ),
        (
            "vulnerability.cvssScore > nan",
            "filter, column 27: \"vulnerability.cvssScore\" is compared with a number, not \"nan\""
        ),
        (
            "vulnerability.packageIssue.epoch > 1.5",
            "filter, column 36: \"vulnerability.packageIssue.epoch\" is compared with a whole number, not \"1.5\""
        ),
        (
            "build = x",
            "filter, column 9: \"build\" is a message; compare one of its fields, or write build:* for present"
        ),
        (
            "vulnerability.fixAvailable",
            "filter, column 1: \"vulnerability.fixAvailable\" is a field; compare it (= true), write "
                + "vulnerability.fixAvailable:* for present, or put it in quotes to search for the text"
        ),
        (
            "kind = BUILD and severity = HIGH",
            "filter, column 14: \"and\" is an ordinary word; write AND in capitals, or put it in quotes to search for it"
        ),
        ("labels[\"x\"]", "filter, column 1: this is not a condition; compare it, as in field = \"value\""),
        ("\"\"", "filter, column 1: a search for nothing finds everything; leave it out"),
        ("has_prefix(resourceUrl)", "filter, column 1: has_prefix(field, \"text\") wants 2 arguments, not 1"),
        (
            "has_prefix(kind, \"B\")",
            "filter, column 12: has_prefix wants a field of text; \"kind\" is one of several names"
        ),
        ("has_prefix(name, now())", "filter, column 18: has_prefix wants a text in quotes here"),
        (
            "has_prefx(name, \"x\")",
            "filter, column 1: \"has_prefx\" is not a function; did you mean has_prefix? the functions are "
                + functions
        ),
        ("name.matches(\"x\")", "filter, column 6: \"matches\" is not a function; the functions are " + functions),
        (
            "startsWith(name, \"x\")",
            "filter, column 1: startsWith is a method of a field; the functions are " + functions
        ),
        (
            "now()",
            "filter, column 1: now(…) is a value; it stands on the right, as in createTime > now() - duration(\"72h\")"
        ),
        (
            "now() > createTime",
            "filter, column 1: now(…) cannot be compared; a field stands on the left, and NOT negates a condition"
        ),
        ("createTime > now(1)", "filter, column 14: now() wants no arguments"),
        (
            "createTime > now() - duration(\"x\")",
            "filter, column 31: duration wants an amount such as \"72h\", \"30m\" or \"1.5s\", not \"x\""
        ),
        ("createTime > now() - duration(\"3000000d\")", "filter, column 14: this time is outside the years 1 to 9999"),
        (
            "createTime > duration(\"1h\") - duration(\"1h\")",
            "filter, column 14: only a time and a duration add up, as in now() - duration(\"72h\")"
        ),
        (
            "createTime > has_prefix(a, \"b\")",
            "filter, column 14: has_prefix(…) is a condition, not a value; join it with AND or OR"
        ),
        (
            "kind.nestedFilter(a = b)",
            "filter, column 1: nestedFilter wants a field of messages; \"kind\" is one of several names"
        ),
        (
            "vulnerability.packageIssue.nestedFilter(word)",
            "filter, column 41: a search cannot stand inside nestedFilter; compare a field of "
                + "\"vulnerability.packageIssue\""
        ),
        (
            "vulnerability.packageIssue.nestedFilter(epock = 1)",
            "filter, column 41: \"epock\" is not a field; did you mean \"epoch\"?"
        ),
    ])
    func mistakeIsExplained(text: String, message: String) {
        #expect(TestSchema.error(text) == message)
    }

    private static let functions =
        "has_prefix(field, \"text\"), has_suffix(field, \"text\"), field.startsWith(\"text\"), field.endsWith(\"text\"), "
        + "field.contains(\"text\"), field.nestedFilter(condition), now(), duration(\"72h\"), timestamp(\"…\")"

    @Test func checkedFilterIsFlatAndPlain() throws {
        let kind = FieldReference(
            location: .path([.field(name: "kind", number: 4)]),
            type: .enumeration(TestSchema.kind)
        )
        let noteID = FieldReference(location: .virtual("noteId"), type: .string)
        #expect(
            try TestSchema.check("kind=BUILD AND (noteId!=\"a\" AND kind=IMAGE)").root
                == .and([
                    .comparison(Comparison(field: kind, test: .equals(.enumeration(2)))),
                    .not(.comparison(Comparison(field: noteID, test: .equals(.string("a"))))),
                    .comparison(Comparison(field: kind, test: .equals(.enumeration(3)))),
                ])
        )
    }

    @Test func emptyFilterIsNil() throws {
        #expect(try CheckedFilter.parse(" ", schema: TestSchema.occurrence, now: TestSchema.now) == nil)
    }
}
