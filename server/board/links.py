"""What a card is tied to: an issue, a proposal that it counters, conditions, the members of a package. Checked here."""

from collections.abc import Mapping
from dataclasses import replace

from server.board import events as ev
from server.board.board import Board
from server.board.card import ANSWERABLE, MEMBERS_MOST, PACKAGE, PROPOSAL, Card
from server.board.layers import JOINT
from server.board.mark import checked_colour
from server.board.proposal import DRAFT
from server.board.who import Who
from server.errors import Refused

CONDITIONS_MOST = 10


def links_of(card: Card) -> ev.Links:
    """What the card is tied to now."""
    return ev.Links(card.about, card.answers, card.sides, card.conditions, card.members, card.until, card.colour)


def links_checked(
    board: Board, who: Who, layer: str, kind: str, links: ev.Links, own: str = "", new: Mapping[str, str] | None = None
) -> ev.Links:
    """What a card is tied to must be there for its readers, and of the right kind. `own` is the card's id, `new` names
    cards that come with it, of which it may be about one.

    Raises `Refused` with `field`: links_not_here, unknown_side, until_past, too_many_links, unknown_card,
    condition_not_proposal, member_not_free, colour_unknown.
    """
    if kind not in ANSWERABLE:
        _nothing_of_a_proposal(links)
    if any(side not in who.known for side in links.sides):
        raise Refused("unknown_side", field="sides")
    if links.until is not None and links.until <= who.now:
        raise Refused("until_past", field="until")
    _bounded(links)
    if links.members and kind != PACKAGE:
        raise Refused("links_not_here", field="members")
    for member in links.members:
        card = _tied(board, who, layer, member, "members")
        if card.kind != PROPOSAL or card.layer != layer or card.state != DRAFT or card.package not in (None, own):
            raise Refused("member_not_free", field="members", title=card.words.title)
    for field, named in (("answers", (links.answers,)), ("conditions", links.conditions)):
        for other in named:
            if other is not None and _tied(board, who, layer, other, field, own).kind not in ANSWERABLE:
                raise Refused("condition_not_proposal", field=field)
    return replace(
        links,
        about=_about(board, who, layer, links.about, own, new or {}),
        sides=_sides(links.sides, who),
        conditions=tuple(dict.fromkeys(links.conditions)),
        members=tuple(dict.fromkeys(links.members)),
        colour=checked_colour(links.colour),
    )


def _nothing_of_a_proposal(links: ev.Links) -> None:
    for field in ("answers", "sides", "conditions", "members", "until"):
        if getattr(links, field):
            raise Refused("links_not_here", field=field)


def _bounded(links: ev.Links) -> None:
    for field, most in (("conditions", CONDITIONS_MOST), ("members", MEMBERS_MOST)):
        if len(getattr(links, field)) > most:
            raise Refused("too_many_links", field=field, most=most)


def _about(board: Board, who: Who, layer: str, about: str | None, own: str, new: Mapping[str, str]) -> str | None:
    if about is None:
        return None
    if about in new and new[about] != own:
        return new[about]
    return _tied(board, who, layer, about, "about", own).id


def _sides(named: tuple[str, ...], who: Who) -> tuple[str, ...]:
    """In the order of the case. Who asks others for their yes gives its own too: nobody is bound by others' yes."""
    wanted = {*named, who.side} if named else ()
    return tuple(s for s in who.sides if s in wanted)


def _tied(board: Board, who: Who, layer: str, card: str, field: str, own: str = "") -> Card:
    """Another card that the readers of `layer` know: of that layer, or joint."""
    found = board.things.get(card)
    if not isinstance(found, Card) or found.layer not in who.readable & {layer, JOINT} or found.removed or card == own:
        raise Refused("unknown_card", field=field)
    return found
