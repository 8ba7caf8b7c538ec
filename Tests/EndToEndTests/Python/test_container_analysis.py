"""`google-cloud-containeranalysis`: the Grafeas client that it hands out, and what hosted Grafeas has besides."""

import pytest
from google.api_core import exceptions
from google.cloud.devtools import containeranalysis_v1
from google.cloud.devtools.containeranalysis_v1.services.container_analysis.transports import (
    ContainerAnalysisGrpcTransport)
from grafeas import grafeas_v1

import grafeion_server
import records


def test_the_client_that_get_grafeas_client_returns_works_unchanged(launch, certificates, project):
    """Its channel is TLS, so ours is too."""
    server = launch("--tls-cert", certificates.certificate, "--tls-key", certificates.key, scheme="https")
    analysis = containeranalysis_v1.ContainerAnalysisClient(
        credentials=grafeion_server.Anonymous(), client_options={"api_endpoint": server.target})
    client = analysis.get_grafeas_client()
    parent = f"projects/{project}"

    client.batch_create_notes(parent=parent, notes={
        f"build-{number}": grafeas_v1.Note(build=grafeas_v1.BuildNote(builder_version="7")) for number in range(30)})
    assert len(list(client.list_notes(parent=parent))) == 30
    made = client.create_occurrence(parent=parent, occurrence=grafeas_v1.Occurrence(
        resource_uri=records.IMAGE, note_name=f"{parent}/notes/build-7",
        build=grafeas_v1.BuildOccurrence(provenance=grafeas_v1.BuildProvenance(id="b"))))
    found = list(client.list_occurrences(parent=parent, filter=f'resourceUrl="{records.IMAGE}" AND kind="BUILD"'))
    assert found == [made]
    client.delete_occurrence(name=made.name)
    assert list(client.list_occurrences(parent=parent)) == []


# What this server does not do, and says in words that a person understands

@pytest.fixture(scope="module")
def analysis(server):
    return containeranalysis_v1.ContainerAnalysisClient(
        transport=ContainerAnalysisGrpcTransport(channel=server.channel()))


POLICY_CALLS = {
    "set_iam_policy": {"policy": {"bindings": [{"role": "roles/viewer", "members": ["allUsers"]}]}},
    "get_iam_policy": {},
    "test_iam_permissions": {"permissions": ["containeranalysis.notes.get"]},
}


@pytest.mark.parametrize("resource", ["projects/p/notes/n", "projects/p/occurrences/o"])
@pytest.mark.parametrize("method", POLICY_CALLS)
def test_policies_are_not_implemented(analysis, method, resource):
    with pytest.raises(exceptions.MethodNotImplemented, match="no access control"):
        getattr(analysis, method)(request={"resource": resource, **POLICY_CALLS[method]})


def test_the_export_of_sboms_is_not_implemented(analysis):
    with pytest.raises(exceptions.MethodNotImplemented, match="SBOM"):
        analysis.export_sbom(request={"name": f"projects/p/resources/{records.IMAGE}"})


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
@pytest.mark.parametrize("path, words", [
    ("notes/n:setIamPolicy", "no access control"), ("notes/n:getIamPolicy", "no access control"),
    ("occurrences/o:testIamPermissions", "no access control"),
    (f"resources/{records.IMAGE}:exportSBOM", "SBOM"),
])
def test_neither_is_it_over_rest(rest, version, path, words):
    error = rest.refused("UNIMPLEMENTED", "POST", f"/{version}/projects/p/{path}", {})
    assert words in error["message"]
