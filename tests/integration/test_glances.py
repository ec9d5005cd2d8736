"""Glances over real sockets: four people over two rooms, pointing all the while, and being moved."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from tests.support.meeting import Meeting, meeting
from tests.support.scripted import Frame, ScriptedSeat
from tests.support.server import Server

PEOPLE = ("miriam", "paul", "clara", "dana")
ROUNDS = 6
EVERY_S = 0.01
POINTS = 60
"""Pointers that are sent between two moves, at least."""

Sent = asyncio.Queue[int]


@dataclass
class Onlooker:
    """Reads what one seat was sent in order, and holds every glance against what its page shows at that moment."""

    seat: ScriptedSeat
    said_in: dict[int, str]  # the number of a pointer: the room in which its page believed itself to be
    read: int = 0
    view: Frame = field(default_factory=dict)
    showing: dict[tuple[str, str], Frame] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def look(self) -> None:
        for frame in self.seat.frames[self.read :]:
            self.read += 1
            if frame["type"] == "snapshot":
                self.view = frame["view"]
            elif frame["type"] == "fact" and frame["fact"]["kind"] == "view":
                self.view = frame["fact"]["view"]
            elif frame["type"].startswith("board."):
                self._glance(frame)

    def _glance(self, frame: Frame) -> None:
        key = (frame["type"], frame["seat"])
        if frame.get("x", 0) is None or frame.get("places") == [] or frame.get("on") is False:
            self.showing.pop(key, None)  # it may be over before its first frame was on the wire
            return
        room = self.view["room"]
        assert room is not None, "outside every room"
        here = {m["seat"] for m in room["members"] if m["door"] is None}
        assert frame["seat"] in here and not room["paused"], f"{frame} from outside {room['name']}"
        if frame["type"] == "board.point":
            assert self.said_in[frame["x"]] == room["id"], f"{frame} was said in another room"
            assert frame["layer"] in {layer["id"] for layer in self.view["board"]["layers"]}
        self.showing[key] = frame
        self.seen.add(frame["seat"])

    def at_rest(self) -> None:
        """Of whoever is not here nothing is shown."""
        room = self.view["room"]
        here = {m["seat"] for m in room["members"]} if room else set()
        assert {seat for _, seat in self.showing} <= here


async def pointing(seat: ScriptedSeat, numbers: "count[int]", said_in: dict[int, str], sent: Sent) -> None:
    """Without a pause: in the joint layer, in the own one, in one that is none of its business."""
    while True:
        room = seat.view["room"]
        if room is not None:
            layers = [layer["id"] for layer in seat.view["board"]["layers"]]
            for layer in ("joint", layers[-1], "side:B"):
                number = next(numbers)
                said_in[number] = room["id"]
                await seat.send({"type": "board.point", "x": number, "y": 0, "layer": layer})
                sent.put_nowait(number)
        await asyncio.sleep(EVERY_S)


@asynccontextmanager
async def all_pointing(here: Meeting, said_in: dict[int, str]) -> AsyncIterator[Sent]:
    numbers = count(1)
    sent: Sent = asyncio.Queue()
    hands = [asyncio.create_task(pointing(seat, numbers, said_in, sent)) for seat in here.seats.values()]
    try:
        yield sent
    finally:
        for hand in hands:
            hand.cancel()
        await asyncio.gather(*hands, return_exceptions=True)


async def rest(here: Meeting) -> None:
    """Everything that was on its way has come: each seat's answer comes behind it."""
    for name in PEOPLE:
        await here[name].ask("lower_hand")
    for name in PEOPLE:
        await here[name].ask("lower_hand")


async def at_the_table(here: Meeting) -> str:
    """All four in the joint room, and each page has said so."""
    joint = here.room("joint")
    await here.lead("miriam", joint, frm=here.room("chambers"))
    for name in ("paul", "clara", "dana"):
        await here.lead(name, joint)
    await rest(here)
    return joint


