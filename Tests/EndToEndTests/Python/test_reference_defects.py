"""One test for each known defect of the reference server, named for the defect that must not be ours."""

import concurrent.futures
import http.client
import resource
import socket
import ssl
import threading

import grafeas.grafeas_v1 as v1
import grpc
import pytest
import requests
from google.protobuf import field_mask_pb2

import records
from grafeion_server import wait_until
from records import image


def make_notes(rest, project, count, prefix="n"):
    for start in range(0, count, 1000):
        notes = {f"{prefix}{number:06}": records.build_note() for number in range(start, min(count, start + 1000))}
        rest.done("POST", f"/v1/projects/{project}/notes:batchCreate", {"notes": notes})


def make_builds(rest, project, count):
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    names = []
    for start in range(0, count, 1000):
        entries = [records.build(project, uri=image(n)) for n in range(start, min(count, start + 1000))]
        made = rest.done("POST", f"/v1/projects/{project}/occurrences:batchCreate", {"occurrences": entries})
        names += [occurrence["name"] for occurrence in made["occurrences"]]
    return names


def test_a_filter_is_not_ignored(rest, project):
    make_builds(rest, project, 30)
    path = f"/v1/projects/{project}/occurrences"
    found = rest.every(path, "occurrences", filter=f'resourceUrl="{image(7)}"')
    assert [occurrence["resourceUri"] for occurrence in found] == [image(7)]
    assert rest.every(path, "occurrences", filter='resourceUrl="https://nothing.example"') == []
    found = rest.every(f"/v1/projects/{project}/notes/builds/occurrences", "occurrences",
                       filter=f'resourceUrl="{image(8)}" OR resourceUrl="{image(9)}"')
    assert {occurrence["resourceUri"] for occurrence in found} == {image(8), image(9)}
    error = rest.refused("INVALID_ARGUMENT", "GET", path, params={"filter": 'colour="red"'})
    assert "colour" in error["message"] and "column 1" in error["message"]


def test_a_filter_that_must_look_at_everything_finds_what_is_at_the_end(launch, project):
    """No index helps, and a page may look at a thousand rows only: pages come empty, with a token to go on."""
    server = launch("--max-scanned-rows", "1000")
    rest = server.rest()
    names = make_builds(rest, project, 5000)
    rest.done("PATCH", f"/v1/{names[0]}", {"remediation": "the first"}, params={"updateMask": "remediation"})
    path, text = f"/v1/projects/{project}/occurrences", 'remediation="the first"'
    page = rest.done("GET", path, params={"filter": text})
    assert page.get("occurrences", []) == [] and page["nextPageToken"]
    assert [o["name"] for o in rest.every(path, "occurrences", filter=text)] == [names[0]]
    found = list(server.grpc_client().list_occurrences(parent=f"projects/{project}", filter=text))
    assert [occurrence.name for occurrence in found] == [names[0]]


def test_an_update_mask_is_not_ignored(rest, project):
    rest.done("POST", f"/v1/projects/{project}/notes", {
        **records.vulnerability_note(), "longDescription": "stays"}, params={"noteId": "n"})
    path = f"/v1/projects/{project}/notes/n"
    changed = rest.done("PATCH", path, {"shortDescription": "new", "longDescription": "not meant"},
                        params={"updateMask": "shortDescription"})
    assert changed["shortDescription"] == "new"
    assert changed["longDescription"] == "stays"
    assert changed["vulnerability"] == records.vulnerability_note()["vulnerability"]
    changed = rest.done("PATCH", path, {"vulnerability": {"severity": "LOW", "cvssScore": 1}},
                        params={"updateMask": "vulnerability.severity"})
    assert changed["vulnerability"] == {**records.vulnerability_note()["vulnerability"], "severity": "LOW"}
    assert rest.done("GET", path) == changed


@pytest.mark.parametrize("parameters", [
    {"pageSize": -1}, {"page_size": -2147483648}, {"pageToken": "made-up"}, {"pageToken": "AAAA"},
    {"pageToken": "0"}, {"pageToken": "\x00\xff"}, {"pageToken": "9" * 10_000}, {"pageSize": "99999999999999999999"},
])
@pytest.mark.parametrize("path, collection", [
    ("/v1/projects/{project}/occurrences", "occurrences"), ("/v1/projects/{project}/notes", "notes"),
    ("/v1/projects/{project}/notes/builds/occurrences", "occurrences"), ("/v1/projects", "projects"),
])
def test_a_negative_page_size_or_a_made_up_token_does_not_kill_the_process(
        server, rest, project, path, collection, parameters):
    make_builds(rest, project, 3)
    path = path.format(project=project)
    error = rest.refused("INVALID_ARGUMENT", "GET", path, params=parameters)
    field = "page_size" if any(key.lower().endswith("size") for key in parameters) else "page_token"
    assert field in error["message"] or field.replace("_s", "S").replace("_t", "T") in error["message"]
    assert server.is_alive()
    assert rest.done("GET", path)[collection]


