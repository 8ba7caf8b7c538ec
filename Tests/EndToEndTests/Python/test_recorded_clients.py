"""What real v1 clients send, call by call and filter by filter, on data of which some matches, some does not."""

import base64
import socket
import uuid

import grafeas.grafeas_v1 as v1
import pytest
from google.api_core import exceptions

import records
from records import image

IMG, OTHER = image(1), image(2)
BARE = IMG.removeprefix("https://")


class Records:
    """A project with two images of each kind of entry, made once for all tests that only read."""

    def __init__(self, server):
        self.rest, self.grpc = server.rest(), server.grpc_client()
        self.project = f"shop-{uuid.uuid4().hex[:8]}"
        self.parent = f"/v1/projects/{self.project}"
        self.scanner = f"goog-analysis-{uuid.uuid4().hex[:8]}"
        self.names = {}
        self._notes()
        self._occurrences()

    def note(self, project, identifier, body):
        self.rest.done("POST", f"/v1/projects/{project}/notes", body, params={"noteId": identifier})

    def add(self, label, body):
        self.names[label] = self.rest.done("POST", f"{self.parent}/occurrences", body)["name"]

    def _notes(self):
        self.note(self.project, "CVE-2019-18276", records.vulnerability_note(package="bash"))
        self.note(self.project, "CVE-2021-44228", records.vulnerability_note(package="log4j"))
        self.note(self.project, "builds", records.build_note())
        self.note(self.project, "authority", records.attestation_note())
        self.note(self.project, "packages", {"package": {"name": "openssl"}})
        self.note(self.scanner, "PACKAGE_VULNERABILITY", records.discovery_note())

    def _occurrences(self):
        project = self.project
        self.add("bash on IMG", records.vulnerability(project, "CVE-2019-18276", IMG, package="bash"))
        self.add("log4j on IMG", records.vulnerability(
            project, "CVE-2021-44228", BARE, severity="CRITICAL", package="log4j"))
        self.add("bash on OTHER", records.vulnerability(project, "CVE-2019-18276", OTHER, "LOW", package="bash"))
        self.add("build of IMG", records.build(project, uri=IMG))
        self.add("build of OTHER", records.build(project, uri=OTHER, identifier="b-2"))
        self.add("attestation of IMG", records.attestation(project, uri=IMG))
        self.add("attestation of OTHER", records.attestation(project, uri=OTHER))
        self.add("scan of IMG", records.discovery(self.scanner, uri=IMG))
        self.add("scan of OTHER", records.discovery(self.scanner, uri=OTHER, status="SCANNING"))
        self.add("package on a machine", {
            "resourceUri": "https://compute.googleapis.com/compute/v1/projects/p/zones/z/instances/7",
            "noteName": f"projects/{project}/notes/packages",
            "package": {"name": "openssl", "location": [{"cpeUri": "cpe:/o:debian:debian_linux:12"}]}})

    def labels(self, occurrence_names):
        by_name = {name: label for label, name in self.names.items()}
        return {by_name[name] for name in occurrence_names}

    def found(self, filter_text, page_size=None):
        """The labels that a filter finds, which must be the same over REST and gRPC."""
        parameters = {"filter": filter_text}
        if page_size is not None:
            parameters["pageSize"] = page_size
        reply = self.rest.done("GET", f"{self.parent}/occurrences", params=parameters)
        over_rest = [occurrence["name"] for occurrence in reply.get("occurrences", [])]
        over_grpc = [o.name for o in self.grpc.list_occurrences(request=v1.ListOccurrencesRequest(
            parent=f"projects/{self.project}", filter=filter_text, page_size=page_size or 0))]
        assert over_rest == over_grpc
        assert len(set(over_rest)) == len(over_rest)
        return self.labels(over_rest)


@pytest.fixture(scope="module")
def shop(server):
    return Records(server)


# Voucher

@pytest.mark.parametrize("kind, expected", [
    ("ATTESTATION", {"attestation of IMG"}),
    ("VULNERABILITY", {"bash on IMG", "log4j on IMG"}),
    ("BUILD", {"build of IMG"}),
])
def test_voucher_lists_an_images_entries_of_a_kind(shop, kind, expected):
    assert shop.found(f'resourceUrl="{IMG}" AND kind="{kind}"', page_size=50) == expected


