import Testing
import VersionConversion

@Suite struct V1beta1Examples {
    @Test(arguments: occurrences + notes)
    func isV1(example: Example) throws { try example.check(.v1beta1) }

    static let occurrences = [
        Example(
            "a vulnerability",
            """
            {"name":"projects/p/occurrences/o","resource":{"uri":"https://r/i@sha256:00"},"noteName":"projects/p/notes/CVE-1",
             "kind":"VULNERABILITY","remediation":"r","createTime":"2024-01-01T00:00:00Z",
             "vulnerability":{"severity":"HIGH","cvssScore":7.5,"cvssV3":{"baseScore":7.5,"attackVector":"ATTACK_VECTOR_LOCAL"},
              "packageIssue":[{"affectedLocation":{"cpeUri":"cpe:/o:debian","package":"icu","version":{"name":"52.1","kind":"NORMAL"}},
               "fixedLocation":{"cpeUri":"cpe:/o:debian","package":"icu","version":{"name":"52.2","kind":"NORMAL"}},
               "packageType":"OS","effectiveSeverity":"LOW"}],
              "effectiveSeverity":"MEDIUM"}}
            """,
            v1: """
                {"name":"projects/p/occurrences/o","resourceUri":"https://r/i@sha256:00","noteName":"projects/p/notes/CVE-1",
                 "kind":"VULNERABILITY","remediation":"r","createTime":"2024-01-01T00:00:00Z",
                 "vulnerability":{"severity":"HIGH","cvssScore":7.5,"cvssv3":{"baseScore":7.5,"attackVector":"ATTACK_VECTOR_LOCAL"},
                  "packageIssue":[{"affectedCpeUri":"cpe:/o:debian","affectedPackage":"icu",
                   "affectedVersion":{"name":"52.1","kind":"NORMAL"},
                   "fixedCpeUri":"cpe:/o:debian","fixedPackage":"icu","fixedVersion":{"name":"52.2","kind":"NORMAL"},
                   "fixAvailable":true,"packageType":"OS","effectiveSeverity":"LOW"}],
                  "effectiveSeverity":"MEDIUM","fixAvailable":true}}
                """
        ),
        Example(
            "an issue that is not fixed, and what only v1beta1 says",
            """
            {"resource":{"name":"n","uri":"u","contentHash":{"type":"SHA256","value":"AAA="}},
             "vulnerability":{"packageIssue":[{"severityName":"high","affectedLocation":{"package":"a"},
              "fixedLocation":{"package":"a","version":{"kind":"MAXIMUM"}}}]}}
            """,
            v1: """
                {"resourceUri":"u","vulnerability":{"packageIssue":[
                 {"affectedPackage":"a","fixedPackage":"a","fixedVersion":{"kind":"MAXIMUM"}}]}}
                """,
            shown: """
                {"resource":{"uri":"u"},"vulnerability":{"packageIssue":[{"affectedLocation":{"package":"a"},
                 "fixedLocation":{"package":"a","version":{"kind":"MAXIMUM"}}}]}}
                """
        ),
        Example(
            "a build, whose hashes are of named types",
            """
            {"kind":"BUILD","build":{"provenance":{"id":"b","sourceProvenance":{"fileHashes":{"f":{"fileHash":
             [{"type":"SHA256","value":"AAA="},{"type":"GO_MODULE_H1","value":"AQ=="}]}},
             "context":{"git":{"url":"u"},"labels":{"k":"v"}}},"buildOptions":{"a":"b"}},"provenanceBytes":"x"}}
            """,
            v1: """
                {"kind":"BUILD","build":{"provenance":{"id":"b","sourceProvenance":{"fileHashes":{"f":{"fileHash":
                 [{"type":"SHA256","value":"AAA="},{"type":"GO_MODULE_H1","value":"AQ=="}]}},
                 "context":{"git":{"url":"u"},"labels":{"k":"v"}}},"buildOptions":{"a":"b"}},"provenanceBytes":"x"}}
                """
        ),
        Example(
            "an image",
            """
            {"kind":"IMAGE","derivedImage":{"derivedImage":{"fingerprint":{"v1Name":"a","v2Blob":["b","c"]},"distance":2,
             "layerInfo":[{"directive":"RUN","arguments":"x"},{"arguments":"y"}],"baseResourceUrl":"u"}}}
            """,
            v1: """
                {"kind":"IMAGE","image":{"fingerprint":{"v1Name":"a","v2Blob":["b","c"]},"distance":2,
                 "layerInfo":[{"directive":"RUN","arguments":"x"},{"arguments":"y"}],"baseResourceUrl":"u"}}
                """
        ),
        Example(
            "a detail with nothing in it is a detail",
            #"{"kind":"IMAGE","derivedImage":{}}"#,
            v1: #"{"kind":"IMAGE","image":{}}"#,
            shown: #"{"kind":"IMAGE","derivedImage":{"derivedImage":{}}}"#
        ),
        Example(
            "a package",
            """
            {"kind":"PACKAGE","installation":{"installation":{"name":"n","location":[{"cpeUri":"c","version":{"epoch":1},
             "path":"p"}],"architecture":"X64","license":{"expression":"MIT"}}}}
            """,
            v1: """
                {"kind":"PACKAGE","package":{"name":"n","location":[{"cpeUri":"c","version":{"epoch":1},"path":"p"}],
                 "architecture":"X64","license":{"expression":"MIT"}}}
                """
        ),
        Example(
            "a deployment",
            """
            {"kind":"DEPLOYMENT","deployment":{"deployment":{"userEmail":"e","deployTime":"2024-01-01T00:00:00Z",
             "resourceUri":["a","b"],"platform":"GKE"}}}
            """,
            v1: """
                {"kind":"DEPLOYMENT","deployment":{"userEmail":"e","deployTime":"2024-01-01T00:00:00Z",
                 "resourceUri":["a","b"],"platform":"GKE"}}
                """
        ),
        Example(
            "a discovery",
            """
            {"kind":"DISCOVERY","discovered":{"discovered":{"continuousAnalysis":"ACTIVE","analysisStatus":"FINISHED_SUCCESS",
             "lastAnalysisTime":"2020-01-01T00:00:00Z","analysisCompleted":{"analysisType":["a"]},
             "analysisError":[{"code":5,"message":"m"}],"sbomStatus":{"sbomState":"COMPLETE"},
             "files":[{"name":"f","digest":{"sha256":"00"}}]}}}
            """,
            v1: """
                {"kind":"DISCOVERY","discovery":{"continuousAnalysis":"ACTIVE","analysisStatus":"FINISHED_SUCCESS",
                 "analysisCompleted":{"analysisType":["a"]},"analysisError":[{"code":5,"message":"m"}],
                 "sbomStatus":{"sbomState":"COMPLETE"},"files":[{"name":"f","digest":{"sha256":"00"}}]}}
                """,
            shown: """
                {"kind":"DISCOVERY","discovered":{"discovered":{"continuousAnalysis":"ACTIVE",
                 "analysisStatus":"FINISHED_SUCCESS","analysisCompleted":{"analysisType":["a"]},
                 "analysisError":[{"code":5,"message":"m"}],"sbomStatus":{"sbomState":"COMPLETE"},
                 "files":[{"name":"f","digest":{"sha256":"00"}}]}}}
                """
        ),
        Example(
            "a PGP attestation",
            """
            {"kind":"ATTESTATION","attestation":{"attestation":{"pgpSignedAttestation":{"signature":"owGbwM",
             "pgpKeyId":"ABCD","contentType":"SIMPLE_SIGNING_JSON"}}}}
            """,
            v1: """
                {"kind":"ATTESTATION","attestation":{"signatures":[{"signature":"b3dHYndN","publicKeyId":"ABCD"}]}}
                """,
            shown: """
                {"kind":"ATTESTATION","attestation":{"attestation":{"pgpSignedAttestation":{"signature":"owGbwM",
                 "pgpKeyId":"ABCD"}}}}
                """
        ),
        Example(
            "a generic attestation",
            """
            {"kind":"ATTESTATION","attestation":{"attestation":{"genericSignedAttestation":{"serializedPayload":"e30=",
             "signatures":[{"signature":"AAH/","publicKeyId":"k"},{"signature":"eA=="}]}}},"envelope":{"payloadType":"t"}}
            """,
            v1: """
                {"kind":"ATTESTATION","attestation":{"serializedPayload":"e30=",
                 "signatures":[{"signature":"AAH/","publicKeyId":"k"},{"signature":"eA=="}]},"envelope":{"payloadType":"t"}}
                """
        ),
        Example(
            "a generic attestation that looks like a PGP one from v1",
            #"{"attestation":{"attestation":{"genericSignedAttestation":{"signatures":[{"signature":"eA=="}]}}}}"#,
            v1: #"{"attestation":{"signatures":[{"signature":"eA=="}]}}"#,
            shown: #"{"attestation":{"attestation":{"pgpSignedAttestation":{"signature":"x"}}}}"#
        ),
        Example(
            "an SBOM reference",
            """
            {"kind":"SBOM_REFERENCE","sbomReference":{"payload":{"_type":"t","predicateType":"p","subject":[{"name":"s"}],
             "predicate":{"referrerId":"r","digest":{"a":"b"}}},"signatures":[{"sig":"AAA=","keyid":"k"}]}}
            """,
            v1: """
                {"kind":"SBOM_REFERENCE","sbomReference":{"payload":{"_type":"t","predicateType":"p",
                 "subject":[{"name":"s"}],"predicate":{"referrerId":"r","digest":{"a":"b"}}},
                 "signatures":[{"sig":"AAA=","keyid":"k"}]}}
                """
        ),
        Example(
            "a secret",
            """
            {"kind":"SECRET","secret":{"kind":"SECRET_KIND_GCP_API_KEY","locations":[{"fileLocation":{"filePath":"f"}}],
             "statuses":[{"status":"VALID"}],"digest":{"algo":"sha256"}}}
            """,
            v1: """
                {"kind":"SECRET","secret":{"kind":"SECRET_KIND_GCP_API_KEY","locations":[{"fileLocation":{"filePath":"f"}}],
                 "statuses":[{"status":"VALID"}],"digest":{"algo":"sha256"}}}
                """
        ),
        Example(
            "an AI skill analysis",
            #"{"kind":"AI_SKILL_ANALYSIS","aiSkillAnalysis":{"skillName":"s","findings":[{"ruleId":"r"}]}}"#,
            v1: #"{"kind":"AI_SKILL_ANALYSIS","aiSkillAnalysis":{"skillName":"s","findings":[{"ruleId":"r"}]}}"#
        ),
    ]

