"""Two sides have identical tools."""

from typing import Literal, cast, get_args

import pytest

from server.board import commands as b
from server.board.card import FileFacts, Words
from server.board.events import Links
from server.errors import Refused
from server.session import commands as c
from server.session.decide import authorise
from server.session.roles import ALWAYS, ARRANGE, CARRY, DRAW, MEDIATOR_ROLES, OPERATOR, RIGHTS, ROLES, SPEAK_FOR, may
from tests.support.cast import CLARA, DANA, DAVID, FULL_HOUSE, JOINT, MIRIAM, OMAR, PAUL, PRIYA, ROOM_A, Play, on_stage

SEEN = b.Seen(0)
EVERY_COMMAND = [kind for kind in get_args(c.Command) if kind is not c.Switch]


def sample(kind: type, seat: str) -> c.Command:
    """Some command of this kind; only the right to it is asked."""
    made: dict[type, c.Command] = {
        c.Arrive: c.Arrive("x", "1", ""),
        c.Say: c.Say(JOINT, 0, "x"),
        c.HoldDoor: c.HoldDoor(seat),
        c.Move: c.Move(),
        c.Note: c.Note(None, "x"),
        c.OpenRoom: c.OpenRoom("x"),
        c.RenameRoom: c.RenameRoom(JOINT, "x"),
        c.CloseRoom: c.CloseRoom(ROOM_A),
        c.KeepApart: c.KeepApart(c.Subject("seat", PAUL), c.Subject("seat", DANA)),
        c.AllowTogether: c.AllowTogether(c.Subject("seat", PAUL), c.Subject("seat", DANA)),
        c.Invite: c.Invite("x", "party", "A", "new"),
        c.RenameSeat: c.RenameSeat(seat, "x"),
        c.ReplaceLink: c.ReplaceLink(seat),
        c.RevokeLink: c.RevokeLink(seat),
        c.DeviceAnswered: c.DeviceAnswered("none", True),
        b.AddThings: b.AddThings("joint", SEEN),
        b.AddFile: b.AddFile("joint", SEEN, FileFacts("x", "x", "x", 1, 1, 1, 1)),
        b.EditCard: b.EditCard("x", 1, Words("x"), Links(), SEEN),
        b.EditMark: b.EditMark("x", SEEN),
        b.PlaceThings: b.PlaceThings(()),
        b.RemoveThings: b.RemoveThings(()),
        b.RestoreThings: b.RestoreThings((), SEEN),
        b.WriteComment: b.WriteComment("x", "joint", "x", SEEN),
        b.TableCard: b.TableCard("x", 1, SEEN),
        b.ReplyTo: b.ReplyTo("x", None),
        b.WithdrawCard: b.WithdrawCard("x"),
        b.PutBack: b.PutBack("x", SEEN),
        b.ReleaseCard: b.ReleaseCard("x", 1, SEEN),
        b.TakeBack: b.TakeBack("x"),
        b.CarryRelease: b.CarryRelease("x", "joint"),
        b.MatchInterests: b.MatchInterests("x", "y"),
        b.OpenRound: b.OpenRound("x", 5, SEEN),
        b.WriteIdea: b.WriteIdea("x", "x", SEEN),
        b.CloseRound: b.CloseRound("x"),
        b.LetIn: b.LetIn("joint", seat),
        c.SawCards: c.SawCards(()),
    }
    return made[kind] if kind in made else cast(c.Command, kind())


def allowed(play: Play, seat: str) -> set[str]:
    """What this seat may ask for at all, as `authorise` says."""
    found = set()
    media: list[c.Command] = [c.Switch("microphone", False), c.Switch("camera", False), c.Switch("screen", False)]
    for command in [sample(kind, seat) for kind in EVERY_COMMAND] + media:
        try:
            authorise(play.state, seat, command)
        except Refused as refusal:
            assert refusal.reason == "not_allowed"
            continue
        found.add(c.name_of(command))
    return found


