"""Dockerfiles, compose file and manifests: linted, held against schemas and each other."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from schemas.config import load_config
from tests.blocks import ROOT

DOCKER = ROOT / "docker"
DOCKERFILES = sorted(DOCKER.glob("*.Dockerfile"))
MANIFESTS = [
    pytest.param(document, id=f"{path.stem}: {document['kind']}")
    for path in sorted((DOCKER / "kubernetes").glob("*.yaml"))
    for document in yaml.safe_load_all(path.read_text())
]
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)", re.MULTILINE)


def pinned(requirements):
    """Versions of packages in a file of pins."""
    return {found["name"]: found["version"] for found in PIN.finditer(requirements.read_text())}


def run(name, *arguments):
    """A program that a package of the tests brings."""
    places = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    command = [shutil.which(name, path=places), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def hadolint(path):
    return run("hadolint", "--no-color", "--config", DOCKER / "hadolint.yaml", path)


def compose_check(path):
    return run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", path)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.stem)
def test_dockerfiles_are_linted(path):
    done = hadolint(path)
    assert done.returncode == 0, done.stdout


def test_the_linter_finds_something(tmp_path):
    path = tmp_path / "bad.Dockerfile"
    path.write_text("FROM debian:latest\nRUN cd /tmp && pip install requests\nUSER root\n")
    assert {"DL3007", "DL3042"} <= set(re.findall(r"DL\d+", hadolint(path).stdout))


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.stem)
def test_what_a_dockerfile_names_is_in_the_repository(path):
    text = path.read_text()
    sources = re.findall(r"--constraint (\S+)", text) + re.findall(r"^CMD \[\"(\S+?)\"", text, re.M)
    for source in sources:
        assert (ROOT / source).is_file(), source
    for extras in re.findall(r"\[([a-z,-]+)\]\"$", text, re.MULTILINE):
        assert set(extras.split(",")) <= set(declared_extras()) | {"audio"}


def declared_extras():
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["optional-dependencies"]


def test_images_run_as_nobody_and_hold_no_secret():
    for name in ("pipeline", "training"):
        text = (DOCKER / f"{name}.Dockerfile").read_text()
        assert re.findall(r"^USER (\S+)$", text, re.MULTILINE)[-1] == "10001:10001"
        assert "\nHEALTHCHECK " in text
        assert not re.search(r"(PASSWORD|TOKEN|SECRET|API_KEY)\s*=", text)
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", "docker/.env", "docker/models.env"} <= set(ignored)


def test_the_compose_file_is_one(tmp_path):
    done = compose_check(DOCKER / "compose.yaml")
    assert done.returncode == 0, done.stdout
    broken = tmp_path / "compose.yaml"
    broken.write_text("services: {worker: {imago: partimento}}\n")
    assert "imago" in compose_check(broken).stdout


def test_services_and_volumes_that_compose_names_are_there():
    services = COMPOSE["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= set(services), name
        named = {
            source
            for source in (each.partition(":")[0] for each in service.get("volumes", ()))
            if re.fullmatch(r"[a-z]+", source)
        }
        assert named <= set(COMPOSE["volumes"]), name
        assert "healthcheck" in service or name in {"bucket", "worker"}, name
    hosts = re.findall(r"//(?:[^/@]*@)?([a-z-]+):\d+", (DOCKER / "compose.yaml").read_text())
    assert set(hosts) <= set(services)
    assert {services[name]["profiles"][0] for name in ("writer", "hearing")} == {
        "writer",
        "hearing",
    }


def test_passwords_come_from_the_environment_alone():
    text = (DOCKER / "compose.yaml").read_text()
    words = re.findall(r"^ +\S*(?:PASSWORD|KEY_ID|ACCESS_KEY|TOKEN)\S*: (.+)$", text, re.MULTILINE)
    assert len(words) == 5
    assert all(re.match(r"\$\{[A-Z_]+:[?-]", each) for each in words), words
    example = (DOCKER / "env.example").read_text()
    assert re.findall(r"^([A-Z_]+)=(.*)$", example, re.MULTILINE) == [
        (name, "") for name in ("POSTGRES_PASSWORD", "STORE_USER", "STORE_PASSWORD")
    ]


@pytest.mark.parametrize("document", MANIFESTS)
def test_manifests_are_what_kubernetes_takes(document):
    """Of a RayCluster the templates of its pods; its own schema is in the operator."""
    if document["kind"] == "RayCluster":
        spec = document["spec"]
        groups = [spec["headGroupSpec"], *spec["workerGroupSpecs"]]
        checked = [
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "node"}, **group["template"]}
            for group in groups
        ]
    else:
        checked = [document]
    for each in checked:
        kubernetes_validate.validate(each, "1.31", strict=True)


@pytest.mark.parametrize("document", MANIFESTS)
def test_pods_are_restricted(document):
    """As the namespace demands: nobody, without capabilities, without a token of the cluster."""
    spec = document.get("spec", {})
    templates = [spec["template"]] if document["kind"] == "Deployment" else []
    if document["kind"] == "RayCluster":
        groups = [spec["headGroupSpec"], *spec["workerGroupSpecs"]]
        templates = [group["template"] for group in groups]
        assert spec["rayVersion"] == pinned(ROOT / "requirements-all.txt")["ray"]
    for pod in (template["spec"] for template in templates):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
            }


def test_the_config_in_the_manifests_is_one(tmp_path):
    (corpora,) = (
        param.values[0] for param in MANIFESTS if param.values[0]["metadata"]["name"] == "corpora"
    )
    for name, text in corpora["data"].items():
        (tmp_path / name).write_text(text)
        config = load_config(tmp_path / name)
        assert config.execution.placement == "ray"