def test_a_huge_page_size_is_a_thousand(rest, project):
    make_builds(rest, project, 1001)
    page = rest.done("GET", f"/v1/projects/{project}/occurrences", params={"pageSize": 2_000_000_000})
    assert len(page["occurrences"]) == 1000
    token = page["nextPageToken"]
    last = rest.done("GET", f"/v1/projects/{project}/occurrences", params={"pageSize": 1000, "pageToken": token})
    assert len(last["occurrences"]) == 1 and "nextPageToken" not in last


def test_entries_deleted_between_two_pages_neither_end_nor_disturb_the_walk(rest, project):
    names = make_builds(rest, project, 40)
    path = f"/v1/projects/{project}/occurrences"
    first = rest.done("GET", path, params={"pageSize": 10})
    seen = [occurrence["name"] for occurrence in first["occurrences"]]
    # The last one seen, on which a token could hang, one seen before, and the next ones to come.
    gone = [seen[-1], seen[0], *[name for name in sorted(names, reverse=True) if name not in seen][:5]]
    for name in gone:
        rest.done("DELETE", f"/v1/{name}")
    token = first["nextPageToken"]
    while token:
        page = rest.done("GET", path, params={"pageSize": 10, "pageToken": token})
        seen += [occurrence["name"] for occurrence in page.get("occurrences", [])]
        token = page.get("nextPageToken", "")
    assert sorted(seen) == sorted(set(names) - set(gone[2:]))


# As many as the reference server was caught with.
WALKED_ROWS = 100_000


def test_a_walk_sees_each_entry_once_and_ends_while_others_write(launch, project):
    server = launch()
    rest = server.rest()
    before = set(make_builds(rest, project, WALKED_ROWS))
    end = threading.Event()
    written = []

    def write():
        mine = server.rest()
        while not end.is_set():
            entry = mine.done("POST", f"/v1/projects/{project}/occurrences", records.build(project, uri=image(5)))
            written.append(entry["name"])
            if len(written) % 3 == 0:
                mine.done("DELETE", f"/v1/{entry['name']}")
            if len(written) % 5 == 0:
                mine.done("PATCH", f"/v1/{next(iter(before))}", {"remediation": str(len(written))},
                          params={"updateMask": "remediation"})

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write) for _ in range(3)]
        try:
            wait_until(lambda: len(written) > 10)
            client = server.grpc_client()
            written_before = len(written)
            pages = list(client.list_occurrences(request=v1.ListOccurrencesRequest(
                parent=f"projects/{project}", page_size=500)).pages)
            assert len(written) > written_before, "nobody wrote during the walk"
        finally:
            end.set()
        for writer in writers:
            writer.result()
    seen = [occurrence.name for page in pages for occurrence in page.occurrences]
    assert len(seen) == len(set(seen)), "an entry was seen twice"
    assert before <= set(seen), f"{len(before - set(seen))} of {WALKED_ROWS} entries were not seen"
    # Entries written during the walk do not lengthen it.
    assert len(pages) <= (WALKED_ROWS + written_before) / 500 + 2


def test_listing_a_project_does_not_show_another_whose_name_begins_alike(rest, project):
    secret = f"{project}-secret"
    make_builds(rest, project, 2)
    names = make_builds(rest, secret, 3)
    for identifier, count in ((project, 2), (secret, 3)):
        found = rest.every(f"/v1/projects/{identifier}/occurrences", "occurrences")
        assert len(found) == count
        assert all(o["name"].startswith(f"projects/{identifier}/") for o in found)
        notes = rest.every(f"/v1/projects/{identifier}/notes", "notes")
        assert [note["name"] for note in notes] == [f"projects/{identifier}/notes/builds"]
    found = rest.every(f"/v1/projects/{project}/notes/builds/occurrences", "occurrences")
    assert not {occurrence["name"] for occurrence in found} & set(names)


