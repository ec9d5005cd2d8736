"""One open socket, over a network that stands still and a session that is slow or broken."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest
from starlette.websockets import WebSocket

from server.clock import HandWoundClock
from server.counts import Counts
from server.errors import NotFound, ProtocolViolation, Refused, Unavailable
from server.host.live_session import LiveSession
from server.host.mailbox import Mailbox
from server.session import commands as c
from server.signalling.beats import Beats
from server.signalling.connection import INBOX_MAX, Connection
from server.signalling.conversation import QUIET_S, SILENT_S, Conversation

HELLO = '{"type": "hello", "ticket": "t"}'


class Wire:
    """The other end: what it says goes into `said`, what it hears stands in `heard`. `still` stops it from reading."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: list[dict[str, Any]] = []
        self.closed: tuple[int, str] | None = None
        self.still = asyncio.Event()
        self.still.set()
        self.news = asyncio.Condition()

    async def receive(self) -> dict[str, Any]:
        return await self.said.get()

    async def send_text(self, text: str) -> None:
        await self.still.wait()
        async with self.news:
            self.heard.append(json.loads(text))
            self.news.notify_all()

    async def close(self, code: int, reason: str) -> None:
        await self.still.wait()
        self.closed = (code, reason)

    def say(self, **frame: Any) -> None:
        self.said.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})

    def ask(self, id: str = "1") -> None:
        self.say(type="command", id=id, command={"name": "leave"})

    async def hearing(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        async with self.news, asyncio.timeout(5):
            await self.news.wait_for(lambda: sum(f["type"] == kind for f in self.heard) >= count)
        return [f for f in self.heard if f["type"] == kind]


class Session:
    """Answers commands as the test wishes; `gate` makes it wait first."""

    def __init__(self) -> None:
        self.answer: dict[str, object] | Exception = {}
        self.asked: list[tuple[str, c.Command, str | None]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.second = asyncio.Event()
        self.hushed: list[bool] = []
        self.faulty = False
        self.shown: list[tuple[str, str, str, int]] = []
        self.asides = self

    async def ask(
        self, actor: str, command: c.Command, command_id: str | None = None, *, connection: str | None = None
    ) -> dict[str, object]:
        assert connection == "c_1", "a tab that was cut must have no say"
        self.asked.append((actor, command, command_id))
        if len(self.asked) == 2:
            self.second.set()
        await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def quiet(self, seat: str, connection: str, quiet: bool) -> None:
        assert (seat, connection) == ("s_ana", "c_1")
        self.hushed.append(quiet)

    def told(self, seat: str, connection: str, room: str, epoch: int) -> None:
        if self.faulty:
            raise RuntimeError("a fault of ours")
        self.shown.append((seat, connection, room, epoch))

    async def media_answer(self, *_: str) -> None:
        raise ProtocolViolation("bad_answer")


class Short:
    """The short way of a socket: `posted` is what was sent by it, `taker` who gets what comes by it."""

    def __init__(self) -> None:
        self.posted: list[str] = []
        self.pinged = asyncio.Event()
        self.taker: Callable[[str], None] | None = None

    def hand(self, taker: Callable[[str], None] | None) -> None:
        self.taker = taker

    def post(self, text: str) -> bool:
        self.posted.append(text)
        self.pinged.set()
        return True

    def say(self, **frame: Any) -> None:
        assert self.taker is not None
        self.taker(json.dumps(frame))


class Scene:
    def __init__(self, short: Short | None = None) -> None:
        self.wire, self.session, self.mailbox = Wire(), Session(), Mailbox()
        self.clock = HandWoundClock()
        self.counts = Counts()
        conversation = Conversation(self.clock.boot())
        conversation.receive(HELLO, self.clock.boot())
        self.connection = Connection(
            cast(WebSocket, self.wire),
            conversation,
            cast(LiveSession, self.session),
            self.mailbox,
            seat="s_ana",
            name="c_1",
            clock=self.clock,
            counts=self.counts,
            origin="https://parley.example",
            translate=str,
            direct=short,
        )


@asynccontextmanager
async def opened(short: Short | None = None) -> AsyncIterator[tuple[Scene, asyncio.Task[None]]]:
    scene = Scene(short)
    task = asyncio.create_task(scene.connection.run())
    with Beats(scene.clock, every=0.001).among(scene.connection):
        try:
            yield scene, task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_the_actor_is_the_seat_whatever_the_frame_says() -> None:
    async with opened() as (scene, _):
        scene.wire.ask("7")
        assert await scene.wire.hearing("answer") == [{"type": "answer", "id": "7", "ok": True, "result": {}}]
        assert scene.session.asked == [("s_ana", c.Leave(), "7")]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Refused("kept_apart", one="Ana", other="Ben"), "kept_apart"),
        (Unavailable("disk"), "unavailable"),
        (NotFound("x"), "not_allowed"),
        (RuntimeError("a fault that tells a secret"), "unavailable"),
    ],
)
async def test_whatever_goes_wrong_inside_is_an_answer_and_the_connection_lives(error: Exception, reason: str) -> None:
    async with opened() as (scene, task):
        scene.session.answer = error
        scene.wire.ask()
        (answer,) = await scene.wire.hearing("answer")
        assert (answer["ok"], answer["reason"]) == (False, reason)
        assert "secret" not in json.dumps(answer)
        scene.session.answer = {}
        scene.wire.ask("2")
        assert len(await scene.wire.hearing("answer", 2)) == 2
        assert not task.done()


