"""`google-cloud-binary-authorization`, and plain REST: attestors and project policies are documents of the program's, and
judge like those."""

import base64
import json

import grpc
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.api_core import exceptions
from google.cloud import binaryauthorization_v1 as binauthz
from google.cloud.binaryauthorization_v1.services.binauthz_management_service_v1.transports import (
    BinauthzManagementServiceV1GrpcTransport, BinauthzManagementServiceV1RestTransport)
from google.cloud.binaryauthorization_v1.services.system_policy_v1.transports import SystemPolicyV1GrpcTransport
from google.cloud.binaryauthorization_v1.services.validation_helper_v1.transports import (
    ValidationHelperV1GrpcTransport)
from google.protobuf.descriptor_pool import DescriptorPool
from grafeas import grafeas_v1
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

import grafeion_server

# Over REST, the client knows an error by its HTTP status alone: 400 and 409 are several codes each.
INVALID, TAKEN, CHANGED = exceptions.BadRequest, exceptions.Conflict, exceptions.Conflict

DIGEST = "sha256:" + "5e" * 32
IMAGE = f"registry.example/shop/web@{DIGEST}"
Rule = binauthz.AdmissionRule
BLOCK = Rule.EnforcementMode.ENFORCED_BLOCK_AND_AUDIT_LOG


@pytest.fixture(scope="module", params=["grpc", "rest"])
def management(request, server):
    """The official client, over both of its transports."""
    if request.param == "grpc":
        transport = BinauthzManagementServiceV1GrpcTransport(channel=server.channel())
    else:
        transport = BinauthzManagementServiceV1RestTransport(
            host=server.target, credentials=grafeion_server.Anonymous(), url_scheme="http")
    return binauthz.BinauthzManagementServiceV1Client(transport=transport)


@pytest.fixture(scope="module")
def validation(server):
    return binauthz.ValidationHelperV1Client(transport=ValidationHelperV1GrpcTransport(channel=server.channel()))


@pytest.fixture(scope="module")
def key():
    return ec.generate_private_key(ec.SECP256R1())


