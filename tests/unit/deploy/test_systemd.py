"""The units of deploy/systemd, as systemd itself reads them."""

import os
import re
import subprocess

import pytest

from tests.support.programs import DEPLOY

UNITS = ["parley@one.service", "coturn.service", "parley-backup.service", "parley-backup.timer"]
NOT_HERE = re.compile(r": Command /opt/parley/\S+ is not executable: No such file or directory$")
"""The one complaint that says nothing: Parley is not installed where the units expect it."""


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Our folder first, then where Debian's own units lie."""
    there = {**os.environ, "SYSTEMD_UNIT_PATH": f"{DEPLOY / 'systemd'}:", "SYSTEMD_COLORS": "0"}
    return subprocess.run(["systemd-analyze", *arguments], env=there, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_every_line(unit: str) -> None:
    said = analyze("verify", unit)
    assert [line for line in (said.stdout + said.stderr).splitlines() if not NOT_HERE.search(line)] == []


@pytest.mark.parametrize(
    ("unit", "most"), [("parley@one.service", 18), ("coturn.service", 18), ("parley-backup.service", 18)]
)
def test_a_service_that_is_broken_into_reaches_little(unit: str, most: int) -> None:
    """systemd's own measure of exposure: 100 is everything, 96 a service without any of it."""
    said = analyze("security", "--offline=true", f"--threshold={most}", unit)
    assert said.returncode == 0, said.stdout[-400:]


def test_the_paths_in_the_units_are_those_of_the_repository() -> None:
    for path in (DEPLOY / "systemd").rglob("*"):
        if path.is_file():
            for named in re.findall(r"/opt/parley/(deploy/\S+)", path.read_text()):
                assert (DEPLOY.parent / named).is_file(), f"{path.name} names {named}"
