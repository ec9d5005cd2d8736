"""Somebody sends as fast as it can, somebody never reads: both are stopped, and nobody else misses a word."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from server.cli.serving import listen
from tests.support import server as support
from tests.support.meeting import Meeting, meeting
from tests.support.scripted import Frame, ScriptedSeat
from tests.support.server import Server, serving

PEOPLE = ("miriam", "paul", "clara", "dana")
OTHERS = ("miriam", "clara", "dana")
TALKING = ("miriam", "paul", "dana")
WORDS = 10
POINT = json.dumps({"type": "board.point", "x": 1, "y": 1, "layer": "joint"})
A_FEW, FAR_TOO_MANY = 1_000, 10_000
LONG = "語" * 4_000
"""As long as a message may be, in characters that take three bytes each."""


_ids = count(1)


async def at_the_table(here: Meeting) -> None:
    joint = here.room("joint")
    await here.lead("miriam", joint, frm=here.room("chambers"))
    for name in ("paul", "clara", "dana"):
        await here.lead(name, joint)
    for name in PEOPLE:
        await here[name].seeing(lambda v: len(v["room"]["members"]) == len(PEOPLE))


async def say(seat: ScriptedSeat, text: str) -> None:
    """As a browser sends it: characters as they are, not as escapes."""
    room = seat.view["room"]
    command = {"name": "say", "room": room["id"], "epoch": room["epoch"], "text": text}
    frame = {"type": "command", "id": f"say-{next(_ids)}", "command": command}
    assert seat._socket is not None
    await seat._socket.send(json.dumps(frame, ensure_ascii=False))


async def has_heard(seat: ScriptedSeat, texts: list[str]) -> None:
    await seat.until(lambda: [w["text"] for w in seat.words if w["kind"] == "said"] == texts)


async def flooded(seat: ScriptedSeat, frames: int) -> None:
    """So many frames, as fast as they can be sent."""
    assert seat._socket is not None
    with suppress(ConnectionClosed):
        for _ in range(frames):
            await seat._socket.send(POINT)


async def test_who_floods_is_thrown_out_while_the_others_get_every_word(server: Server) -> None:
    async with meeting(server, *PEOPLE) as here:
        await at_the_table(here)
        texts = [f"Word {i}" for i in range(WORDS)]
        flood = asyncio.create_task(flooded(here["paul"], FAR_TOO_MANY))
        for number, text in enumerate(texts):
            await say(here["miriam"], text)
            await has_heard(here["dana"], texts[: number + 1])
        assert await here["paul"].gone() == (4429, "too_many_frames")
        await flood
        for name in OTHERS:
            await has_heard(here[name], texts)
            assert here[name].closed is None


async def test_a_hand_that_points_too_fast_is_thinned_out_and_stays(server: Server) -> None:
    async with meeting(server, *PEOPLE) as here:
        await at_the_table(here)
        assert server.app is not None
        await flooded(here["paul"], A_FEW)
        await say(here["paul"], "Here, I mean.")
        for name in PEOPLE:
            await has_heard(here[name], ["Here, I mean."])
        came = [f for f in here["dana"].frames if f["type"] == "board.point"]
        assert 0 < len(came) < A_FEW // 2
        assert server.app.state.hub.counts.glances_dropped > A_FEW // 2
        assert here["paul"].closed is None


@pytest.fixture
async def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """A server whose kernel keeps little of what was sent and not read: elsewhere it is some megabytes."""

    def listen_narrowly(host: str, port: int) -> socket.socket:
        sock = listen(host, port)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # so has what it accepts
        return sock

    monkeypatch.setattr(support, "listen", listen_narrowly)
    async with serving(tmp_path / "data") as server:
        yield server


async def test_who_never_reads_is_closed_while_the_others_get_every_word(narrow: Server) -> None:
    async with meeting(narrow, *PEOPLE) as here:
        await at_the_table(here)
        clara, dana = here["clara"], here["dana"]
        await clara.close()
        await dana.seeing(lambda v: not connected(v, clara))
        hello = {"type": "hello", "ticket": await clara.browser.ticket(clara.seat)}
        texts: list[str] = []
        async with clara.browser.dial(clara.seat) as deaf:  # it says that it is there, and takes nothing
            deaf.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            await deaf.send(json.dumps(hello))
            await dana.seeing(lambda v: connected(v, clara))
            while connected(dana.view, clara):
                name = TALKING[len(texts) % len(TALKING)]
                texts.append(f"{len(texts)} {LONG}"[: len(LONG)])
                await say(here[name], texts[-1])
                await dana.got(is_ping, after=len(dana.frames))
                with suppress(ConnectionClosed):
                    await deaf.send(json.dumps({"type": "pong"}))
            deaf.transport.abort()
        assert narrow.app is not None
        assert narrow.app.state.hub.counts.closes["slow"] == 1
        for name in TALKING:
            await has_heard(here[name], texts)
            assert here[name].closed is None


def connected(view: Frame, seat: ScriptedSeat) -> bool:
    """Whether this view shows the seat as connected."""
    return any(m["seat"] == seat.seat and m["connected"] for m in view["room"]["members"])


def is_ping(frame: Frame) -> bool:
    return bool(frame["type"] == "ping")
