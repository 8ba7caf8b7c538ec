"""Whatever arrives, the answer is a clear error, nothing is stored, and the server goes on for everybody else."""

import json
import socket
import time

import grafeas.grafeas_v1 as v1
import grpc
import pytest
from grpc_reflection.v1alpha import reflection_pb2

import records
from grafeion_server import details_of, error_of
from records import image


@pytest.fixture
def path(rest, project):
    """A project with a note to hang things on."""
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    return f"/v1/projects/{project}"


@pytest.fixture
def stored_nothing(rest, path):
    """Checks, after the test, that it left nothing behind."""
    yield
    assert rest.every(f"{path}/occurrences", "occurrences") == []
    assert len(rest.every(f"{path}/notes", "notes")) == 1


def sent(rest, path, body, **options):
    return rest.call("POST", path, data=body, **options)


MALFORMED_JSON = {
    "nothing": b"", "not JSON": b"hello", "cut off": b'{"noteName": "x', "two values": b"{} {}",
    "no UTF-8": b'{"a": "\xff\xfe"}',
    "trailing comma": b'{"remediation": "x",}', "single quotes": b"{'remediation': 'x'}", "a list": b"[]",
    "a text": b'"x"', "null": b"null", "NUL bytes": b"\x00" * 100, "lone surrogate": b'{"remediation": "\\ud800"}',
    "control character": b'{"remediation": "a\nb"}', "bare word": b"{remediation: 1}", "NaN": b'{"remediation": NaN}',
    "binary": bytes(range(256)) * 10,
}


@pytest.mark.parametrize("body", MALFORMED_JSON.values(), ids=MALFORMED_JSON.keys())
def test_malformed_json_is_refused(rest, path, stored_nothing, body):
    error = error_of(sent(rest, f"{path}/occurrences", body), "INVALID_ARGUMENT")
    assert len(error["message"]) < 2000


WRONG_TYPES = {
    "number for text": ({"resourceUri": 7}, "resource_uri"),
    "text for message": ({"build": "x"}, "build"),
    "list for message": ({"build": []}, "build"),
    "message for list": ({"vulnerability": {"packageIssue": {}}}, "package_issue"),
    "text for number": ({"vulnerability": {"cvssScore": "high"}}, "cvss_score"),
    "fraction for integer": ({"image": {"distance": 1.5}}, "distance"),
    "too large an integer": ({"image": {"distance": 1 << 40}}, "distance"),
    "text for boolean": ({"vulnerability": {"packageIssue": [{"fixAvailable": "yes"}]}}, "fix_available"),
    "no base64": ({"attestation": {"serializedPayload": "!!!"}}, "serialized_payload"),
    "no timestamp": ({"deployment": {"deployTime": "yesterday"}}, "deploy_time"),
    "two details": ({"build": {}, "image": {}}, "image"),
    "null in a list": ({"vulnerability": {"packageIssue": [None]}}, "package_issue"),
    "object for enum": ({"vulnerability": {"severity": {}}}, "severity"),
}