async def test_leaving_is_asked_at_once_while_an_earlier_command_of_the_same_tab_still_waits() -> None:
    async with opened() as (scene, _):
        scene.session.gate.clear()
        scene.wire.say(type="command", id="1", command={"name": "raise_hand"})
        scene.wire.ask("2")
        await asyncio.wait_for(scene.session.second.wait(), 5)
        assert [type(command) for _, command, _ in scene.session.asked] == [c.RaiseHand, c.Leave]
        scene.session.gate.set()
        assert [a["id"] for a in await scene.wire.hearing("answer", 2)] == ["1", "2"]


async def test_a_secret_of_a_link_leaves_as_a_whole_address() -> None:
    async with opened() as (scene, _):
        scene.session.answer = {"seat": "s_new", "link": "secret"}
        scene.wire.ask()
        (answer,) = await scene.wire.hearing("answer")
        assert answer["result"] == {"seat": "s_new", "link": "https://parley.example/join#secret"}


async def test_a_slow_disk_is_not_a_lost_person() -> None:
    async with opened() as (scene, task):
        scene.session.gate.clear()
        scene.wire.ask()
        for _ in range(5):
            scene.clock.wind(SILENT_S - 0.1)
            scene.wire.say(type="pong")
            before = len(await scene.wire.hearing("ping"))
            await scene.wire.hearing("ping", before + 2)
        assert not task.done()
        scene.session.gate.set()
        await scene.wire.hearing("answer")


async def test_more_than_can_be_carried_out_hangs_up() -> None:
    async with opened() as (scene, task):
        scene.session.gate.clear()
        for number in range(INBOX_MAX + 2):
            scene.clock.wind(0.2)
            scene.wire.ask(str(number))
            await asyncio.sleep(0)
        await asyncio.wait_for(task, 5)
        assert scene.wire.closed == (4429, "too_many_frames")
        assert scene.wire.heard[-1] == {"type": "bye", "reason": "too_many_frames"}


async def test_silence_ends_it() -> None:
    async with opened() as (scene, task):
        await scene.wire.hearing("ping")
        scene.clock.wind(SILENT_S + 0.1)
        await asyncio.wait_for(task, 5)
        assert scene.wire.closed == (4408, "silent") and scene.counts.closes == {"silent": 1}


async def test_a_moment_of_silence_is_said_and_that_it_is_over() -> None:
    async with opened() as (scene, task):
        scene.clock.wind(QUIET_S - 0.1)
        before = len(await scene.wire.hearing("ping"))
        await scene.wire.hearing("ping", before + 2)
        assert scene.session.hushed == []
        scene.clock.wind(0.2)
        await scene.wire.hearing("ping", before + 4)
        assert scene.session.hushed == [True]
        scene.wire.say(type="pong")
        await scene.wire.hearing("ping", before + 6)
        assert scene.session.hushed == [True, False] and not task.done()


async def test_an_end_that_takes_nothing_is_given_up_even_while_it_talks() -> None:
    async with opened() as (scene, task):
        await scene.wire.hearing("ping")
        scene.wire.still.clear()
        scene.mailbox.put({"type": "fact"})
        while not task.done():
            scene.clock.wind(SILENT_S / 10)
            scene.wire.say(type="pong")
            await asyncio.wait([task], timeout=0.005)
        await task
        assert scene.wire.closed is None, "there is no use in telling it"


async def test_what_is_queued_before_the_end_is_still_delivered() -> None:
    async with opened() as (scene, task):
        scene.mailbox.put({"type": "fact", "number": 1})
        scene.mailbox.put({"type": "bye", "reason": "link_revoked"})
        scene.mailbox.close(4403, "link_revoked")
        scene.mailbox.put({"type": "fact", "number": 2})
        await asyncio.wait_for(task, 5)
        assert [f["type"] for f in scene.wire.heard if f["type"] != "ping"] == ["fact", "bye"]
        assert scene.wire.closed == (4403, "link_revoked")


async def test_one_bad_media_answer_is_forgiven_and_three_are_not() -> None:
    async with opened() as (scene, task):
        for _ in range(2):
            scene.wire.say(type="media.answer", connection="p", sdp="v=0")
        scene.wire.ask()
        await scene.wire.hearing("answer")
        assert not task.done()
        scene.wire.say(type="media.answer", connection="p", sdp="v=0")
        await asyncio.wait_for(task, 5)
        assert scene.wire.closed == (4400, "bad_answer")


async def test_when_the_other_end_goes_it_ends() -> None:
    async with opened() as (scene, task):
        scene.wire.said.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(task, 5)


async def test_by_the_short_way_what_comes_is_done_and_what_is_put_has_gone_before_anything_else_runs() -> None:
    short = Short()
    async with opened(short) as (scene, task):
        await asyncio.wait_for(short.pinged.wait(), 5)
        short.say(type="told", room="r", epoch=1)
        scene.mailbox.put({"type": "fact"})
        assert scene.session.shown == [("s_ana", "c_1", "r", 1)]
        assert short.posted[-1] == '{"type":"fact"}' and scene.wire.heard == []
        scene.wire.said.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(task, 5)
    assert short.taker is None, "whoever has gone takes nothing more"


async def test_the_short_way_has_the_same_bounds() -> None:
    short = Short()
    async with opened(short) as (scene, task):
        await asyncio.wait_for(short.pinged.wait(), 5)
        while scene.mailbox.closed is None:
            short.say(type="pong")
        await asyncio.wait_for(task, 5)
    assert scene.wire.closed == (4429, "too_many_frames")


async def test_a_fault_by_the_short_way_ends_the_connection() -> None:
    short = Short()
    with pytest.raises(RuntimeError, match="a fault of ours"):
        async with opened(short) as (scene, task):
            await asyncio.wait_for(short.pinged.wait(), 5)
            scene.session.faulty = True
            short.say(type="told", room="r", epoch=1)
            await asyncio.wait_for(task, 5)
