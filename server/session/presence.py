"""Facts from the machine: connections come and go, time passes, another device asks."""

from server.errors import Refused
from server.session import boarding
from server.session import commands as c
from server.session import events as ev
from server.session.decisions import Asked, Decision, happened
from server.session.state import Seat, State


def connected(state: State, fact: c.Connected, asked: Asked) -> Decision:
    """A revoked seat stays revoked, whoever holds its socket."""
    if state.seats[fact.seat].where == "revoked":
        return happened()
    return happened(ev.SeatConnected(fact.seat, fact.connection))


def disconnected(state: State, fact: c.Disconnected, asked: Asked) -> Decision:
    """Only the connection that holds the seat can lose it: an older tab that is cut late changes nothing."""
    if state.seats[fact.seat].connection != fact.connection:
        return happened()
    return happened(ev.SeatDisconnected(fact.seat))


def recovered(state: State, fact: c.Recovered, asked: Asked) -> Decision:
    """Nobody is connected, and mediators who were gone for a moment may have been gone for long."""

    def doubtful(seat: Seat) -> bool:
        return seat.mediates and seat.gone_since is not None and not (seat.lost or seat.unseen)

    found = (s for s in state.seats.values() if s.connection is not None or doubtful(s))
    return Decision(tuple(ev.SeatDisconnected(s.id, restart=True) for s in found))


def clock_struck(state: State, fact: c.ClockStruck, asked: Asked) -> Decision:
    """Doors whose time has come open; mediators gone for longer than the grace are lost."""
    if state.closed:
        return happened()
    doors = tuple(
        ev.DoorOpened(room.id, seat)
        for room in state.rooms.values()
        for seat, door in room.doors.items()
        if door.opens <= asked.now
    )
    lost = tuple(ev.SeatLost(s) for s, at in _graces(state).items() if at <= asked.now)
    return Decision((*doors, *lost, *boarding.ended_by_time(state, asked.now)))


def _graces(state: State) -> dict[str, int]:
    """Until when each mediator who is gone may come back unnoticed; wherever it is, since it may be moved meanwhile."""
    return {
        s.id: s.gone_since + state.policy.grace_ms
        for s in state.seats.values()
        if s.mediates and s.gone_since is not None and not s.lost and s.where != "revoked"
    }


def due(state: State) -> int | None:
    """When time next changes something (ms), or `None`. Nothing that was stopped is ever resumed by time."""
    if state.closed:
        return None
    times = [door.opens for room in state.rooms.values() for door in room.doors.values()]
    times += _graces(state).values()
    times += state.board.deadlines.values()
    return min(times, default=None)


def requests_ended(state: State, seat: str) -> tuple[ev.DeviceDecided, ...]:
    """No to every other device that asks to go on with this seat."""
    return tuple(ev.DeviceDecided(request, who, False) for request, (who, _) in state.devices.items() if who == seat)


def device_asked(state: State, fact: c.DeviceAsked, asked: Asked) -> Decision:
    """A newer request of the same seat replaces the older one."""
    if state.closed or state.seats[fact.seat].where == "revoked":
        return happened()
    return Decision((*requests_ended(state, fact.seat), ev.DeviceRequested(fact.request, fact.seat)))


def device_answered(state: State, command: c.DeviceAnswered, asked: Asked) -> Decision:
    """The seat's own connected tab may say, or a mediator."""
    found = state.devices.get(command.request)
    if found is None or not (found[0] == asked.actor or state.seats[asked.actor].mediates):
        raise Refused("unknown_request")
    return happened(ev.DeviceDecided(command.request, found[0], command.allow))
