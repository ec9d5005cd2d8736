"""The guard around everything: our own Host only, our own Origin for whatever can change something, and the headers
that every answer carries, errors too.
"""

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.doors.origins import Origins

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ANY_HOST = frozenset({"/livez", "/readyz", "/metrics"})
"""What a machine asks that knows our address only. The answers say nothing of anybody, and numbers want a key."""
PROGRAMS = "/api/"
"""Programs send no Origin; they show a key instead. With an Origin, it must be ours all the same."""

YEAR_S = 31_536_000
PERMISSIONS = (
    "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), fullscreen=(self), "
    "screen-wake-lock=(self), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()"
)
LASTING = {
    "permissions-policy": PERMISSIONS,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def content_policy(origin: str, nonce: str) -> str:
    """What a page of ours may load and do: itself, and nothing else. The nonce is for the import map alone."""
    socket = "ws" + origin.removeprefix("http")
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            f"connect-src 'self' {socket}",  # named, since older browsers do not count sockets as 'self'
            "img-src 'self'",
            "media-src 'self' blob:",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


class Guard:
    """ASGI around the whole application. Puts `origin` (ours) and `nonce` into the request's state."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        origin = self._origins.own(scope["scheme"], hosts[0]) if len(hosts) == 1 else None
        nonce = secrets.token_urlsafe(16)
        scope["state"] = {**scope.get("state", {}), "origin": origin or "", "nonce": nonce}
        guarded = _with_headers(send, origin or "", nonce)
        refusal = self._refusal(scope, headers, origin)
        if refusal is not None:
            await _refuse(refusal, scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope, headers: Headers, origin: str | None) -> int | None:
        if origin is None:
            return None if scope["path"] in ANY_HOST and scope.get("method") in SAFE else 400
        if scope["type"] == "http" and scope["method"] in SAFE:
            return None
        origins = headers.getlist("origin")
        if not origins and scope["type"] == "http" and scope["path"].startswith(PROGRAMS):
            return None
        allowed = len(origins) == 1 and self._origins.allows(origins[0], scope["scheme"], headers["host"])
        return None if allowed else 403


def _with_headers(send: Send, origin: str, nonce: str) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(scope=message)
            for name, value in LASTING.items():
                headers[name] = value
            headers.setdefault("content-security-policy", content_policy(origin, nonce))  # files have a narrower one
            if origin.startswith("https://"):
                headers["strict-transport-security"] = f"max-age={YEAR_S}"
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return guarded


async def _refuse(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    words = {400: "This server goes by another name.", 403: "This came from another site."}[status]
    response = PlainTextResponse(words + "\n", status)
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    await receive()  # websocket.connect
    await send({"type": "websocket.http.response.start", "status": status, "headers": response.raw_headers})
    await send({"type": "websocket.http.response.body", "body": response.body})
