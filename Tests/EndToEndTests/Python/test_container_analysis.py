"""`google-cloud-containeranalysis` hands out a Grafeas client; its channel is TLS, so ours is too."""

from google.cloud.devtools import containeranalysis_v1
from grafeas import grafeas_v1

import grafeion_server
import records


def test_the_client_that_get_grafeas_client_returns_works_unchanged(launch, certificates, project):
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
