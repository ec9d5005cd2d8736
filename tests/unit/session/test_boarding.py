"""The board inside the session: what each seat is told of it, and that nobody else is told anything at all."""

import json
from collections.abc import Callable

import pytest

from server.board import commands as b
from server.board.card import Card, Words
from server.board.events import Links
from server.board.layers import JOINT as TABLE
from server.board.layers import MEDIATORS
from server.board.place import Place
from server.board.terms import TERMS_MOST, Term
from server.doors.wire import FRAME_MAX
from server.session import commands as c
from server.session.audience import card_history
from server.session.boarding import HISTORY_BYTES
from server.session.commands import LOBBY
from server.session.presence import due
from tests.support.boarding import (
    LEDGER_A,
    LEDGER_B,
    SIDE_A,
    SIDE_B,
    draft,
    let_say,
    seen,
    shown,
    write,
)
from tests.support.cast import (
    CHRIS,
    CLARA,
    DANA,
    DAVID,
    FULL_HOUSE,
    INES,
    JOINT,
    MARTA,
    MIRIAM,
    OMAR,
    PAUL,
    PRIYA,
    ROOM_A,
    ROOM_B,
    ROOM_C,
    START,
    Play,
    Reply,
    on_stage,
)

OTHERS = (MIRIAM, MARTA, DANA, DAVID, CHRIS, INES, OMAR)
HOUR = 3_600_000
STROKE = (0, 0, 1, 1, 2, 2)


def full_house() -> Play:
    return on_stage(
        FULL_HOUSE,
        rooms={JOINT: (MIRIAM, MARTA, PAUL, DANA, INES), ROOM_A: (PRIYA,), ROOM_B: (DAVID, OMAR), ROOM_C: (CHRIS,)},
    )


def told(play: Play, *seats: str) -> str:
    """Everything that these seats were sent, their snapshots, and the numbers of both."""
    frames = [[seat, [f.frame() for f in play.frames(seat)], play.view(seat), shown(play, seat)] for seat in seats]
    return json.dumps(frames, sort_keys=True)


def act(play: Play, seat: str, command: b.BoardCommand) -> Reply:
    return play.ask(seat, command)


# --- who is told


def private_deeds(play: Play) -> list[Callable[[], object]]:
    """Everything that side A can do in its own layer, one after the other."""
    at = seen(play, PRIYA, SIDE_A)
    made: list[str] = []

    def add() -> None:
        drafts = (draft("issue"), draft("proposal", until=START + HOUR), draft("proposal"))
        marks = (b.MarkDraft("ink", points=STROKE),)
        made.extend(play.ask(PRIYA, b.AddThings(SIDE_A, at, drafts, marks))["ids"])

    def card(n: int) -> Card:
        found = play.state.board.things[made[n]]
        assert isinstance(found, Card)
        return found

    return [
        add,
        lambda: made.extend(
            play.ask(PRIYA, b.AddThings(SIDE_A, at, (draft("package", members=tuple(made[1:3])),)))["ids"]
        ),
        lambda: act(play, PRIYA, b.EditCard(made[0], 1, Words("Fence"), Links(), at)),
        lambda: act(play, PRIYA, b.EditMark(made[3], at, "", "red", STROKE)),
        lambda: act(play, PRIYA, b.PlaceThings(((made[0], Place(5, 5, 9, 9)),))),
        lambda: act(play, PRIYA, b.WriteComment(made[0], SIDE_A, "Not below forty", at)),
        lambda: act(play, PRIYA, b.RemoveThings(tuple(made))),
        lambda: act(play, PRIYA, b.RestoreThings(tuple(made), at)),
        lambda: act(play, PRIYA, b.EditCard(made[4], card(4).version, Words("Both"), Links(members=(made[1],)), at)),
        lambda: play.wait(7200),
    ]


def test_nothing_of_a_private_layer_reaches_anybody_else() -> None:
    play = full_house()
    before = told(play, *OTHERS)
    for deed in private_deeds(play):
        deed()
        assert told(play, *OTHERS) == before
    assert len(shown(play, PAUL)) == len(shown(play, PRIYA)) == 6