    static let notes = [
        Example(
            "a vulnerability note",
            .note,
            """
            {"name":"projects/p/notes/CVE-1","shortDescription":"s","kind":"VULNERABILITY","relatedNoteNames":["x"],
             "vulnerability":{"severity":"LOW","cvssV3":{"baseScore":5,"scope":"SCOPE_CHANGED"},"cvssVersion":"CVSS_VERSION_3",
              "details":[{"cpeUri":"c","package":"p","minAffectedVersion":{"name":"1"},"maxAffectedVersion":{"name":"2"},
               "severityName":"LOW","fixedLocation":{"cpeUri":"c","package":"p","version":{"name":"3"}},"isObsolete":true}]}}
            """,
            v1: """
                {"name":"projects/p/notes/CVE-1","shortDescription":"s","kind":"VULNERABILITY","relatedNoteNames":["x"],
                 "vulnerability":{"severity":"LOW","cvssV3":{"baseScore":5,"scope":"SCOPE_CHANGED"},
                  "cvssVersion":"CVSS_VERSION_3",
                  "details":[{"affectedCpeUri":"c","affectedPackage":"p","affectedVersionStart":{"name":"1"},
                   "affectedVersionEnd":{"name":"2"},"severityName":"LOW",
                   "fixedCpeUri":"c","fixedPackage":"p","fixedVersion":{"name":"3"},"isObsolete":true}]}}
                """
        ),
        Example(
            "a score of version 2 in the place of version 3, and weaknesses",
            .note,
            #"{"vulnerability":{"cwe":["CWE-1"],"cvssV3":{"authentication":"AUTHENTICATION_NONE"}}}"#,
            v1: #"{"vulnerability":{"cvssV3":{}}}"#,
            shown: #"{"vulnerability":{"cvssV3":{}}}"#
        ),
        Example(
            "a build note",
            .note,
            #"{"build":{"builderVersion":"1","signature":{"publicKey":"k"}}}"#,
            v1: #"{"build":{"builderVersion":"1"}}"#,
            shown: #"{"build":{"builderVersion":"1"}}"#
        ),
        Example(
            "an image note",
            .note,
            #"{"kind":"IMAGE","baseImage":{"resourceUrl":"u","fingerprint":{"v1Name":"a"}}}"#,
            v1: #"{"kind":"IMAGE","image":{"resourceUrl":"u","fingerprint":{"v1Name":"a"}}}"#
        ),
        Example(
            "a package note",
            .note,
            #"{"package":{"name":"n","distribution":[{"cpeUri":"c","latestVersion":{"name":"1"}}]}}"#,
            v1: #"{"package":{"name":"n","distribution":[{"cpeUri":"c","latestVersion":{"name":"1"}}]}}"#
        ),
        Example(
            "a deployment note",
            .note,
            #"{"kind":"DEPLOYMENT","deployable":{"resourceUri":["a"]}}"#,
            v1: #"{"kind":"DEPLOYMENT","deployment":{"resourceUri":["a"]}}"#
        ),
        Example(
            "a discovery note",
            .note,
            #"{"kind":"DISCOVERY","discovery":{"analysisKind":"VULNERABILITY_ASSESSMENT"}}"#,
            v1: #"{"kind":"DISCOVERY","discovery":{"analysisKind":"VULNERABILITY_ASSESSMENT"}}"#
        ),
        Example(
            "an attestation note",
            .note,
            #"{"kind":"ATTESTATION","attestationAuthority":{"hint":{"humanReadableName":"qa"}}}"#,
            v1: #"{"kind":"ATTESTATION","attestation":{"hint":{"humanReadableName":"qa"}}}"#
        ),
        Example(
            "a vulnerability assessment",
            .note,
            """
            {"kind":"VULNERABILITY_ASSESSMENT","vulnerabilityAssessment":{"assessment":{"vulnerabilityId":"CVE-1",
             "state":"AFFECTED","impacts":["i"],"justification":{"details":"d"},
             "remediations":[{"details":"d","remediationUri":{"url":"u"}}]}}}
            """,
            v1: """
                {"kind":"VULNERABILITY_ASSESSMENT","vulnerabilityAssessment":{"assessment":{"vulnerabilityId":"CVE-1",
                 "state":"AFFECTED","impacts":["i"],"justification":{"details":"d"},
                 "remediations":[{"details":"d","remediationUri":{"url":"u"}}]}}}
                """
        ),
        Example(
            "notes of which nothing differs",
            .note,
            #"{"kind":"SECRET","secret":{}}"#,
            v1: #"{"kind":"SECRET","secret":{}}"#
        ),
    ]
}