def test_the_wrong_project_is_not_a_way_to_read_change_or_delete(rest, project):
    name = make_builds(rest, project, 1)[0]
    make_builds(rest, f"{project}-x", 1)
    stored = rest.done("GET", f"/v1/{name}")
    wrong = name.replace(f"projects/{project}/", f"projects/{project}-x/")
    note = rest.done("GET", f"/v1/projects/{project}/notes/builds")
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "only-here"})
    wrong_note = f"projects/{project}-x/notes/only-here"
    for path in (wrong, wrong_note):
        error = rest.refused("NOT_FOUND", "GET", f"/v1/{path}")
        assert path in error["message"]
        rest.refused("NOT_FOUND", "PATCH", f"/v1/{path}", {"remediation": "x", "shortDescription": "x"})
        rest.refused("NOT_FOUND", "DELETE", f"/v1/{path}")
    rest.refused("NOT_FOUND", "GET", f"/v1/{wrong}/notes")
    assert rest.done("GET", f"/v1/{name}") == stored
    assert rest.done("GET", f"/v1/projects/{project}/notes/builds") == note
    assert rest.done("GET", f"/v1/projects/{project}/notes/only-here")


def test_listing_notes_does_not_deadlock_against_creates(server, project):
    rest = server.rest()
    make_notes(rest, project, 200)

    def create(worker):
        mine = server.rest()
        for number in range(50):
            mine.done("POST", f"/v1/projects/{project}/notes", records.build_note(),
                      params={"noteId": f"w{worker}-{number}"}, timeout=30)

    def walk(_):
        mine = server.rest()
        for _ in range(15):
            assert len(mine.every(f"/v1/projects/{project}/notes", "notes")) >= 200

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        work = [pool.submit(create, worker) for worker in range(4)] + [pool.submit(walk, n) for n in range(4)]
        for part in concurrent.futures.as_completed(work, timeout=90):
            part.result()
    assert len(rest.every(f"/v1/projects/{project}/notes", "notes")) == 400


def test_a_create_is_not_acknowledged_while_the_store_cannot_write(launch, project):
    """Files may grow to 4 MiB: the disk is full for the server. Then it is not, and nothing acknowledged is missing."""
    server = launch(file_size_max=4 << 20)
    rest = server.rest()
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    acknowledged, refused = {}, []

    def fill(worker):
        mine = server.rest()
        for number in range(worker, 600, 6):
            entry = records.build(project, uri=image(number), identifier="x" * 30_000)
            reply = mine.post(f"/v1/projects/{project}/occurrences", entry)
            if reply.status_code == 200:
                acknowledged[reply.json()["name"]] = image(number)
            else:
                assert reply.status_code == 503, reply.text
                assert "the write is not acknowledged" in reply.json()["error"]["message"]
                refused.append(number)
            if len(refused) > 30:
                return

    # Together, so that writes share a transaction when the end comes.
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for part in [pool.submit(fill, worker) for worker in range(6)]:
            part.result()
    assert acknowledged and refused

    def stored():
        return {o["name"]: o["resourceUri"] for o in rest.every(f"/v1/projects/{project}/occurrences", "occurrences")}

    assert stored() == acknowledged, "reads go on, and show what was acknowledged and no more"

    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    made = rest.done("POST", f"/v1/projects/{project}/occurrences", records.build(project, uri=image(999)))
    acknowledged[made["name"]] = image(999)
    assert stored() == acknowledged
    server.kill()
    rest = (server := launch(database=server.database)).rest()
    assert stored() == acknowledged


def test_a_batch_drops_nothing(rest, project):
    make_notes(rest, project, 1000)
    notes = rest.every(f"/v1/projects/{project}/notes", "notes", page_size=1000)
    assert {note["name"] for note in notes} == {f"projects/{project}/notes/n{number:06}" for number in range(1000)}
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    entries = [records.build(project, uri=image(number % 7), identifier=str(number)) for number in range(1000)]
    made = rest.done("POST", f"/v1/projects/{project}/occurrences:batchCreate", {"occurrences": entries})
    assert [o["build"]["provenance"]["id"] for o in made["occurrences"]] == [str(n) for n in range(1000)]
    listed = rest.every(f"/v1/projects/{project}/occurrences", "occurrences", page_size=1000)
    assert sorted(o["build"]["provenance"]["id"] for o in listed) == sorted(str(n) for n in range(1000))
    for count in (0, 1001):
        error = rest.refused("INVALID_ARGUMENT", "POST", f"/v1/projects/{project}/occurrences:batchCreate",
                             {"occurrences": entries[:1] * count})
        assert "1 to 1000" in error["message"]


