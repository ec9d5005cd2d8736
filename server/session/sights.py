"""Who has seen which card, and who may know: only where the session was made so, and everybody was told on coming in.

Rule 1: nobody is sent anything because somebody looks. Who reads a card may ask for the names (`card_history`).
Rule 2: what happens in a private room stays there. What somebody was shown in one is told to the own group alone; what
        it was shown in the joint room, to everybody who reads the card.
Rule 3: of the group that wrote a card, nobody else is told who has seen it: that could tell which person wrote it. So
        nothing at all is noted of the ideas of a round, which are nobody's.
Rule 4: names come in the order of the seats, without a time: neither tells who looked first.
"""

from server.board.card import Card
from server.errors import Refused
from server.session.commands import SawCards
from server.session.decisions import Asked, Decision, happened
from server.session.events import CardsSeen
from server.session.knowing import knows_of
from server.session.layers import group_of, let_in, of_ones_own, readable, reader
from server.session.state import Seat, Sight, State


def saw_cards(state: State, command: SawCards, asked: Asked) -> Decision:
    """Note what is new. Raises `Refused`: not_noted, unknown_card (also for a version that there is not)."""
    if not state.policy.seen:
        raise Refused("not_noted")
    seat = state.seats[asked.actor]
    layers = readable(state, seat)
    noted: list[tuple[str, int]] = []
    for name, version in command.cards:
        card = state.board.things.get(name)
        if not isinstance(card, Card) or card.layer not in layers or card.removed:
            raise Refused("unknown_card")
        if not 1 <= version <= card.version:
            raise Refused("unknown_card")
        if card.round is None and _is_new(state, seat, name, version):
            noted.append((name, version))
    return happened(CardsSeen(seat.id, tuple(noted))) if noted else happened()


def _is_new(state: State, seat: Seat, card: str, version: int) -> bool:
    before = state.sights.get(card, {}).get(seat.id, Sight(0))
    table = seat.room is not None and state.rooms[seat.room].kind == "joint"
    return version > (before.table if table else before.anywhere)


def seen_by(state: State, seat: Seat, card: Card) -> list[dict[str, object]] | None:
    """Who else has seen this card, which `seat` reads, as far as it may know, and the newest version that each was
    shown. `None` where it is not noted.
    """
    if not state.policy.seen:
        return None
    known = state.sights.get(card.id, {})
    near = reader(state, seat).near(card.author)
    told: list[dict[str, object]] = []
    for other in state.seats.values():
        sight = known.get(other.id)
        wrote = not near and group_of(other) == card.author
        if sight is None or other.id == seat.id or wrote or not knows_of(state, seat, other):
            continue
        version = sight.anywhere if _together(state, seat, other) else sight.table
        if version and card.layer in of_ones_own(state, other):
            told.append({"seat": other.id, "name": other.listed, "version": version})
    return told


def _together(state: State, seat: Seat, other: Seat) -> bool:
    group = let_in(state, seat)
    return group is not None and let_in(state, other) == group
