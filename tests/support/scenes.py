"""Short scenes, a few steps each, in which rules are most easily broken: chance alone comes to them too rarely."""

from collections.abc import Callable
from typing import Protocol

from server.session import commands as c
from server.session.commands import LOBBY, Step
from server.session.roles import OPERATOR
from server.session.state import Seat
from tests.support.cast import JOINT, Play, Reply


class Stage(Protocol):
    """What a scene needs of the walker that plays it."""

    play: Play

    def pick_seat(self, wanted: Callable[[Seat], bool]) -> Seat | None: ...
    def places(self, seat: Seat) -> list[str]: ...
    def ask(self, actor: str | None, command: c.Command) -> Reply | None: ...
    def fact(self, fact: c.Fact) -> None: ...
    def mediator(self) -> str | None: ...
    def chance(self, of: float) -> bool: ...
    def show_all(self) -> None: ...
    def everybody_speaks(self) -> None: ...


def _here(seat: Seat) -> bool:
    return seat.where in ("lobby", "room")


def _moved(stage: Stage, to: dict[str, str], by: str | None = None) -> Reply | None:
    """Move as a mediator would who has looked at the preview."""
    steps = tuple(s for s in stage.play.steps(to) if s.frm != s.to)
    if not steps:
        return None
    return stage.ask(by or stage.mediator(), c.Move(steps, confirmation=stage.play.preview(steps)["confirmation"]))


def _one_of(stage: Stage, side: str) -> str | None:
    found = stage.pick_seat(lambda s: s.side == side and _here(s))
    return found.id if found else None


def _host(stage: Stage) -> str | None:
    found = stage.pick_seat(lambda s: s.mediates and _here(s))
    return found.id if found else None


def _speaks(stage: Stage, *seats: str) -> None:
    """They are connected, their pages show where they are, and they switch on."""
    for seat in seats:
        if stage.play.state.seats[seat].connection is None:
            stage.fact(c.Connected(seat, stage.play.fresh(f"c_{seat}")))
        stage.play.show(seat)
        stage.ask(seat, c.Switch("microphone", True, *stage.play.looking_at(seat)))
        stage.ask(seat, c.Switch("camera", True, *stage.play.looking_at(seat)))


def _says(stage: Stage, seat: str) -> None:
    """The person writes to whom the page shows."""
    screen = stage.play.screens.get(seat)
    room = screen.view["room"] if screen else None
    if room:
        stage.play.composed = frozenset(m["seat"] for m in room["members"])
        stage.ask(seat, c.Say(room["id"], room["epoch"], "For you alone."))
        stage.play.composed = None


def meeting(stage: Stage) -> tuple[str, str, str] | None:
    """Two sides and a mediator meet and speak."""
    one, other, host = _one_of(stage, "A"), _one_of(stage, "B"), _host(stage)
    if one is None or other is None or host is None or JOINT not in stage.play.state.rooms:
        return None
    _moved(stage, {one: JOINT, other: JOINT, host: JOINT})
    stage.play.wait(4)
    _speaks(stage, one, other, host)
    return one, other, host


def parting_and_undo(stage: Stage) -> None:
    """They part, and somebody presses undo."""
    if (cast := meeting(stage)) is not None:
        one, other, _ = cast
        reply = _moved(stage, {one: LOBBY} if stage.chance(0.5) else {one: LOBBY, other: LOBBY})
        if reply and "move" in reply:
            stage.ask(stage.mediator(), c.Move(undo=str(reply["move"])))


def absence(stage: Stage) -> None:
    """The mediator goes, in one of the ways in which one can; then somebody tries to go on."""
    if (cast := meeting(stage)) is None:
        return
    one, other, host = cast
    if stage.chance(0.4):
        stage.fact(c.Disconnected(host, stage.play.state.seats[host].connection or ""))
        stage.play.wait(2)
        if stage.chance(0.4):
            stage.ask(stage.mediator(), c.ReplaceLink(host))
        stage.play.wait(4)
    else:
        stage.ask(host, c.StepOut() if stage.chance(0.5) else c.Leave())
    stage.play.show(one)
    _says(stage, one)
    if stage.chance(0.2):
        stage.ask(other, c.StepOut())
    if stage.chance(0.4):
        _moved(stage, {host: JOINT})
    if stage.chance(0.5):
        stage.ask(stage.mediator(), c.Pause())
        stage.ask(stage.mediator(), c.Resume())
    stage.ask(stage.mediator(), c.Resume(JOINT))
    stage.ask(one, c.StepOut())


