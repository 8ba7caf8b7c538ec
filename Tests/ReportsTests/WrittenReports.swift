/// Reports written by hand after the formats' published schemas, as small as they can be with everything that is read.
enum WrittenReports {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)
    static let layer = "sha256:" + String(repeating: "12", count: 32)
    static let other = "sha256:" + String(repeating: "cd", count: 32)

    static let osvScanner = """
        {
          "results": [
            {
              "source": {"path": "/app/go.mod", "type": "lockfile"},
              "packages": [
                {
                  "package": {"name": "github.com/gogo/protobuf", "version": "1.3.1", "ecosystem": "Go"},
                  "image_origin_details": {"index": 1},
                  "vulnerabilities": [
                    {
                      "id": "GHSA-c3h9-896r-86jm",
                      "aliases": ["CVE-2021-3121", "GO-2021-0053"],
                      "summary": "Improper Input Validation in GoGo Protobuf",
                      "details": "An issue was discovered in GoGo Protobuf before 1.3.2.",
                      "published": "2022-01-04T19:19:55Z",
                      "modified": "2023-06-02T18:44:18.123456789Z",
                      "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:H"}],
                      "references": [{"type": "WEB", "url": "https://github.com/gogo/protobuf/commit/b03c65ea"}],
                      "affected": [
                        {
                          "package": {"name": "github.com/gogo/protobuf", "ecosystem": "Go"},
                          "ranges": [
                            {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.3.2"}]},
                            {"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "b03c65ea"}]}
                          ]
                        },
                        {
                          "package": {"name": "github.com/other/module", "ecosystem": "Go"},
                          "ranges": [{"type": "SEMVER", "events": [{"fixed": "9.9.9"}]}]
                        }
                      ]
                    },
                    {"id": "GO-2021-0053", "aliases": ["CVE-2021-3121", "GHSA-c3h9-896r-86jm"]}
                  ],
                  "groups": [
                    {
                      "ids": ["GHSA-c3h9-896r-86jm", "GO-2021-0053"],
                      "aliases": ["CVE-2021-3121", "GHSA-c3h9-896r-86jm", "GO-2021-0053"],
                      "max_severity": "8.6"
                    }
                  ]
                },
                {"package": {"name": "github.com/clean/module", "version": "1.0.0", "ecosystem": "Go"}}
              ]
            },
            {
              "source": {"path": "/lib/apk/db/installed", "type": "os"},
              "packages": [
                {
                  "package": {"name": "busybox", "os_package_name": "ssl_client", "version": "1.36.1-r2",
                    "ecosystem": "Alpine:v3.18"},
                  "vulnerabilities": [
                    {
                      "id": "ALPINE-CVE-2023-42363",
                      "upstream": ["CVE-2023-42363"],
                      "affected": [
                        {
                          "package": {"name": "busybox", "ecosystem": "Alpine:v3.18"},
                          "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.36.1-r7"}]}]
                        }
                      ]
                    }
                  ]
                }
              ]
            }
          ],
          "image_metadata": {
            "os": "Alpine Linux v3.18",
            "layer_metadata": [
              {"diff_id": "\(other)", "command": "ADD file", "is_empty": false, "base_image_index": 1},
              {"diff_id": "\(layer)", "command": "COPY . /app", "is_empty": false, "base_image_index": 0}
            ]
          }
        }
        """

    /// As Trivy writes it: what matters is in the message.
    static let trivySARIF = """
        {
          "version": "2.1.0",
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "Trivy", "fullName": "Trivy Vulnerability Scanner", "version": "0.65.0",
                  "informationUri": "https://github.com/aquasecurity/trivy",
                  "rules": [
                    {
                      "id": "CVE-2019-18276", "name": "OsPackageVulnerability",
                      "shortDescription": {"text": "bash: saved UID is not dropped"},
                      "fullDescription": {"text": "An issue was discovered in GNU Bash."},
                      "defaultConfiguration": {"level": "note"},
                      "helpUri": "https://avd.aquasec.com/nvd/cve-2019-18276",
                      "help": {"text": "Vulnerability CVE-2019-18276\\nSeverity: LOW\\nPackage: bash\\nFixed Version: \\n\
        Link: [CVE-2019-18276](https://avd.aquasec.com/nvd/cve-2019-18276)\\nType: this is prose"},
                      "properties": {
                        "cvssv3_baseScore": 7.8,
                        "cvssv3_vector": "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H",
                        "precision": "very-high", "security-severity": "7.8",
                        "tags": ["vulnerability", "security", "LOW"]
                      }
                    },
                    {
                      "id": "DLA-1234-1", "name": "LanguageSpecificPackageVulnerability",
                      "properties": {"tags": ["vulnerability", "security", "HIGH"], "security-severity": "8.0"}
                    },
                    {
                      "id": "aws-access-key-id", "name": "Secret",
                      "properties": {"tags": ["secret", "security", "CRITICAL"], "security-severity": "9.5"}
                    }
                  ]
                }
              },
              "results": [
                {
                  "ruleId": "CVE-2019-18276", "ruleIndex": 0, "level": "note",
                  "message": {"text": "Package: bash\\nInstalled Version: 5.0-4\\nVulnerability CVE-2019-18276\\n\
        Severity: LOW\\nFixed Version: \\nLink: [CVE-2019-18276](https://avd.aquasec.com/nvd/cve-2019-18276)"},
                  "locations": [{"physicalLocation": {"artifactLocation": {"uri": "library/debian",
                    "uriBaseId": "ROOTPATH"}, "region": {"startLine": 1}}}]
                },
                {
                  "ruleId": "DLA-1234-1", "ruleIndex": 1, "level": "error",
                  "message": {"text": "Package: left-pad\\nInstalled Version: 1.0.0\\nVulnerability DLA-1234-1\\n\
        Severity: HIGH\\nFixed Version: 1.0.1, 2.0.0"},
                  "locations": [{"physicalLocation": {"artifactLocation": {"uri": "app/package-lock.json"},
                    "region": {"startLine": 17}}}]
                },
                {
                  "ruleIndex": 1, "suppressions": [{"kind": "external"}],
                  "message": {"text": "Package: hidden\\nInstalled Version: 1"}
                },
                {"ruleId": "aws-access-key-id", "ruleIndex": 2, "message": {"text": "Artifact: app/config"}}
              ],
              "properties": {
                "imageID": "\(other)", "imageName": "debian:10",
                "repoDigests": ["debian@\(digest)"], "repoTags": ["debian:10"]
              },
              "invocations": [{"executionSuccessful": true, "endTimeUtc": "2026-01-02T03:04:05.678Z"}]
            }
          ]
        }
        """

    /// As Grype writes it: what matters is in the rule.
    static let grypeSARIF = """
        {
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "grype", "version": "0.90.0",
                  "rules": [
                    {
                      "id": "CVE-2021-44228-log4j-core", "name": "JavaMatcherExactDirectMatch",
                      "shortDescription": {"text": "CVE-2021-44228 critical vulnerability for log4j-core package"},
                      "help": {"text": "Vulnerability CVE-2021-44228\\nSeverity: critical\\nPackage: log4j-core\\n\
        Version: 2.14.1\\nFix Version: 2.15.0\\nType: java-archive\\nLocation: /app/log4j-core-2.14.1.jar\\n\
        Data Namespace: github:language:java\\nLink: [CVE-2021-44228](https://example.com)"},
                      "properties": {"security-severity": "10.0"}
                    }
                  ]
                }
              },
              "results": [
                {
                  "ruleId": "CVE-2021-44228-log4j-core",
                  "message": {"text": "A critical vulnerability in java-archive package: log4j-core, version 2.14.1"},
                  "locations": [{"physicalLocation": {"artifactLocation": {"uri": "image//app/log4j-core-2.14.1.jar"}}}]
                }
              ]
            }
          ]
        }
        """

    /// As OSV-Scanner writes it: one sentence.
    static let osvSARIF = """
        {
          "version": "2.1.0",
          "runs": [
            {
              "tool": {"driver": {"name": "osv-scanner", "version": "2.0.0", "rules": [
                {"id": "CVE-2022-24713", "shortDescription": {"text": "CVE-2022-24713: Regexes with large repetitions"}}
              ]}},
              "results": [
                {
                  "ruleId": "CVE-2022-24713", "ruleIndex": 0, "level": "warning",
                  "message": {"text": "Package 'regex@1.5.1' is vulnerable to 'CVE-2022-24713' (also known as \
        'RUSTSEC-2022-0013', 'GHSA-m5pq-gvj9-9vr8')."},
                  "locations": [{"physicalLocation": {"artifactLocation": {"uri": "file:///app/Cargo.lock"}}}]
                }
              ]
            }
          ]
        }
        """

    static let cycloneDX = """
        {
          "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
          "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
          "metadata": {
            "timestamp": "2026-01-02T03:04:05+00:00",
            "tools": {"components": [{"type": "application", "group": "aquasecurity", "name": "trivy",
              "version": "0.65.0"}]},
            "component": {
              "bom-ref": "root", "type": "container", "name": "debian:10",
              "purl": "pkg:oci/debian@\(digest.replacing(":", with: "%3A"))?repository_url=index.docker.io/library/debian",
              "properties": [{"name": "aquasecurity:trivy:ImageID", "value": "\(other)"}]
            }
          },
          "components": [
            {"bom-ref": "os", "type": "operating-system", "name": "debian", "version": "10.1"},
            {
              "bom-ref": "pkg:deb/debian/bash@5.0-4?arch=amd64&distro=debian-10.1", "type": "library", "name": "bash",
              "version": "5.0-4", "purl": "pkg:deb/debian/bash@5.0-4?arch=amd64&distro=debian-10.1",
              "properties": [{"name": "aquasecurity:trivy:LayerDiffID", "value": "\(layer)"}],
              "components": [{"bom-ref": "inner", "type": "library", "group": "org.example", "name": "inner",
                "version": "1.0", "purl": "pkg:maven/org.example/inner@1.0"}]
            }
          ],
          "vulnerabilities": [
            {
              "id": "CVE-2019-18276",
              "source": {"name": "debian", "url": "https://salsa.debian.org/security-tracker-team/security-tracker"},
              "ratings": [
                {"source": {"name": "debian"}, "severity": "low"},
                {"source": {"name": "nvd"}, "score": 7.2, "severity": "high", "method": "CVSSv2",
                  "vector": "AV:L/AC:L/Au:N/C:C/I:C/A:C"},
                {"source": {"name": "nvd"}, "score": 7.8, "severity": "high", "method": "CVSSv31",
                  "vector": "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"},
                {"source": {"name": "somebody"}, "score": 77, "method": "OWASP"}
              ],
              "cwes": [273],
              "description": "An issue was discovered in GNU Bash.",
              "advisories": [{"url": "https://nvd.nist.gov/vuln/detail/CVE-2019-18276"}],
              "published": "2019-11-28T01:15:00+00:00", "updated": "2021-05-26T12:15:00+00:00",
              "affects": [
                {"ref": "pkg:deb/debian/bash@5.0-4?arch=amd64&distro=debian-10.1",
                  "versions": [{"version": "5.0-4", "status": "affected"},
                    {"version": "5.0-5", "status": "unaffected"}]}
              ]
            },
            {
              "id": "GHSA-aaaa-bbbb-cccc",
              "references": [{"id": "CVE-2024-1111", "source": {"name": "NVD"}}],
              "ratings": [{"method": "CVSSv4", "score": 9.3,
                "vector": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}],
              "analysis": {"state": "not_affected", "justification": "code_not_reachable", "detail": "never called"},
              "affects": [{"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#inner"}]
            }
          ]
        }
        """

    static let trivy = """
        {
          "SchemaVersion": 2, "CreatedAt": "2026-01-02T03:04:05Z", "Trivy": {"Version": "0.65.0"},
          "ArtifactName": "debian:10", "ArtifactType": "container_image",
          "Metadata": {
            "OS": {"Family": "debian", "Name": "10.1"}, "ImageID": "\(other)", "DiffIDs": ["\(layer)"],
            "RepoTags": ["debian:10"], "RepoDigests": ["debian@\(digest)"]
          },
          "Results": [
            {
              "Target": "debian:10 (debian 10.1)", "Class": "os-pkgs", "Type": "debian",
              "Vulnerabilities": [
                {
                  "VulnerabilityID": "CVE-2019-18276", "PkgName": "bash", "InstalledVersion": "1:5.0-4",
                  "Status": "affected", "Severity": "LOW", "Title": "title", "Description": "description",
                  "Layer": {"DiffID": "\(layer)"}, "References": ["https://a.example", "https://b.example"],
                  "VendorSeverity": {"nvd": 3}, "PublishedDate": "2019-11-28T01:15:00Z",
                  "CVSS": {"nvd": {"V3Vector": "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", "V3Score": 7.8}}
                }
              ]
            }
          ]
        }
        """

    static let grype = """
        {
          "matches": [
            {
              "vulnerability": {
                "id": "CVE-1999-0001", "severity": "Negligible", "urls": ["https://a.example"],
                "cvss": [{"vector": "CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:H", "metrics": {"baseScore": 8.2}}],
                "fix": {"versions": ["1.2.1"], "state": "fixed"}
              },
              "relatedVulnerabilities": [{"id": "CVE-1999-0001", "namespace": "nvd:cpe", "severity": "High"}],
              "matchDetails": [{"fix": {"suggestedVersion": "1.2.1"}}],
              "artifact": {
                "name": "package-1", "version": "1.1.1", "type": "rpm", "locations": [{"path": "/a", "layerID": "\(layer)"}],
                "purl": "pkg:rpm/centos/package-1@1.1.1", "metadata": {"epoch": 2}
              }
            }
          ],
          "source": {
            "type": "image",
            "target": {
              "userInput": "registry.example:5000/app:1", "imageID": "\(other)", "manifestDigest": "\(digest)",
              "tags": [], "layers": [{"digest": "\(layer)"}], "repoDigests": []
            }
          },
          "distro": {"name": "centos", "version": "8.0"},
          "descriptor": {"name": "grype", "version": "0.90.0", "timestamp": "2026-01-02T03:04:05.123-04:00"}
        }
        """

    /// One of each format.
    static let all = [trivy, grype, osvScanner, trivySARIF, cycloneDX]
}
