"""HTML from `web/templates/`: the one home of Jinja2.

What each page needs beside what `render` adds by itself:

- `home.html`: `needs_key` (bool: the operator key must be typed before a session can be made)
- `join.html`: nothing
- `seat.html`: `boot` (dict: seat, session, operator, help_number; whatever else the page's modules shall know)
- `broken.html`: nothing
- `error.html`: nothing; it looks at the status of the answer

`operator` and `help_number`, which may be empty, are those of `app.state.house` where the caller gives no others.

`render` adds: `t` and `n`, `lang`, `dir`, `languages`, `translated` (those with a catalogue), `asset(path)`,
`modules(entry)`, `import_map`, `nonce` and `theme`. A template that runs a module names it first:
`{% set entry = "js/pages/….js" %}`.
"""

import secrets
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.pages.assets import WEB, Assets
from server.pages.words import SOURCE, choose, languages, translated, words

THEMES = ("light", "dark")

assets = Assets()
"""The files of this process. Mount `assets.app()` at `/static`."""

_environment = Environment(
    loader=FileSystemLoader(WEB / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(request: Request, name: str, *, status: int = HTTPStatus.OK, **context: Any) -> Response:
    """One page, in the language of the person who asks.

    The nonce of the content policy is `request.state.nonce`; where nobody has set it, it is made and put there.
    """
    language = language_of(request)
    there = words(language)
    if not hasattr(request.state, "nonce"):
        request.state.nonce = secrets.token_urlsafe(16)
    theme = request.cookies.get("theme")
    house = getattr(request.app.state, "house", None) if "app" in request.scope else None
    known = {
        "status": int(status),
        "operator": getattr(house, "operator", ""),
        "help_number": getattr(house, "help_number", ""),
    }
    page = _environment.get_template(name).render(
        t=there.t,
        n=there.n,
        lang=there.language,
        dir=there.direction,
        languages=[(tag, words(tag).own_name) for tag in languages()],
        asset=assets.url,
        modules=assets.modules,
        import_map=assets.import_map(),
        nonce=request.state.nonce,
        theme=theme if theme in THEMES else None,
        translated=translated(),
        **{**known, **context},
    )
    headers = {"content-language": language, "vary": "accept-language, cookie"}
    return HTMLResponse(page, status_code=status, headers=headers)


def language_of(request: Request) -> str:
    """The language for this request: the cookie `language`, else Accept-Language, else the installation's own."""
    otherwise = getattr(request.app.state, "language", SOURCE) if "app" in request.scope else SOURCE
    return choose(request.cookies.get("language"), request.headers.get("accept-language"), otherwise)
