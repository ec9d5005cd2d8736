"""compose.yaml and the Containerfile, by what can be told without a container engine: structure, names and paths."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.settings import PREFIX, _names
from tests.support.programs import DEPLOY

ROOT = DEPLOY.parent
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
RECIPE = (DEPLOY / "Containerfile").read_text()
FROM_ENV_FILE = {"SITE", "ADDRESS", "LOCAL_ADDRESS", "TURN_EXTERNAL"}
"""What .env beside compose.yaml says: no settings of Parley's."""


@pytest.fixture(params=sorted(SERVICES))
def service(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SERVICES[request.param]


def test_a_service_can_write_nowhere_but_where_it_must_and_become_nothing_more(service: dict[str, Any]) -> None:
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"} and "privileged" not in service


def test_a_service_runs_as_nobody_in_particular(service: dict[str, Any]) -> None:
    assert service["image"].startswith("caddy:") or service["user"] not in ("0", "0:0", "root")


def test_a_service_that_stays_says_whether_it_is_well(service: dict[str, Any]) -> None:
    assert service.get("profiles") == ["backup"] or service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_images_of_others_name_their_version(service: dict[str, Any]) -> None:
    assert "build" in service or re.search(r":v?\d", service["image"])


def test_everything_that_a_service_names_is_there(service: dict[str, Any]) -> None:
    for secret in service.get("secrets", []):
        assert (secret if isinstance(secret, str) else secret["source"]) in COMPOSE["secrets"]
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert (DEPLOY / source).exists() if source.startswith("./") else source in COMPOSE["volumes"], volume
    for name in service.get("networks", []):
        assert name in COMPOSE["networks"]
    for name in service.get("depends_on", []):
        assert name in SERVICES
    if "build" in service:
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert re.search(rf"^FROM .* AS {service['build']['target']}$", RECIPE, re.MULTILINE)


def test_no_secret_is_an_environment_value(service: dict[str, Any]) -> None:
    for name, value in service.get("environment", {}).items():
        secret = re.search(r"PASSWORD|SECRET|KEY|DATABASE|REDIS$", name)
        assert not secret or str(value).startswith("/run/secrets/"), name


def test_whatever_a_secret_is_called_secrets_sh_makes_it() -> None:
    script = (DEPLOY / "secrets.sh").read_text()
    for secret in COMPOSE["secrets"].values():
        assert re.search(rf"^keep {re.escape(Path(secret['file']).name)} ", script, re.MULTILINE), secret
        assert secret["file"].startswith("./secrets/")
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_every_setting_is_one() -> None:
    for name in {name for service in SERVICES.values() for name in service.get("environment", {})}:
        assert not name.startswith(PREFIX) or name in _names(), name
    used = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    assert used == FROM_ENV_FILE


def test_nodes_differ_in_name_port_and_data_alone() -> None:
    one, two = SERVICES["node1"], SERVICES["node2"]
    for node in (one, two):
        port = node["environment"]["PARLEY_MEDIA_PORT"]
        assert node["ports"] == [f"{port}:{port}/udp", f"{port}:{port}/tcp"], "what is announced is what is published"
    apart = ("ports", "volumes", "environment")
    assert {k: v for k, v in one.items() if k not in apart} == {k: v for k, v in two.items() if k not in apart}
    assert one["environment"]["PARLEY_NODE"] != two["environment"]["PARLEY_NODE"]
    assert one["environment"]["PARLEY_TRUSTED_PROXY"] == SERVICES["caddy"]["networks"]["front"]["ipv4_address"]


def test_the_database_and_redis_are_reached_by_nodes_only() -> None:
    assert COMPOSE["networks"]["back"]["internal"] is True
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["back"] and "ports" not in SERVICES[name]
    assert {name for name, service in SERVICES.items() if "back" in service.get("networks", [])} == {
        "node1", "node2", "postgres", "redis", "backup",
    }  # fmt: skip


def test_the_image_is_made_of_what_is_there_and_what_the_builder_may_see() -> None:
    seen = [line[1:] for line in (DEPLOY / "Containerfile.dockerignore").read_text().splitlines() if line[:1] == "!"]
    copied = [path for line in re.findall(r"^COPY (?!--from)(.+) \S+$", RECIPE, re.MULTILINE) for path in line.split()]
    assert copied and all((ROOT / path).exists() and path in seen for path in copied)
    assert "--require-hashes" in RECIPE and len(re.findall("^FROM ", RECIPE, re.MULTILINE)) == 3
    last_user = re.findall(r"^USER (\w+)$", RECIPE, re.MULTILINE)
    assert last_user[-1] == "parley" and "--uid 10001" in RECIPE


def test_postgresql_in_the_image_for_backups_is_as_new_as_the_server() -> None:
    """Debian's bookworm has 15: pg_dump refuses a server that is newer than itself."""
    assert SERVICES["postgres"]["image"] == "postgres:15-bookworm"
    assert set(re.findall(r"^FROM (python\S+)", RECIPE, re.MULTILINE)) == {"python:3.11-slim-bookworm"}
