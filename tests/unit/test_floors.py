"""The floors hold: a module imports its own package or a lower floor, and each library has one home."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "server"
SCRIPTS = ROOT / "web" / "static" / "js"

FLOOR = {
    **dict.fromkeys(("ids", "clock", "counts", "bucket", "errors", "config", "text", "neighbourhood"), 0),
    **dict.fromkeys(("board", "rtp"), 1),
    "session": 2,
    **dict.fromkeys(("eventlog", "relay", "storage", "media", "paper"), 3),
    "host": 4,
    **dict.fromkeys(("signalling", "pages", "api"), 5),
    **dict.fromkeys(("app", "node", "cli", "settings", "journal", "metrics", "__main__"), 6),
}
"""The floor of each package or module of `server`."""

SHARED_DOORSTEP = "doors"
"""What the doors of floor 5 have in common stands between floors 4 and 5."""

EXCEPTIONS = {("eventlog", "storage")}
"""The log keeps its rows in the database that `storage` opens."""

HOME: dict[str, tuple[str, ...]] = {
    "aiortc": ("media",),
    "aioice": ("media",),
    "pylibsrtp": ("media",),
    "cffi": ("media",),
    "OpenSSL": ("media",),
    "sqlalchemy": ("eventlog", "storage"),
    "alembic": ("storage",),
    "asyncpg": ("storage",),
    "PIL": ("paper",),
    "pypdfium2": ("paper",),
    "typst": ("paper",),
    "cryptography": ("storage",),
    "starlette": ("signalling", "pages", "api", "app", "doors"),
    "pydantic": ("signalling", "pages", "api", "doors", "settings"),
    "jinja2": ("pages",),
    "babel": ("pages",),
    "pydantic_settings": ("settings",),
    "dotenv": ("settings",),
    "structlog": ("journal",),
    "typer": ("cli",),
    "httpx2": ("cli",),
    "uvicorn": ("cli",),
    "uvloop": ("cli",),
    "websockets": ("cli",),
    "prometheus_client": ("metrics",),
    "redis": ("relay",),
    "hiredis": ("relay",),
    "av": (),
}
"""Where a library may be imported: never below floor 3. `av` nowhere: there is no decoder and no recorder."""


def floor(name: str) -> float:
    return 4.5 if name == SHARED_DOORSTEP else FLOOR[name]


def modules() -> Iterator[tuple[Path, str]]:
    for path in sorted(SERVER.rglob("*.py")):
        inside = path.relative_to(SERVER)
        if path.name == "__init__.py" and len(inside.parts) == 1 or "migrations" in inside.parts:
            continue
        yield path, inside.parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ([f"server.{alias.name}" for alias in node.names] if node.module == "server" else [node.module])


@pytest.mark.parametrize(("path", "package"), [pytest.param(p, n, id=str(p.relative_to(ROOT))) for p, n in modules()])
def test_a_module_imports_only_its_own_package_or_a_lower_floor(path: Path, package: str) -> None:
    for name in imports(path):
        if not name.startswith("server."):
            continue
        other = name.split(".")[1]
        allowed = other == package or floor(other) < floor(package) or (package, other) in EXCEPTIONS
        if floor(package) in (0, 6):
            allowed = allowed or floor(other) == floor(package)
        assert allowed, f"{path.relative_to(ROOT)} ({floor(package)}) imports {name} ({floor(other)})"


@pytest.mark.parametrize(("path", "package"), [pytest.param(p, n, id=str(p.relative_to(ROOT))) for p, n in modules()])
def test_a_library_is_used_in_its_own_home_only(path: Path, package: str) -> None:
    for name in imports(path):
        library = name.split(".")[0]
        if library != "server" and library not in sys.stdlib_module_names:
            assert package in HOME.get(library, ()), f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("path", [p for p, n in modules() if floor(n) <= 2 and n != "clock"], ids=str)
def test_the_pure_floors_await_nothing_and_read_no_clock(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\basync def\b|\bawait\b", text)
    if path.stem not in ("ids", "config"):
        assert not {"time", "random", "os", "secrets", "asyncio"} & {n.split(".")[0] for n in imports(path)}


def test_underscored_names_of_aiortc_stand_in_one_file() -> None:
    private = re.compile(r"\b(?:aiortc|aioice)\b.*\._|\bimport\b.*\b_\w+")
    for path in sorted((SERVER / "media").glob("*.py")):
        if path.name != "wire.py":
            assert not any(
                private.search(line) for line in path.read_text().splitlines() if line.startswith(("import", "from"))
            )


def script_floor(path: Path) -> float:
    """lib 0, the session's model 1, other models on top of it, signalling and media 2, panels 3, pages 4."""
    folder = path.relative_to(SCRIPTS).parts[0]
    if folder in ("lib", "pages"):
        return 0 if folder == "lib" else 4
    if folder == "session":
        return 1
    if path.name == "model.js":
        return 1.5
    return 2 if folder in ("signalling", "media") else 3


@pytest.mark.parametrize(
    "path", [p for p in sorted(SCRIPTS.rglob("*.js")) if "vendor" not in p.parts], ids=lambda p: p.name
)
def test_a_script_imports_only_its_own_folder_or_a_lower_floor(path: Path) -> None:
    code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)  # types may come from anywhere
    for target in re.findall(r"""(?:from|import)\s+["'](\.[^"']+)["']""", code):
        other = (path.parent / target).resolve()
        assert other.is_file(), f"{path.name} imports {target}, which is not there"
        same = other.relative_to(SCRIPTS).parts[0] == path.relative_to(SCRIPTS).parts[0]
        assert same or script_floor(other) < script_floor(path) or script_floor(path) == script_floor(other) == 3, (
            f"{path.relative_to(SCRIPTS)} imports {other.relative_to(SCRIPTS)}"
        )


def test_nothing_records_or_decodes_media() -> None:
    """There is no recorder: no code that could write or decode sound or pictures, on the server or in the page."""
    banned = re.compile(r"MediaRecorder\b|MediaRelay\b|MediaBlackhole|import av\b|captureStream\(|AudioWorklet")
    for path in [*SERVER.rglob("*.py"), *SCRIPTS.rglob("*.js")]:
        assert not banned.search(path.read_text()), path