def test_each_deed_is_one_fact_for_those_who_read_the_layer() -> None:
    play = full_house()
    for deed in private_deeds(play)[:-1]:
        before = len(play.frames(PAUL))
        deed()
        assert [f.body["kind"] for f in play.frames(PAUL)[before:]] == ["board"]
        shown(play, PAUL)


def test_a_release_is_told_to_the_mediators_and_to_nobody_else() -> None:
    play = full_house()
    card = write(play, PAUL, SIDE_A, "idea")
    others = (DANA, DAVID, CHRIS, INES, OMAR)
    before = told(play, *others)
    release = let_say(play, PAUL, card, SIDE_B, until=START + HOUR)
    second = let_say(play, PAUL, card)
    act(play, PAUL, b.TakeBack(second))
    assert told(play, *others) == before
    assert release in shown(play, MIRIAM) and release in shown(play, MARTA) and card not in shown(play, MIRIAM)
    play.wait(3600)
    assert shown(play, MIRIAM)[release]["state"] == "lapsed" and told(play, *others) == before


def test_what_is_carried_to_a_side_is_told_to_that_side_alone() -> None:
    play = full_house()
    release = let_say(play, PAUL, write(play, PAUL, SIDE_A, "idea"), SIDE_B)
    before = told(play, CHRIS, INES)
    act(play, MIRIAM, b.CarryRelease(release, SIDE_B))
    assert told(play, CHRIS, INES) == before
    (came,) = (t for t in shown(play, DANA).values() if t["came"])
    assert str(came["id"]) not in told(play, MIRIAM, PAUL, PRIYA)
    assert came["title"] == "Hedge" and came["author"] == SIDE_A


def test_that_a_side_needs_time_is_told_to_nobody_else() -> None:
    play = full_house()
    (card,) = act(play, PAUL, b.TableCard(write(play, PAUL, SIDE_A, "proposal"), 1, seen(play, PAUL, TABLE)))["ids"]
    others = (MIRIAM, PAUL, PRIYA, CHRIS, INES)
    before = told(play, *others)
    act(play, DANA, b.ReplyTo(card, "time", "Ask the bank", seen(play, DANA, TABLE)))
    act(play, DANA, b.ReplyTo(card, None))
    assert told(play, *others) == before
    act(play, DANA, b.ReplyTo(card, "cannot", "", seen(play, DANA, TABLE)))
    assert told(play, *others) != before


def test_a_comment_on_a_joint_card_can_be_for_the_own_side_alone() -> None:
    play = full_house()
    card = write(play, DANA, TABLE)
    before = told(play, *OTHERS)
    act(play, PRIYA, b.WriteComment(card, SIDE_A, "Too high", seen(play, PRIYA, SIDE_A)))
    assert told(play, *OTHERS) == before


def test_what_one_may_say_to_whom_is_in_no_refusal_of_others() -> None:
    """Side B tries everything on side A's things: each answer is the one for a thing that is not there."""
    play = full_house()
    card, mark = write(play, PAUL, SIDE_A, "proposal"), "nothing"
    release = let_say(play, PAUL, card, SIDE_B)
    at, room = seen(play, DANA, SIDE_B), seen(play, DANA, TABLE)
    found = {}
    for name in (card, release, mark):
        tried: list[b.BoardCommand] = [
            b.AddThings(SIDE_B, at, (draft("idea", about=name),)),
            b.AddThings(SIDE_B, at, (draft("proposal", answers=name),)),
            b.AddThings(SIDE_B, at, (draft("proposal", conditions=(name,)),)),
            b.AddThings(SIDE_B, at, (draft("package", members=(name,)),)),
            b.AddThings(SIDE_B, at, marks=(b.MarkDraft("arrow", frm=name),)),
            b.AddThings(SIDE_B, at, marks=(b.MarkDraft("arrow", to=name),)),
            b.EditCard(name, 1, Words("x"), Links(), at),
            b.EditMark(name, at),
            b.PlaceThings(((name, Place(0, 0, 9, 9)),)),
            b.RemoveThings((name,)),
            b.RestoreThings((name,), at),
            b.WriteComment(name, SIDE_B, "x", at),
            b.TableCard(name, 1, room),
            b.ReplyTo(name, "accept", "", room),
            b.ReplyTo(name, None),
            b.WithdrawCard(name),
            b.PutBack(name, room),
            b.ReleaseCard(name, 1, seen(play, DANA, LEDGER_B)),
            b.TakeBack(name),
            b.WriteIdea(name, "x", room),
        ]
        refusals = [play.refused(DANA, command) for command in tried]
        found[name] = [(r.reason, r.detail) for r in refusals]
        assert {reason for reason, _ in found[name]} == {"unknown_card"}
    assert found[card] == found[release] == found[mark]


