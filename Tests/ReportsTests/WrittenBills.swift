/// Bills of materials written by hand after the formats' published schemas and the habits of the tools that write them,
/// as small as they can be with everything that is read.
enum WrittenBills {
    private static let hex = String(WrittenReports.digest.dropFirst(7))

    /// As Syft 1 writes it of an image in a registry.
    static let syft = """
        {
          "artifacts": [
            {
              "id": "1", "name": "bash", "version": "5.2.15-2+b7", "type": "deb", "foundBy": "dpkg-db-cataloger",
              "locations": [
                {"path": "/var/lib/dpkg/status", "layerID": "\(WrittenReports.layer)", "accessPath": "/x",
                  "annotations": {"evidence": "primary"}},
                {"path": "/usr/share/doc/bash/copyright", "annotations": {"evidence": "supporting"}}
              ],
              "licenses": [
                {"value": "GPL-3", "spdxExpression": "GPL-3.0-only OR MIT", "type": "declared", "urls": []},
                {"value": "sha256:abc", "spdxExpression": "", "type": "declared"},
                {"value": "BSD", "spdxExpression": "BSD-3-Clause", "type": "concluded"}
              ],
              "language": "", "cpes": [], "metadataType": "dpkg-db-entry",
              "purl": "pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12",
              "metadata": {"package": "bash", "architecture": "amd64"}
            },
            {
              "id": "2", "name": "zlib", "version": "1:1.2", "type": "rpm", "locations": [], "licenses": ["Zlib"],
              "purl": "", "metadata": {"arch": "i686"}
            },
            {"id": "3", "name": "tool", "version": "", "type": "binary", "locations": [{"path": "/bin/tool"}],
              "licenses": [], "purl": "not a package URL", "metadata": null}
          ],
          "artifactRelationships": [],
          "source": {
            "id": "\(hex)", "name": "registry.example/app", "version": "1", "type": "image",
            "metadata": {
              "userInput": "registry.example/app:1", "imageID": "\(WrittenReports.other)",
              "manifestDigest": "\(WrittenReports.digest)", "tags": [], "layers": [],
              "repoDigests": ["registry.example/app@\(WrittenReports.digest)"]
            }
          },
          "distro": {"prettyName": "Debian GNU/Linux 12 (bookworm)", "name": "Debian GNU/Linux", "id": "debian",
            "version": "12 (bookworm)", "versionID": "12"},
          "descriptor": {"name": "syft", "version": "1.33.0", "configuration": {}},
          "schema": {"version": "16.0.41", "url": "https://example.org/schema.json"}
        }
        """

    /// As Syft writes it of an image in a registry.
    static let spdx23 = """
        {
          "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "app",
          "documentNamespace": "https://anchore.com/syft/image/app-1",
          "creationInfo": {"licenseListVersion": "3.27", "created": "2026-01-02T03:04:05Z",
            "creators": ["Organization: Anchore, Inc", "Tool: syft-1.33.0"]},
          "packages": [
            {
              "name": "bash", "SPDXID": "SPDXRef-Package-deb-bash-1", "versionInfo": "5.2.15-2+b7",
              "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
              "licenseConcluded": "NOASSERTION", "licenseDeclared": "GPL-3.0-only AND LicenseRef-x",
              "externalRefs": [
                {"referenceCategory": "SECURITY", "referenceType": "cpe23Type",
                  "referenceLocator": "cpe:2.3:a:bash:bash:5:*:*:*:*:*:*:*"},
                {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                  "referenceLocator": "pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12"}
              ]
            },
            {"name": "lib", "SPDXID": "SPDXRef-Package-lib", "versionInfo": "NOASSERTION",
              "licenseConcluded": "MIT", "licenseDeclared": "NOASSERTION", "packageFileName": "lib.tgz"},
            {
              "name": "registry.example/app", "SPDXID": "SPDXRef-DocumentRoot-Image-app",
              "versionInfo": "\(WrittenReports.digest)", "primaryPackagePurpose": "CONTAINER",
              "checksums": [{"algorithm": "SHA256", "checksumValue": "\(hex)"}],
              "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                "referenceLocator": "pkg:oci/app@sha256%3A\(hex)?arch=amd64&tag=1"}]
            }
          ],
          "files": [{"fileName": "/var/lib/dpkg/status", "SPDXID": "SPDXRef-File-status",
            "checksums": [{"algorithm": "SHA1", "checksumValue": "0000000000000000000000000000000000000000"}]}],
          "relationships": [
            {"spdxElementId": "SPDXRef-DocumentRoot-Image-app", "relatedSpdxElement": "SPDXRef-Package-deb-bash-1",
              "relationshipType": "CONTAINS"},
            {"spdxElementId": "SPDXRef-Package-deb-bash-1", "relatedSpdxElement": "SPDXRef-File-status",
              "relationshipType": "OTHER",
              "comment": "evident-by: indicates the package's existence is evident by the given file"},
            {"spdxElementId": "SPDXRef-DOCUMENT", "relatedSpdxElement": "SPDXRef-DocumentRoot-Image-app",
              "relationshipType": "DESCRIBES"}
          ]
        }
        """

