"""One connection to a Redis server, for as long as it lives: commands out in batches, answers and messages in.

What costs CPU for each message stands here, so it is lean: commands of one turn of the event loop leave in one write,
answers are parsed by hiredis, and nothing is awaited. It speaks RESP3, where messages (pushes) and answers mix.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from hiredis import HiredisError, PushNotification, Reader, pack_command

from server.errors import ParleyError, Unavailable

HELD_BYTES = 64 * 1024  # a batch of commands is written early when it is larger
UNSENT_BYTES = 4 * 1024 * 1024  # commands that the network has not taken; with more the line refuses further ones
_pack = cast("Callable[[tuple[bytes, ...]], bytes]", pack_command)  # hiredis declares a tuple of one only
_MORE = object()  # hiredis: the rest of the answer has not arrived

Push = list[Any]


class Question(asyncio.Future[Any]):
    """A command of pub/sub that Redis confirms with a push of this kind about this topic, and not with an answer."""

    kind = b""
    topic = b""


class Rejection(ParleyError):
    """Redis answered with an error. `code` is its first word, such as NOPERM."""

    @property
    def code(self) -> str:
        return str(self).partition(" ")[0]


class Line(asyncio.Protocol):
    """A connection.

    `message` is the first word of pushes that carry a message: `on_message(topic, data)` gets those. `on_confirmed`
    gets the topics of other pushes with the question that they answer, None if nobody asked. `on_rejected` gets errors
    that nobody waits for. All are called at once, in the order of the bytes. `lost` is done when the line is.
    """

    def __init__(
        self,
        patience_s: float,
        message: bytes = b"message",
        on_message: Callable[[bytes, bytes], None] | None = None,
        on_confirmed: Callable[[bytes, bytes, Question | None], None] | None = None,
        on_rejected: Callable[[Rejection], None] | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._beat_s = patience_s * 0.45  # a silence is noticed after two beats and the second look
        self._message = message
        self._on_message = on_message
        self._on_confirmed = on_confirmed
        self._on_rejected = on_rejected
        self._reader = Reader(protocolError=Unavailable, replyError=Rejection, notEnoughData=_MORE)
        self._transport: asyncio.Transport | None = None
        self._asked: deque[asyncio.Future[Any] | None] = deque()  # one for each answer that is due
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._full = False
        self._heard = True
        self._doubted = False
        self._ping: asyncio.Future[Any] | None = None
        self._beat: asyncio.TimerHandle | None = None
        self.rejections = 0  # how many commands were answered with an error
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._closed: asyncio.Future[None] = self._loop.create_future()

    @property
    def open(self) -> bool:
        return self._transport is not None

    def send(self, *command: bytes) -> None:
        """A command whose answer nobody waits for. Raises `Unavailable` when the line is lost or does not take more."""
        if self._full:
            raise Unavailable("the relay does not keep up")
        self._put(command, None)

    def ask(self, *command: bytes) -> asyncio.Future[Any]:
        """A command and the future of its answer: `Rejection` for an error, `Unavailable` when the line is lost."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._put(command, answer)
        return answer

    def turn(self, command: bytes, topic: bytes) -> Question:
        """Subscribe or unsubscribe; done when Redis has confirmed it."""
        question = Question(loop=self._loop)
        question.kind, question.topic = command.lower(), topic
        self._put((command, topic), question)
        return question

    def _put(self, command: tuple[bytes, ...], answer: asyncio.Future[Any] | None) -> None:
        if self._transport is None:
            raise Unavailable("the relay is away")
        self._asked.append(answer)
        packed = _pack(command)
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(packed)
        self._held_bytes += len(packed)
        if self._held_bytes > HELD_BYTES:
            self._flush()

    async def settled(self) -> None:
        """Wait until everything that was sent is answered. Raises `Unavailable` if anything went wrong with it."""
        before = self.rejections
        if self._transport is None:
            raise Unavailable("the relay is away")
        if self._asked:
            last = self._asked[-1]
            if last is None:
                last = self._asked[-1] = self._loop.create_future()
            try:
                await asyncio.shield(last)
            except Rejection as error:
                raise Unavailable("Redis refused it") from error
        if self.rejections != before:
            raise Unavailable("Redis refused it")

    def hang_up(self) -> None:
        """Give the line up, at once."""
        if self._transport is not None:
            self._transport.abort()
            self._gone()

    async def close(self) -> None:
        """Give the line up and wait until its socket is closed."""
        self.hang_up()
        await asyncio.shield(self._closed)

    def pause(self, reading: bool) -> None:
        """Stop reading what comes in, or go on."""
        if self._transport is not None:
            (self._transport.resume_reading if reading else self._transport.pause_reading)()

    def _flush(self) -> None:
        if self._held and self._transport is not None:
            batch = self._held[0] if len(self._held) == 1 else b"".join(self._held)
            self._held.clear()
            self._held_bytes = 0
            self._transport.write(batch)

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are no instances of it
        self._transport.set_write_buffer_limits(high=UNSENT_BYTES)
        self._beat = self._loop.call_later(self._beat_s, self._listen)

    def data_received(self, data: bytes) -> None:
        self._heard = True
        reader, asked, message, on_message = self._reader, self._asked, self._message, self._on_message
        reader.feed(data)
        try:
            while (reply := reader.gets()) is not _MORE:
                if type(reply) is not PushNotification:
                    answer = asked.popleft()
                    if answer is not None or type(reply) is not int:
                        self._answer(answer, reply)
                elif on_message is not None and reply[0] == message:
                    on_message(reply[1], reply[2])
                else:
                    self._confirm(reply)
        except (Unavailable, HiredisError, IndexError):  # this is no Redis, or not any more
            self.hang_up()

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False

    def connection_lost(self, error: Exception | None) -> None:
        self._gone()
        self._closed.set_result(None)

    # What follows

    def _answer(self, answer: asyncio.Future[Any] | None, reply: Any) -> None:
        if isinstance(reply, Rejection):
            self.rejections += 1
            if answer is not None and not answer.done():
                answer.set_exception(reply)
                answer.add_done_callback(asyncio.Future.exception)  # whoever waits gets it; nobody need wait
            if self._on_rejected is not None:
                self._on_rejected(reply)
        elif answer is not None and not answer.done():
            answer.set_result(reply)

    def _confirm(self, push: Push) -> None:
        """Redis says that it (un)subscribed us: because we asked, or by itself when a topic has moved elsewhere."""
        kind, topic = push[0], push[1]
        first = self._asked[0] if self._asked else None
        ours = isinstance(first, Question) and (first.kind, first.topic) == (kind, topic)
        question = self._asked.popleft() if ours else None
        assert question is None or isinstance(question, Question)
        if question is not None and not question.done():
            question.set_result(None)
        if self._on_confirmed is not None:
            self._on_confirmed(kind, topic, question)

    def _listen(self) -> None:
        """The heartbeat: a line on which a question stays without any answer is lost."""
        if not self._heard and self._ping is not None and not self._ping.done():
            if self._doubted:
                self.hang_up()
                return
            self._doubted = True  # this process may have been held up itself: what has arrived is read first
            self._beat = self._loop.call_later(self._beat_s / 5, self._listen)
            return
        self._heard = self._doubted = False
        if self._ping is None or self._ping.done():
            self._ping = self.ask(b"PING")
        self._beat = self._loop.call_later(self._beat_s, self._listen)

    def _gone(self) -> None:
        self._transport = None
        self._held.clear()
        if self._beat is not None:
            self._beat.cancel()
        for answer in self._asked:
            if answer is not None and not answer.done():
                answer.set_exception(Unavailable("the relay is away"))
                answer.add_done_callback(asyncio.Future.exception)
        self._asked.clear()
        if not self.lost.done():
            self.lost.set_result(None)
