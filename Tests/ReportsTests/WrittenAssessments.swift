/// Judgements written by hand, as the tools and vendors that publish such documents write them.
enum WrittenAssessments {
    static let digest = WrittenReports.digest
    static let other = WrittenReports.other
    static let image = "https://registry.example/shop/web@" + digest

    /// As `vexctl` writes it: two states of one vulnerability after each other, packages in an image.
    static let openVEX = """
        {
          "@context": "https://openvex.dev/ns/v0.2.0",
          "@id": "https://openvex.dev/docs/public/vex-84822c4e5028c",
          "author": "Wolfi J Inkinson",
          "role": "Document Creator",
          "timestamp": "2023-01-09T09:08:42.647787998-06:00",
          "last_updated": "2023-01-10T00:00:00Z",
          "version": 2,
          "tooling": "vexctl",
          "statements": [
            {
              "vulnerability": {"name": "CVE-2023-0001"},
              "products": [
                {
                  "@id": "pkg:oci/web@\(digest.replacing(":", with: "%3A"))?arch=amd64&repository_url=registry.example%2Fshop",
                  "subcomponents": [{"@id": "pkg:deb/debian/bash@5.0-4?arch=amd64"}, {"@id": "busybox"}]
                },
                {"@id": "registry.example/shop/api:2@\(other)"}
              ],
              "status": "under_investigation"
            },
            {
              "timestamp": "2023-01-08T18:02:03-06:00",
              "vulnerability": {
                "@id": "https://nvd.nist.gov/vuln/detail/CVE-2023-0002",
                "name": "GHSA-aaaa-bbbb-cccc",
                "description": "Something.",
                "aliases": ["CVE-2023-0002", "openSUSE-SU-2020:0051-1"]
              },
              "products": [
                {"identifiers": {"purl": "pkg:oci/web?repository_url=registry.example/shop/web"},
                  "hashes": {"sha-256": "\(digest.dropFirst(7))"}}
              ],
              "status": "not_affected",
              "status_notes": "read the code",
              "justification": "vulnerable_code_not_in_execute_path",
              "impact_statement": "never called"
            },
            {
              "timestamp": "2023-01-07T00:00:00Z",
              "vulnerability": {"name": "GHSA-aaaa-bbbb-cccc"},
              "products": [{"@id": "registry.example/shop/web@\(digest)"}],
              "status": "affected",
              "action_statement": "update"
            }
          ]
        }
        """

    /// The first draft: plain strings, and the version is one too.
    static let firstOpenVEX = """
        {
          "@context": "https://openvex.dev/ns",
          "@id": "my-vex",
          "author": "mailto:john@doe.example",
          "role": "senior vex trainer",
          "timestamp": "2023-01-16T20:41:55.708329108-06:00",
          "version": "1",
          "statements": [
            {
              "vulnerability": "CVE-2022-39046",
              "products": ["pkg:oci/miniprow@\(digest)?repository_url=ghcr.io/puerco/miniprow"],
              "subcomponents": ["pkg:apk/wolfi/glibc@2.36-r1"],
              "status": "not_affected",
              "justification": "component_not_present"
            },
            {"vulnerability": "CVE-2022-0001", "status": "fixed"}
          ]
        }
        """

