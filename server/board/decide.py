"""decide(board, command, who) -> Done, or `Refused`. One line per command; each concept's own file decides.

Rule 1: what is agreed is agreed in the same moment as the last thing that it needed (`table.agreements`).
Rule 2: the session has already checked who may write into which layer, and that the audience was shown
        (`discloses_into` tells it what to check).
"""

from collections.abc import Callable
from typing import Any

from server.board import commands as c
from server.board import releases, rounds, table, things, tidying
from server.board.board import Board, apply
from server.board.events import CardsCrossed, GroupJoined, ProposalsChanged, Replied
from server.board.layers import JOINT, ledger_layer
from server.board.who import Done, Who
from server.errors import Refused


def decide(board: Board, command: c.BoardCommand, who: Who) -> Done:
    """What happens on the board. Raises `Refused`; then nothing has happened."""
    done = _TABLE[type(command)](board, command, who)
    if not any(isinstance(event, _MAY_AGREE) for event in done.events):
        return done
    after = board
    for event in done.events:
        after = apply(after, event, who.now)
    return Done((*done.events, *table.agreements(after, who.now)), done.result)


_MAY_AGREE = (Replied, ProposalsChanged, CardsCrossed)
"""After nothing else does anything become agreed."""


def discloses_into(board: Board, command: c.BoardCommand, who: Who) -> tuple[str, c.Seen | None] | None:
    """The layer whose readers this command tells something, and the audience that the person was looking at.

    `None`: it tells nobody anything new (it moves, removes, takes back), or its own file decides.
    """
    if isinstance(command, c.AddThings | c.AddFile | c.WriteComment):
        return command.layer, command.seen
    if isinstance(command, c.TableCard | c.PutBack | c.OpenRound | c.WriteIdea):
        return JOINT, command.seen
    if isinstance(command, c.ReplyTo):
        return (JOINT, command.seen) if command.answer is not None else None
    if isinstance(command, c.ReleaseCard):
        return (ledger_layer(who.side), command.seen) if who.side is not None else None
    if isinstance(command, c.EditCard | c.EditMark | c.RestoreThings):
        names = {c.EditCard: "card", c.EditMark: "mark", c.RestoreThings: "things"}
        named = getattr(command, names[type(command)])
        layers = {_layer(board, who, i) for i in ((named,) if isinstance(named, str) else named)}
        if len(layers) != 1:
            raise Refused("unknown_card")
        return layers.pop(), command.seen
    return None


def written_layers(board: Board, command: c.BoardCommand, who: Who) -> frozenset[str]:
    """The layers in which something is moved or removed: whoever does it must be able to write there."""
    if isinstance(command, c.PlaceThings):
        return frozenset(_layer(board, who, i) for i, _ in command.places)
    if isinstance(command, c.RemoveThings):
        return frozenset(_layer(board, who, i) for i in command.things)
    return frozenset()


def _layer(board: Board, who: Who, thing: str) -> str:
    found = board.things.get(thing)
    if found is None or found.layer not in who.readable:
        raise Refused("unknown_card")
    return found.layer


def let_in(board: Board, command: c.LetIn, who: Who) -> Done:
    """A newcomer of one's own group comes to see the group's board, its past too. That it waits is checked above."""
    return Done((GroupJoined(command.layer, command.seat),))


_TABLE: dict[type, Callable[[Board, Any, Who], Done]] = {
    c.AddThings: things.add,
    c.AddFile: things.add_file,
    c.EditCard: things.edit,
    c.EditMark: things.edit_mark,
    c.PlaceThings: tidying.place,
    c.RemoveThings: tidying.remove,
    c.RestoreThings: tidying.restore,
    c.WriteComment: things.comment,
    c.TableCard: table.table,
    c.ReplyTo: table.reply,
    c.WithdrawCard: table.withdraw,
    c.PutBack: table.put_back,
    c.ReleaseCard: releases.release,
    c.TakeBack: releases.take_back,
    c.CarryRelease: releases.carry,
    c.MatchInterests: releases.match,
    c.OpenRound: rounds.open_round,
    c.WriteIdea: rounds.write_idea,
    c.CloseRound: rounds.close_round,
    c.LetIn: let_in,
}