    /// As Trivy wrote it before version 2.3 of SPDX: no purposes, remarks as attributions.
    static let spdx22 = """
        {
          "SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.2", "name": "debian:10",
          "creationInfo": {"created": "2023-03-01T01:46:24.02786Z",
            "creators": ["Tool: trivy", "Organization: aquasecurity"]},
          "documentDescribes": ["SPDXRef-ContainerImage-d882765bfabf0cb8"],
          "documentNamespace": "http://aquasecurity.github.io/trivy/container_image/debian:10-1",
          "packages": [
            {
              "SPDXID": "SPDXRef-ContainerImage-d882765bfabf0cb8", "name": "debian:10",
              "attributionTexts": ["SchemaVersion: 2", "ImageID: \(WrittenReports.other)", "RepoTag: debian:10",
                "RepoDigest: debian@\(WrittenReports.digest)"]
            },
            {"SPDXID": "SPDXRef-OperatingSystem-1", "name": "debian", "versionInfo": "10.1"},
            {"SPDXID": "SPDXRef-Application-1", "name": "app/package-lock.json", "sourceInfo": "npm"},
            {"SPDXID": "SPDXRef-2", "name": "bash", "versionInfo": "5.0-4", "licenseDeclared": "GPL-3.0",
              "externalRefs": [{"referenceCategory": "PACKAGE_MANAGER", "referenceType": "purl",
                "referenceLocator": "pkg:deb/debian/bash@5.0-4"}]}
          ]
        }
        """