    /// As Red Hat writes it: packages and an image as parts of platforms.
    static let csaf = """
        {
          "document": {
            "aggregate_severity": {"namespace": "https://access.redhat.com/security/updates", "text": "moderate"},
            "category": "csaf_vex", "csaf_version": "2.0", "lang": "en",
            "publisher": {"category": "vendor", "name": "Red Hat Product Security",
              "issuing_authority": "responsible for all Red Hat products", "namespace": "https://www.redhat.com"},
            "title": "etcd: denial of service",
            "tracking": {"current_release_date": "2024-05-01T10:00:00+00:00", "id": "CVE-2023-0296", "status": "final",
              "initial_release_date": "2023-01-17T00:00:00+00:00", "version": "3",
              "generator": {"engine": {"name": "Red Hat SDEngine", "version": "4.7.1"}}}
          },
          "product_tree": {
            "branches": [
              {
                "category": "vendor", "name": "Red Hat",
                "branches": [
                  {"category": "product_family", "name": "Red Hat OpenShift", "branches": [
                    {"category": "product_name", "name": "OpenShift 4.12", "product": {"name": "OpenShift 4.12",
                      "product_id": "8Base-RHOSE-4.12",
                      "product_identification_helper": {"cpe": "cpe:/a:redhat:openshift:4.12::el8"}}}]},
                  {"category": "architecture", "name": "amd64", "branches": [
                    {"category": "product_version", "name": "openshift4/ose-etcd@\(digest)_amd64", "product": {
                      "name": "openshift4/ose-etcd@\(digest)_amd64",
                      "product_id": "openshift4/ose-etcd@\(digest)_amd64",
                      "product_identification_helper": {"purl":
                      "pkg:oci/ose-etcd@\(digest)?arch=amd64&repository_url=registry.redhat.io/openshift4/ose-etcd"}}}]},
                  {"category": "product_version", "name": "kernel", "product": {"name": "kernel", "product_id": "kernel",
                    "product_identification_helper": {"purl": "pkg:rpm/redhat/kernel?arch=src"}}},
                  {"category": "product_version", "name": "zlib", "product": {"name": "zlib", "product_id": "zlib"}}
                ]
              }
            ],
            "relationships": [
              {"category": "default_component_of",
                "full_product_name": {"name": "etcd as a component of OpenShift", "product_id": "4.12:etcd"},
                "product_reference": "openshift4/ose-etcd@\(digest)_amd64",
                "relates_to_product_reference": "8Base-RHOSE-4.12"},
              {"category": "default_component_of",
                "full_product_name": {"name": "kernel in etcd", "product_id": "4.12:etcd:kernel"},
                "product_reference": "kernel", "relates_to_product_reference": "4.12:etcd"},
              {"category": "default_component_of",
                "full_product_name": {"name": "zlib in etcd", "product_id": "4.12:etcd:zlib"},
                "product_reference": "zlib", "relates_to_product_reference": "4.12:etcd"},
              {"category": "default_component_of",
                "full_product_name": {"name": "kernel in OpenShift", "product_id": "4.12:kernel"},
                "product_reference": "kernel", "relates_to_product_reference": "8Base-RHOSE-4.12"}
            ],
            "product_groups": [{"group_id": "parts", "product_ids": ["4.12:etcd:kernel", "4.12:etcd:zlib"]}]
          },
          "vulnerabilities": [
            {
              "cve": "CVE-2023-0296", "title": "etcd: denial of service",
              "ids": [{"system_name": "Red Hat Bugzilla ID", "text": "2161287"}],
              "notes": [{"category": "description", "text": "The Birthday attack.", "title": "Description"}],
              "references": [{"category": "self", "url": "https://access.redhat.com/security/cve/CVE-2023-0296"}],
              "product_status": {
                "fixed": ["4.12:etcd"],
                "known_not_affected": ["4.12:etcd:kernel", "4.12:etcd:zlib"],
                "known_affected": ["4.12:kernel"],
                "recommended": ["4.12:etcd"]
              },
              "flags": [{"label": "component_not_present", "product_ids": ["4.12:etcd:kernel"]},
                {"label": "vulnerable_code_not_present", "group_ids": ["parts"]}],
              "threats": [{"category": "impact", "details": "Moderate"},
                {"category": "exploit_status", "details": "none"},
                {"category": "impact", "details": "not built in", "group_ids": ["parts"]}],
              "remediations": [{"category": "vendor_fix", "details": "Update.", "product_ids": ["4.12:etcd"],
                  "url": "https://access.redhat.com/errata/RHSA-2023:0069"},
                {"category": "workaround", "details": "Disable it.", "product_ids": ["4.12:kernel"]}]
            }
          ]
        }
        """

    /// A statement about the main component, a package, and a part of the main component.
    static let cycloneDX = """
        {
          "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 3,
          "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
          "metadata": {
            "timestamp": "2024-01-02T03:04:05Z", "authors": [{"name": "Security team"}],
            "component": {"bom-ref": "main", "type": "application", "name": "shop", "version": "1",
              "purl": "pkg:maven/org.example/shop@1",
              "components": [{"bom-ref": "part", "type": "library", "name": "part", "version": "2"}]}
          },
          "vulnerabilities": [
            {
              "id": "GHSA-aaaa-bbbb-cccc", "references": [{"id": "CVE-2024-0001", "source": {"name": "NVD"}}],
              "source": {"name": "GitHub", "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"},
              "recommendation": "Update.", "workaround": "Turn it off.",
              "analysis": {"state": "false_positive", "justification": "requires_environment",
                "response": ["will_not_fix", "update"], "detail": "not ours"},
              "affects": [{"ref": "main"},
                {"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:npm/%40angular/core@1.0"}, {"ref": "part"},
                {"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1"}]
            },
            {"id": "CVE-2024-0002", "analysis": {"state": "resolved_with_pedigree"}}
          ]
        }
        """

    static let all = [openVEX, firstOpenVEX, csaf, cycloneDX]
}
