"""The contract that reflection serves, against the official package's descriptors: a check by a client that nobody
here wrote. Health and reflection are asked through gRPC's own Python libraries."""

import json
import re

import grafeas.grafeas_v1 as v1
import grpc
import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

import grafeion_server

SERVICES = ["grafeas.v1.Grafeas", "grafeas.v1.project.Projects", "grafeion.v1.Records", "grpc.health.v1.Health"]


@pytest.fixture(scope="module")
def reflection(server):
    return ProtoReflectionDescriptorDatabase(server.channel())


@pytest.fixture(scope="module")
def served(reflection):
    return DescriptorPool(reflection)


def official_files():
    """Every file of `grafeas.v1` in the official package, by way of its messages."""
    files = {}

    def visit(file):
        if file.package == "grafeas.v1" and file.name not in files:
            files[file.name] = file
            for dependency in file.dependencies:
                visit(dependency)

    for name in v1.__all__:
        thing = getattr(v1, name)
        if hasattr(thing, "pb") and hasattr(thing, "meta"):
            visit(thing.pb().DESCRIPTOR.file)
    return list(files.values())


def contract_messages():
    """Messages, by full name, of the contract tables for v1."""
    table = json.loads((grafeion_server.shared_directory() / "contract" / "grafeas.v1.json").read_text())
    return {
        f"{file['package']}.{name}": message
        for file in table["files"] for name, message in file["messages"].items()}


def all_messages(descriptors):
    for message in descriptors:
        if not message.GetOptions().map_entry:
            yield message
            yield from all_messages(message.nested_types)


def all_enums(file):
    yield from file.enum_types_by_name.values()
    for message in all_messages(file.message_types_by_name.values()):
        yield from message.enum_types


def shape(field):
    """What two peers must agree on about a field."""
    target = field.message_type or field.enum_type
    name = target.full_name if target is not None and not is_map(field) else None
    if is_map(field):
        name = [shape(part) for part in sorted(field.message_type.fields, key=lambda part: part.number)]
    oneof = field.containing_oneof.name if field.containing_oneof is not None else None
    # The package appends an underscore to names that Python has already; on the wire names do not count.
    return (field.name.rstrip("_"), field.number, field.type, field.is_repeated, name, oneof)


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def test_json_names_are_the_contracts(served):
    """The official package has lost the JSON names that are not the automatic ones; the contract has them."""
    explicit = {}
    for name, message in contract_messages().items():
        by_number = {field.number: field for field in served.FindMessageTypeByName(name).fields}
        for field in message["fields"]:
            if "json_name" in field:
                explicit[f"{name}.{field['name']}"] = field["json_name"]
            automatic = re.sub("_(.)", lambda match: match[1].upper(), field["name"])
            assert by_number[field["number"]].json_name == field.get("json_name", automatic), f"{name}.{field['name']}"
    assert explicit["grafeas.v1.InTotoStatement.type"] == "_type"


def test_every_official_message_is_served_field_by_field(served):
    checked, differences = 0, []
    contract = contract_messages()
    for file in official_files():
        for message in all_messages(file.message_types_by_name.values()):
            theirs = {field.number: shape(field) for field in message.fields}
            try:
                ours = {field.number: shape(field) for field in served.FindMessageTypeByName(message.full_name).fields}
            except KeyError:
                differences.append(f"{message.full_name} is not served")
                continue
            checked += len(theirs)
            known = {field["number"] for field in contract.get(message.full_name, {}).get("fields", [])}
            for number in sorted(theirs.keys() | ours.keys()):
                # The contract is newer than the package in places; a field that only the contract has is no fault.
                if number not in theirs and number in known:
                    continue
                if theirs.get(number) != ours.get(number):
                    differences.append(f"{message.full_name}: official {theirs.get(number)}, ours {ours.get(number)}")
    assert differences == []
    assert checked > 300, f"only {checked} fields were compared"


def test_every_official_enum_value_is_served(served):
    checked = 0
    for file in official_files():
        for enum in all_enums(file):
            ours = {value.name: value.number for value in served.FindEnumTypeByName(enum.full_name).values}
            for value in enum.values:
                assert ours.get(value.name) == value.number, f"{enum.full_name}.{value.name}"
                checked += 1
    assert checked > 100


def test_the_service_has_the_methods_that_the_official_client_calls(served):
    service = served.FindServiceByName("grafeas.v1.Grafeas")
    official = {name for name in dir(v1.GrafeasClient) if name.startswith(
        ("get_occ", "get_note", "list_", "create_", "delete_", "update_", "batch_create_"))}
    ours = {"".join(f"_{c.lower()}" if c.isupper() else c for c in method.name)[1:] for method in service.methods}
    assert ours == official
    assert len(ours) == 14


def test_reflection_lists_the_services(reflection):
    services = reflection.get_services()
    assert set(SERVICES) <= set(services)
    assert any(name.startswith("grpc.reflection.") for name in services)


def test_reflection_finds_files_and_knows_what_it_has_not(reflection):
    with pytest.raises(KeyError):
        reflection.FindFileContainingSymbol("grafeas.v1.Nothing")
    assert reflection.FindFileByName(
        DescriptorPool(reflection).FindMessageTypeByName("grafeas.v1.Occurrence").file.name).package == "grafeas.v1"


@pytest.mark.parametrize("version", ["v1alpha", "v1"])
def test_both_versions_of_reflection_answer(server, version):
    # The messages of both are the same on the wire; the library has stubs for v1alpha only.
    call = server.channel().stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString)
    requests = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="grafeas.v1.Note"),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="no.such.Thing"),
    ]
    listed, found, missing = call(iter(requests), timeout=20)
    assert set(SERVICES) <= {service.name for service in listed.list_services_response.service}
    files = [descriptor_pb2.FileDescriptorProto.FromString(data)
             for data in found.file_descriptor_response.file_descriptor_proto]
    assert any(message.name == "Note" for file in files for message in file.message_type)
    assert missing.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


def test_health_answers_for_the_server_and_each_service(server):
    health = health_pb2_grpc.HealthStub(server.channel())
    for name in ["", *SERVICES[:3]]:
        reply = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=20)
        assert reply.status == health_pb2.HealthCheckResponse.SERVING, name
    with pytest.raises(grpc.RpcError) as refusal:
        health.Check(health_pb2.HealthCheckRequest(service="no.such.Service"), timeout=20)
    assert refusal.value.code() == grpc.StatusCode.NOT_FOUND
    watch = health.Watch(health_pb2.HealthCheckRequest(service=""), timeout=20)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    watch.cancel()
