"""One node among several: how it enters, with which name, and what must be right before it may.

Several nodes share one PostgreSQL database, one master key and one Redis. Without PARLEY_DATABASE there is one node,
and nothing of this is needed.
"""

import asyncio
import platform
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass

from server.clock import Clock
from server.config import Config
from server.errors import BrokenInstallation, Unavailable
from server.eventlog.log import EventLog
from server.host.exchange import Exchange
from server.host.following import Following
from server.host.neighbours import Neighbours
from server.host.placing import LEASE_MS, Among
from server.ids import new_id
from server.relay.opening import open_relay
from server.signalling.shared_tickets import SharedTickets
from server.storage.installation import Installation
from server.storage.nodes import NameTaken, Nodes
from server.storage.spent_tickets import SpentTickets

CLOCK_APART_MS = 10_000
"""How far this machine's clock may be from the database's. Tickets live for 30 s, and entries bear the time."""
AGAIN_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Node:
    """What the rest of the program needs of being one of several."""

    placing: Among
    neighbours: Neighbours
    tickets: SharedTickets


async def enter(config: Config, clock: Clock, installation: Installation, log: EventLog, stack: AsyncExitStack) -> Node:
    """Enter under a name of one's own; `stack` closes what was opened. Raises BrokenInstallation."""
    relay = await open_relay(config.redis)
    stack.push_async_callback(relay.close)
    among = Among(new_id("node_"), name_of(config), Nodes(installation.database), clock)
    try:
        _same_time(clock.wall(), await _entered(among))
        if not config.redis:
            await _only_one(among)
    except Unavailable as error:
        raise BrokenInstallation(f"The database does not answer ({error}): start it, then start Parley.") from None
    exchange = Exchange(among.node, relay, installation.derived("the relay"), clock)
    neighbours = Neighbours(among, exchange, Following(installation.cases, log), clock)
    spent = SpentTickets(installation.database)
    return Node(among, neighbours, SharedTickets(installation.derived("tickets"), spent.spend, clock))


def name_of(config: Config) -> str:
    """The name of this node: as it was chosen, else that of the machine."""
    return config.node or re.sub(r"[^A-Za-z0-9.-]", "-", platform.node())[:64] or "node"


async def _entered(among: Among) -> int:
    """Returns the database's clock. After a crash the name is free once the old lease is over, so it is waited for."""
    patience = round(2 * LEASE_MS / 1000 / AGAIN_SECONDS)
    for _ in range(patience):
        try:
            return await among.enter()
        except NameTaken:
            await asyncio.sleep(AGAIN_SECONDS)
    raise BrokenInstallation(
        f'A node named "{among.name}" runs on this database already: give each a name of its own with PARLEY_NODE.'
    )


def _same_time(here: int, there: int) -> None:
    apart = round((here - there) / 1000)
    if abs(apart) * 1000 > CLOCK_APART_MS:
        direction = "ahead of" if apart > 0 else "behind"
        raise BrokenInstallation(
            f"The clock of this machine is {abs(apart)} s {direction} the database's: let both keep the time by NTP."
        )


async def _only_one(among: Among) -> None:
    """Without a Redis between them two nodes could not reach each other's sessions."""
    standing = await among.renew(0)
    others = [node.name for node in standing.running if node.id != among.node]
    if others:
        await among.leave()
        raise BrokenInstallation(
            f'Another node, "{others[0]}", runs on this database: set PARLEY_REDIS on each of them.'
        )