def pem(key):
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def default_key_id(key):
    """As the documentation of the hosted service has it: the digest of the key in DER, as an RFC 6920 URI."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
    return "ni:///sha-256;" + base64.urlsafe_b64encode(digest.finalize()).decode().rstrip("=")


def attestor_of(project, key, **fields):
    return binauthz.Attestor(user_owned_grafeas_note=binauthz.UserOwnedGrafeasNote(
        note_reference=f"projects/{project}/notes/qa",
        public_keys=[binauthz.AttestorPublicKey(pkix_public_key=binauthz.PkixPublicKey(
            public_key_pem=pem(key), signature_algorithm="ECDSA_P256_SHA256"))]), **fields)


def attestation_of(key, digest=DIGEST, key_id=None):
    payload = json.dumps({"critical": {
        "identity": {"docker-reference": "registry.example/shop/web"},
        "image": {"docker-manifest-digest": digest},
        "type": "Google cloud binauthz container signature"}}).encode()
    signature = key.sign(payload, ec.ECDSA(hashes.SHA256()))
    return grafeas_v1.AttestationOccurrence(
        serialized_payload=payload,
        signatures=[grafeas_v1.Signature(signature=signature, public_key_id=key_id or default_key_id(key))])


# The contract

SERVICES = ["BinauthzManagementServiceV1", "SystemPolicyV1", "ValidationHelperV1"]


def test_the_messages_of_the_official_package_are_served_field_by_field(server):
    served = DescriptorPool(ProtoReflectionDescriptorDatabase(server.channel()))

    def fields(message):
        return {(field.name.rstrip("_"), field.number, field.type, field.is_repeated) for field in message.fields}

    for type in (binauthz.Policy, binauthz.AdmissionWhitelistPattern, binauthz.AdmissionRule, binauthz.Attestor,
                 binauthz.UserOwnedGrafeasNote, binauthz.PkixPublicKey, binauthz.AttestorPublicKey,
                 binauthz.GetPolicyRequest, binauthz.UpdatePolicyRequest, binauthz.CreateAttestorRequest,
                 binauthz.UpdateAttestorRequest, binauthz.ListAttestorsRequest, binauthz.ListAttestorsResponse,
                 binauthz.ValidateAttestationOccurrenceRequest, binauthz.ValidateAttestationOccurrenceResponse):
        official = type.pb().DESCRIPTOR
        # The contract may be newer than the package; it is never older.
        assert fields(official) <= fields(served.FindMessageTypeByName(official.full_name)), official.full_name


@pytest.mark.parametrize("service", SERVICES)
def test_the_services_are_listed_and_healthy(server, service):
    name = f"google.cloud.binaryauthorization.v1.{service}"
    assert name in ProtoReflectionDescriptorDatabase(server.channel()).get_services()
    health = health_pb2_grpc.HealthStub(server.channel()).Check(health_pb2.HealthCheckRequest(service=name))
    assert health.status == health_pb2.HealthCheckResponse.SERVING


# Attestors

def test_an_attestor_lives_and_dies(management, project, key):
    parent = f"projects/{project}"
    made = management.create_attestor(parent=parent, attestor_id="qa", attestor=attestor_of(project, key))
    assert made.name == f"{parent}/attestors/qa"
    assert made.etag and made.update_time
    assert [entry.id for entry in made.user_owned_grafeas_note.public_keys] == [default_key_id(key)]
    assert made.user_owned_grafeas_note.delegation_service_account_email == ""
    assert management.get_attestor(name=made.name) == made
    assert list(management.list_attestors(parent=parent)) == [made]

    with pytest.raises(TAKEN, match="is there already"):
        management.create_attestor(parent=parent, attestor_id="qa", attestor=attestor_of(project, key))

    made.description = "quality assurance"
    updated = management.update_attestor(attestor=made)
    assert updated.description == "quality assurance" and updated.etag != made.etag
    made.description = "somebody else"
    with pytest.raises(CHANGED, match="somebody has changed it") as refusal:
        management.update_attestor(attestor=made)
    assert refusal.value.grpc_status_code in (grpc.StatusCode.ABORTED, None)
    assert management.get_attestor(name=made.name) == updated

    management.delete_attestor(name=made.name)
    for gone in (management.get_attestor, management.delete_attestor):
        with pytest.raises(exceptions.NotFound):
            gone(name=made.name)
    with pytest.raises(exceptions.NotFound):
        management.update_attestor(attestor=updated)
    again = management.create_attestor(parent=parent, attestor_id="qa", attestor=attestor_of(project, key))
    assert again.update_time > updated.update_time


def test_the_client_walks_all_pages(management, project, key):
    parent = f"projects/{project}"
    names = [management.create_attestor(
        parent=parent, attestor_id=f"a{number}", attestor=attestor_of(project, key)).name for number in range(7)]
    pager = management.list_attestors(request={"parent": parent, "page_size": 3})
    sizes = [len(page.attestors) for page in pager.pages]
    assert sizes == [3, 3, 1]
    assert [attestor.name for attestor in management.list_attestors(request={"parent": parent, "page_size": 2})] \
        == names[::-1]


def test_what_is_wrong_with_an_attestor_is_named_by_its_field(management, project, key):
    wrong = attestor_of(project, key)
    wrong.user_owned_grafeas_note.public_keys[0].pkix_public_key.public_key_pem = "no key"
    with pytest.raises(INVALID) as refusal:
        management.create_attestor(parent=f"projects/{project}", attestor_id="qa", attestor=wrong)
    field = "attestor.user_owned_grafeas_note.public_keys[0].pkix_public_key.public_key_pem"
    assert f"{field}: expected a public key" in refusal.value.message
    assert list(management.list_attestors(parent=f"projects/{project}")) == []


def test_an_attestor_and_a_document_are_the_same(management, project, key, rest):
    made = management.create_attestor(
        parent=f"projects/{project}", attestor_id="qa", attestor=attestor_of(project, key))
    document = rest.done("GET", f"/grafeion/v1/{made.name}")
    assert document["version"] == made.etag
    assert json.loads(document["content"])["userOwnedGrafeasNote"]["noteReference"] == f"projects/{project}/notes/qa"
    assert rest.done("GET", f"/v1/projects/{project}/notes/qa")["kind"] == "ATTESTATION"


# Policies

def policy_of(project, **fields):
    return binauthz.Policy(
        name=f"projects/{project}/policy",
        default_admission_rule=Rule(evaluation_mode=Rule.EvaluationMode.REQUIRE_ATTESTATION, enforcement_mode=BLOCK,
                                    require_attestations_by=[f"projects/{project}/attestors/qa"]), **fields)


def test_a_policy_is_read_changed_and_written_back(management, project):
    name = f"projects/{project}/policy"
    none = management.get_policy(name=name)
    assert none.name == name and not none.update_time
    assert none.default_admission_rule.evaluation_mode == Rule.EvaluationMode.ALWAYS_DENY

    none.admission_whitelist_patterns.append(
        binauthz.AdmissionWhitelistPattern(name_pattern="registry.example/infra/*"))
    first = management.update_policy(policy=none)
    assert first.etag != none.etag and first.update_time
    assert management.get_policy(name=name) == first
    with pytest.raises(CHANGED, match="somebody has changed it"):
        management.update_policy(policy=none)

    second = management.update_policy(policy=policy_of(project, etag=first.etag, description="second"))
    with pytest.raises(CHANGED):
        management.update_policy(policy=policy_of(project, etag=first.etag, description="third"))
    assert management.get_policy(name=name) == second
    assert management.update_policy(policy=policy_of(project, description="fourth")).description == "fourth"


def test_what_is_wrong_with_a_policy_is_named_by_its_field(management, project):
    wrong = policy_of(project)
    wrong.default_admission_rule.require_attestations_by[0] = "qa"
    with pytest.raises(INVALID, match="is not an attestor") as refusal:
        management.update_policy(policy=wrong)
    assert "policy.default_admission_rule.require_attestations_by[0]" in refusal.value.message
    assert management.get_policy(name=wrong.name).etag == "none"


def test_a_policy_judges(management, project, key, rest, grpc_client):
    management.create_attestor(parent=f"projects/{project}", attestor_id="qa", attestor=attestor_of(project, key))
    deny = Rule(evaluation_mode=Rule.EvaluationMode.ALWAYS_DENY, enforcement_mode=BLOCK)
    management.update_policy(policy=policy_of(
        project,
        cluster_admission_rules={"us-east1-a.prod": deny},
        kubernetes_namespace_admission_rules={
            "sandbox": Rule(evaluation_mode=Rule.EvaluationMode.ALWAYS_ALLOW, enforcement_mode=BLOCK),
            "trial": Rule(evaluation_mode=Rule.EvaluationMode.ALWAYS_DENY,
                          enforcement_mode=Rule.EnforcementMode.DRYRUN_AUDIT_LOG_ONLY)},
        kubernetes_service_account_admission_rules={"sandbox:robot": deny}))

    def decide(**pod):
        return rest.done("POST", f"/grafeion/v1/projects/{project}/policies/~project:check",
                         {"images": [{"image": IMAGE}], "pod": pod})

    def allowed(**pod):
        return decide(**pod).get("allowed", False)

    assert not allowed(namespace="shop")
    assert allowed(namespace="sandbox")
    assert allowed(namespace="sandbox", cluster="us-east1-a.prod")
    assert not allowed(namespace="sandbox", serviceAccount="robot")
    trial = decide(namespace="trial")
    assert trial["allowed"] and trial["verdict"] == "NON_CONFORMANT" and not trial.get("enforced")

    grpc_client.create_occurrence(parent=f"projects/{project}", occurrence=grafeas_v1.Occurrence(
        resource_uri=f"https://{IMAGE}", note_name=f"projects/{project}/notes/qa", attestation=attestation_of(key)))
    assert allowed(namespace="shop")
    assert not allowed(namespace="shop", cluster="us-east1-a.prod")


def test_the_platform_exempts_nothing(server):
    client = binauthz.SystemPolicyV1Client(transport=SystemPolicyV1GrpcTransport(channel=server.channel()))
    policy = client.get_system_policy(name="locations/us-east1/policy")
    assert policy.name == "locations/us-east1/policy"
    assert not policy.admission_whitelist_patterns
    assert policy.default_admission_rule.evaluation_mode == Rule.EvaluationMode.ALWAYS_DENY


# Validation

def test_an_attestation_is_validated(management, validation, project, key):
    attestor = management.create_attestor(
        parent=f"projects/{project}", attestor_id="qa", attestor=attestor_of(project, key)).name
    Result = binauthz.ValidateAttestationOccurrenceResponse.Result

    def validate(attestation, note="qa", resource=IMAGE):
        return validation.validate_attestation_occurrence(request=binauthz.ValidateAttestationOccurrenceRequest(
            attestor=attestor, attestation=attestation, occurrence_note=f"projects/{project}/notes/{note}",
            occurrence_resource_uri=f"https://{resource}"))

    verified = validate(attestation_of(key))
    assert (verified.result, verified.denial_reason) == (Result.VERIFIED, "")
    other = "sha256:" + "0a" * 32
    denied = {
        "another's key": validate(attestation_of(ec.generate_private_key(ec.SECP256R1()), key_id=default_key_id(key))),
        "another digest": validate(attestation_of(key, digest=other)),
        "another image": validate(attestation_of(key), resource=f"registry.example/shop/web@{other}"),
        "another note": validate(attestation_of(key), note="other"),
        "a tag": validate(attestation_of(key), resource="registry.example/shop/web:latest"),
        "a payload changed": validate(grafeas_v1.AttestationOccurrence(
            serialized_payload=attestation_of(key).serialized_payload + b" ",
            signatures=attestation_of(key).signatures)),
    }
    for case, response in denied.items():
        assert response.result == Result.ATTESTATION_NOT_VERIFIABLE, case
        assert response.denial_reason, case
    with pytest.raises(exceptions.NotFound):
        attestor += "-of-nobody"
        validate(attestation_of(key))


# Plain REST, as people write it by hand

def test_it_is_the_same_over_rest(rest, project, key):
    body = {"userOwnedGrafeasNote": {
        "noteReference": f"projects/{project}/notes/qa", "publicKeys": [{"pkixPublicKey": {"publicKeyPem": pem(key)}}]}}
    attestors = f"/v1/projects/{project}/attestors"
    made = rest.done("POST", f"{attestors}?attestorId=qa", body)
    assert made["userOwnedGrafeasNote"]["publicKeys"][0] == {
        "id": default_key_id(key),
        "pkixPublicKey": {"publicKeyPem": pem(key), "signatureAlgorithm": "ECDSA_P256_SHA256"}}
    assert rest.refused("ALREADY_EXISTS", "POST", f"{attestors}?attestorId=qa", body)
    changed = rest.done("PUT", f"{attestors}/qa", {**made, "description": "changed"})
    conflict = rest.refused("ABORTED", "PUT", f"{attestors}/qa", {**made, "description": "late"})
    assert grafeion_server.details_of(conflict, "ErrorInfo")["reason"] == "CHANGED_MEANWHILE"
    assert rest.done("GET", attestors) == {"attestors": [changed]}

    attestation = attestation_of(key)
    reply = rest.done("POST", f"{attestors}/qa:validateAttestationOccurrence", {
        "attestation": json.loads(grafeas_v1.AttestationOccurrence.to_json(attestation)),
        "occurrenceNote": f"projects/{project}/notes/qa", "occurrenceResourceUri": f"https://{IMAGE}"})
    assert reply == {"result": "VERIFIED"}

    policy = f"/v1/projects/{project}/policy"
    assert rest.done("GET", policy)["defaultAdmissionRule"]["evaluationMode"] == "ALWAYS_DENY"
    rule = {"evaluationMode": "ALWAYS_ALLOW", "enforcementMode": "ENFORCED_BLOCK_AND_AUDIT_LOG"}
    written = rest.done("PUT", policy, {"defaultAdmissionRule": rule})
    assert written["name"] == f"projects/{project}/policy"
    assert rest.done("GET", policy) == written
    listed = rest.done("GET", f"/grafeion/v1/projects/{project}/policies")
    assert [(document["name"], document["version"]) for document in listed["documents"]] \
        == [(f"projects/{project}/policies/~project", written["etag"])]
    assert rest.done("GET", "/v1/locations/eu/policy")["name"] == "locations/eu/policy"
    rest.done("DELETE", f"{attestors}/qa")
    assert rest.done("GET", attestors) == {}
