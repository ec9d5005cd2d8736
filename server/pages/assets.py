"""The static files of the page: where they are served, for how long, and what an import map must say.

There is no build step: what lies under `web/static/` is what the browser runs, only that a page's own modules come as
one (`joined.py`), and that catalogues of translations become scripts (`words/<language>.js`). All files together have
one fingerprint, which stands in their address (`/static/<fingerprint>/js/…`). A module that imports `../lib/text.js`
thereby asks for the same fingerprint without knowing it, and every answer under the current one may be kept for ever;
it is given from memory (two megabytes), compressed where the browser takes that (`kept.py`). Any other address
(`/static/js/…`, or the fingerprint of an earlier release) gets the current file and must be asked for again.
"""

import hashlib
import json
import mimetypes
import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from server.pages.accepting import by_preference
from server.pages.joined import joined
from server.pages.kept import Kept
from server.pages.words import catalogue_of, translated, words

WEB = Path(__file__).resolve().parents[2] / "web"

PREFIX = "/static"
PAGES = "js/pages/"
"""Where the modules are that a page begins with."""
WORDS = "words/"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

FINGERPRINT = re.compile(r"^[0-9a-f]{12}$")
IMPORT = re.compile(r"""(?:^|[\s;}])(?:import|export)\s*(?:[\w$*\s{},]*?\bfrom\s*)?["']([^"']+)["']""")
"""Static imports only: what is imported on demand shall not be fetched ahead."""

TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
"""Said here because what `mimetypes` knows differs between machines, and a module of the wrong type is not run."""


