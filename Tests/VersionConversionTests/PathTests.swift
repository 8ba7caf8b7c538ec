import Testing
import VersionConversion

@Suite struct PathTests {
    @Test(
        arguments: [
            (
                "vulnerability.package_issue[0].affected_package",
                "vulnerability.package_issue[0].affected_location.package"
            ),
            (
                "vulnerability.package_issue[3].fixed_version.kind",
                "vulnerability.package_issue[3].fixed_location.version.kind"
            ),
            ("vulnerability.cvssv3.base_score", "vulnerability.cvss_v3.base_score"),
            ("vulnerability.fix_available", "vulnerability.fix_available"),
            ("resource_uri", "resource.uri"),
            ("note_name", "note_name"),
            ("image.layer_info[1].directive", "derived_image.derived_image.layer_info[1].directive"),
            (
                "attestation.signatures[2].public_key_id",
                "attestation.attestation.generic_signed_attestation.signatures[2].public_key_id"
            ),
            (
                "build.provenance.source_provenance.file_hashes[f].file_hash[0].type",
                "build.provenance.source_provenance.file_hashes[f].file_hash[0].type"
            ),
            ("discovery", "discovered"),
            ("upgrade.package", "upgrade.package"),
            ("no_such[0].field", "no_such[0].field"),
            ("", ""),
        ]
    )
    func v1PathsInTheWordsOfV1beta1(v1: String, beta: String) {
        #expect(Forms.form(.v1beta1, .occurrence).path(ofStored: v1) == beta)
    }

    @Test(
        arguments: [
            ("resource_uri", "resource_url"),
            ("attestation.signatures[0].signature", "attestation_details.pgp_signed_attestation.signature"),
            ("build.provenance.end_time", "build_details.provenance.finish_time"),
        ]
    )
    func v1PathsInTheWordsOfV1alpha1(v1: String, alpha: String) {
        #expect(Forms.form(.v1alpha1, .occurrence).path(ofStored: v1) == alpha)
    }

    @Test(
        arguments: [
            ("resource.uri", "resource_uri"),
            ("resource", nil),
            ("resource.contentHash", nil),
            ("kind", "kind"),
            ("noteName", "note_name"),
            ("vulnerability.packageIssue.affectedLocation.cpeUri", "vulnerability.package_issue.affected_cpe_uri"),
            (
                "vulnerability.package_issue.fixed_location.version.name",
                "vulnerability.package_issue.fixed_version.name"
            ),
            ("vulnerability.packageIssue.severityName", nil),
            ("vulnerability.cvssV3.baseScore", "vulnerability.cvssv3.base_score"),
            ("discovered.discovered.analysis_status", "discovery.analysis_status"),
            ("discovered", "discovery"),
            ("derivedImage.derivedImage", "image"),
            ("derivedImage.distance", nil),
            ("build.provenance.builtArtifacts.id", "build.provenance.built_artifacts.id"),
            ("build.provenance.build_options.any-Key", "build.provenance.build_options.any-Key"),
            ("attestation.attestation.pgpSignedAttestation.pgpKeyId", "attestation.signatures.public_key_id"),
            (
                "attestation.attestation.genericSignedAttestation.signatures.publicKeyId",
                "attestation.signatures.public_key_id"
            ),
            ("intoto.link", nil),
            ("noSuch", nil),
        ] as [(String, String?)]
    )
    func pathsOfV1beta1InV1(beta: String, v1: String?) {
        let steps = beta.split(separator: ".").map(String.init)
        #expect(Forms.form(.v1beta1, .occurrence).storedPath(of: steps)?.joined(separator: ".") == v1)
    }

    @Test func notesHaveTheirOwn() {
        let beta = Forms.form(.v1beta1, .note)
        #expect(beta.storedPath(of: ["attestationAuthority", "hint"]) == ["attestation", "hint"])
        #expect(beta.path(ofStored: "vulnerability.details[0].affected_package") == "vulnerability.details[0].package")
        #expect(
            Forms.form(.v1alpha1, .note).storedPath(of: ["vulnerability_type", "severity"]) == [
                "vulnerability", "severity",
            ]
        )
    }

    @Test func v1HasItsOwnWords() {
        let v1 = Forms.form(.v1, .occurrence)
        #expect(v1.path(ofStored: "resource_uri") == "resource_uri")
        #expect(
            v1.storedPath(of: ["vulnerability", "packageIssue", "fixedVersion"]) == [
                "vulnerability", "package_issue", "fixed_version",
            ]
        )
        #expect(v1.storedPath(of: ["vulnerability", "no_such"]) == nil)
    }
}
