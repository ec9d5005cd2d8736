"""Who reads and who writes which layer of the board."""

import pytest

from server.board import commands as b
from server.board.events import Links
from server.board.layers import JOINT as TABLE
from server.board.layers import MEDIATORS
from server.board.place import Place
from server.session import commands as c
from server.session.layers import let_in, newcomers, readable, writable
from tests.support.boarding import (
    LEDGER_A,
    LEDGER_B,
    SEEN,
    SIDE_A,
    SIDE_B,
    SIDE_C,
    at_the_table,
    draft,
    let_say,
    seen,
    shown,
    write,
)
from tests.support.cast import (
    CHAMBERS,
    CLARA,
    DANA,
    DAVID,
    INES,
    JOINT,
    MARTA,
    MIRIAM,
    OMAR,
    PAUL,
    PRIYA,
    ROOM_A,
    ROOM_B,
    Play,
)

LEDGER_C = "ledger:C"


def reads(play: Play, seat: str) -> set[str]:
    """What a seat reads, which is also what its view says."""
    layers = set(readable(play.state, play.state.seats[seat]))
    board = play.view(seat)["board"]
    assert {layer["id"] for layer in board["layers"]} == layers if board else not layers or play.state.closed
    return layers


def writes(play: Play, seat: str) -> set[str]:
    layers = set(writable(play.state, play.state.seats[seat]))
    board = play.view(seat)["board"]
    assert {layer["id"] for layer in board["layers"] if layer["write"]} == layers if board else not layers
    return layers


def why(play: Play, seat: str, layer: str, at: b.Seen | None = None) -> str:
    command = b.AddThings(layer, at or seen(play, seat, layer), (draft("issue"),))
    return play.refused(seat, command).reason


# --- reading


def test_each_reads_the_joint_layer_and_those_of_its_own_group() -> None:
    play = at_the_table(MIRIAM, PAUL, DANA, INES, OMAR)
    assert reads(play, PAUL) == {TABLE, SIDE_A, LEDGER_A}
    assert reads(play, DANA) == reads(play, OMAR) == {TABLE, SIDE_B, LEDGER_B}
    assert reads(play, MIRIAM) == {TABLE, MEDIATORS, LEDGER_A, LEDGER_B, LEDGER_C}
    assert reads(play, INES) == {TABLE}


def test_no_mediator_reads_the_layer_of_a_side() -> None:
    play = at_the_table(rooms={ROOM_A: (MARTA, PRIYA)})
    for mediator in (MIRIAM, MARTA):
        assert not reads(play, mediator) & {SIDE_A, SIDE_B, SIDE_C}


def test_whoever_waits_has_left_or_was_revoked_reads_nothing() -> None:
    play = at_the_table()
    assert reads(play, CLARA) == set(), "waits"
    play.move({PAUL: "lobby"})
    play.ask(DANA, c.Leave())
    assert reads(play, PAUL) == reads(play, DANA) == set()
    play.ask(DANA, c.ComeBack())
    play.ask(MIRIAM, c.RevokeLink(PAUL))
    assert reads(play, PAUL) == reads(play, DANA) == set()


def test_who_waits_at_a_door_is_in_the_room_and_reads() -> None:
    play = Play(attentive=True)
    play.arrive(MIRIAM, PAUL, PRIYA)
    play.move({MIRIAM: ROOM_A})
    play.move({PAUL: ROOM_A})
    play.move({PRIYA: ROOM_A})
    assert PRIYA in play.state.rooms[ROOM_A].doors
    assert SIDE_A in reads(play, PRIYA)


def test_after_the_end_one_still_takes_ones_own_view_along_who_was_in() -> None:
    play = at_the_table(rooms={ROOM_A: (PRIYA,)})
    card = write(play, PAUL, TABLE)
    play.ask(DANA, c.Leave())
    before = len(play.frames(DANA))
    late = write(play, PAUL, TABLE)
    play.ask(MIRIAM, c.CloseSession())
    assert set(shown(play, PAUL)) == set(shown(play, PRIYA)) == {card, late}
    assert reads(play, DANA) == reads(play, CLARA) == set(), "had left, or never came in"
    assert [f.body["kind"] for f in play.frames(DANA)[before:]] == ["view"]
    assert writes(play, PAUL) == set()


