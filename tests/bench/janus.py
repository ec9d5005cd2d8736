"""Debian's `janus` with the VideoRoom plugin, driven over its WebSocket."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support.ports import free_port
from tests.support.programs import listens, program
from tests.support.synthetic import OPUS, VP8, SyntheticSeat

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
        self.distance = 0.0  # seconds that a message takes, in either direction
        self._line = line
        self._session = 0
        self._numbers = itertools.count()

    async def begin(self) -> None:
        """A session, and a room for one who publishes."""
        self._session = (await self._ask("create"))["data"]["id"]
        await self.open_room(ROOM, publishers=1)

    async def open_room(self, room: int, *, publishers: int) -> None:
        """A room for so many who publish."""
        about = {"request": "create", "room": room, "publishers": publishers, "videocodec": "vp8", "bitrate": 0}
        await self.tell(await self.attach(), about)

    async def publish(self, seat: SyntheticSeat) -> None:
        handle = await self.attach()
        joined = await self.tell(handle, {"request": "join", "ptype": "publisher", "room": ROOM})
        self.sender = joined["plugindata"]["data"]["id"]
        await self.show(handle, seat, ("camera",))

    async def show(self, handle: int, seat: SyntheticSeat, media: Sequence[str]) -> None:
        """Publish these media of a seat in the room that the handle has joined."""
        offer = {"type": "offer", "sdp": _offer(seat, media)}
        said = await self.tell(handle, {"request": "publish", "bitrate": 0}, offer)
        seat._read_offer(said["jsep"]["sdp"])

    async def subscribe(self, seat: SyntheticSeat) -> None:
        handle = await self.attach()
        answer = await self.offered(handle, ROOM, seat, [self.sender])
        await self.tell(handle, {"request": "start"}, answer)

    async def offered(self, handle: int, room: int, seat: SyntheticSeat, feeds: Sequence[int]) -> dict[str, str]:
        """Ask for these feeds of a room; the seat's answer to the offer."""
        streams = [{"feed": feed} for feed in feeds]
        said = await self.tell(handle, {"request": "join", "ptype": "subscriber", "room": room, "streams": streams})
        return {"type": "answer", "sdp": seat.answer(said["jsep"]["sdp"]) + _candidate(seat)}

    async def attach(self) -> int:
        """A handle of the plugin."""
        return int((await self._ask("attach", plugin="janus.plugin.videoroom"))["data"]["id"])

    async def detach(self, handle: int) -> None:
        """Give a handle up, and with it the room and the media; the receipt is not waited for."""
        await self._say("detach", handle_id=handle)

    async def tell(self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        """Ask the plugin; its answer."""
        more: dict[str, Any] = {"jsep": jsep} if jsep else {}
        return await self._ask("message", handle_id=handle, body=body, **more)

    async def _ask(self, kind: str, **more: Any) -> dict[str, Any]:
        """Ask, and wait for what is no mere receipt; what else Janus tells meanwhile is let go."""
        transaction = await self._say(kind, **more)
        async with asyncio.timeout(PATIENCE_S):
            while True:
                said: dict[str, Any] = json.loads(await self._line.recv())
                if said.get("transaction") == transaction and said["janus"] != "ack":
                    assert said["janus"] != "error" and "error" not in str(said.get("plugindata")), said
                    await asyncio.sleep(self.distance)
                    return said

    async def _say(self, kind: str, **more: Any) -> str:
        await asyncio.sleep(self.distance)
        transaction = str(next(self._numbers))
        session = {"session_id": self._session} if self._session else {}
        await self._line.send(json.dumps({"janus": kind, "transaction": transaction, **session, **more}))
        return transaction


@asynccontextmanager
async def janus(folder: Path) -> AsyncIterator[Janus]:
    """A Janus of its own, with nothing loaded but what it needs."""
    port = free_port()
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


def _offer(seat: SyntheticSeat, media: Sequence[str]) -> str:
    """A description of these media of the seat and nothing else; it is the DTLS client, as towards us."""
    own = seat._certificate.fingerprint
    lines = [
        "v=0",
        "o=- 4711 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {' '.join(map(str, range(len(media))))}",
    ]
    for mid, medium in enumerate(media):
        ssrc, sound = seat.uplinks[medium].ssrc, medium == "microphone"
        kind = OPUS if sound else VP8
        lines += [
            f"m={'audio' if sound else 'video'} 9 UDP/TLS/RTP/SAVPF {kind}", "c=IN IP4 0.0.0.0", f"a=mid:{mid}",
            "a=sendonly", "a=rtcp-mux", f"a=ice-ufrag:{seat.ufrag}", f"a=ice-pwd:{seat.password}",
            f"a=fingerprint:{own.algorithm} {own.value}", "a=setup:active",
            f"a=rtpmap:{kind} {'opus/48000/2' if sound else 'VP8/90000'}",
            *([] if sound else [f"a=rtcp-fb:{kind} nack", f"a=rtcp-fb:{kind} nack pli"]),
            f"a=ssrc:{ssrc} cname:sender", f"a=ssrc:{ssrc} msid:sender {medium}",
        ]  # fmt: skip
    return "\r\n".join(lines) + "\r\n" + _candidate(seat)


def _candidate(seat: SyntheticSeat) -> str:
    """Where the seat is: libnice begins once it has been told, though it is the lite end."""
    host, port = seat.address
    return f"a=candidate:1 1 udp 2130706431 {host} {port} typ host\r\na=end-of-candidates\r\n"
