"""The board, measured on loopback with a real server in a process of its own: one act until everybody has it, a drag
until everybody sees it, what a message costs, and how long a large board takes to open.

Sent: the frame is given to the socket. Come: its last seat has read it, the sender's own included.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.bench import opening, panning
from tests.bench.crowd import wait
from tests.bench.figures import judged, machine, percentiles, write
from tests.bench.processes import cpu_seconds
from tests.browser.conftest import LOOPBACK, SIDES
from tests.support.scripted import Browser, ScriptedSeat
from tests.support.server import server_process

SEATS = 8
OPS = 600
OPS_PER_S = 20.0
DRAGGING = 4
DRAGS_PER_S = 20.0
DRAG_S = 15.0
WARM_UP = 40  # acts before the measured ones: the server and the disk at their usual pace
MIX = "apepcpeapcpepapcpepe"  # add, place, edit, comment: five cards are added, and eight times something is moved


class QuickSeat(ScriptedSeat):
    """A seat that only notes when things came: what it costs to check every frame would be measured too."""

    quick = False
    number = 0
    op_at: dict[str, float]
    drag_at: dict[int, float]

    async def _read(self, socket: ClientConnection) -> None:
        self.op_at, self.drag_at = {}, {}
        try:
            async for text in socket:
                if self.quick:
                    await self._note_quickly(str(text), time.monotonic())
                else:
                    await self._take(json.loads(text), socket)
        except ConnectionClosed:
            pass
        async with self._news:
            self.closed = (socket.close_code or 0, socket.close_reason or "")
            self._news.notify_all()

    async def _note_quickly(self, text: str, now: float) -> None:
        frame = json.loads(text)
        self.number += 1
        if frame["type"] == "fact" and frame["fact"]["kind"] == "board":
            for mark in chain.from_iterable(map(marks_of, frame["fact"]["put"])):
                self.op_at.setdefault(mark, now)
        elif frame["type"] == "board.drag" and frame["places"]:
            self.drag_at.setdefault(frame["places"][0]["x"], now)
        elif frame["type"] == "ping":
            await self.send({"type": "pong"})
        elif frame["type"] == "answer" and not frame["ok"]:
            raise RuntimeError(f"an act of the bench was refused: {frame}")


def marks_of(thing: dict[str, Any]) -> Iterator[str]:
    """The acts of the bench that this thing shows: the last that wrote its words, and the last that placed it."""
    yield str(thing["text"] if thing["kind"] == "comment" else thing["title"])
    place = thing.get("place")
    if place is not None and place["y"] == PLACED:
        yield f"op {place['x']}"


PLACED = 7_777


@dataclass
class Table:
    """Everybody in the joint room, each with a card of its own there."""

    seats: list[QuickSeat]
    card: dict[str, tuple[str, int]] = field(default_factory=dict)  # of each seat, and its version

    def seen(self, seat: QuickSeat) -> dict[str, Any]:
        room = seat.view["room"]
        return {"room": room["id"], "epoch": room["epoch"]}

    def act(self, kind: str, number: int, seat: QuickSeat) -> dict[str, Any]:
        """The command of the bench's act `number`."""
        words = {"title": f"op {number}", "text": "Who pays for the wall, and when?", "terms": []}
        card, version = self.card[seat.seat]
        if kind == "a":
            return {
                "name": "add_things",
                "layer": "joint",
                "seen": self.seen(seat),
                "cards": [{"kind": "idea", "words": words}],
            }
        if kind == "p":
            return {"name": "place_things", "places": [{"thing": card, "x": number, "y": PLACED, "w": 260, "h": 140}]}
        if kind == "c":
            comment = {"card": card, "layer": "joint", "text": f"op {number}"}
            return {"name": "write_comment", **comment, "seen": self.seen(seat)}
        self.card[seat.seat] = (card, version + 1)
        return {
            "name": "edit_card",
            "card": card,
            "version": version,
            "words": words,
            "links": {},
            "seen": self.seen(seat),
        }


async def seated(stack: AsyncExitStack, url: str, key: str) -> Table:
    """A mediator, two parties and two counsel of a side each, and experts: all at the table."""
    people = [("mediator", None), ("party", "A"), ("counsel", "A"), ("party", "B"), ("counsel", "B")]
    people += [("expert", None)] * (SEATS - len(people))
    seats = [{"name": f"{role} {n}", "role": role, "side": side} for n, (role, side) in enumerate(people)]
    body = {"title": "Bench", "sides": SIDES, "seats": seats, "text": ""}
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as http:
        made = (await http.post("/api/v1/sessions", json=body, headers={"Authorization": f"Bearer {key}"})).json()
    table = Table([])
    for link in made["links"]:
        browser = Browser(url)
        seat = QuickSeat(browser, await browser.join(link["link"]))
        await stack.enter_async_context(seat)
        await seat.open()
        await seat.arrive()
        table.seats.append(seat)
    mediator = table.seats[0]
    joint = next(r["id"] for r in mediator.view["map"]["rooms"] if r["kind"] == "joint")
    chambers = mediator.view["room"]["id"]
    moves = [{"seat": s.seat, "from": chambers if s is mediator else "lobby", "to": joint} for s in table.seats]
    preview = await mediator.do("preview", moves=moves)
    await mediator.do("move", moves=moves, confirmation=preview["confirmation"])
    for seat in table.seats:
        await seat.seeing(lambda v: v["room"] is not None and len(v["room"]["members"]) == SEATS)
        words = {"title": "Mine", "text": "", "terms": []}
        cards = [{"kind": "issue", "words": words}]
        (card,) = (await seat.do("add_things", layer="joint", seen=table.seen(seat), cards=cards))["ids"]
        table.card[seat.seat] = (card, 1)
    for seat in table.seats:
        seat.quick = True
    return table