def held_mediator(stage: Stage) -> None:
    """One side is alone; the other comes with the mediator, who is asked to wait."""
    one, other, host = _one_of(stage, "A"), _one_of(stage, "B"), _host(stage)
    if one is None or other is None or host is None or JOINT not in stage.play.state.rooms:
        return
    inside = list(stage.play.state.rooms[JOINT].members)
    _moved(stage, {s: LOBBY for s in inside})
    _moved(stage, {one: JOINT}, by=OPERATOR)
    _speaks(stage, one)
    _moved(stage, {other: JOINT, host: JOINT}, by=OPERATOR)
    _speaks(stage, one, other)
    stage.ask(one, c.HoldDoor(host))
    stage.play.wait(4)
    stage.show_all()


def there_and_back(stage: Stage) -> None:
    """Somebody is moved out and back while the page is behind; then the page says what it had shown."""
    seat = stage.pick_seat(lambda s: s.room is not None and s.connection is not None)
    if seat is None or seat.room is None:
        return
    room = seat.room
    stage.show_all()
    _moved(stage, {seat.id: LOBBY})
    _moved(stage, {seat.id: room})
    if stage.chance(0.5) and (host := _host(stage)) is not None:
        _moved(stage, {host: room})
    stage.play.tell(seat.id)
    _says(stage, seat.id)


def newcomer(stage: Stage) -> None:
    """Somebody comes in while others are writing, and while their pages are behind."""
    seat = stage.pick_seat(lambda s: s.room is not None and s.connection is not None and s.role != "observer")
    host = _host(stage)
    if seat is None or seat.room is None or host is None or host == seat.id:
        return
    _moved(stage, {host: LOBBY})
    _speaks(stage, seat.id)
    if stage.chance(0.4):
        stage.ask(stage.mediator(), c.Note(seat.room, "For you alone."))
    _moved(stage, {host: seat.room})
    stage.play.wait(4)
    stage.play.tell(seat.id)
    _says(stage, seat.id)


def stale_plan(stage: Stage) -> None:
    """A mediator confirms what was shown; meanwhile somebody else has come in."""
    one, other, third = _one_of(stage, "A"), _one_of(stage, "B"), _one_of(stage, "C") or _one_of(stage, "A")
    if one is None or other is None or third is None or JOINT not in stage.play.state.rooms:
        return
    _moved(stage, {s: LOBBY for s in stage.play.state.rooms[JOINT].members})
    steps = stage.play.steps({one: JOINT, other: JOINT})
    confirmation = stage.play.preview(steps)["confirmation"]
    if third != one:
        _moved(stage, {third: JOINT})
    stage.ask(stage.mediator(), c.Move(steps, confirmation=confirmation))


def pause_and_resume(stage: Stage) -> None:
    """A pause, in which pages say again what they had shown before it."""
    stage.everybody_speaks()
    stage.ask(stage.mediator(), c.Pause())
    stage.show_all()
    stage.ask(stage.mediator(), c.Resume())


def apart_at_home(stage: Stage) -> None:
    """Two of one side are kept apart; one is at home when the other steps out."""
    one = stage.pick_seat(lambda s: s.side is not None and _here(s))
    if one is None:
        return
    other = stage.pick_seat(lambda s: s.side == one.side and s.id != one.id and _here(s))
    home = next((r.id for r in stage.play.state.rooms.values() if r.kind == "caucus" and r.side == one.side), None)
    if other is None or home is None or JOINT not in stage.play.state.rooms:
        return
    _moved(stage, {one.id: home})
    _moved(stage, {other.id: JOINT})
    stage.ask(stage.mediator(), c.KeepApart(c.Subject("seat", one.id), c.Subject("seat", other.id)))
    stage.ask(other.id, c.StepOut())


def sides_apart(stage: Stage) -> None:
    """Somebody, or a side, is kept apart from a whole side; then they are told to meet."""
    one, other = _one_of(stage, "A"), _one_of(stage, "B")
    if one is None or other is None or JOINT not in stage.play.state.rooms:
        return
    _moved(stage, {one: LOBBY, other: LOBBY})
    subjects = [c.Subject("seat", one) if stage.chance(0.5) else c.Subject("side", "A"), c.Subject("side", "B")]
    stage.ask(stage.mediator(), c.KeepApart(*(subjects if stage.chance(0.5) else reversed(subjects))))
    _moved(stage, {one: JOINT})
    _moved(stage, {other: JOINT})
    if stage.chance(0.7):
        stage.ask(stage.mediator(), c.AllowTogether(*subjects))