def test_voucher_finds_the_finished_scan(shop):
    text = (f'resourceUrl="{IMG}" AND kind="DISCOVERY" AND noteProjectId="{shop.scanner}"'
            ' AND noteId="PACKAGE_VULNERABILITY"')
    assert shop.found(text, page_size=50) == {"scan of IMG"}
    assert shop.found(text.replace(shop.scanner, "goog-analysis"), page_size=50) == set()


def test_voucher_asks_for_the_note_of_each_attestation(shop):
    listed = shop.grpc.list_occurrences(
        parent=f"projects/{shop.project}", filter=f'resourceUrl="{IMG}" AND kind="ATTESTATION"')
    notes = [shop.grpc.get_occurrence_note(name=occurrence.name) for occurrence in listed]
    assert [note.attestation.hint.human_readable_name for note in notes] == ["Authority"]


def test_voucher_attests_a_check_once_or_more(server, project):
    client = server.grpc_client()
    client.create_note(parent=f"projects/{project}", note_id="diy", note=v1.Note(
        attestation=v1.AttestationNote(hint={"human_readable_name": "diy"})))
    attestation = v1.Occurrence(
        note_name=f"projects/{project}/notes/diy", resource_uri=IMG, kind=v1.NoteKind.ATTESTATION,
        attestation=v1.AttestationOccurrence(
            serialized_payload=b'{"critical":{"type":"Google cloud binauthz container signature"}}',
            signatures=[v1.Signature(public_key_id="openpgp4fpr:ABCD", signature=b"\x00\xffraw")]))
    for _ in range(2):
        try:
            made = client.create_occurrence(parent=f"projects/{project}", occurrence=attestation)
            assert made.attestation == attestation.attestation
        except exceptions.AlreadyExists:
            pass
    found = list(client.list_occurrences(
        parent=f"projects/{project}", filter=f'resourceUrl="{IMG}" AND kind="ATTESTATION"'))
    assert 1 <= len(found) <= 2


# Tekton Chains

def test_chains_stores_a_signature_and_a_provenance(server, project):
    client, parent = server.grpc_client(), f"projects/{project}"
    notes = {
        "tekton-simplesigning": v1.Note(attestation=v1.AttestationNote(hint={"human_readable_name": "tekton"})),
        "tekton-taskrun-intoto": v1.Note(build=v1.BuildNote(builder_version="tekton")),
    }
    for identifier, note in notes.items():
        client.create_note(parent=parent, note_id=identifier, note=note)
        with pytest.raises(exceptions.AlreadyExists):
            client.create_note(parent=parent, note_id=identifier, note=note)

    envelope = v1.Envelope(
        payload=b'{"_type":"https://in-toto.io/Statement/v0.1"}', payload_type="application/vnd.in-toto+json",
        signatures=[v1.EnvelopeSignature(sig=base64.b64encode(b"sig"), keyid="SHA256:abc")])
    # Kind unset, resource without https://.
    attested = client.create_occurrence(parent=parent, occurrence=v1.Occurrence(
        resource_uri=BARE, note_name=f"{parent}/notes/tekton-simplesigning", envelope=envelope,
        attestation=v1.AttestationOccurrence(
            serialized_payload=b'{"critical":{"type":"cosign container image signature"}}',
            signatures=[v1.Signature(public_key_id="k8s://keys", signature=base64.b64encode(b"signature"))])))
    statement = v1.InTotoStatement(
        type_="https://in-toto.io/Statement/v0.1", predicate_type="https://slsa.dev/provenance/v0.2",
        subject=[v1.Subject(name="registry.example/shop/cart", digest={"sha256": "1"})],
        slsa_provenance_zero_two=v1.SlsaProvenanceZeroTwo(
            builder={"id": "https://tekton.dev/chains/v2"}, build_type="tekton.dev/v1beta1/TaskRun"))
    built = client.create_occurrence(parent=parent, occurrence=v1.Occurrence(
        resource_uri=BARE, note_name=f"{parent}/notes/tekton-taskrun-intoto", envelope=envelope,
        build=v1.BuildOccurrence(intoto_statement=statement)))
    assert (attested.kind, built.kind) == (v1.NoteKind.ATTESTATION, v1.NoteKind.BUILD)
    assert built.resource_uri == BARE and built.envelope == envelope
    assert built.build.intoto_statement == statement

    elsewhere = client.create_occurrence(parent=parent, occurrence=v1.Occurrence(
        resource_uri=OTHER, note_name=f"{parent}/notes/tekton-taskrun-intoto",
        build=v1.BuildOccurrence(intoto_statement=statement)))
    both = f'resourceUrl="{BARE}" OR resourceUrl="{image(3)}"'
    listed = client.list_note_occurrences(name=f"{parent}/notes/tekton-taskrun-intoto", filter=both)
    assert [occurrence.name for occurrence in listed] == [built.name]
    listed = client.list_note_occurrences(
        name=f"{parent}/notes/tekton-taskrun-intoto", filter=f'resourceUrl="{IMG}" OR resourceUrl="{OTHER}"')
    assert [occurrence.name for occurrence in listed] == [elsewhere.name, built.name]
    listed = client.list_note_occurrences(name=f"{parent}/notes/tekton-simplesigning", filter=both)
    assert [occurrence.name for occurrence in listed] == [attested.name]


