"""Opening and closing an idea round, and writing ideas in it. The rules stand in `round.py`."""

from server.board import commands as c
from server.board import events as ev
from server.board.board import Board
from server.board.card import IDEA, Card, Words
from server.board.free import free_places
from server.board.layers import JOINT
from server.board.round import IDEAS_MOST, MINUTES, QUESTION_MAX, Round
from server.board.things import TITLE_MAX, room_left
from server.board.who import Done, Who
from server.board.wording import line
from server.errors import Refused


def open_round(board: Board, command: c.OpenRound, who: Who) -> Done:
    """Raises `Refused`: round_open, minutes_invalid."""
    if any(isinstance(t, Round) and t.open for t in board.things.values()):
        raise Refused("round_open")
    if command.minutes not in MINUTES:
        raise Refused("minutes_invalid", field="minutes", most=MINUTES[-1])
    question = line(command.question, "question", QUESTION_MAX)
    made = Round(who.fresh("b_"), JOINT, question, who.now, who.now + command.minutes * 60_000)
    return Done((ev.RoundOpened(made),), {"round": made.id})


def write_idea(board: Board, command: c.WriteIdea, who: Who) -> Done:
    """The idea is nobody's: no author, no writer, and the time of the round. The answer tells nothing either.

    What has been written in this round in the same words is there already: who asks twice is not heard twice, without
    anybody having to remember who asked.
    """
    found = board.things.get(command.round)
    if not isinstance(found, Round) or found.layer not in who.readable:
        raise Refused("unknown_card")
    if not found.open or found.until <= who.now:
        raise Refused("round_closed")
    words = Words(line(command.text, "text", TITLE_MAX))
    ideas = [t for t in board.things.values() if isinstance(t, Card) and t.round == found.id]
    if any(idea.words == words and not idea.removed for idea in ideas):
        return Done()
    if len(ideas) >= IDEAS_MOST:
        raise Refused("layer_full", most=IDEAS_MOST)
    room_left(board, JOINT, 1)
    idea = Card(
        id=who.fresh("b_"),
        layer=JOINT,
        kind=IDEA,
        author=None,
        words=words,
        made=found.made,
        place=free_places(board, JOINT, [(IDEA, words)])[0],
        round=found.id,
    )
    return Done((ev.ThingsAdded((idea,)),))


def close_round(board: Board, command: c.CloseRound, who: Who) -> Done:
    found = board.things.get(command.round)
    if not isinstance(found, Round) or found.layer not in who.readable:
        raise Refused("unknown_card")
    return Done((ev.RoundClosed(found.id),) if found.open else ())