async def test_nothing_crosses_between_two_rooms_while_people_are_moved(server: Server) -> None:
    async with meeting(server, *PEOPLE) as here:
        joint, caucus = await at_the_table(here), here.room("caucus", "A")
        said_in: dict[int, str] = {}
        onlookers = {n: Onlooker(here[n], said_in) for n in PEOPLE}
        place = dict.fromkeys(PEOPLE, joint)
        async with all_pointing(here, said_in) as sent:
            for turn in range(ROUNDS):
                for name in ("paul", "clara") if turn % 3 else ("paul", "miriam", "clara"):
                    to = caucus if place[name] == joint else joint
                    await here.lead(name, to, frm=place[name])
                    place[name] = to
                    if here["miriam"].view["room"]["paused"]:
                        await here["miriam"].do("resume", room=place["miriam"])
                    for _ in range(sent.qsize() + POINTS):
                        await sent.get()
                    for onlooker in onlookers.values():
                        onlooker.look()
        await rest(here)
        for onlooker in onlookers.values():
            onlooker.look()
            onlooker.at_rest()
        names = {seat.seat: name for name, seat in here.seats.items()}
        assert {names[s] for s in onlookers["paul"].seen} == {"miriam", "clara", "dana"}
        assert {names[s] for s in onlookers["dana"].seen} >= {"miriam", "paul"}
        assert all(seat.closed is None for seat in here.seats.values()), "pointing fast is no offence"


def came(kind: str, seat: ScriptedSeat) -> "Match":
    return Match(kind, seat.seat)


@dataclass(frozen=True)
class Match:
    """A frame of this kind from this seat."""

    kind: str
    seat: str

    def __call__(self, frame: Frame) -> bool:
        return bool(frame["type"] == self.kind and frame["seat"] == self.seat)


async def test_who_drags_and_who_edits_is_shown_and_over_when_the_person_is_moved(server: Server) -> None:
    async with meeting(server, *PEOPLE) as here:
        joint = await at_the_table(here)
        paul, dana, clara = here["paul"], here["dana"], here["clara"]
        seen = {"room": joint, "epoch": paul.view["room"]["epoch"]}
        words = {"title": "Hedge", "text": "", "terms": []}
        cards = [{"kind": "idea", "words": words, "links": {}}]
        (thing,) = (await paul.do("add_things", layer="joint", seen=seen, cards=cards, marks=[]))["ids"]
        own = next(e for e in paul.view["board"]["layers"] if e["id"] == "side:A")
        made = await paul.do("add_things", layer="side:A", seen={"epoch": own["epoch"]}, cards=cards, marks=[])
        (private,) = made["ids"]
        place = {"x": 1, "y": 2, "w": 30, "h": 40}
        places = [{"thing": thing, **place}, {"thing": private, **place}, {"thing": "b_unknown", **place}]
        await paul.send({"type": "board.drag", "places": places})
        await paul.send({"type": "board.editing", "thing": thing, "on": True})
        assert (await clara.got(came("board.drag", paul)))["places"] == places[:2]
        assert (await dana.got(came("board.drag", paul)))["places"] == places[:1]
        assert (await dana.got(came("board.editing", paul)))["on"] is True
        before = len(dana.frames)
        await paul.do("step_out")
        assert (await dana.got(came("board.drag", paul), after=before))["places"] == []
        over = await dana.got(came("board.editing", paul), after=before)
        assert (over["thing"], over["on"]) == (thing, False)
        assert private not in str(dana.frames)


async def test_a_mediator_brings_everybody_in_the_room_to_a_place_and_nobody_else(server: Server) -> None:
    async with meeting(server, *PEOPLE) as here:
        await at_the_table(here)
        await here["clara"].do("leave")
        await here["paul"].send({"type": "board.look", "x": 1, "y": 1, "zoom": 100})
        await here["miriam"].send({"type": "board.look", "x": 7, "y": 8, "zoom": 150})
        for name in ("paul", "dana"):
            look = await here[name].got(lambda f: f["type"] == "board.look")
            assert (look["seat"], look["x"], look["zoom"]) == (here["miriam"].seat, 7, 150)
        await rest(here)
        assert not [f for f in here["clara"].frames if f["type"] == "board.look"]


async def test_a_lost_connection_and_a_pause_end_what_was_shown(server: Server) -> None:
    async with meeting(server, *PEOPLE) as here:
        await at_the_table(here)
        paul, clara, dana = here["paul"], here["clara"], here["dana"]
        for seat in (paul, clara):
            await seat.send({"type": "board.point", "x": 5, "y": 5, "layer": "joint"})
            await dana.got(came("board.point", seat))
        before = len(dana.frames)
        await paul.close()
        assert (await dana.got(came("board.point", paul), after=before))["x"] is None
        await here["miriam"].do("pause")
        assert (await dana.got(came("board.point", clara), after=before))["x"] is None
