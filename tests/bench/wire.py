"""A WebSocket of the bench's own: as little work as a client can have, and the same for every server that is measured.

Text frames only, whole ones, without compression (RFC 6455): that is all that these servers send. It masks with zeros,
which costs nothing. `post` is one HTTP request on a connection of its own.
"""

import asyncio
import json
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

_MASK = bytes(4)
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
PATIENCE_S = 60.0


class Refused(Exception):
    """The server did not open the socket, or answered a request with another status than 2xx."""


class Wire(asyncio.Protocol):
    """An open socket. `took(wire, text, when)` gets every frame, and when it was read (monotonic seconds)."""

    def __init__(self, request: bytes, took: Callable[["Wire", bytes, float], None]) -> None:
        self._request = request
        self._took = took
        self._coming = bytearray()
        self._open = False
        self.transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[tuple[int, float]] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(Refused("the connection broke"))
        self._ended(1006)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self._coming += data
        if not self._open and not self._greeted():
            return
        at, have = 0, len(self._coming)
        while have - at >= 2:
            length, body = self._coming[at + 1], at + 2
            if length == 126:
                if have < at + 4:
                    break
                length, body = int.from_bytes(self._coming[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                if have < at + 10:
                    break
                length, body = int.from_bytes(self._coming[at + 2 : at + 10], "big"), at + 10
            if have < body + length:
                break
            self._frame(self._coming[at] & 15, bytes(self._coming[body : body + length]), now)
            at = body + length
        del self._coming[:at]

    def send(self, text: str) -> None:
        """One text frame; nothing where the socket is gone."""
        self._write(_TEXT, text.encode())

    def cut(self) -> None:
        """End it without a word, as a network does."""
        if self.transport is not None:
            self.transport.abort()

    def _greeted(self) -> bool:
        end = self._coming.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = bytes(self._coming[: self._coming.find(b"\r\n")]).split()[1]
        del self._coming[: end + 4]
        if status != b"101":
            self.opened.set_exception(Refused(status.decode()))
            self.cut()
            return False
        self._open = True
        self.opened.set_result(None)
        return True

    def _frame(self, kind: int, body: bytes, now: float) -> None:
        if kind == _TEXT:
            self._took(self, body, now)
        elif kind == _PING:
            self._write(_PONG, body)
        elif kind == _CLOSE:
            self._write(_CLOSE, body[:2])
            self._ended(int.from_bytes(body[:2], "big"))
            if self.transport is not None:
                self.transport.close()

    def _write(self, kind: int, body: bytes) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        length = len(body)
        if length < 126:
            head = struct.pack(">BB", 0x80 | kind, 0x80 | length)
        elif length < 1 << 16:
            head = struct.pack(">BBH", 0x80 | kind, 0x80 | 126, length)
        else:
            head = struct.pack(">BBQ", 0x80 | kind, 0x80 | 127, length)
        self.transport.write(head + _MASK + body)

    def _ended(self, code: int) -> None:
        if not self.closed.done():
            self.closed.set_result((code, time.monotonic()))


async def dial(
    url: str,
    path: str,
    took: Callable[["Wire", bytes, float], None],
    *,
    address: str = "127.0.0.1",
    headers: Mapping[str, str] | None = None,
) -> Wire:
    """Open a socket from this loopback address. Raises `Refused`, `OSError`."""
    host, port = _ends(url)
    asked = _head(
        f"GET {path}",
        {
            "Host": f"{host}:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version": "13",
            **(headers or {}),
        },
    )
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: Wire(asked, took), host, port, local_addr=(address, 0))
    async with asyncio.timeout(PATIENCE_S):
        await wire.opened
    return wire


async def post(
    url: str, path: str, body: object, *, address: str = "127.0.0.1", headers: Mapping[str, str] | None = None
) -> tuple[Any, str]:
    """The answer, and the cookie that came with it. Raises `Refused`, `OSError`."""
    host, port = _ends(url)
    data = json.dumps(body).encode()
    told = {"Host": f"{host}:{port}", "Content-Type": "application/json", "Content-Length": str(len(data))}
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection(host, port, local_addr=(address, 0))
        try:
            writer.write(_head(f"POST {path}", {**told, "Connection": "close", **(headers or {})}) + data)
            whole = await reader.read()
        finally:
            writer.transport.abort()
    head, _, answer = whole.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    if not lines[0].startswith("HTTP/1.1 2"):
        raise Refused(f"{path}: {lines[0]} {answer[:200]!r}")
    cookies = [line.partition(":")[2].partition(";")[0].strip() for line in lines if _is_cookie(line)]
    return json.loads(answer), "; ".join(cookies)


def _is_cookie(line: str) -> bool:
    return line.lower().startswith("set-cookie:")


def _ends(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname is not None and parts.port is not None
    return parts.hostname, parts.port


def _head(asked: str, headers: Mapping[str, str]) -> bytes:
    return "\r\n".join([f"{asked} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]).encode()