def test_a_batch_with_one_bad_entry_writes_none(rest, project):
    make_builds(rest, project, 1)
    good = [records.build(project, uri=image(number)) for number in range(5)]
    missing = records.build(project, note="missing")
    error = rest.refused("NOT_FOUND", "POST", f"/v1/projects/{project}/occurrences:batchCreate",
                         {"occurrences": [*good, missing]})
    assert "occurrences[5]" in error["message"] and "missing" in error["message"]
    assert len(rest.every(f"/v1/projects/{project}/occurrences", "occurrences")) == 1
    error = rest.refused("ALREADY_EXISTS", "POST", f"/v1/projects/{project}/notes:batchCreate",
                         {"notes": {"new": records.build_note(), "builds": records.build_note()}})
    assert 'notes["builds"]' in error["message"]
    rest.refused("NOT_FOUND", "GET", f"/v1/projects/{project}/notes/new")


def test_more_than_a_hundred_clients_at_once(server, project):
    """150 gRPC connections and 150 HTTP connections, all open together, each writing and reading."""
    make_builds(server.rest(), project, 1)
    count, barrier = 150, threading.Barrier(300)

    def over_grpc(number):
        with grpc.insecure_channel(server.target, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            grpc.channel_ready_future(channel).result(60)
            barrier.wait(60)
            create = channel.unary_unary("/grafeas.v1.Grafeas/CreateOccurrence")
            request = v1.CreateOccurrenceRequest(parent=f"projects/{project}", occurrence=v1.Occurrence(
                resource_uri=image(number), note_name=f"projects/{project}/notes/builds",
                build=v1.BuildOccurrence(provenance=v1.BuildProvenance(id="grpc"))))
            made = v1.Occurrence.deserialize(create(v1.CreateOccurrenceRequest.serialize(request), timeout=60))
            get = channel.unary_unary("/grafeas.v1.Grafeas/GetOccurrence")
            read = get(v1.GetOccurrenceRequest.serialize(v1.GetOccurrenceRequest(name=made.name)), timeout=60)
            assert v1.Occurrence.deserialize(read) == made
            return made.name

    def over_rest(number):
        mine = server.rest()
        mine.get("/healthz")
        barrier.wait(60)
        made = mine.done("POST", f"/v1/projects/{project}/occurrences", records.build(project, uri=image(number)))
        assert mine.done("GET", f"/v1/{made['name']}") == made
        return made["name"]

    with concurrent.futures.ThreadPoolExecutor(300) as pool:
        work = [pool.submit(task, n) for n in range(count) for task in (over_grpc, over_rest)]
        names = [part.result() for part in work]
    assert len(set(names)) == 300
    found = server.rest().every(f"/v1/projects/{project}/occurrences", "occurrences", page_size=1000)
    assert set(names) < {occurrence["name"] for occurrence in found}


def unknown_field(number, data):
    """A length-delimited field as it goes over the wire."""
    key = number << 3 | 2
    encoded = bytearray()
    while key > 0x7F:
        encoded.append(key & 0x7F | 0x80)
        key >>= 7
    encoded.append(key)
    return bytes(encoded) + bytes([len(data)]) + data


def test_unknown_protobuf_fields_are_kept(server, project):
    channel = server.channel()
    make_builds(server.rest(), project, 1)

    def call(method, request):
        return channel.unary_unary(f"/grafeas.v1.Grafeas/{method}")(request, timeout=20)

    # A field that a future version may have, at the top and within a nested message.
    top, nested = unknown_field(900, b"from the future"), unknown_field(901, b"deeper")
    provenance = unknown_field(1, b"id-1") + nested
    build = unknown_field(1, provenance)
    occurrence = v1.Occurrence.serialize(v1.Occurrence(
        resource_uri=records.IMAGE, note_name=f"projects/{project}/notes/builds"))
    occurrence += bytes([0x4A, len(build)]) + build + top
    parent = f"projects/{project}".encode()
    made = call("CreateOccurrence", unknown_field(1, parent) + b"\x12" + varint(len(occurrence)) + occurrence)
    message = v1.Occurrence.deserialize(made)
    assert message.build.provenance.id == "id-1"
    read = call("GetOccurrence", unknown_field(1, message.name.encode()))
    assert v1.Occurrence.deserialize(read) == message
    listed = call("ListOccurrences", unknown_field(1, parent))
    for reply in (made, read, listed):
        assert top in reply and nested in reply

    # A masked update, which decodes what is stored, keeps them too.
    channel_client = server.grpc_client()
    channel_client.update_occurrence(
        name=message.name, occurrence=v1.Occurrence(remediation="x", build={"provenance": {"creator": "me"}}),
        update_mask=field_mask_pb2.FieldMask(paths=["remediation", "build.provenance.creator"]))
    read = call("GetOccurrence", unknown_field(1, message.name.encode()))
    assert top in read and nested in read
    assert v1.Occurrence.deserialize(read).build.provenance.creator == "me"


def test_an_any_of_an_unknown_type_and_unknown_enum_values_are_kept(server, project):
    client, rest = server.grpc_client(), server.rest()
    make_builds(rest, project, 1)
    entry = v1.Occurrence.pb(v1.Occurrence(
        resource_uri=records.IMAGE, note_name=f"projects/{project}/notes/builds"))
    recipe = entry.build.intoto_statement.slsa_provenance.recipe
    recipe.arguments.type_url = "type.googleapis.com/google.devtools.cloudbuild.v1.Build"
    recipe.arguments.value = b"\x0a\x03b-1\xff\x01"
    made = client.create_occurrence(parent=f"projects/{project}", occurrence=v1.Occurrence(entry))
    read = v1.Occurrence.pb(client.get_occurrence(name=made.name))
    assert read.build == entry.build
    over_rest = rest.done("GET", f"/v1/{made.name}")
    arguments = over_rest["build"]["intotoStatement"]["slsaProvenance"]["recipe"]["arguments"]
    assert arguments["@type"] == recipe.arguments.type_url
    assert len(rest.every(f"/v1/projects/{project}/occurrences", "occurrences")) == 2

    note = v1.Note.pb(v1.Note(vulnerability=v1.VulnerabilityNote()))
    note.vulnerability.severity = 99
    made = client.create_note(parent=f"projects/{project}", note_id="future", note=v1.Note(note))
    assert v1.Note.pb(client.get_note(name=made.name)).vulnerability.severity == 99
    assert rest.done("GET", f"/v1/{made.name}")["vulnerability"]["severity"] == 99


def varint(number):
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(encoded + bytes([number]))


def test_cert_and_key_without_a_client_ca_is_tls_and_never_plain_text(launch, certificates, project):
    server = launch("--tls-cert", certificates.certificate, "--tls-key", certificates.key, scheme="https")
    assert server.ready_line.count("https://") and "http://127" not in server.ready_line

    plain = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    with pytest.raises((http.client.HTTPException, OSError)):
        plain.request("GET", "/healthz")
        plain.getresponse()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(b"GET /v1/projects HTTP/1.1\r\nHost: x\r\n\r\n")
        assert not raw.recv(1000).startswith(b"HTTP/"), "answered in plain text"
    with grpc.insecure_channel(server.target) as channel:
        with pytest.raises(grpc.FutureTimeoutError):
            grpc.channel_ready_future(channel).result(2)

    context = ssl.create_default_context(cafile=str(certificates.authority))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        with context.wrap_socket(raw, server_hostname="127.0.0.1") as secure:
            assert secure.version() in ("TLSv1.2", "TLSv1.3")
            assert secure.selected_alpn_protocol() == "http/1.1"
    reply = requests.post(
        f"{server.url}/v1/projects/{project}/notes?noteId=n", json=records.build_note(),
        verify=str(certificates.authority), timeout=20)
    assert reply.status_code == 200
    with grpc.secure_channel(server.target, grpc.ssl_channel_credentials(
            certificates.authority.read_bytes())) as channel:
        get = channel.unary_unary("/grafeas.v1.Grafeas/GetNote")
        request = v1.GetNoteRequest.serialize(v1.GetNoteRequest(name=f"projects/{project}/notes/n"))
        assert v1.Note.deserialize(get(request, timeout=20)).build.builder_version == "7"


def test_half_of_a_tls_configuration_is_refused(launch, certificates):
    with pytest.raises(AssertionError, match="tls"):
        launch("--tls-cert", certificates.certificate)
    with pytest.raises(AssertionError, match="(?i)client.ca|tls"):
        launch("--client-ca", certificates.authority)
