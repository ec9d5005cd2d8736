"""One Redis server as this process uses it: a line to publish on, a line to listen on, both kept for ever."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from server.errors import Unavailable
from server.relay.address import Host
from server.relay.dialling import Dialler, Evicting
from server.relay.keeper import Keeper
from server.relay.line import Line, Question, Rejection
from server.relay.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Words:
    """What the commands are called, and the first word of a message."""

    publish: bytes
    subscribe: bytes
    unsubscribe: bytes
    message: bytes


WHOLE = Words(b"PUBLISH", b"SUBSCRIBE", b"UNSUBSCRIBE", b"message")
SHARDED = Words(b"SPUBLISH", b"SSUBSCRIBE", b"SUNSUBSCRIBE", b"smessage")  # a topic lives on one server of a cluster


@dataclass(slots=True, eq=False)
class Topic:
    """A topic that somebody here is subscribed to, by its full name."""

    name: bytes
    post: "Post"
    subscriptions: set[Subscription] = field(default_factory=set)
    question: Question | None = None  # the last request to subscribe, on `line`
    line: Line | None = None


class Post:
    """`changed(error)` and `rejected(error)` tell whoever keeps watch; `moved()` says that a topic lives elsewhere."""

    def __init__(
        self,
        host: Host,
        dialler: Dialler,
        words: Words,
        patience_s: float,
        *,
        changed: Callable[[Exception | None], None],
        rejected: Callable[[Rejection], None],
        moved: Callable[[], None],
    ) -> None:
        self.host = host
        self.topics: dict[bytes, Topic] = {}
        self._heard: dict[bytes, set[Subscription]] = {}  # of those topics that Redis has confirmed
        self._dialler = dialler
        self._words = words
        self._patience_s = patience_s
        self._rejected = rejected
        self._moved = moved
        self.mouth = Keeper(self._dial_mouth, self._ready, changed, patience_s)
        self.ear = Keeper(self._dial_ear, self._welcome, changed, patience_s)

    @property
    def away(self) -> bool:
        return self.mouth.line is None or self.ear.line is None

    async def open(self) -> None:
        """Both lines. Raises what hindered the first attempt."""
        await self.mouth.start()
        await self.ear.start()

    def open_later(self) -> None:
        """Both lines, as soon as it can be."""
        self.mouth.start_later()
        self.ear.start_later()

    async def check_memory(self) -> None:
        """Raises `Evicting` if the server throws keys away, `Rejection` if it does not say."""
        assert self.mouth.line is not None
        async with asyncio.timeout(self._patience_s):
            told = await self.mouth.line.ask(b"INFO", b"memory")
        facts = dict(line.split(b":", 1) for line in told.split(b"\r\n") if b":" in line)
        if facts.get(b"maxmemory", b"0") != b"0" and facts.get(b"maxmemory_policy") != b"noeviction":
            raise Evicting("Redis throws keys away")

    async def check_rights(self, name: bytes) -> None:
        """Publish and subscribe once. Raises `Rejection` if we may not."""
        assert self.mouth.line is not None and self.ear.line is not None
        async with asyncio.timeout(self._patience_s):
            await self.mouth.line.ask(b"PING")
            await self.mouth.line.ask(self._words.publish, name, b"")
            await self.ear.line.turn(self._words.subscribe, name)
            await self.ear.line.turn(self._words.unsubscribe, name)

    async def close(self) -> None:
        await self.mouth.close()
        await self.ear.close()
        self._heard.clear()

    def publish(self, name: bytes, data: bytes) -> None:
        line = self.mouth.line
        if line is None:
            raise Unavailable("the relay is away")
        line.send(self._words.publish, name, data)

    async def settled(self) -> None:
        if self.mouth.line is None:
            raise Unavailable("the relay is away")
        await self.mouth.line.settled()

    async def join(self, name: bytes, subscription: Subscription) -> Topic:
        """Let `subscription` hear the topic from now on. Raises `Unavailable`; then nothing is left of it."""
        line = self.ear.line
        if line is None or not line.open:
            raise Unavailable("the relay is away")
        topic = self.topics.get(name)
        if topic is None:
            topic = self.topics[name] = Topic(name, self)
            self._subscribe(topic, line)
        topic.subscriptions.add(subscription)
        question = topic.question
        assert question is not None  # there is a line, so it was asked
        try:
            async with asyncio.timeout(self._patience_s):
                await asyncio.shield(question)
        except (Rejection, TimeoutError) as error:
            leave(topic, subscription)
            raise Unavailable("Redis refuses the topic") from error
        except BaseException:
            leave(topic, subscription)
            raise
        subscription.live = True
        return topic

    def adopt(self, topic: Topic) -> None:
        """Take over a topic that lived at another post. Its subscribers are told of the gap when it is live here."""
        topic.post = self
        self.topics[topic.name] = topic
        line = self.ear.line
        if line is not None and line.open:
            self._subscribe(topic, line).add_done_callback(lambda q: line.hang_up() if q.exception() else None)

    def deaf_to(self, topic: Topic) -> bool:
        """Whether Redis has taken the topic from us although there is a line."""
        asked = topic.question is not None and topic.question.done()
        return self.ear.line is not None and asked and topic.name not in self._heard

    def give_up(self, topic: Topic) -> None:
        """Hear nothing of the topic any more."""
        self.topics.pop(topic.name, None)
        self._heard.pop(topic.name, None)
        if topic.line is not None and topic.line.open:
            topic.line.turn(self._words.unsubscribe, topic.name)
        topic.line = topic.question = None

    def _subscribe(self, topic: Topic, line: Line) -> Question:
        topic.line = line
        topic.question = line.turn(self._words.subscribe, topic.name)
        return topic.question

    # The lines

    async def _dial_mouth(self) -> Line:
        return await self._dialler.dial(self.host, lambda: Line(self._patience_s, on_rejected=self._rejected))

    async def _dial_ear(self) -> Line:
        self._heard.clear()
        return await self._dialler.dial(
            self.host,
            lambda: Line(self._patience_s, self._words.message, self._deliver, self._confirmed, self._rejected),
        )

    async def _ready(self, line: Line) -> None:
        """Nothing is said before publishing."""

    async def _welcome(self, line: Line) -> None:
        """Subscribe to everything anew."""
        questions = [self._subscribe(topic, line) for topic in self.topics.values()]
        if questions:
            await asyncio.gather(*questions)

    def _deliver(self, name: bytes, data: bytes) -> None:
        for subscription in self._heard.get(name, ()):
            subscription.put(data)

    def _confirmed(self, kind: bytes, name: bytes, question: Question | None) -> None:
        """Called in the order of the bytes, so that a gap is marked before what comes after it."""
        topic = self.topics.get(name)
        if question is None:
            if kind == self._words.unsubscribe.lower():
                self._heard.pop(name, None)
                self._moved()
        elif topic is not None and topic.question is question:
            self._heard[name] = topic.subscriptions
            for subscription in topic.subscriptions:
                if subscription.live:
                    subscription.interrupt()
                subscription.live = True


def leave(topic: Topic, subscription: Subscription) -> None:
    """One subscriber less; the topic is given up with the last one."""
    subscription.end()
    topic.subscriptions.discard(subscription)
    if not topic.subscriptions and topic.post.topics.get(topic.name) is topic:
        topic.post.give_up(topic)
