"""Debian's `janus` with the VideoRoom plugin, driven over its WebSocket."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support.programs import free_ports, listens, program
from tests.support.synthetic import VP8, SyntheticSeat

ROOM = 1
PATIENCE_S = 20.0

_CONFIGURATION = {
    "janus.jcfg": """
general: {{ debug_level = 3; session_timeout = 0; }}
certificates: {{ }}
media: {{ ipv6 = false; }}
nat: {{ ice_lite = true; }}
plugins: {{ disable = "{plugins}"; }}
transports: {{ disable = "{transports}"; }}
loggers: {{ }}
events: {{ }}
""",
    "janus.transport.websockets.jcfg": 'general: {{ ws = true; ws_port = {port}; ws_ip = "127.0.0.1"; wss = false; }}',
    "janus.plugin.videoroom.jcfg": "general: {{ }}",
}
_LIBRARY = Path("/usr/lib")


def _others(kind: str, but: str) -> str:
    found = {path.name for path in _LIBRARY.glob(f"*/janus/{kind}/*.so")}
    return ",".join(sorted(name for name in found if name != but))


class Janus:
    """One running Janus, one session at it."""

    def __init__(self, line: ClientConnection, pid: int) -> None:
        self.pid = pid
        self.sender = 0
        self._line = line
        self._session = 0
        self._numbers = itertools.count()

    async def begin(self) -> None:
        """A session, and a room for one who publishes."""
        self._session = (await self._ask("create"))["data"]["id"]
        about = {"request": "create", "room": ROOM, "publishers": 1, "videocodec": "vp8", "bitrate": 0}
        await self._tell(await self._attach(), about)

    async def publish(self, seat: SyntheticSeat) -> None:
        handle = await self._attach()
        joined = await self._tell(handle, {"request": "join", "ptype": "publisher", "room": ROOM})
        self.sender = joined["plugindata"]["data"]["id"]
        offer = {"type": "offer", "sdp": _offer(seat)}
        said = await self._tell(handle, {"request": "publish", "bitrate": 0}, offer)
        seat._read_offer(said["jsep"]["sdp"])

    async def subscribe(self, seat: SyntheticSeat) -> None:
        handle = await self._attach()
        request = {"request": "join", "ptype": "subscriber", "room": ROOM, "streams": [{"feed": self.sender}]}
        said = await self._tell(handle, request)
        answer = seat.answer(said["jsep"]["sdp"]) + _candidate(seat)
        await self._tell(handle, {"request": "start"}, {"type": "answer", "sdp": answer})

    async def _attach(self) -> int:
        return int((await self._ask("attach", plugin="janus.plugin.videoroom"))["data"]["id"])

    async def _tell(self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        more: dict[str, Any] = {"jsep": jsep} if jsep else {}
        return await self._ask("message", handle_id=handle, body=body, **more)

    async def _ask(self, kind: str, **more: Any) -> dict[str, Any]:
        """Ask, and wait for what is no mere receipt; what else Janus tells meanwhile is let go."""
        transaction = str(next(self._numbers))
        session = {"session_id": self._session} if self._session else {}
        await self._line.send(json.dumps({"janus": kind, "transaction": transaction, **session, **more}))
        async with asyncio.timeout(PATIENCE_S):
            while True:
                said: dict[str, Any] = json.loads(await self._line.recv())
                if said.get("transaction") == transaction and said["janus"] != "ack":
                    assert said["janus"] != "error" and "error" not in str(said.get("plugindata")), said
                    return said


@asynccontextmanager
async def janus(folder: Path) -> AsyncIterator[Janus]:
    """A Janus of its own, with nothing loaded but what it needs."""
    (port,) = free_ports(1)
    given = {
        "port": port,
        "plugins": _others("plugins", "libjanus_videoroom.so"),
        "transports": _others("transports", "libjanus_websockets.so"),
    }
    for name, text in _CONFIGURATION.items():
        (folder / name).write_text(text.format(**given))
    with program(["janus", "--configs-folder", folder], lambda: listens(port)) as process:
        protocol = [Subprotocol("janus-protocol")]
        async with connect(f"ws://127.0.0.1:{port}", subprotocols=protocol, max_size=None) as line:
            made = Janus(line, process.pid)
            await made.begin()
            yield made


def _offer(seat: SyntheticSeat) -> str:
    """A description of the sender's camera and nothing else; it is the DTLS client, as towards us."""
    own, camera = seat._certificate.fingerprint, seat.uplinks["camera"].ssrc
    lines = (
        "v=0", "o=- 4711 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0",
        f"m=video 9 UDP/TLS/RTP/SAVPF {VP8}", "c=IN IP4 0.0.0.0", "a=mid:0", "a=sendonly", "a=rtcp-mux",
        f"a=ice-ufrag:{seat.ufrag}", f"a=ice-pwd:{seat.password}", f"a=fingerprint:{own.algorithm} {own.value}",
        "a=setup:active", f"a=rtpmap:{VP8} VP8/90000", f"a=rtcp-fb:{VP8} nack", f"a=rtcp-fb:{VP8} nack pli",
        f"a=ssrc:{camera} cname:sender", f"a=ssrc:{camera} msid:sender camera",
    )  # fmt: skip
    return "\r\n".join(lines) + "\r\n" + _candidate(seat)


def _candidate(seat: SyntheticSeat) -> str:
    """Where the seat is: libnice begins once it has been told, though it is the lite end."""
    host, port = seat.address
    return f"a=candidate:1 1 udp 2130706431 {host} {port} typ host\r\na=end-of-candidates\r\n"