# --- coming and going


def test_moving_between_rooms_tells_nothing_new_of_the_board() -> None:
    play = full_house()
    write(play, PAUL, TABLE)
    write(play, PAUL, SIDE_A)
    before = [f for f in play.frames(PAUL) if f.body["kind"] == "board"]
    play.move({PAUL: ROOM_A})
    assert [f for f in play.frames(PAUL) if f.body["kind"] == "board"] == before


def test_who_is_put_back_into_the_lobby_is_told_to_drop_everything() -> None:
    play = full_house()
    card, joint = write(play, PAUL, SIDE_A), write(play, PAUL, TABLE)
    play.move({PAUL: "lobby"})
    last = [f.body for f in play.frames(PAUL) if f.body["kind"] == "board"][-1]
    assert last == {"kind": "board", "layers": [], "put": [], "gone": []}
    assert shown(play, PAUL) == {} and play.view(PAUL)["board"] is None
    before = [f for f in play.frames(PAUL) if f.body["kind"] == "board"]
    write(play, PRIYA, SIDE_A)
    assert [f for f in play.frames(PAUL) if f.body["kind"] == "board"] == before
    play.move({PAUL: ROOM_A})
    assert {card, joint} < set(shown(play, PAUL))


def test_the_end_tells_nothing_of_the_board() -> None:
    play = full_house()
    write(play, PAUL, TABLE)
    before = {seat: len(shown(play, seat)) for seat in (PAUL, DANA)}
    counts = {seat: sum(f.body["kind"] == "board" for f in play.frames(seat)) for seat in before}
    play.ask(MIRIAM, c.CloseSession())
    assert {seat: len(shown(play, seat)) for seat in before} == before
    assert {seat: sum(f.body["kind"] == "board" for f in play.frames(seat)) for seat in before} == counts
    assert play.refused(PAUL, b.RemoveThings(())).reason == "session_closed"
    assert due(play.state) is None


def test_time_that_passed_between_sessions_ends_what_it_ends_in_the_next() -> None:
    play = full_house()
    write(play, MIRIAM, MEDIATORS, "proposal", until=START + HOUR)
    room = seen(play, PAUL, TABLE)
    (card,) = act(play, PAUL, b.TableCard(write(play, PAUL, SIDE_A, "proposal", until=START + HOUR), 1, room))["ids"]
    play.ask(MIRIAM, c.CloseSession())
    play.wait(7200)
    play.ask(MIRIAM, c.NextSession())
    play.wait(0)
    assert play.state.board.things[card].state == "lapsed"  # type: ignore[union-attr]


def test_whoever_is_revoked_is_told_to_drop_everything_and_nothing_after() -> None:
    play = full_house()
    write(play, PAUL, SIDE_A)
    play.ask(MIRIAM, c.RevokeLink(PAUL))
    assert shown(play, PAUL) == {}
    before = len(play.frames(PAUL))
    write(play, PRIYA, SIDE_A)
    assert len(play.frames(PAUL)) == before