def test_in_the_next_session_one_reads_again_when_one_is_in_again() -> None:
    play = at_the_table()
    card = write(play, PAUL, SIDE_A)
    play.ask(MIRIAM, c.CloseSession())
    play.ask(MIRIAM, c.NextSession())
    assert all(shown(play, seat) == {} and reads(play, seat) == set() for seat in (PAUL, DANA, MIRIAM))
    play.arrive(MIRIAM, PAUL)
    assert reads(play, PAUL) == set()
    play.move({PAUL: ROOM_A})
    assert set(shown(play, PAUL)) == {card}


# --- writing


def test_the_joint_layer_is_written_to_from_the_joint_room_alone() -> None:
    play = at_the_table(MIRIAM, PAUL, rooms={ROOM_A: (PRIYA,), ROOM_B: (DANA,), CHAMBERS: (MARTA,)})
    assert writes(play, PAUL) == {TABLE, SIDE_A}
    assert writes(play, MIRIAM) == {TABLE, MEDIATORS}
    for seat, own in ((PRIYA, SIDE_A), (DANA, SIDE_B), (MARTA, MEDIATORS)):
        assert writes(play, seat) == {own}
        assert why(play, seat, TABLE) == "table_only"


def test_from_elsewhere_nothing_at_the_table_is_touched() -> None:
    play = at_the_table(MIRIAM, PAUL, rooms={ROOM_A: (PRIYA,)})
    card, proposal = write(play, PAUL, TABLE), write(play, PAUL, SIDE_A, "proposal")
    room = seen(play, PAUL, TABLE)
    for command in (
        b.EditCard(card, 1, play.state.board.things[card].words, Links(), room),  # type: ignore[union-attr]
        b.PlaceThings(((card, Place(0, 0, 9, 9)),)),
        b.RemoveThings((card,)),
        b.RestoreThings((card,), room),
        b.WriteComment(card, TABLE, "x", room),
        b.TableCard(proposal, 1, room),
    ):
        assert play.refused(PRIYA, command).reason == "table_only", command


def test_a_side_writes_into_no_ledger_and_into_no_layer_of_others() -> None:
    play = at_the_table()
    for layer in (LEDGER_A, LEDGER_B, SIDE_B, MEDIATORS, "nowhere"):
        assert why(play, PAUL, layer) == "unknown_layer"
    assert why(play, MIRIAM, LEDGER_A) == "unknown_layer"


def test_who_waits_writes_nothing() -> None:
    play = at_the_table()
    assert play.refused(CLARA, b.AddThings(SIDE_A, SEEN, (draft("issue"),))).reason == "not_in_room"


def test_a_paused_room_is_not_written_in() -> None:
    play = at_the_table()
    card = write(play, PAUL, TABLE)
    play.ask(MIRIAM, c.StepOut())
    assert play.state.rooms[JOINT].paused
    assert why(play, PAUL, TABLE) == "room_paused"
    play.ask(PAUL, b.RemoveThings((card,)))
    write(play, PAUL, SIDE_A)


# --- the audience that one was looking at


def test_nothing_goes_to_somebody_who_came_into_the_room_meanwhile() -> None:
    play = at_the_table(MIRIAM, PAUL)
    before = seen(play, PAUL, TABLE)
    play.move({DANA: JOINT})
    refusal = play.refused(PAUL, b.AddThings(TABLE, before, (draft("issue"),)))
    assert (refusal.reason, refusal.detail["joined"]) == ("audience_grew", ["Dana herself"])
    assert why(play, PAUL, TABLE, b.Seen(before.epoch)) == "audience_grew", "without the room"


def test_nothing_goes_to_somebody_who_was_let_in_meanwhile() -> None:
    play = at_the_table()
    before = seen(play, PAUL, SIDE_A)
    late = invited(play, "counsel", "A")
    play.ask(PAUL, b.LetIn(SIDE_A, late))
    refusal = play.refused(PAUL, b.AddThings(SIDE_A, before, (draft("issue"),)))
    now = {"joined": ["Late Guest"], "layer": SIDE_A, "epoch": 1, "audience": []}
    assert (refusal.reason, refusal.detail) == ("audience_grew", now)
    assert why(play, PAUL, SIDE_A, b.Seen(1, JOINT)) == "audience_grew"
    write(play, PAUL, SIDE_A)


