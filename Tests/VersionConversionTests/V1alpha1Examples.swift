import Testing
import VersionConversion

@Suite struct V1alpha1Examples {
    @Test(arguments: occurrences + notes)
    func isV1(example: Example) throws { try example.check(.v1alpha1) }

    static let occurrences = [
        Example(
            "a vulnerability",
            """
            {"name":"projects/p/occurrences/o","resourceUrl":"https://r/i","noteName":"projects/p/notes/CVE-1",
             "kind":"PACKAGE_VULNERABILITY","vulnerabilityDetails":{"type":"t","severity":"CRITICAL","packageIssue":[
              {"affectedLocation":{"cpeUri":"c","package":"a","version":{"name":"1"}},
               "fixedLocation":{"cpeUri":"c","package":"a","version":{"name":"2"}}},
              {"affectedLocation":{"package":"b","version":{"kind":"MINIMUM"}},
               "fixedLocation":{"package":"b","version":{"kind":"MAXIMUM"}}}]}}
            """,
            v1: """
                {"name":"projects/p/occurrences/o","resourceUri":"https://r/i","noteName":"projects/p/notes/CVE-1",
                 "kind":"VULNERABILITY","vulnerability":{"type":"t","severity":"CRITICAL","packageIssue":[
                  {"affectedCpeUri":"c","affectedPackage":"a","affectedVersion":{"name":"1","kind":"NORMAL"},
                   "fixedCpeUri":"c","fixedPackage":"a","fixedVersion":{"name":"2","kind":"NORMAL"},"fixAvailable":true},
                  {"affectedPackage":"b","affectedVersion":{"kind":"MINIMUM"},
                   "fixedPackage":"b","fixedVersion":{"kind":"MAXIMUM"}}],"fixAvailable":true}}
                """
        ),
        Example(
            "a build",
            """
            {"kind":"BUILD_DETAILS","buildDetails":{"provenance":{"id":"b","finishTime":"2020-01-01T00:00:00Z",
             "logsBucket":"l","builtArtifacts":[{"checksum":"c","names":["n"]}],
             "sourceProvenance":{"artifactStorageSource":{"bucket":"b","object":"o/p","generation":"7"},
              "fileHashes":{"f":{"fileHash":[{"type":"SHA256"},{"type":"NONE"}]}},"context":{"git":{"url":"u"}}}}}}
            """,
            v1: """
                {"kind":"BUILD","build":{"provenance":{"id":"b","endTime":"2020-01-01T00:00:00Z",
                 "logsUri":"l","builtArtifacts":[{"checksum":"c","names":["n"]}],
                 "sourceProvenance":{"artifactStorageSourceUri":"gs://b/o/p#7",
                  "fileHashes":{"f":{"fileHash":[{"type":"SHA256"},{}]}},"context":{"git":{"url":"u"}}}}}}
                """
        ),
        Example(
            "a build from where v1 knows no builds from",
            """
            {"buildDetails":{"provenance":{"builtArtifacts":[{"name":"n","id":"i"}],
             "sourceProvenance":{"repoSource":{"repoName":"r","branchName":"b"}}}}}
            """,
            v1: #"{"build":{"provenance":{"builtArtifacts":[{"id":"i"}],"sourceProvenance":{}}}}"#,
            shown: #"{"buildDetails":{"provenance":{"builtArtifacts":[{"id":"i"}],"sourceProvenance":{}}}}"#
        ),
        Example(
            "an image",
            #"{"kind":"IMAGE_BASIS","derivedImageDetails":{"distance":3,"layerInfo":[{"directive":"CMD"}]}}"#,
            v1: #"{"kind":"IMAGE","image":{"distance":3,"layerInfo":[{"directive":"CMD"}]}}"#
        ),
        Example(
            "a package",
            #"{"kind":"PACKAGE_MANAGER","installationDetails":{"name":"n","location":[{"path":"p"}]}}"#,
            v1: #"{"kind":"PACKAGE","package":{"name":"n","location":[{"path":"p"}]}}"#
        ),
        Example(
            "a deployment",
            #"{"kind":"DEPLOYABLE","deploymentDetails":{"config":"c","resourceUri":["r"],"platform":"FLEX"}}"#,
            v1: #"{"kind":"DEPLOYMENT","deployment":{"config":"c","resourceUri":["r"],"platform":"FLEX"}}"#
        ),
        Example(
            "a discovery",
            #"{"kind":"DISCOVERY","discoveredDetails":{"operation":{"name":"o","done":true}}}"#,
            v1: #"{"kind":"DISCOVERY","discovery":{}}"#,
            shown: #"{"kind":"DISCOVERY","discoveredDetails":{}}"#
        ),
        Example(
            "the attestation of the admission webhook tutorial, whose content type no enum lists",
            """
            {"resourceUrl":"https://r/i@sha256:00","noteName":"projects/image-signing/notes/production",
             "attestationDetails":{"pgpSignedAttestation":{"signature":"LS0tLS1CRUdJ","contentType":"application/vnd.x",
              "pgpKeyId":"CAFE"}}}
            """,
            v1: """
                {"resourceUri":"https://r/i@sha256:00","noteName":"projects/image-signing/notes/production",
                 "attestation":{"signatures":[{"signature":"TFMwdExTMUNSVWRK","publicKeyId":"CAFE"}]}}
                """
        ),
        Example(
            "an operation",
            #"{"resourceUrl":"r","kind":"DISCOVERY","discoveredDetails":{},"operationName":"o"}"#,
            v1: #"{"resourceUri":"r","kind":"DISCOVERY","discovery":{}}"#,
            shown: #"{"resourceUrl":"r","kind":"DISCOVERY","discoveredDetails":{}}"#
        ),
    ]