# gcloud

def test_gcloud_describes_an_images_vulnerabilities(shop):
    prefix = BARE.partition("@")[0]
    text = (
        f'(has_prefix(resourceUrl, "https://{prefix}") OR has_prefix(resourceUrl, "{prefix}"))'
        ' AND ((kind = "VULNERABILITY") OR (kind = "DISCOVERY"))'
        f' AND ((resourceUrl = "{IMG}") OR (resourceUrl = "{BARE}"))')
    assert shop.found(text) == {"bash on IMG", "log4j on IMG", "scan of IMG"}
    assert shop.found(text.replace("shop/cart", "shop/till")) == set()


def test_gcloud_lists_since_a_date_with_nothing_behind_the_t(shop):
    assert shop.found('createTime>"2019-04-10T"') == set(shop.names)
    assert shop.found('createTime<"2019-04-10T"') == set()
    assert shop.found('createTime>"2199-04-10T"') == set()


def test_gcloud_lists_a_packages_vulnerabilities(shop):
    # The scanner's project is the note's; here our own vulnerability notes stand for it.
    text = f'noteProjectId="{shop.project}" AND dependencyPackageName="bash"'
    assert shop.found(text) == {"bash on IMG", "bash on OTHER"}
    assert shop.found('noteProjectId="goog-analysis" AND dependencyPackageName="bash"') == set()


def test_gcloud_finds_by_digest(shop):
    digest = IMG.rpartition("@")[2]
    assert shop.found(f'has_suffix(resourceUrl, "{digest}")') == {
        "bash on IMG", "log4j on IMG", "build of IMG", "attestation of IMG", "scan of IMG"}


def test_gcloud_lists_packages_of_machines(shop):
    text = 'kind = "PACKAGE_MANAGER" AND has_prefix(resource_url,"https://compute.googleapis.com/compute/")'
    assert shop.found(text) == {"package on a machine"}
    assert shop.found(text.replace("PACKAGE_MANAGER", "PACKAGE")) == {"package on a machine"}
    assert shop.found(text.replace("compute.googleapis", "storage.googleapis")) == set()


# Gardener's scanner check

def test_gardener_reads_findings_and_the_state_of_the_scan(shop):
    found = shop.rest.every(
        f"{shop.parent}/occurrences", "occurrences", filter=f'resourceUrl = "{IMG}" AND kind="VULNERABILITY"')
    assert {o["vulnerability"]["packageIssue"][0]["affectedPackage"] for o in found} == {"bash", "log4j"}
    assert {o["vulnerability"]["severity"] for o in found} == {"HIGH", "CRITICAL"}
    scans = shop.rest.every(
        f"{shop.parent}/occurrences", "occurrences", filter=f'resourceUrl = "{IMG}" AND kind="DISCOVERY"')
    assert [(o["discovery"]["continuousAnalysis"], o["discovery"]["analysisStatus"]) for o in scans] == [
        ("ACTIVE", "FINISHED_SUCCESS")]


# aactl

def test_aactl_imports_and_cleans_up(server, project):
    client, parent = server.grpc_client(), f"projects/{project}"
    for identifier in ("CVE-2020-1", "CVE-2020-2"):
        client.create_note(parent=parent, note_id=identifier, note=v1.Note(
            vulnerability=v1.VulnerabilityNote(severity=v1.Severity.HIGH)))
        for uri in (IMG, OTHER):
            client.create_occurrence(parent=parent, occurrence=v1.Occurrence(
                resource_uri=uri, note_name=f"{parent}/notes/{identifier}",
                vulnerability=v1.VulnerabilityOccurrence(severity=v1.Severity.HIGH)))
    found = list(client.list_occurrences(parent=parent, filter=f'noteId="CVE-2020-1" AND resource_url="{IMG}"'))
    assert [o.note_name for o in found] == [f"{parent}/notes/CVE-2020-1"]
    changed = found[0]
    changed.vulnerability.effective_severity = v1.Severity.LOW
    assert client.update_occurrence(
        name=changed.name, occurrence=changed).vulnerability.effective_severity == v1.Severity.LOW
    for occurrence in client.list_occurrences(parent=parent, filter=f'resource_url="{IMG}"'):
        client.delete_occurrence(name=occurrence.name)
    assert {o.resource_uri for o in client.list_occurrences(parent=parent)} == {OTHER}