def test_a_release_goes_to_those_mediators_whom_one_was_shown() -> None:
    play = at_the_table()
    card = write(play, PAUL, SIDE_A, "idea")
    before = seen(play, PAUL, LEDGER_A)
    late = invited(play, "co_mediator", None)
    play.ask(PAUL, b.ReleaseCard(card, 1, before))
    play.ask(MIRIAM, b.LetIn(MEDIATORS, late))
    refusal = play.refused(PAUL, b.ReleaseCard(card, 1, before))
    assert (refusal.reason, refusal.detail["joined"]) == ("audience_grew", ["Late Guest"])
    let_say(play, PAUL, card)


# --- newcomers


def invited(play: Play, role: str, side: str | None, seat: str = "late") -> str:
    return str(play.ask(MIRIAM, c.Invite("Late Guest", role, side, seat))["seat"])


def comes(play: Play, seat: str, room: str) -> None:
    play.arrive(seat)
    if play.at(seat) != room:
        play.move({seat: room})


def test_being_invited_opens_no_papers() -> None:
    play = at_the_table()
    mine, joint = write(play, PAUL, SIDE_A), write(play, PAUL, TABLE)
    let_say(play, PAUL, write(play, PAUL, SIDE_A, "idea"))
    late = invited(play, "counsel", "A")
    comes(play, late, ROOM_A)
    assert reads(play, late) == {TABLE} and set(shown(play, late)) == {joint}
    assert play.view(late)["board"]["waiting"] and writes(play, late) == set()
    assert play.view(PAUL)["board"]["newcomers"] == [{"seat": late, "name": "Late Guest", "role": "counsel"}]
    play.ask(PAUL, b.LetIn(SIDE_A, late))
    assert mine in shown(play, late) and reads(play, late) == reads(play, PAUL)
    assert not play.view(PAUL)["board"]["newcomers"] and not play.view(late)["board"]["waiting"]


@pytest.mark.parametrize("who", [DANA, MIRIAM, DAVID, INES])
@pytest.mark.parametrize("layer", [SIDE_A, SIDE_B, MEDIATORS])
def test_a_newcomer_is_let_in_by_its_own_group_alone(who: str, layer: str) -> None:
    play = at_the_table(MIRIAM, PAUL, DANA, DAVID, INES)
    late = invited(play, "counsel", "A")
    assert play.refused(who, b.LetIn(layer, late)).reason in ("unknown_layer", "unknown_seat")


def test_no_newcomer_lets_itself_or_another_in() -> None:
    play = at_the_table()
    one, other = invited(play, "counsel", "A", "one"), invited(play, "party", "A", "other")
    comes(play, one, ROOM_A)
    for seat in (one, other):
        assert play.refused(one, b.LetIn(SIDE_A, seat)).reason == "unknown_layer"


def test_who_is_let_in_already_and_who_never_was_are_refused_alike() -> None:
    play = at_the_table()
    for seat in (CLARA, DANA, "nobody"):
        assert play.refused(PAUL, b.LetIn(SIDE_A, seat)).reason == "unknown_seat"


def test_a_newcomer_acts_for_nobody() -> None:
    play = at_the_table()
    late = invited(play, "counsel", "A")
    comes(play, late, JOINT)
    card = write(play, late, TABLE)
    assert play.state.board.things[card].author is None  # type: ignore[union-attr]
    tabled = play.ask(PAUL, b.TableCard(write(play, PAUL, SIDE_A, "proposal"), 1, seen(play, PAUL, TABLE)))["ids"][0]
    assert play.refused(late, b.ReplyTo(tabled, "accept", "", seen(play, late, TABLE))).reason == "side_not_named"
    assert play.refused(late, b.WithdrawCard(tabled)).reason == "not_yours"


def test_a_mediator_who_comes_later_reads_no_ledger_before_it_is_let_in() -> None:
    play = at_the_table()
    release = let_say(play, PAUL, write(play, PAUL, SIDE_A, "idea"), TABLE)
    late = invited(play, "co_mediator", None)
    comes(play, late, CHAMBERS)
    assert reads(play, late) == {TABLE}
    assert play.refused(late, b.CarryRelease(release, TABLE)).reason == "unknown_card"
    play.ask(MIRIAM, b.LetIn(MEDIATORS, late))
    play.ask(late, b.CarryRelease(release, TABLE))


