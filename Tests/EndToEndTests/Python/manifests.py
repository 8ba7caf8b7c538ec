"""The manifests of deploy/kubernetes, put together as `kubectl apply -k` does it."""

import pathlib

import yaml

from grafeion_server import PACKAGE_ROOT

DIRECTORY = PACKAGE_ROOT / "deploy" / "kubernetes"

# What a kustomization here may have; another field would have to be understood below.
KNOWN = {"apiVersion", "kind", "namespace", "labels", "resources", "images", "configMapGenerator"}
CLUSTER_WIDE = {"Namespace", "ValidatingWebhookConfiguration"}


def documents(path):
    """The documents of a YAML file."""
    return [document for document in yaml.safe_load_all(pathlib.Path(path).read_text()) if document is not None]


def kustomization(directory):
    [written] = documents(directory / "kustomization.yaml")
    assert set(written) <= KNOWN, f"{directory}: what does {set(written) - KNOWN} do?"
    return written


def gathered(directory=DIRECTORY):
    """All objects of a kustomization and of those that it names, and the files that they stand in."""
    written = kustomization(directory)
    objects, files = [], {directory / "kustomization.yaml"}
    for name in written.get("resources", []):
        path = directory / name
        if path.is_dir():
            more, others = gathered(path)
        else:
            more, others = documents(path), {path}
        objects += more
        files |= others
    for generator in written.get("configMapGenerator", []):
        paths = [directory / name for name in generator["files"]]
        data = {path.name: path.read_text() for path in paths}
        objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generator["name"]}, "data": data})
        files |= set(paths)
    for found in objects:
        if "namespace" in written and found["kind"] not in CLUSTER_WIDE:
            found["metadata"]["namespace"] = written["namespace"]
        for image in written.get("images", []):
            for container in containers(found):
                if container["image"].split(":")[0] == image["name"]:
                    container["image"] = f"{image['newName']}:{image['newTag']}"
        for labels in written.get("labels", []):
            found["metadata"].setdefault("labels", {}).update(labels["pairs"])
    return objects, files


def pod_template(found):
    """The template of the pods that an object makes, or nothing."""
    return found.get("spec", {}).get("template")


def containers(found):
    """The containers of all kinds of the pods that an object makes."""
    template = pod_template(found)
    kinds = ("containers", "initContainers") if template else ()
    return [container for kind in kinds for container in template["spec"].get(kind, [])]
