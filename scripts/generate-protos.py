#!/usr/bin/env python3
"""Writes the .proto files of the Grafeas API and of Binary Authorization from the machine-readable contract.

    scripts/generate-protos.py CONTRACT_DIRECTORY OUTPUT_DIRECTORY

The contract tables carry names, numbers, types, published behaviours and HTTP bindings; a .proto file is
only another spelling of the same facts. Hand-written files (google/, grafeion/, grpc/) live beside the generated ones.
`make generate` runs this, then protoc; see docs/ARCHITECTURE.md.
"""

import json
import pathlib
import sys

SCALARS = {
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64",
    "fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
}
WELL_KNOWN_FILES = {
    "google.protobuf.Any": "google/protobuf/any.proto",
    "google.protobuf.Duration": "google/protobuf/duration.proto",
    "google.protobuf.Empty": "google/protobuf/empty.proto",
    "google.protobuf.FieldMask": "google/protobuf/field_mask.proto",
    "google.protobuf.ListValue": "google/protobuf/struct.proto",
    "google.protobuf.Struct": "google/protobuf/struct.proto",
    "google.protobuf.Timestamp": "google/protobuf/timestamp.proto",
    "google.protobuf.Value": "google/protobuf/struct.proto",
    "google.longrunning.Operation": "google/longrunning/operations.proto",
    "google.rpc.Status": "google/rpc/status.proto",
}
# What the tables of Binary Authorization do not have: its services, as clients know them, with the HTTP bindings that the
# contract's README lists.
SERVICES = {
    "google/cloud/binaryauthorization/v1/service.proto": {
        "BinauthzManagementServiceV1": {
            "GetPolicy": ("GetPolicyRequest", "Policy", "GET /v1/{name=projects/*/policy}"),
            "UpdatePolicy": ("UpdatePolicyRequest", "Policy", "PUT /v1/{policy.name=projects/*/policy} policy"),
            "CreateAttestor": ("CreateAttestorRequest", "Attestor", "POST /v1/{parent=projects/*}/attestors attestor"),
            "GetAttestor": ("GetAttestorRequest", "Attestor", "GET /v1/{name=projects/*/attestors/*}"),
            "UpdateAttestor": (
                "UpdateAttestorRequest", "Attestor", "PUT /v1/{attestor.name=projects/*/attestors/*} attestor",
            ),
            "ListAttestors": ("ListAttestorsRequest", "ListAttestorsResponse", "GET /v1/{parent=projects/*}/attestors"),
            "DeleteAttestor": (
                "DeleteAttestorRequest", "google.protobuf.Empty", "DELETE /v1/{name=projects/*/attestors/*}",
            ),
        },
        "SystemPolicyV1": {
            "GetSystemPolicy": ("GetSystemPolicyRequest", "Policy", "GET /v1/{name=locations/*/policy}"),
        },
        "ValidationHelperV1": {
            "ValidateAttestationOccurrence": (
                "ValidateAttestationOccurrenceRequest", "ValidateAttestationOccurrenceResponse",
                "POST /v1/{attestor=projects/*/attestors/*}:validateAttestationOccurrence *",
            ),
        },
    },
}
# Names in JSON that clients read and the tables do not have: what the first users of v1alpha1 call the detail. Readers take
# the usual form of the field's name too.
JSON_NAMES = {("grafeas.v1alpha1.api", "Occurrence", "attestation_details"): "attestation"}


def output_path(entry):
    """grafeas.v1.project + .../project.proto -> grafeas/v1/project/project.proto"""
    return entry["package"].replace(".", "/") + "/" + pathlib.PurePosixPath(entry["file"]).name


def services(entry):
    """The services that are written here, in the form of the tables."""
    package = entry["package"]

    def method(request, response, binding):
        verb, path, *body = binding.split(" ")
        http = {"method": verb, "path": path} | ({"body": body[0]} if body else {})
        full = [name if "." in name else f"{package}.{name}" for name in (request, response)]
        return {"request": full[0], "response": full[1], "http": [http]}

    written = SERVICES.get(output_path(entry), {})
    return {name: {key: method(*facts) for key, facts in methods.items()} for name, methods in written.items()}


