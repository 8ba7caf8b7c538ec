"""A gRPC client of services that no installed package has classes for: they come from the server's own reflection."""

import grpc
import pytest
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from google.rpc import error_details_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status


class Service:
    """A service whose methods are called by their names: `CreateNote(parent=…, note={…})`.

    The fields of a request are given as JSON; replies are messages.
    """

    def __init__(self, channel, name):
        self._channel = channel
        self._pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        self._descriptor = self._pool.FindServiceByName(name)
        self.methods = [method.name for method in self._descriptor.methods]
        for method in self._descriptor.methods:
            setattr(self, method.name, self._call(method))

    def _call(self, method):
        request_class = message_factory.GetMessageClass(method.input_type)
        reply_class = message_factory.GetMessageClass(method.output_type)
        stub = self._channel.unary_unary(
            f"/{self._descriptor.full_name}/{method.name}",
            request_serializer=request_class.SerializeToString, response_deserializer=reply_class.FromString)

        def call(metadata=None, **fields):
            request = json_format.ParseDict(fields, request_class(), descriptor_pool=self._pool)
            return stub(request, metadata=metadata, timeout=60)

        return call

    def pages(self, method, **fields):
        """The replies of a list method, until its token is empty."""
        token = ""
        while True:
            page = getattr(self, method)(page_token=token, **fields)
            yield page
            token = page.next_page_token
            if not token:
                return

    def every(self, method, collection, **fields):
        """Every entry of a list, as a client that follows pages has them."""
        return [entry for page in self.pages(method, **fields) for entry in getattr(page, collection)]

    def as_json(self, message):
        return json_format.MessageToDict(message, descriptor_pool=self._pool)


def refused(code, call, **fields):
    """The error of a call that must fail with the code."""
    with pytest.raises(grpc.RpcError) as refusal:
        call(**fields)
    assert refusal.value.code() == code, refusal.value
    assert refusal.value.details()
    return refusal.value


def violations(error):
    """The paths of the fields that an error names, in the status's details."""
    for detail in rpc_status.from_call(error).details:
        if detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            bad_request = error_details_pb2.BadRequest()
            detail.Unpack(bad_request)
            return {violation.field for violation in bad_request.field_violations}
    raise AssertionError(f"no BadRequest in {error}")