@pytest.mark.parametrize("change, field", WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
def test_wrong_types_are_refused_by_the_fields_path(rest, project, path, stored_nothing, change, field):
    entry = {"resourceUri": records.IMAGE, "noteName": f"projects/{project}/notes/builds", **change}
    error = rest.refused("INVALID_ARGUMENT", "POST", f"{path}/occurrences", entry)
    named = [violation["field"] for violation in details_of(error, "BadRequest")["fieldViolations"]]
    assert any(field in name for name in named) or field in error["message"], error


def test_every_field_at_fault_is_reported_at_once(rest, path, stored_nothing):
    error = rest.refused("INVALID_ARGUMENT", "POST", f"{path}/occurrences", {"remediation": "x"})
    named = {violation["field"] for violation in details_of(error, "BadRequest")["fieldViolations"]}
    assert named == {"occurrence.resource_uri", "occurrence.note_name", "occurrence.details"}
    for name in named:
        assert name in error["message"]


MALFORMED_PROTOBUF = {
    "random": b"\xff\xfe\xfd\xfc" * 10, "cut off": b"\x0a\x50projects", 
    "length beyond the end": b"\x12\xff\xff\xff\x7f",
    "wire type 7": b"\x0f\x00", "field number 0": b"\x02\x00", "endless varint": b"\x08" + b"\xff" * 20,
    "no UTF-8": b"\x0a\x04\xff\xfe\xfd\xfc", "unclosed group": b"\x9b\x06",
}


@pytest.mark.parametrize("body", MALFORMED_PROTOBUF.values(), ids=MALFORMED_PROTOBUF.keys())
def test_malformed_protobuf_is_refused(server, path, stored_nothing, body):
    call = server.channel().unary_unary("/grafeas.v1.Grafeas/CreateOccurrence")
    with pytest.raises(grpc.RpcError) as refusal:
        call(body, timeout=20)
    assert refusal.value.code() == grpc.StatusCode.INVALID_ARGUMENT, refusal.value
    assert refusal.value.details()


BODY_MAX = 32 << 20


def test_a_body_beyond_32_mib_is_413_and_nothing_is_read_into_memory(server, rest, path, stored_nothing):
    before = resident_bytes(server)
    for headers, body in (
        ({}, b'{"remediation": "' + b"x" * BODY_MAX + b'"}'),
        # Chunked: the size is known only when it is too late.
        ({}, (b"x" * (1 << 20) for _ in range(34))),
    ):
        try:
            reply = sent(rest.__class__(server.url), f"{path}/occurrences", body, headers=headers)
        except OSError as error:
            pytest.fail(f"the refusal must be readable by a client that is still sending: {error}")
        assert reply.status_code == 413, reply.text[:500]
        assert reply.json()["error"]["message"]
    assert resident_bytes(server) - before < 200 << 20
    assert rest.get("/healthz").status_code == 200


def test_a_grpc_message_beyond_32_mib_is_refused(server, path, stored_nothing):
    call = server.channel().unary_unary("/grafeas.v1.Grafeas/CreateOccurrence")
    with pytest.raises(grpc.RpcError) as refusal:
        call(b"\x0a" + b"\x80\x80\x80\x11" + b"x" * (34 << 20), timeout=60)
    assert refusal.value.code() in (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.INVALID_ARGUMENT), refusal.value


def resident_bytes(server):
    with open(f"/proc/{server.process.pid}/statm") as file:
        return int(file.read().split()[1]) * 4096


def test_an_entry_beyond_its_own_bound_is_refused(rest, project, path, stored_nothing):
    entry = {**records.build(project), "remediation": "x" * (5 << 20)}
    reply = rest.post(f"{path}/occurrences", entry)
    assert reply.status_code in (400, 413, 429), reply.text[:300]
    assert "bytes" in reply.json()["error"]["message"]


@pytest.mark.parametrize("depth", [200, 100_000])
def test_deep_nesting_is_refused(rest, path, stored_nothing, depth):
    bodies = [
        b"[" * depth + b"]" * depth,
        b'{"build":' * depth + b"{}" + b"}" * depth,
        # Where any JSON is allowed.
        b'{"build":{"intotoStatement":{"slsaProvenance":{"recipe":{"arguments":{"@type":"type.googleapis.com/x.Y","a":'
        + b"[" * depth + b"]" * depth + b"}}}}}}",
    ]
    for body in bodies:
        error_of(sent(rest, f"{path}/occurrences", body), "INVALID_ARGUMENT")


def test_deep_protobuf_nesting_is_refused(server, path, stored_nothing):
    # A Value in a ListValue in a Value …, within the Any that hosted provenance has.
    data = b""
    for _ in range(5000):
        data = b"\x32" + varint(len(data)) + data
        data = b"\x0a" + varint(len(data)) + data
    for number in (1, 9, 9, 2):
        data = varint(number << 3 | 2) + varint(len(data)) + data
    call = server.channel().unary_unary("/grafeas.v1.Grafeas/CreateOccurrence")
    with pytest.raises(grpc.RpcError) as refusal:
        call(data, timeout=20)
    assert refusal.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def varint(number):
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(encoded + bytes([number]))


HOSTILE_FILTERS = {
    "10,000 ORs": " OR ".join(f'noteId="{n}"' for n in range(10_000)),
    "1,001 terms": " ".join(f"a{n}" for n in range(1001)),
    "deep parentheses": "(" * 70 + 'kind="BUILD"' + ")" * 70,
    "100,000 parentheses": "(" * 100_000,
    "unclosed text": 'resourceUrl="',
    "unclosed text of 1 MB": 'resourceUrl="' + "x" * (1 << 20),
    "NUL": 'resourceUrl="a\x00',
    "nots": "NOT " * 5000 + "a",
    "minus signs": "-" * 5000 + "a",
    "operators": "= = = =",
    "unknown function": "sleep(10)",
    "nothing after AND": 'kind="BUILD" AND',
    "wrong type": "createTime>7.5.3",
    "SQL": "'; DROP TABLE occurrence; --",
}


@pytest.mark.parametrize("text", HOSTILE_FILTERS.values(), ids=HOSTILE_FILTERS.keys())
def test_hostile_filters_are_refused_quickly(server, project, path, text):
    call = server.channel().unary_unary("/grafeas.v1.Grafeas/ListOccurrences")
    request = v1.ListOccurrencesRequest.serialize(
        v1.ListOccurrencesRequest(parent=f"projects/{project}", filter=text))
    started = time.monotonic()
    with pytest.raises(grpc.RpcError) as refusal:
        call(request, timeout=20)
    assert refusal.value.code() == grpc.StatusCode.INVALID_ARGUMENT, refusal.value
    assert "filter" in refusal.value.details()
    assert len(refusal.value.details()) < 4000
    assert time.monotonic() - started < 10, "milliseconds are expected; the rest is for a busy machine"


def test_filters_that_would_blow_up_a_regular_expression_are_only_text(rest, project, path):
    entries = [records.build(project, uri="https://x.example/" + "a" * 1500 + str(n)) for n in range(200)]
    rest.done("POST", f"{path}/occurrences:batchCreate", {"occurrences": entries})
    started = time.monotonic()
    for text in ('resourceUrl="*' + "a*" * 200 + 'b"', 'resourceUrl:"' + "a" * 1000 + 'b"', '"' + "a" * 3000 + '"'):
        reply = rest.get(f"{path}/occurrences", params={"filter": text})
        assert reply.status_code in (200, 400)
        assert reply.json().get("occurrences", []) == []
    assert time.monotonic() - started < 20
    found = rest.every(f"{path}/occurrences", "occurrences", filter='resourceUrl="*' + "a" * 1000 + '7"')
    assert len(found) == 1


BAD_NAMES = [
    "projects/..", "projects/.", "projects/", "projects", "projects//notes", "projects/a b",
    "projects/a\x00b", "projects/ä",
    "projects/" + "x" * 101, "projects/" + "x" * (1 << 20), "organizations/x", "../projects/x", "projects/p/locations/",
    "projects/p/locations/..", "projects/p/notes/n", "", "/", "projects/p/", "projects/p?x", "projects/p#x",
    "projects/p\n",
]


@pytest.mark.parametrize("name", BAD_NAMES, ids=lambda name: repr(name[:30]))
def test_names_of_the_wrong_shape_are_refused_over_grpc(server, name):
    call = server.channel().unary_unary("/grafeas.v1.Grafeas/ListNotes")
    with pytest.raises(grpc.RpcError) as refusal:
        call(v1.ListNotesRequest.serialize(v1.ListNotesRequest(parent=name)), timeout=20)
    assert refusal.value.code() == grpc.StatusCode.INVALID_ARGUMENT, refusal.value
    assert "projects/{project}" in refusal.value.details() or "characters" in refusal.value.details()
    assert len(refusal.value.details()) < 1000


@pytest.mark.parametrize("identifier", ["..", ".", "a/b", "a b", "a\x00b", "", "x" * 101, "x" * 200_000, "ü", "a\nb"],
                         ids=lambda name: repr(name[:20]))
def test_note_ids_that_cannot_be_are_refused(server, rest, project, path, stored_nothing, identifier):
    call = server.channel().unary_unary("/grafeas.v1.Grafeas/CreateNote")
    request = v1.CreateNoteRequest(
        parent=f"projects/{project}", note_id=identifier, note=v1.Note(build=v1.BuildNote(builder_version="7")))
    with pytest.raises(grpc.RpcError) as refusal:
        call(v1.CreateNoteRequest.serialize(request), timeout=20)
    assert refusal.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    error = rest.refused("INVALID_ARGUMENT", "POST", f"{path}/notes:batchCreate",
                         {"notes": {identifier: records.build_note()}})
    assert len(error["message"]) < 1000


@pytest.mark.parametrize("target", [
    "/v1/projects/..%2Fx/notes", "/v1/projects/%2e%2e/notes", "/v1/projects/a%00b/notes", "/v1/projects/%zz/notes",
    "/v1/projects/%ff/notes", "/v1/projects/a//notes", "/v2/projects/a/notes", "/v1/projects/a/nothing", "/v1",
    "/nothing",
    "/v1/projects/a/notes:explode", "/v1/projects/../../etc/passwd", "/v1/projects/" + "x" * 5000 + "/notes",
])
def test_paths_that_lead_nowhere_are_refused_in_the_same_form(server, target):
    """Sent as they are: no client library tidies them up first."""
    status, body = raw_get(server, target)
    assert status in (400, 404), body
    error = json.loads(body)["error"]
    assert error["code"] == status
    assert error["status"] in ("INVALID_ARGUMENT", "NOT_FOUND") and error["message"]


def raw_get(server, target, method="GET"):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def test_a_megabyte_of_path_or_header_is_refused_and_hurts_nobody(server, rest):
    for target, header in (("/v1/projects/" + "x" * (1 << 20), ""), ("/healthz", "X-Big: " + "x" * (1 << 20))):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            try:
                connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n".encode())
                answer = connection.recv(65536)
            except OSError:
                # Closed on us while we were still sending.
                continue
        assert answer == b"" or answer.split()[1] in (b"400", b"404", b"413", b"414", b"431"), answer[:200]
    assert rest.get("/healthz").status_code == 200


def test_methods_that_a_path_does_not_have(rest, path):
    reply = rest.call("PUT", f"{path}/notes/builds", {})
    assert reply.status_code in (404, 405, 501)
    assert reply.json()["error"]["message"]


def test_page_tokens_of_others_are_refused(rest, project, path):
    rest.done("POST", f"/v1/projects/{project}-x/notes", records.build_note(), params={"noteId": "builds"})
    for owner in (project, f"{project}-x"):
        rest.done("POST", f"/v1/projects/{owner}/occurrences:batchCreate", {
            "occurrences": [records.build(owner, uri=image(n)) for n in range(5)]})
    for number in range(4):
        rest.done("POST", f"{path}/notes", records.build_note(), params={"noteId": f"n{number}"})
    token = rest.done("GET", f"{path}/occurrences", params={"pageSize": 2})["nextPageToken"]
    others = [
        (f"/v1/projects/{project}-x/occurrences", {}),
        (f"{path}/occurrences", {"filter": 'kind="BUILD"'}),
        (f"{path}/notes", {}),
        (f"{path}/notes/builds/occurrences", {}),
        (f"{path}/locations/x/occurrences", {}),
        ("/v1/projects", {}),
    ]
    for other, parameters in others:
        error = rest.refused("INVALID_ARGUMENT", "GET", other, params={"pageToken": token, **parameters})
        assert "page_token" in error["message"] or "pageToken" in error["message"]
    for position in range(len(token)):
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1:]
        reply = rest.get(f"{path}/occurrences", params={"pageToken": changed, "pageSize": 2})
        assert reply.status_code == 400, f"token changed at {position} was taken"
    page = rest.done("GET", f"{path}/occurrences", params={"pageToken": token, "pageSize": 2})
    assert len(page["occurrences"]) == 2


