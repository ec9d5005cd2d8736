"""The bounded outbox of one connection."""

import asyncio
import json

from server.host.mailbox import FRAMES_MOST, TOO_SLOW, Closed, Mailbox, Shared, text_of


def texts(box: Mailbox) -> list[object]:
    return [w.frame for w in box._queue]


async def test_frames_come_out_in_order_as_compact_json() -> None:
    box = Mailbox()
    box.put({"type": "a", "name": "Zoë"})
    box.put({"type": "b"})
    assert await box.take() == '{"type":"a","name":"Zoë"}'
    assert await box.take() == '{"type":"b"}'


def test_what_several_get_is_the_same_text_as_if_each_got_its_own() -> None:
    said = {"kind": "said", "name": "Zoë", "text": 'He said "no".', "to": ["s_1", "s_2"]}
    shared = Shared(said)
    for number in (1, 22):
        frame = {"type": "fact", "number": number, "at": 1_764_288_000_000, "fact": said}
        assert text_of({**frame, "fact": shared}) == text_of(frame)
    assert text_of(shared) == text_of(said)


def test_what_several_get_is_written_once() -> None:
    shared = Shared({"type": "board.point", "x": 1})
    assert text_of(shared) is text_of(shared)


async def test_the_taker_waits_for_a_frame() -> None:
    box = Mailbox()
    taker = asyncio.create_task(box.take())
    await asyncio.sleep(0)
    assert not taker.done()
    box.put({"type": "late"})
    assert await taker == '{"type":"late"}'


async def test_a_cancelled_taker_loses_nothing() -> None:
    box = Mailbox()
    taker = asyncio.create_task(box.take())
    await asyncio.sleep(0)
    taker.cancel()
    await asyncio.gather(taker, return_exceptions=True)
    box.put({"type": "kept"})
    assert json.loads(str(await box.take())) == {"type": "kept"}


async def test_only_the_newest_of_a_kind_waits_and_it_waits_at_the_end() -> None:
    box = Mailbox()
    box.put({"n": 1}, latest="hearing")
    box.put({"n": 2})
    box.put({"n": 3}, latest="hearing")
    box.put({"n": 4}, latest="slots")
    assert texts(box) == [{"n": 2}, {"n": 3}, {"n": 4}]


async def test_what_waits_can_be_taken_back_by_its_kind() -> None:
    box = Mailbox()
    box.put({"n": 1}, latest="point")
    box.put({"n": 2}, latest="drag")
    box.put({"n": 3})
    box.forget("point")
    box.forget("point")
    assert texts(box) == [{"n": 2}, {"n": 3}]


async def test_what_is_ephemeral_is_dropped_before_the_connection_is() -> None:
    box = Mailbox()
    box.put({"type": "levels"}, ephemeral=True)
    for n in range(FRAMES_MOST):
        box.put({"n": n})
    assert box.closed is None
    assert texts(box) == [{"n": n} for n in range(FRAMES_MOST)]


async def test_over_the_bound_the_connection_is_closed_as_too_slow_and_holds_no_memory() -> None:
    box = Mailbox()
    for n in range(FRAMES_MOST + 1):
        box.put({"n": n})
    assert texts(box) == []
    assert await box.take() == Closed(TOO_SLOW, "slow")
    box.put({"n": "after"})
    assert await box.take() == Closed(TOO_SLOW, "slow")


async def test_what_was_queued_before_closing_is_still_delivered() -> None:
    box = Mailbox()
    box.put({"type": "bye"})
    box.close(4403, "link_revoked")
    box.put({"type": "never"})
    assert await box.take() == '{"type":"bye"}'
    assert await box.take() == Closed(4403, "link_revoked")


async def test_the_first_reason_for_closing_stands() -> None:
    box = Mailbox()
    box.close(4403, "link_revoked")
    box.close(1012, "restart")
    assert box.closed == Closed(4403, "link_revoked")


async def test_closing_wakes_a_taker_that_waits() -> None:
    box = Mailbox()
    taker = asyncio.create_task(box.take())
    await asyncio.sleep(0)
    box.close(1012, "restart")
    assert await taker == Closed(1012, "restart")


class Posted(list[str]):
    def post(self, text: str) -> bool:
        self.append(text)
        return True


async def test_what_need_not_wait_is_posted_past_the_taker() -> None:
    box, posted = Mailbox(), Posted()
    box.post_by(posted.post)
    box.put({"n": 1})
    assert texts(box) == [{"n": 1}], "nobody takes yet"
    assert await box.take() == '{"n":1}'
    box.put({"n": 2})
    assert posted == [], "the taker has the first in its hands"
    assert await box.take() == '{"n":2}'
    taker = asyncio.create_task(box.take())
    await asyncio.sleep(0)
    box.put({"n": 3}, latest="n")
    box.put('{"n":4}', latest="n")
    assert posted == ['{"n":3}', '{"n":4}'] and not texts(box) and not taker.done()
    taker.cancel()
    await asyncio.gather(taker, return_exceptions=True)
    box.put({"n": 5})
    assert len(posted) == 2, "nobody takes any more"


async def test_what_cannot_be_posted_waits_and_all_that_follows_waits_behind_it() -> None:
    box, takes, asked = Mailbox(), False, list[str]()

    def post(text: str) -> bool:
        asked.append(text)
        return takes

    box.post_by(post)
    taker = asyncio.create_task(box.take())
    await asyncio.sleep(0)
    box.put({"n": 1})
    takes = True
    box.put({"n": 2})
    assert asked == ['{"n":1}'] and texts(box) == [{"n": 1}, {"n": 2}]
    assert await taker == '{"n":1}'
    assert await box.take() == '{"n":2}'


async def test_nothing_is_posted_behind_the_end() -> None:
    box, posted = Mailbox(), Posted()
    box.post_by(posted.post)
    taker = asyncio.create_task(box.take())
    await asyncio.sleep(0)
    box.close(1012, "restart")
    box.put({"n": 1})
    assert posted == [] and await taker == Closed(1012, "restart")