    static let spdx3 = """
        {
          "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
          "@graph": [
            {"type": "CreationInfo", "@id": "_:creation", "specVersion": "3.0.1", "created": "2026-01-02T03:04:05Z",
              "createdBy": ["https://example.org/somebody"], "createdUsing": ["https://example.org/tool"]},
            {"type": "Tool", "spdxId": "https://example.org/tool", "creationInfo": "_:creation", "name": "bom-maker-v2.1"},
            {"type": "SpdxDocument", "spdxId": "https://example.org/document", "creationInfo": "_:creation",
              "profileConformance": ["core", "software"], "rootElement": ["https://example.org/sbom"]},
            {"type": "software_Sbom", "spdxId": "https://example.org/sbom", "creationInfo": "_:creation",
              "software_sbomType": ["build"], "rootElement": ["https://example.org/image"]},
            {
              "type": "software_Package", "spdxId": "https://example.org/image", "creationInfo": "_:creation",
              "name": "registry.example/app:1", "software_primaryPurpose": "container",
              "software_packageUrl": "pkg:oci/app@sha256%3A\(hex)?repository_url=registry.example/app",
              "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "\(hex)"}]
            },
            {"type": "software_Package", "spdxId": "https://example.org/os", "creationInfo": "_:creation",
              "name": "Alpine", "software_packageVersion": "3.20.1", "software_primaryPurpose": "operatingSystem"},
            {"type": "software_Package", "spdxId": "https://example.org/readme", "creationInfo": "_:creation",
              "name": "README", "software_primaryPurpose": "file"},
            {"type": "software_File", "spdxId": "https://example.org/file", "creationInfo": "_:creation", "name": "x"},
            {
              "type": "software_Package", "spdxId": "https://example.org/busybox", "creationInfo": "_:creation",
              "name": "busybox", "software_packageVersion": "1.36.1-r2",
              "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl",
                "identifier": "pkg:apk/alpine/busybox@1.36.1-r2?arch=x86_64"}]
            },
            {"type": "simplelicensing_LicenseExpression", "spdxId": "https://example.org/license",
              "creationInfo": "_:creation", "simplelicensing_licenseExpression": "GPL-2.0-only OR BSD-3-Clause"},
            {"type": "Relationship", "spdxId": "https://example.org/r1", "creationInfo": "_:creation",
              "from": "https://example.org/busybox", "relationshipType": "hasDeclaredLicense",
              "to": ["https://example.org/license", "https://spdx.org/licenses/MIT"]},
            {"type": "Relationship", "spdxId": "https://example.org/r2", "creationInfo": "_:creation",
              "from": "https://example.org/busybox", "relationshipType": "hasConcludedLicense",
              "to": ["https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion"]}
          ]
        }
        """

    /// With what the document of a scan does not have: parts of parts, a file, places, and one package twice.
    static let cycloneDX = """
        {
          "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
          "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
          "metadata": {
            "timestamp": "2026-01-02T03:04:05Z",
            "tools": [{"vendor": "anchore", "name": "Syft", "version": "1.33.0"}],
            "component": {"type": "container", "name": "registry.example/app", "version": "\(WrittenReports.digest)",
              "components": [{"type": "library", "name": "base", "version": "1"}]}
          },
          "components": [
            {"type": "library", "name": "core", "group": "@angular", "version": "12.3.1",
              "purl": "pkg:npm/%40angular/core@12.3.1",
              "licenses": [{"license": {"id": "MIT"}}, {"expression": "Apache-2.0 OR BSD-3-Clause"},
                {"license": {"name": "a\\nwhole text"}}],
              "properties": [{"name": "syft:location:0:path", "value": "/app/a/package.json"},
                {"name": "syft:location:0:layerID", "value": "x"},
                {"name": "syft:location:1:path", "value": "/app/b/package.json"}],
              "components": [{"type": "library", "group": "org.example", "name": "inner", "version": "1.0",
                "components": [{"type": "file", "name": "/app/inner.js"},
                  {"type": "framework", "name": "innermost", "purl": "pkg:gem/innermost@3"}]}]},
            {"type": "library", "name": "core", "version": "12.3.1", "purl": "pkg:npm/@angular/core@12.3.1?x=y",
              "licenses": [{"license": {"id": "ISC"}}],
              "evidence": {"occurrences": [{"location": "/app/a/package.json"}, {"location": "/app/c/package.json"}]}},
            {"type": "application", "name": "app/package-lock.json",
              "properties": [{"name": "aquasecurity:trivy:Class", "value": "lang-pkgs"}]},
            {"type": "operating-system", "name": "debian", "version": "12.4"},
            {"type": "library", "name": "bash", "version": "5.2.15-2+b7", "purl": "pkg:deb/debian/bash@5.2.15-2%2Bb7",
              "licenses": [{"license": {"id": "GPL-3.0-only", "acknowledgement": "declared"}},
                {"expression": "MIT", "acknowledgement": "concluded"}],
              "properties": [{"name": "syft:metadata:architecture", "value": "arm64"}]}
          ]
        }
        """

    /// One of each format and version.
    static let all = [syft, spdx23, spdx22, spdx3, cycloneDX]
}