class ProtoFile:
    def __init__(self, entry, home_of_type):
        self.entry = entry
        self.home_of_type = home_of_type
        self.imports = set()
        self.lines = []

    def text(self):
        for name in (n for n in self.entry["enums"] if "." not in n):
            self.enum(name, 0)
        for name in (n for n in self.entry["messages"] if "." not in n):
            self.message(name, 0)
        for name, methods in self.entry["services"].items():
            self.service(name, methods)
        head = ["// Written by scripts/generate-protos.py from the contract tables. Do not edit.", ""]
        head += ['syntax = "proto3";', "", f'package {self.entry["package"]};', ""]
        head += [f'import "{path}";' for path in sorted(self.imports)]
        return "\n".join(head + [""] + self.lines) + "\n"

    def emit(self, depth, line):
        self.lines.append("  " * depth + line if line else "")

    def children(self, table, parent):
        depth = parent.count(".") + 1
        return [n for n in self.entry[table] if n.startswith(parent + ".") and n.count(".") == depth]

    def enum(self, name, depth):
        values = self.entry["enums"][name]
        self.emit(depth, f'enum {name.split(".")[-1]} {{')
        if len(set(values.values())) < len(values):
            self.emit(depth + 1, "option allow_alias = true;")
        for value, number in values.items():
            self.emit(depth + 1, f"{value} = {number};")
        self.emit(depth, "}")
        self.emit(depth, "")

    def message(self, name, depth):
        self.emit(depth, f'message {name.split(".")[-1]} {{')
        for nested in self.children("enums", name):
            self.enum(nested, depth + 1)
        for nested in self.children("messages", name):
            self.message(nested, depth + 1)
        done = set()
        fields = self.entry["messages"][name]["fields"]
        for field in fields:
            json_name = JSON_NAMES.get((self.entry["package"], name, field["name"]))
            if json_name:
                field["json_name"] = json_name
        for field in fields:
            group = field.get("oneof")
            if not group:
                self.field(field, depth + 1)
            elif group not in done:
                done.add(group)
                self.emit(depth + 1, f"oneof {group} {{")
                for member in (f for f in fields if f.get("oneof") == group):
                    self.field(member, depth + 2)
                self.emit(depth + 1, "}")
        self.emit(depth, "}")
        self.emit(depth, "")

    def field(self, field, depth):
        options = []
        if "json_name" in field:
            options.append(f'json_name = "{field["json_name"]}"')
        if field.get("deprecated"):
            options.append("deprecated = true")
        for behavior in field.get("behavior", []):
            self.imports.add("google/api/field_behavior.proto")
            options.append(f"(google.api.field_behavior) = {behavior}")
        label = "repeated " if field["label"] == "repeated" else ""
        suffix = f' [{", ".join(options)}]' if options else ""
        self.emit(depth, f'{label}{self.type(field["type"])} {field["name"]} = {field["number"]}{suffix};')

    def type(self, text):
        if text.startswith("map<"):
            key, value = text[4:-1].split(",")
            return f"map<{self.type(key.strip())}, {self.type(value.strip())}>"
        if text in SCALARS:
            return text
        path = self.home_of_type.get(text) or WELL_KNOWN_FILES[text]
        if path != output_path(self.entry):
            self.imports.add(path)
        return "." + text

    def service(self, name, methods):
        self.emit(0, f"service {name} {{")
        for method, facts in methods.items():
            signature = f'rpc {method}({self.type(facts["request"])}) returns ({self.type(facts["response"])})'
            bindings = facts.get("http", [])
            if not bindings:
                self.emit(1, f"{signature};")
                continue
            self.imports.add("google/api/annotations.proto")
            self.emit(1, f"{signature} {{")
            self.emit(2, "option (google.api.http) = {")
            self.binding(bindings[0], 3)
            for extra in bindings[1:]:
                self.emit(3, "additional_bindings {")
                self.binding(extra, 4)
                self.emit(3, "}")
            self.emit(2, "};")
            self.emit(1, "}")
        self.emit(0, "}")
        self.emit(0, "")

    def binding(self, binding, depth):
        self.emit(depth, f'{binding["method"].lower()}: "{binding["path"]}"')
        if "body" in binding:
            self.emit(depth, f'body: "{binding["body"]}"')


def main():
    contract, output = map(pathlib.Path, sys.argv[1:3])
    tables = ("grafeas.v1.json", "grafeas.v1beta1.json", "grafeas.v1alpha1.json", "binaryauthorization.v1.json")
    entries = [entry for table in tables for entry in json.loads((contract / table).read_text())["files"]]
    home_of_type = {}
    for entry in entries:
        entry["services"] = entry["services"] or services(entry)
        for name in [*entry["messages"], *entry["enums"]]:
            home_of_type[f'{entry["package"]}.{name}'] = output_path(entry)
    for entry in entries:
        path = output / output_path(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ProtoFile(entry, home_of_type).text())


if __name__ == "__main__":
    main()