class Assets:
    """What is under `web/static/` at the moment of starting. `fresh=True`, for work on the page, looks every time, and
    leaves every module by itself."""

    def __init__(self, web: Path = WEB, *, fresh: bool = False) -> None:
        self._web = web
        self._static = web / "static"
        self._fresh = fresh
        self._modules: dict[str, list[str]] = {}
        self._words: dict[str, Kept] = {}

    @property
    def folder(self) -> Path:
        return self._static

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits over all names and contents; the same files have the same one on every node."""
        return _fingerprint_of(self._read()) if self._fresh else self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        return _fingerprint_of({path: kept.content for path, kept in self._kept.items()})

    @cached_property
    def _kept(self) -> dict[str, Kept]:
        files = self._read()
        pages = [path for path in files if path.startswith(PAGES)]
        files |= {path: joined(path, files, self._imports).encode() for path in pages}
        return {path: Kept(content, _type_of(path)) for path, content in files.items()}

    def _read(self) -> dict[str, bytes]:
        found = (path for path in self._static.rglob("*") if path.is_file())
        return {path.relative_to(self._static).as_posix(): path.read_bytes() for path in found}

    def kept(self, path: str) -> Kept | None:
        """What is served under the fingerprint; None where there is no such file, or where work goes on."""
        return self.catalogue(path) or (None if self._fresh else self._kept.get(path))

    def catalogue(self, path: str) -> Kept | None:
        """A catalogue of translations as a script; read when it is first asked for, since that takes a moment."""
        language = path.removeprefix(WORDS).removesuffix(".js")
        if path != f"{WORDS}{language}.js" or language not in translated():
            return None
        if language not in self._words:
            said = json.dumps(words(language).page, ensure_ascii=False, separators=(",", ":"))
            self._words[language] = Kept(f"globalThis.catalogue = {said};\n".encode(), _type_of(path))
        return self._words[language]

    def url(self, path: str) -> str:
        """Where a file is to be asked for, for example `url("css/base.css")`."""
        return f"{PREFIX}/{self.fingerprint}/{path}"

    @cached_property
    def _imports(self) -> dict[str, str]:
        """Bare module names of the vendored packages, and their files."""
        found: dict[str, str] = {}
        for package in tomllib.loads((self._web / "vendor.toml").read_text())["package"]:
            for name, file in package.get("imports", {}).items():
                found[name] = f"{package['into'].removeprefix('static/')}/{file}"
        return found

    @cached_property
    def _locked(self) -> dict[str, str]:
        lock: dict[str, Any] = json.loads((self._web / "vendor.lock.json").read_text())
        return {path: digest for package in lock.values() for path, digest in package["files"].items()}

    def import_map(self) -> str:
        """JSON for `<script type="importmap">`. Browsers hold vendored modules to the hashes of the lock."""
        addresses = {name: self.url(path) for name, path in self._imports.items()}
        integrity = {self.url(path): self._locked[f"web/static/{path}"] for path in self._imports.values()}
        return json.dumps({"imports": addresses, "integrity": integrity}, separators=(",", ":"))

    def modules(self, entry: str) -> list[tuple[str, str]]:
        """The addresses of all modules that an entry asks for, the entry first, each with its hash (vendored ones) or
        "": for `modulepreload`, so that they are fetched together and not one import after the other. An unknown entry
        has none."""
        if self._fresh or entry not in self._modules:
            needed = self._needed_by(entry)
            within = () if self._fresh else {path for path in needed if path != entry and self._is_ours(path)}
            self._modules[entry] = [path for path in needed if path not in within]
        return [(self.url(path), self._locked.get(f"web/static/{path}", "")) for path in self._modules[entry]]

    def _is_ours(self, path: str) -> bool:
        return f"web/static/{path}" not in self._locked

    def _needed_by(self, entry: str) -> list[str]:
        seen: list[str] = []
        waiting = [entry]
        while waiting:
            path = waiting.pop(0)
            if path in seen or not (self._static / path).is_file():
                continue
            seen.append(path)
            for name in IMPORT.findall((self._static / path).read_text(encoding="utf-8")):
                if name in self._imports:
                    waiting.append(self._imports[name])
                elif name.startswith("."):
                    target = ((self._static / path).parent / name).resolve()
                    if target.is_relative_to(self._static):
                        waiting.append(target.relative_to(self._static).as_posix())
        return seen

    def app(self) -> "Files":
        """The ASGI application to mount at `/static`."""
        return Files(self)


def _fingerprint_of(files: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for path, content in sorted(files.items()):
        whole.update(path.encode() + b"\0")
        whole.update(hashlib.sha256(content).digest())
    for language in translated():  # scripts by and by: their sources, which are read in a moment
        whole.update(hashlib.sha256(catalogue_of(language).read_bytes()).digest())
    return whole.hexdigest()[:12]


def _type_of(path: str) -> str:
    suffix = Path(path).suffix
    kind = TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if suffix in TYPES else kind


class Files(StaticFiles):
    """Static files with or without a fingerprint in front of their path."""

    def __init__(self, assets: Assets) -> None:
        super().__init__(directory=assets.folder)
        self._assets = assets

    async def get_response(self, path: str, scope: Scope) -> Response:
        first, _, rest = path.replace("\\", "/").partition("/")
        stamped = bool(FINGERPRINT.match(first)) and bool(rest)
        current = stamped and first == self._assets.fingerprint
        asked = rest if stamped else path
        kept = self._assets.kept(asked) if current else self._assets.catalogue(asked)
        if kept is not None and scope["method"] in ("GET", "HEAD"):
            return await self._from_memory(kept, FOR_EVER if current else ASK_AGAIN, Headers(scope=scope))
        response = await super().get_response(asked, scope)
        if response.status_code >= 400:
            raise HTTPException(response.status_code)
        response.headers["cache-control"] = FOR_EVER if current else ASK_AGAIN
        if isinstance(response, FileResponse):
            response.headers["content-type"] = _type_of(path)
        return response

    async def _from_memory(self, kept: Kept, how_long: str, asked: Headers) -> Response:
        """The same for as long as the fingerprint is, but for its encoding: so that is its ETag too."""
        fingerprint = self._assets.fingerprint
        headers = {"cache-control": how_long, "content-type": kept.kind, "vary": "accept-encoding"}
        smaller = await kept.gzipped() if "gzip" in by_preference(asked.get("accept-encoding", "")) else None
        if smaller is not None:
            headers["content-encoding"] = "gzip"
        headers["etag"] = f'"{fingerprint}"' if smaller is None else f'"{fingerprint}-gzip"'
        response = Response(kept.content if smaller is None else smaller, headers=headers)
        return NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, asked) else response