def beats(per_second: float) -> Iterator[float]:
    """Moments of an even beat, seconds from now on the monotonic clock."""
    begin = time.monotonic()
    return (begin + n / per_second for n in count())


async def until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


async def acts(table: Table, pid: int) -> dict[str, Any]:
    """Twenty acts a second by turns, and when the last of all seats has each of them."""
    sent: dict[str, float] = {}
    beat = beats(OPS_PER_S)
    cpu = messages = 0.0
    for number in range(WARM_UP + OPS):
        if number == WARM_UP:
            cpu, messages = cpu_seconds(pid), sum(s.number for s in table.seats)
        await until(next(beat))
        seat = table.seats[number % SEATS]
        command = table.act(MIX[number % len(MIX)], number, seat)
        sent[f"op {number}"] = time.monotonic()
        await seat.send({"type": "command", "id": f"bench-{number}", "command": command})
    await wait(lambda: all(f"op {WARM_UP + OPS - 1}" in s.op_at for s in table.seats), "the last act at every seat")
    spent, got = cpu_seconds(pid) - cpu, sum(s.number for s in table.seats) - messages
    missing = [m for m in sent for s in table.seats if m not in s.op_at]
    if missing:
        raise RuntimeError(f"acts that did not come everywhere: {missing[:5]}")
    measured = [f"op {n}" for n in range(WARM_UP, WARM_UP + OPS)]
    values = [(max(s.op_at[m] for s in table.seats) - sent[m]) * 1000 for m in measured]
    return {
        "board.op_to_all_ms": percentiles(values),
        "board.messages_per_cpu_s": round(got / spent),
        "board.cpu_ms_per_op": round(spent / OPS * 1000, 3),
    }


async def drags(table: Table, pid: int) -> dict[str, Any]:
    """Some drag their card, twenty times a second each, and when the last of the others sees each place."""
    sent: dict[int, tuple[str, float]] = {}
    cpu, messages, number = cpu_seconds(pid), sum(s.number for s in table.seats), 0
    beat = beats(DRAGS_PER_S * DRAGGING)
    end = time.monotonic() + DRAG_S
    while time.monotonic() < end:
        await until(next(beat))
        number += 1
        seat = table.seats[number % DRAGGING]
        card, _ = table.card[seat.seat]
        sent[number] = (seat.seat, time.monotonic())
        places = [{"thing": card, "x": number, "y": 0, "w": 260, "h": 140}]
        await seat.send({"type": "board.drag", "places": places})
    others = {n: [s for s in table.seats if s.seat != who] for n, (who, _) in sent.items()}
    await wait(lambda: all(number in s.drag_at for s in others[number]), "the last drag at every seat")
    spent, got = cpu_seconds(pid) - cpu, sum(s.number for s in table.seats) - messages
    whole = [n for n in sent if all(n in s.drag_at for s in others[n])]
    values = [(max(s.drag_at[n] for s in others[n]) - sent[n][1]) * 1000 for n in whole]
    return {
        "board.drag_to_all_ms": percentiles(values),
        "board.drags_overtaken": len(sent) - len(whole),
        "board.drag_messages_per_cpu_s": round(got / spent),
    }


async def at_the_table(pid: int, url: str, key: str) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        table = await seated(stack, url, key)
        return await acts(table, pid) | await drags(table, pid)


GOALS = {
    "board.op_to_all_ms": 50.0,
    "board.frame_ms": 8.0,
    "board.open_ms.server": 500.0,
    "board.open_ms.list": 500.0,
    "board.open_ms.canvas": 500.0,
}
"""Milliseconds that the p95 is to keep to."""

ABOUT = f"""{SEATS} seats, {OPS_PER_S:g} acts a second, each until its last seat has it, through real sockets on
loopback; messages are the frames that all seats read, by CPU second of the server's process. A frame: script, style
and layout while {panning.CARDS} cards are panned at {panning.THROTTLE}-fold CPU throttle. Opening a board of
{opening.EVENTS:,} events: *server*, from the log to the text of the first snapshot, the case asleep; *list* and
*canvas*, in Chromium without throttle, from the socket's welcome to the words of the last card, or the last thing,
painted; *list_whole*, to the last card's buttons.""".replace("\n", " ")


def measure() -> dict[str, Any]:
    figures: dict[str, Any] = {"seats": SEATS, "ops_per_second": OPS_PER_S}
    with tempfile.TemporaryDirectory() as folder, server_process(Path(folder) / "data", **LOOPBACK) as server:
        assert server.pid is not None
        figures |= asyncio.run(at_the_table(server.pid, server.url, server.key))
    figures |= panning.measure() | opening.measure()
    about = {"about": ABOUT, "machine": machine(chromium=figures.pop("chromium"))}
    return judged(about | figures, GOALS)


if __name__ == "__main__":
    write("board", measure())