def test_what_a_seat_that_was_gone_missed_is_told_in_order() -> None:
    play = full_house()
    play.disconnect(PAUL)
    card = write(play, PRIYA, SIDE_A)
    act(play, PRIYA, b.EditCard(card, 1, Words("Fence"), Links(), seen(play, PRIYA, SIDE_A)))
    play.connect(PAUL)
    assert shown(play, PAUL)[card]["title"] == "Fence"
    numbers = [f.number for f in play.frames(PAUL)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


# --- under a rule that keeps people apart


def test_a_rule_takes_names_off_what_lies_there_and_gives_them_back() -> None:
    play = full_house()
    write(play, PAUL, TABLE)
    act(play, PAUL, b.TableCard(write(play, PAUL, SIDE_A, "proposal"), 1, seen(play, PAUL, TABLE)))
    before = shown(play, CHRIS)
    others = told(play, DAVID, OMAR)
    rule = c.Subject("side", "A"), c.Subject("side", "C")
    play.ask(MIRIAM, c.KeepApart(*rule))
    text = json.dumps(shown(play, CHRIS))
    assert SIDE_A not in text and '"A"' not in text
    assert told(play, DAVID, OMAR) == others, "no board fact, no view for those whom it does not concern"
    play.ask(MIRIAM, c.AllowTogether(*rule))
    assert shown(play, CHRIS) == before


def test_a_rule_within_a_side_takes_names_off_its_own_papers() -> None:
    play = full_house()
    card = write(play, PAUL, SIDE_A)
    assert shown(play, PRIYA)[card]["by"] == "Paul herself"
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PAUL), c.Subject("seat", PRIYA)))
    assert shown(play, PRIYA)[card]["by"] == "" and shown(play, PAUL)[card]["by"] == "Paul herself"
    assert "Paul" not in json.dumps(card_history(play.state, play.state.seats[PRIYA], card))


# --- from the waiting room


def test_what_was_said_is_taken_back_from_the_waiting_room_too() -> None:
    play = full_house()
    idea = let_say(play, PAUL, write(play, PAUL, SIDE_A, "idea"), SIDE_B)
    made = write(play, PAUL, SIDE_A, "proposal", sides=("A", "B"))
    (card,) = act(play, PAUL, b.TableCard(made, 1, seen(play, PAUL, TABLE)))["ids"]
    act(play, PAUL, b.ReplyTo(card, "accept", "", seen(play, PAUL, TABLE)))
    play.move({PAUL: LOBBY})
    for command in (b.TakeBack(idea), b.ReplyTo(card, None), b.WithdrawCard(card)):
        assert play.ask(PAUL, command) == {"silent": True}
    assert shown(play, PRIYA)[idea]["state"] == "taken_back"
    assert shown(play, DANA)[card]["state"] == "withdrawn" and shown(play, DANA)[card]["replies"] == []


def test_whoever_waits_learns_nothing_by_taking_back() -> None:
    play = full_house()
    carried, waiting = (let_say(play, PAUL, write(play, PAUL, SIDE_A, "idea", t), SIDE_B) for t in ("One", "Other"))
    act(play, MIRIAM, b.CarryRelease(carried, SIDE_B))
    theirs = let_say(play, DANA, write(play, DANA, SIDE_B, "idea"), SIDE_A)
    play.move({PAUL: LOBBY})
    before = len(play.frames(PAUL))
    for name in (carried, waiting, waiting, theirs, "nothing"):
        assert play.ask(PAUL, b.TakeBack(name)) == play.ask(PAUL, b.WithdrawCard(name)) == {"silent": True}
        assert play.ask(PAUL, b.ReplyTo(name, None)) == {"silent": True}
    assert len(play.frames(PAUL)) == before and shown(play, DANA)[theirs]["state"] == "open"


def test_nothing_else_is_done_on_the_board_from_the_waiting_room() -> None:
    play = full_house()
    card = write(play, PAUL, SIDE_A, "idea")
    before = seen(play, PAUL, SIDE_A)
    play.move({PAUL: LOBBY})
    for command in (
        b.ReplyTo(card, "accept", "", before),
        b.ReleaseCard(card, 1, before),
        b.RemoveThings((card,)),
        b.WriteComment(card, SIDE_A, "x", before),
    ):
        assert play.refused(PAUL, command).reason == "not_in_room"


# --- earlier words


def test_earlier_words_are_read_by_those_who_read_the_card() -> None:
    play = full_house()
    card = write(play, PAUL, TABLE, title="First")
    act(play, PAUL, b.EditCard(card, 1, Words("Second"), Links(), seen(play, PAUL, TABLE)))
    own, theirs = (earlier(play, s, card) for s in (PRIYA, DANA))
    assert [(v["version"], v["title"]) for v in own] == [(1, "First"), (2, "Second")]
    assert [v["by"] for v in own] == ["Paul herself"] * 2 and [v["by"] for v in theirs] == ["", ""]


def earlier(play: Play, who: str, card: str, before: int | None = None) -> list[dict[str, object]]:
    return card_history(play.state, play.state.seats[who], card, before)["versions"]  # type: ignore[return-value]


