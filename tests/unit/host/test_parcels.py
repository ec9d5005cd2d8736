"""Commands and glances travel between nodes as they are."""

import typing

import pytest

from server.board import commands as b
from server.board.card import Words
from server.board.place import Place
from server.host.parcels import from_bytes, pack, to_bytes, unpack
from server.session import commands as c
from server.session import glances as g
from tests.support.lines import POOR

SOME = [
    c.Say("r_1", 7, "Not below 40.\n\u202e 🙂 \ud800"),
    c.Move((c.Step("paul", c.LOBBY, "r_1"), c.Step("dana", "r_2", "r_1")), confirmation="abc"),
    c.Leave(),
    b.AddThings("side:A", b.Seen(3), (b.CardDraft("issue", Words("Hedge"), place=Place(1, 2, 3, 4)),)),
    b.PlaceThings((("t_1", Place(1, 2, 3, 4)), ("t_2", Place(5, 6, 7, 8)))),
    g.Point(1, -2, "joint"),
    g.Drag((("t_1", Place(1, 2, 3, 4)),)),
    g.Over(g.Editing, "t_1"),
    POOR,
]


@pytest.mark.parametrize("value", SOME, ids=lambda value: type(value).__name__)
def test_a_value_comes_out_as_it_went_in(value: object) -> None:
    assert unpack(from_bytes(to_bytes(pack(value)))) == value


def test_every_command_and_glance_may_travel() -> None:
    for kind in (*typing.get_args(c.Command), *typing.get_args(g.Glance), g.Over):
        with pytest.raises(ValueError, match="of this program|does not travel") as refused:
            unpack({"$": kind.__name__, "no such field": 1})
        assert "of this program" in str(refused.value)


@pytest.mark.parametrize("plain", [{"$": "Popen", "args": ["true"]}, {"$": "", "kind": "Say"}, {"$": 7}])
def test_nothing_else_is_made_from_what_comes(plain: object) -> None:
    with pytest.raises(ValueError, match="does not travel"):
        unpack(plain)


def test_what_is_no_command_does_not_travel() -> None:
    with pytest.raises(ValueError, match="does not travel"):
        pack(c.Connected("paul", "c_1"))
