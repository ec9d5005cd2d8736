"""Every shell script: as shellcheck likes it, executable, and without a secret in an argument."""

import re
import subprocess
from pathlib import Path

import pytest

from server.settings import _names
from server.storage.folder import read_secret
from server.storage.keys import find_master_key, find_operator_key
from tests.support.programs import DEPLOY
from tests.support.server import environment

SCRIPTS = [*sorted(DEPLOY.rglob("*.sh")), DEPLOY.parent / "tools" / "packages.sh"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_shellcheck_finds_nothing(script: Path) -> None:
    done = subprocess.run(["shellcheck", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    if script.is_relative_to(DEPLOY):
        assert script.stat().st_mode & 0o111, f"{script} is not executable"


def made(folder: Path) -> str:
    given = {**environment(), "OWNER": "0", "DATABASE_OWNER": "0"}
    done = subprocess.run([DEPLOY / "secrets.sh", folder], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_secrets_that_it_makes_are_keys_that_a_node_takes(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made(folder)
    assert find_master_key(folder) is not None and find_operator_key(folder) is not None
    assert len(read_secret(folder / "turn.key") or "") >= 32
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_the_settings_that_it_writes_are_settings_with_the_passwords_of_the_servers(tmp_path: Path) -> None:
    made(tmp_path)
    lines = dict(line.split("=", 1) for line in (tmp_path / "parley.env").read_text().splitlines())
    assert set(lines) <= _names()
    for name, password in (("PARLEY_DATABASE", "postgres.password"), ("PARLEY_REDIS", "redis.password")):
        secret = (tmp_path / password).read_text().strip()
        assert f":{secret}@" in lines[name] and re.fullmatch(r"[\w-]{43}", secret)


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    made(tmp_path)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert "made " not in made(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before