def test_people_who_are_kept_apart_do_not_learn_of_each_other_by_the_board() -> None:
    play = at_the_table()
    late = invited(play, "counsel", "A")
    play.ask(MIRIAM, c.KeepApart(c.Subject("seat", PAUL), c.Subject("seat", late)))
    play.move({PRIYA: ROOM_A})
    before = seen(play, PAUL, SIDE_A)
    assert play.view(PAUL)["board"]["newcomers"] == []
    assert play.refused(PAUL, b.LetIn(SIDE_A, late)).reason == "unknown_seat"
    play.ask(PRIYA, b.LetIn(SIDE_A, late))
    refusal = play.refused(PAUL, b.AddThings(SIDE_A, before, (draft("issue"),)))
    assert (refusal.reason, refusal.detail["joined"]) == ("audience_grew", [])


# --- groups that lose everybody


def test_a_side_of_which_nobody_is_left_begins_afresh_and_what_was_kept_stays_closed() -> None:
    play = at_the_table()
    kept, joint = write(play, PAUL, SIDE_A), write(play, PAUL, TABLE)
    released = let_say(play, PAUL, kept)
    for seat in (PAUL, PRIYA, CLARA):
        play.ask(MIRIAM, c.RevokeLink(seat))
    late = invited(play, "party", "A")
    comes(play, late, JOINT)
    assert set(shown(play, late)) == {joint, released}
    assert writes(play, late) == {TABLE, SIDE_A}
    write(play, late, SIDE_A)
    assert kept not in play.state.board.things


def test_who_waited_when_the_last_one_went_begins_afresh() -> None:
    play = at_the_table()
    kept = write(play, PAUL, SIDE_A)
    late, other = invited(play, "party", "A", "late"), invited(play, "counsel", "A", "other")
    play.ask(MIRIAM, c.RevokeLink(PAUL))
    play.ask(MIRIAM, c.RevokeLink(PRIYA))
    assert let_in(play.state, play.state.seats[late]) is None, "Clara is left, and may let it in"
    play.ask(MIRIAM, c.RevokeLink(CLARA))
    assert all(let_in(play.state, play.state.seats[s]) == SIDE_A for s in (late, other))
    assert kept not in play.state.board.things and newcomers(play.state, SIDE_A) == []
    assert play.replayed().state == play.state


def test_a_mediator_who_waits_goes_on_where_the_only_other_one_is_revoked() -> None:
    play = at_the_table()
    play.ask(MARTA, c.RevokeLink(MIRIAM))
    late = invited_by(play, MARTA, "mediator", None)
    comes(play, late, CHAMBERS)
    play.ask(late, c.RevokeLink(MARTA))
    assert reads(play, late) == {TABLE, MEDIATORS, LEDGER_A, LEDGER_B, LEDGER_C}


def invited_by(play: Play, mediator: str, role: str, side: str | None) -> str:
    return str(play.ask(mediator, c.Invite("Late Guest", role, side, "late"))["seat"])


def test_where_only_somebody_is_left_who_may_let_nobody_in_the_others_begin_afresh() -> None:
    play = at_the_table(MIRIAM, DANA, OMAR)
    kept = write(play, DANA, SIDE_B)
    for seat in (DAVID, DANA):
        play.ask(MIRIAM, c.RevokeLink(seat))
    assert kept in shown(play, OMAR), "he looks on until then"
    late = invited(play, "party", "B")
    assert let_in(play.state, play.state.seats[late]) == SIDE_B
    assert kept not in shown(play, OMAR) and reads(play, OMAR) == {TABLE}
    comes(play, late, JOINT)
    play.ask(late, b.LetIn(SIDE_B, OMAR))
    assert reads(play, OMAR) == {TABLE, SIDE_B, LEDGER_B}


def test_the_first_of_a_side_that_nobody_was_of_is_at_home_at_once() -> None:
    play = at_the_table()
    play.ask(MIRIAM, c.RevokeLink("chris"))
    late = invited(play, "insurer", "C")
    assert let_in(play.state, play.state.seats[late]) == SIDE_C