    static let notes = [
        Example(
            "a vulnerability note",
            .note,
            """
            {"name":"providers/p/notes/CVE-1","kind":"PACKAGE_VULNERABILITY","relatedUrl":[{"url":"u","label":"l"}],
             "vulnerabilityType":{"cvssScore":5,"severity":"LOW","details":[{"cpeUri":"c","package":"p",
              "minAffectedVersion":{"kind":"MINIMUM"},"maxAffectedVersion":{"name":"2"},"severityName":"LOW",
              "fixedLocation":{"package":"p","version":{"name":"3"}},"description":"d"}]}}
            """,
            v1: """
                {"name":"providers/p/notes/CVE-1","kind":"VULNERABILITY","relatedUrl":[{"url":"u","label":"l"}],
                 "vulnerability":{"cvssScore":5,"severity":"LOW","details":[{"affectedCpeUri":"c","affectedPackage":"p",
                  "affectedVersionStart":{"kind":"MINIMUM"},"affectedVersionEnd":{"name":"2","kind":"NORMAL"},
                  "severityName":"LOW","fixedPackage":"p","fixedVersion":{"name":"3","kind":"NORMAL"},
                  "description":"d"}]}}
                """
        ),
        Example(
            "a build note",
            .note,
            #"{"kind":"BUILD_DETAILS","buildType":{"builderVersion":"1"}}"#,
            v1: #"{"kind":"BUILD","build":{"builderVersion":"1"}}"#
        ),
        Example(
            "an image note",
            .note,
            #"{"kind":"IMAGE_BASIS","baseImage":{"resourceUrl":"u"}}"#,
            v1: #"{"kind":"IMAGE","image":{"resourceUrl":"u"}}"#
        ),
        Example(
            "a package note",
            .note,
            #"{"kind":"PACKAGE_MANAGER","package":{"name":"n","distribution":[{"architecture":"X86"}]}}"#,
            v1: #"{"kind":"PACKAGE","package":{"name":"n","distribution":[{"architecture":"X86"}]}}"#
        ),
        Example(
            "a deployment note",
            .note,
            #"{"kind":"DEPLOYABLE","deployable":{"resourceUri":["a"]}}"#,
            v1: #"{"kind":"DEPLOYMENT","deployment":{"resourceUri":["a"]}}"#
        ),
        Example(
            "a discovery note, whose kind of analysis has its own name",
            .note,
            #"{"kind":"DISCOVERY","discovery":{"analysisKind":"PACKAGE_VULNERABILITY"}}"#,
            v1: #"{"kind":"DISCOVERY","discovery":{"analysisKind":"VULNERABILITY"}}"#
        ),
        Example(
            "an attestation note",
            .note,
            #"{"kind":"ATTESTATION_AUTHORITY","attestationAuthority":{"hint":{"humanReadableName":"qa"}}}"#,
            v1: #"{"kind":"ATTESTATION","attestation":{"hint":{"humanReadableName":"qa"}}}"#
        ),
    ]
}