def stolen_link(stage: Stage) -> None:
    """Somebody asks with a link that is replaced or revoked before the answer comes."""
    seat = stage.pick_seat(lambda s: s.where != "revoked")
    if seat is None:
        return
    request = stage.play.fresh("d_")
    stage.fact(c.DeviceAsked(seat.id, request))
    stage.ask(stage.mediator(), c.ReplaceLink(seat.id) if stage.chance(0.6) else c.RevokeLink(seat.id))
    stage.ask(stage.mediator(), c.DeviceAnswered(request, True))


def new_tab(stage: Stage) -> None:
    """Somebody goes on in another tab; the older one still says what it shows."""
    stage.everybody_speaks()
    if seat := stage.pick_seat(lambda s: s.room is not None and s.connection is not None):
        stage.fact(c.Connected(seat.id, stage.play.fresh(f"c_{seat.id}")))
        stage.play.tell(seat.id)


def cut_off(stage: Stage) -> None:
    """Somebody who hears and is heard is gone."""
    stage.everybody_speaks()
    if seat := stage.pick_seat(lambda s: s.room is not None and s.connection is not None):
        stage.fact(c.Disconnected(seat.id, seat.connection or ""))


def share_over_a_move(stage: Stage) -> None:
    """Somebody shares, and is moved."""
    stage.everybody_speaks()
    seat = stage.pick_seat(lambda s: s.room is not None and s.connection is not None and s.role != "observer")
    if seat is not None:
        stage.ask(seat.id, c.Switch("screen", True, *stage.play.looking_at(seat.id)))
        _moved(stage, {seat.id: JOINT})
        stage.ask(seat.id, c.StepOut())


def out_of_place(stage: Stage) -> None:
    """A plan that no page would offer: a wrong room, or a wrong from."""
    seat = stage.pick_seat(_here)
    if seat is None:
        return
    rooms = [LOBBY, *stage.play.state.rooms]
    fit = stage.places(seat)
    for room in sorted(rooms, key=fit.__contains__):
        steps = (Step(seat.id, (seat.room or LOBBY) if stage.chance(0.6) else rooms[len(rooms) // 2], room),)
        if stage.chance(0.6):
            stage.ask(stage.mediator(), c.Move(steps, confirmation=stage.play.preview(steps)["confirmation"]))


def second_session(stage: Stage) -> None:
    """The session is closed and the case goes on; pages that stayed open say again what they had shown, and people who
    have just come write from there.
    """
    party = stage.pick_seat(lambda s: not s.mediates and s.where != "revoked")
    other = stage.pick_seat(lambda s: not s.mediates and s is not party)
    if party is not None and other is not None and stage.chance(0.8):
        _moved(stage, {s.id: LOBBY for s in (party, other) if _here(s)})
        stage.ask(stage.mediator(), c.KeepApart(c.Subject("seat", party.id), c.Subject("seat", other.id)))
    if other is not None and stage.chance(0.6):
        stage.ask(stage.mediator(), c.RevokeLink(other.id))
    stage.ask(stage.mediator(), c.CloseSession())
    if stage.play.state.closed is None:
        return
    if party is not None:
        stage.ask(party.id, c.NextSession())
    stage.ask(OPERATOR if stage.chance(0.3) else stage.mediator(), c.NextSession())
    for seat in [s for s in stage.play.state.seats.values() if s.where == "invited" and stage.chance(0.9)]:
        stage.fact(c.Connected(seat.id, stage.play.fresh(f"c_{seat.id}")))
        stage.play.tell(seat.id)
        stage.ask(seat.id, stage.play.arriving(seat.id, camera=stage.chance(0.5)))
    stage.show_all()
    meeting(stage)


SCENES: tuple[Callable[[Stage], object], ...] = (
    meeting,
    parting_and_undo,
    absence,
    absence,
    absence,
    held_mediator,
    there_and_back,
    newcomer,
    stale_plan,
    pause_and_resume,
    apart_at_home,
    sides_apart,
    stolen_link,
    new_tab,
    cut_off,
    share_over_a_move,
    out_of_place,
    second_session,
    second_session,
)