# Terraform

def test_terraform_manages_a_note_and_an_occurrence(rest, project):
    parent, key = f"/v1/projects/{project}", "ni:///sha-256;cD9o9Cq6LG3jD0iKXqEi_vdjJGecm_iXkbqVoScViaU"
    note = {
        "shortDescription": "short", "longDescription": "long", "relatedUrl": [{"url": "some.url", "label": "foo"}],
        "expirationTime": "2120-10-31T16:41:26.123456789Z",
        "attestation": {"hint": {"humanReadableName": "My attestor"}},
    }
    made = rest.done("POST", f"{parent}/notes", note, params={"noteId": "attestor"})
    assert records.without_output_only(made) == note
    assert made["kind"] == "ATTESTATION"
    assert rest.done("GET", f"{parent}/notes/attestor", params={"alt": "json"}) == made
    changed = rest.done("PATCH", f"{parent}/notes/attestor", {"longDescription": "longer"},
                        params={"updateMask": "longDescription,expirationTime", "alt": "json"})
    expected = {**note, "longDescription": "longer"}
    del expected["expirationTime"]
    assert records.without_output_only(changed) == expected

    occurrence = {
        "resourceUri": IMG, "noteName": f"projects/{project}/notes/attestor", "remediation": "none",
        "attestation": {"serializedPayload": "e30=", "signatures": [{"publicKeyId": key, "signature": "c2ln"}]},
    }
    made = rest.done("POST", f"{parent}/occurrences", occurrence)
    assert records.without_output_only(made) == occurrence
    path = f"/v1/{made['name']}"
    patch = {"remediation": "new", "attestation": {
        "serializedPayload": "e30=", "signatures": [{"publicKeyId": "openpgp4fpr:74FA", "signature": "c2lnMg=="}]}}
    changed = rest.done("PATCH", path, patch, params={"updateMask": "remediation,attestation"})
    assert records.without_output_only(changed) == {**occurrence, **patch}
    assert rest.done("GET", path) == changed
    assert rest.done("DELETE", path) == {}
    assert rest.done("DELETE", f"{parent}/notes/attestor") == {}
    rest.refused("NOT_FOUND", "GET", f"{parent}/notes/attestor")


# Loose ways of plain HTTP

def test_curl_without_a_content_type_is_understood(rest, project):
    """`curl -d` sends a form type, and the body is JSON all the same."""
    reply = rest.call(
        "POST", f"/v1/projects/{project}/notes?note_id=n",
        data='{"attestation": {"hint": {"human_readable_name": "x"}}}',
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert reply.status_code == 200, reply.text
    assert reply.json()["attestation"] == {"hint": {"humanReadableName": "x"}}


@pytest.mark.parametrize("spelling", [{"page_size": 2}, {"pageSize": 2}])
def test_query_parameters_have_two_spellings(rest, project, spelling):
    for number in range(3):
        rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": f"n{number}"})
    page = rest.done("GET", f"/v1/projects/{project}/notes", params=spelling)
    assert [note["name"] for note in page["notes"]] == [f"projects/{project}/notes/n{n}" for n in (2, 1)]
    token = page["nextPageToken"]
    rest_of_it = rest.done("GET", f"/v1/projects/{project}/notes", params={**spelling, "page_token": token})
    assert [note["name"] for note in rest_of_it["notes"]] == [f"projects/{project}/notes/n0"]


def test_curl_need_not_wait_for_leave_to_send_a_large_body(server, project):
    """curl asks before it sends more than a megabyte, and waits a second where nobody answers."""
    body = b'{"build": {"builderVersion": "7"}}'
    head = (f"POST /v1/projects/{project}/notes?noteId=n HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=2) as connection:
        connection.sendall(head)
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 Continue\r\n")
        connection.sendall(body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