def test_a_long_past_comes_in_parts_that_fit_into_an_answer_and_lead_to_the_beginning() -> None:
    play = full_house()
    card = write(play, PAUL, SIDE_A, title="1")
    for n in range(1, 30):
        words = Words(str(n + 1), f"{n} " + "ß" * 3_900)
        act(play, PAUL, b.EditCard(card, n, words, Links(), seen(play, PAUL, SIDE_A)))
    found: list[dict[str, object]] = []
    more = True
    while more:
        before = int(str(found[0]["version"])) if found else None
        part = card_history(play.state, play.state.seats[PRIYA], card, before)
        assert len(json.dumps(part, ensure_ascii=False).encode()) < FRAME_MAX
        found, more = [*part["versions"], *found], bool(part["more"])  # type: ignore[misc]
    assert [v["title"] for v in found] == [str(n) for n in range(1, 31)]
    assert len(earlier(play, PRIYA, card)) < 30
    assert card_history(play.state, play.state.seats[PRIYA], card, 1) == {"versions": [], "more": False}


def test_one_version_is_told_however_large_it_is() -> None:
    play = full_house()
    card = write(
        play,
        PAUL,
        SIDE_A,
        "proposal",
        text="漢" * 4_000,
        terms=tuple(Term("text", "é" * 60, "漢" * 900) for _ in range(TERMS_MOST)),
    )
    found = card_history(play.state, play.state.seats[PAUL], card)
    assert len(json.dumps(found, ensure_ascii=False).encode()) > HISTORY_BYTES and found["more"] is False


@pytest.mark.parametrize("who", [DANA, MIRIAM, INES, CLARA])
def test_earlier_words_of_another_layer_are_as_those_of_no_card(who: str) -> None:
    play = full_house()
    card = write(play, PAUL, SIDE_A)
    for name in (card, "nothing"):
        with pytest.raises(Exception, match="unknown_card"):
            card_history(play.state, play.state.seats[who], name)


# --- one whole bargain


def test_a_package_is_built_released_countered_and_agreed_over_two_rooms() -> None:
    play = on_stage(FULL_HOUSE, rooms={ROOM_A: (MIRIAM, PAUL), ROOM_B: (DANA,)})
    sides = ("A", "B")
    parts = [write(play, PAUL, SIDE_A, "proposal", t, sides=sides) for t in ("Price", "Hedge", "Fence")]
    package = write(play, PAUL, SIDE_A, "package", "All", members=tuple(parts), sides=sides)
    release = let_say(play, PAUL, package, SIDE_B, TABLE)
    assert play.refused(PAUL, b.TableCard(package, 1, seen(play, PAUL, TABLE))).reason == "table_only"
    act(play, MIRIAM, b.CarryRelease(release, SIDE_B))
    came = next(t for t in shown(play, DANA).values() if t["kind"] == "package")
    counter = write(play, DANA, SIDE_B, "proposal", "Cheaper", answers=came["id"], sides=sides)
    act(play, MIRIAM, b.CarryRelease(let_say(play, DANA, counter, SIDE_A), SIDE_A))
    back = next(t for t in shown(play, PAUL).values() if t["title"] == "Cheaper")
    assert back["answers"] == package and back["author"] == SIDE_B
    play.move({MIRIAM: JOINT, PAUL: JOINT, DANA: JOINT})
    (joint,) = (i for i in act(play, MIRIAM, b.CarryRelease(release, TABLE))["ids"] if shown(play, DANA)[i]["members"])
    act(play, DANA, b.ReplyTo(joint, "accept", "", seen(play, DANA, TABLE)))
    play.move({DANA: ROOM_B})
    assert shown(play, PAUL)[joint]["state"] == "tabled"
    act(play, PAUL, b.ReplyTo(joint, "accept", "", seen(play, PAUL, TABLE)))
    states = {t["state"] for t in shown(play, DANA).values() if t["layer"] == TABLE}
    assert states == {"agreed"} and len(shown(play, DANA)[joint]["members"]) == 3  # type: ignore[arg-type]
    assert play.replayed().state == play.state
    assert LEDGER_A not in told(play, DANA)
