"""deploy/Dockerfile, as far as it can be held against the program without building an image."""

import json
import re
import shutil
import subprocess

import pytest

import grafeion_server
import manifests

RECIPE = grafeion_server.PACKAGE_ROOT / "deploy" / "Dockerfile"


def instructions(text):
    """The recipe's instructions, each in one line, without comments."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def stages():
    """The instructions of each stage, its FROM first."""
    found = []
    for name, rest in instructions(RECIPE.read_text()):
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


BUILD, IMAGE = stages()


def only(stage, name):
    [rest] = [rest for instruction, rest in stage if instruction == name]
    return rest


def test_it_begins_with_images_that_have_a_tag():
    for stage in (BUILD, IMAGE):
        assert re.fullmatch(r"[a-z/]+:(?!latest)[\w.-]+( AS build)?", only(stage, "FROM"))
    # What the program was built against is what it finds.
    assert "bookworm" in only(BUILD, "FROM") and "bookworm" in only(IMAGE, "FROM")


def test_what_it_copies_is_there_and_sent_along():
    sent = (grafeion_server.PACKAGE_ROOT / ".dockerignore").read_text().split("\n")
    assert "*" in sent
    for stage in (BUILD, IMAGE):
        for name, rest in stage:
            if name == "COPY" and not rest.startswith("--from"):
                *sources, _ = rest.split()
                for source in sources:
                    assert (grafeion_server.PACKAGE_ROOT / source).exists()
                    assert f"!{source}" in sent


def test_it_runs_as_the_user_of_the_manifests():
    user, group = only(IMAGE, "USER").split(":")
    for found in manifests.gathered()[0]:
        if template := manifests.pod_template(found):
            context = template["spec"]["securityContext"]
            assert (context["runAsUser"], context["runAsGroup"]) == (int(user), int(group))
    created = " ".join(rest for name, rest in IMAGE if name == "RUN")
    assert f"useradd --uid {user} --gid {group}" in created and f"groupadd --gid {group}" in created


def test_it_listens_where_the_manifests_look():
    exposed = set(map(int, only(IMAGE, "EXPOSE").split()))
    listened = {port["containerPort"] for found in manifests.gathered()[0]
                for container in manifests.containers(found) for port in container["ports"]}
    assert exposed == listened


def test_it_starts_the_program_without_a_shell(tmp_path):
    [program] = json.loads(only(IMAGE, "ENTRYPOINT"))
    assert program in [rest.split()[-1] for name, rest in IMAGE if name == "COPY"]
    arguments = json.loads(only(IMAGE, "CMD"))
    done = subprocess.run([grafeion_server.executable(), *arguments, "--print-config"], capture_output=True, text=True,
                          cwd=tmp_path, env=grafeion_server.own_environment(), timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"sqlite:{only(IMAGE, 'WORKDIR')}/" in done.stdout


def test_it_is_labelled_with_the_programs_version():
    version = subprocess.run([grafeion_server.executable(), "version"], capture_output=True, text=True, check=True)
    [number] = re.findall(r"^grafeion (\S+)$", version.stdout, re.M)
    assert ("ARG", f"VERSION={number}") in IMAGE
    assert 'org.opencontainers.image.version="${VERSION}"' in only(IMAGE, "LABEL")


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="not a Debian")
def test_it_has_every_library_that_the_program_needs():
    [installed] = [re.search(r"--no-install-recommends ([a-z0-9 .+-]+?) *&&", rest).group(1).split()
                   for name, rest in IMAGE if name == "RUN"]
    there = closure(installed)
    needed = libraries(grafeion_server.executable())
    assert {"libsqlite3.so.0", "libpq.so.5"} <= set(needed)
    missing = {name: packages_of(name) for name in needed if not there & packages_of(name)}
    assert not missing, f"packages that the image lacks: {missing}"


def libraries(program):
    """The libraries that a program needs, and those that they need, by name; Swift's own, which the image has inside the
    program, apart."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^\s*(\S+) => (\S+)", listed, re.M)
    return [name for name, path in found if "/swift/" not in path]


def packages_of(library):
    found = subprocess.run(["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True).stdout
    return {line.split(":")[0] for line in found.splitlines()}


def closure(packages):
    """The packages and all that they depend on, as far as they are installed here."""
    listed = subprocess.run(["dpkg-query", "--show", "--showformat", "${Package}\t${Pre-Depends}, ${Depends}\n"],
                            capture_output=True, text=True, check=True).stdout
    depends = {name: set(re.findall(r"[a-z0-9][a-z0-9+.-]+(?=[ :,|(]|$)", rest))
               for name, rest in (line.split("\t") for line in listed.splitlines())}
    there, waiting = set(), list(packages)
    while waiting:
        name = waiting.pop()
        if name in depends and name not in there:
            there.add(name)
            waiting += depends[name]
    return there