def test_a_client_that_stops_reading_does_not_hold_up_others(launch, project):
    """Twenty clients ask for large lists and read none of it; others are served as before."""
    server = launch()
    rest = server.rest()
    rest.done("POST", f"/v1/projects/{project}/notes", records.build_note(), params={"noteId": "builds"})
    for _ in range(10):
        rest.done("POST", f"/v1/projects/{project}/occurrences:batchCreate", {"occurrences": [
            records.build(project, uri=image(n), identifier="x" * 5000) for n in range(100)]})
    request = (f"GET /v1/projects/{project}/occurrences?pageSize=1000 HTTP/1.1\r\nHost: x\r\n\r\n").encode()
    stuck = []
    for _ in range(20):
        connection = socket.socket()
        # So little is buffered on our side that the server's writes must wait.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(request * 5)
        stuck.append(connection)
    # And one over gRPC, which asks for the largest descriptors again and again and takes none of the answers.
    asked = reflection_pb2.ServerReflectionRequest(file_containing_symbol="grafeas.v1.Grafeas")
    unread = server.channel().stream_stream(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString)(iter([asked] * 2000))
    time.sleep(1)
    started = time.monotonic()
    for number in range(50):
        rest.done("POST", f"/v1/projects/{project}/occurrences", records.build(project, uri=image(number)), timeout=10)
        rest.done("GET", f"/v1/projects/{project}/notes/builds", timeout=10)
    client = server.grpc_client()
    assert len(list(client.list_occurrences(request={"parent": f"projects/{project}", "page_size": 1000}))) == 1050
    assert time.monotonic() - started < 15
    # What waits for the stuck clients is bounded: requests behind the first are not answered ahead.
    assert resident_bytes(server) < 400 << 20
    unread.cancel()
    for connection in stuck:
        connection.close()
    assert rest.get("/readyz").status_code == 200
    assert server.stop() == 0


def test_a_slow_header_is_cut_off(launch):
    server = launch("--header-timeout", "1")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")
        started = time.monotonic()
        while connection.recv(1000):
            pass
        assert time.monotonic() - started < 10


def test_garbage_on_the_port_hurts_nobody(server, rest):
    for garbage in (b"\x00" * 1000, b"\x16\x03\x01\x02\x00\x01\x00", 
                    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 1000,
                    b"PRI * HTT", b"\r\n\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"A" * 100_000):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            try:
                connection.sendall(garbage)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except OSError:
                pass
    assert server.is_alive()
    assert rest.get("/healthz").status_code == 200


def test_a_unary_call_without_its_message_and_an_unknown_method(server):
    channel = server.channel()
    with pytest.raises(grpc.RpcError) as refusal:
        channel.unary_unary("/grafeas.v1.Grafeas/Explode")(b"", timeout=20)
    assert refusal.value.code() == grpc.StatusCode.UNIMPLEMENTED
    with pytest.raises(grpc.RpcError) as refusal:
        channel.stream_unary("/grafeas.v1.Grafeas/GetNote")(iter([]), timeout=20)
    assert refusal.value.code() in (
        grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL)