def test_equal_roles_of_two_sides_may_the_same() -> None:
    play = on_stage()
    assert allowed(play, PAUL) == allowed(play, PRIYA) == allowed(play, DANA)
    assert allowed(play, CLARA) == allowed(play, DAVID)


def test_the_same_commands_of_two_sides_have_mirrored_ends() -> None:
    ends = []
    for one, other, own in ((PAUL, DANA, "room_a"), (DANA, PAUL, "room_b")):
        play = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)})
        play.say(one, "Something.")
        play.ask(one, c.RaiseHand())
        play.ask(one, c.CallMediator("Please."))
        play.ask(one, c.StepOut())
        assert play.at(one) == own and play.at(other) == JOINT
        ends.append((len(play.written), len(play.frames(one)), len(play.frames(other)), len(play.frames(MIRIAM))))
    assert ends[0] == ends[1]


def test_a_right_belongs_to_a_role_and_never_to_a_side() -> None:
    assert set(RIGHTS) == ROLES | {OPERATOR}
    for role in ROLES - {"observer"} - MEDIATOR_ROLES:
        assert RIGHTS[role] | SPEAK_FOR == RIGHTS["party"]
    assert RIGHTS["counsel"] == RIGHTS["party"]
    assert RIGHTS["mediator"] == RIGHTS["co_mediator"]


def test_nobody_can_take_away_what_is_always_there() -> None:
    for role in ROLES:
        assert RIGHTS[role] >= ALWAYS


def test_only_mediators_arrange() -> None:
    for role in ROLES - MEDIATOR_ROLES:
        assert not RIGHTS[role] & (ARRANGE | CARRY)


def test_only_parties_and_their_counsel_speak_for_a_side() -> None:
    for role in ROLES - {"party", "counsel"} - MEDIATOR_ROLES:
        assert not RIGHTS[role] & SPEAK_FOR


def test_no_mediator_answers_for_a_side_or_releases_anything_of_its() -> None:
    for role in MEDIATOR_ROLES:
        assert not RIGHTS[role] & {"reply_to", "release_card", "take_back"}


def test_an_observer_writes_nothing_on_the_board() -> None:
    assert not RIGHTS["observer"] & (DRAW | SPEAK_FOR | CARRY)


@pytest.mark.parametrize("kind", EVERY_COMMAND)
def test_the_operators_program_arranges_and_knows_nothing(kind: type) -> None:
    play = on_stage()
    command = sample(kind, PAUL)
    if may(OPERATOR, c.name_of(command)):
        assert kind in (c.Move, c.CloseSession, c.NextSession)
    else:
        assert play.refused(OPERATOR, command).reason == "not_allowed"


def test_an_observer_is_never_heard_or_seen() -> None:
    play = on_stage(FULL_HOUSE, rooms={JOINT: (MIRIAM, OMAR, DANA)})
    media: tuple[Literal["microphone", "camera", "screen"], ...] = ("microphone", "camera", "screen")
    for medium in media:
        refusal = play.refused(OMAR, c.Switch(medium, True, *play.looking_at(OMAR)))
        assert refusal.reason == "not_allowed"
    assert OMAR not in play.hears(DANA) | play.sees(DANA)
    assert play.hears(OMAR) == {MIRIAM, DANA}


def test_who_has_not_arrived_may_only_arrive_or_go() -> None:
    play = Play()
    play.connect(PAUL)
    for command in (c.Say(JOINT, 0, "x"), c.RaiseHand(), c.CallMediator(), c.ComeBack()):
        assert play.refused(PAUL, command).reason == "not_arrived"
    play.ask(PAUL, c.Leave())
    play.ask(PAUL, c.StepOut())


def test_who_never_was_and_who_is_revoked_look_the_same() -> None:
    play = on_stage()
    play.ask(MIRIAM, c.RevokeLink(PAUL))
    assert play.refused(PAUL, c.Leave()).reason == play.refused("nobody", c.Leave()).reason == "unknown_seat"
