"""What is put into the outbox of a far connection comes to the mailbox that is beside its socket."""

from server.host.far_outbox import FarOutbox, arrived
from server.host.mailbox import Closed, Mailbox


def pair() -> tuple[FarOutbox, Mailbox]:
    mailbox = Mailbox()

    def send(payload: bytes) -> None:
        frame = arrived(payload)
        assert frame.ref == 7
        frame.into(mailbox)

    return FarOutbox(7, send), mailbox


async def test_frames_come_as_they_would_have_gone_out_there() -> None:
    far, near = pair()
    far.put({"type": "fact", "number": 1, "fact": {"text": "Größe 🙂"}})
    assert await near.take() == '{"type":"fact","number":1,"fact":{"text":"Größe 🙂"}}'


async def test_only_the_newest_of_its_kind_waits() -> None:
    far, near = pair()
    far.put({"type": "levels", "n": 1}, ephemeral=True, latest="levels")
    far.put({"type": "levels", "n": 2}, ephemeral=True, latest="levels")
    assert await near.take() == '{"type":"levels","n":2}'


async def test_what_is_taken_back_is_taken_back_there() -> None:
    far, near = pair()
    far.put({"type": "board.point"}, ephemeral=True, latest="point")
    far.put({"type": "levels"}, ephemeral=True)
    far.put({"type": "hearing"})
    far.forget("point")
    far.drop_ephemeral()
    assert await near.take() == '{"type":"hearing"}'


async def test_closing_says_why_and_nothing_comes_after() -> None:
    far, near = pair()
    far.put({"type": "bye", "reason": "restart"})
    far.close(1012, "restart")
    far.put({"type": "late"})
    far.close(4409, "elsewhere")
    assert far.closed == Closed(1012, "restart")
    assert await near.take() == '{"type":"bye","reason":"restart"}'
    assert await near.take() == Closed(1012, "restart")
