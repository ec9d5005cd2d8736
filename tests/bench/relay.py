"""The relay under load, measured on loopback: real PostgreSQL and Redis, nodes as processes, real sockets.

`python -m tests.bench relay.fanout` measures that part alone: its figures then take the place of its former ones.
`python -m tests.bench.relay 0.1` does a tenth of it and writes nothing, for whoever works on it; a name after that does
one part alone.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop

from tests.bench import commanding, fanout, flooding, recovering
from tests.bench.figures import RESULTS, Goal, judged, machine
from tests.bench.sitting import House
from tests.bench.socketio_peers import NPM, PIP, install
from tests.support.nodes import node_processes, shared
from tests.support.postgres import Postgres, postgres_server
from tests.support.redis import RedisServer, redis_server
from tests.support.server import Server, server_process

ABOUT = (
    "Load comes from a process of its own over real WebSockets on loopback; servers, Redis and PostgreSQL (on a disk, "
    "fsync on) share the machine with it. CPU is that of the two server processes together, for each message that a "
    "seat received; what they use at rest is in it, except where it says `beyond_rest`. Coming again: 100 seats at "
    "once; a node lost: some 200 of 400; `crowd`: twice as many, more than this machine carries."
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    share: float = 1.0

    @property
    def seconds(self) -> float:
        return 10.0 if self.share >= 1 else 4.0

    @property
    def sessions(self) -> Sequence[int]:
        return 1, max(2, round(50 * self.share)), max(3, round(200 * self.share))

    @property
    def fanout(self) -> int:
        return max(2, round(100 * self.share))

    @property
    def living(self) -> int:
        """Sessions of both nodes together when some come again, and when one node is lost."""
        return max(2, round(50 * self.share))

    @property
    def reconnecting(self) -> int:
        """Sessions half of whose seats come again at once: 100 seats."""
        return max(1, round(25 * self.share))

    @property
    def speaking(self) -> int:
        """Sessions of a lost node in which a seat also connects its sound."""
        return max(1, round(10 * self.share))

    @property
    def flooding(self) -> float:
        return 20.0 if self.share >= 1 else 6.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Two nodes, and what they share."""

    nodes: list[Server]
    postgres: Postgres
    redis: RedisServer
    database: str

    @property
    def pids(self) -> dict[str, list[int]]:
        nodes = [node.pid for node in self.nodes if node.pid is not None]
        return {"servers": nodes, "redis": [self.redis.pid], "postgres": [self.postgres.pid]}

    def owned_by(self, number: int) -> set[str]:
        """The sessions that live on this node."""
        asked = f"SELECT cases.id FROM cases JOIN nodes ON nodes.id = cases.owner WHERE nodes.name = '{_NAMES[number]}'"
        return set(self.postgres.ask(asked, self.database))


_NAMES = ("one", "two")
LOOPBACK = {"media_host": "127.0.0.1", "media_announce": "127.0.0.1"}


@contextmanager
def cluster() -> Iterator[Cluster]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis = stack.enter_context(redis_server(folder))
        postgres = stack.enter_context(postgres_server(on_disk=True))
        url = postgres.fresh()
        nodes = stack.enter_context(node_processes(shared(folder, url, redis.url), *_NAMES, **LOOPBACK))
        yield Cluster(nodes, postgres, redis, url.rpartition("/")[2])


def _pid(server: Server) -> int:
    assert server.pid is not None
    return server.pid


def commands(size: Size) -> dict[str, Any]:
    """On one node over SQLite and over PostgreSQL, and over two nodes."""
    figures = {}
    with tempfile.TemporaryDirectory() as folder, server_process(Path(folder) / "data", **LOOPBACK) as server:
        pids = {"servers": [_pid(server)]}
        figures["sqlite"] = uvloop.run(commanding.measure([server], pids, size.sessions, size.seconds))
    with tempfile.TemporaryDirectory() as folder, postgres_server(on_disk=True) as postgres:
        with server_process(Path(folder) / "data", database=postgres.fresh(), **LOOPBACK) as server:
            pids = {"servers": [_pid(server)], "postgres": [postgres.pid]}
            figures["postgres"] = uvloop.run(commanding.measure([server], pids, size.sessions, size.seconds))
    with cluster() as two:
        figures["two_nodes"] = uvloop.run(commanding.measure(two.nodes, two.pids, size.sessions, size.seconds))
    return {"command": figures}


async def _spread(two: Cluster, size: Size) -> dict[str, Any]:
    house = House(two.nodes)
    await house.grow(size.fanout)
    await house.offers_end()
    found = await fanout.ours(house, two.pids, size.seconds)
    house.close()
    return found


def fanned_out(size: Size) -> dict[str, Any]:
    """The peers and ours, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        figures = fanout.measure_peers(Path(folder), size.fanout, size.seconds)
    with cluster() as two:
        return {"fanout": figures | uvloop.run(_spread(two, size))}


async def _coming_again(two: Cluster, sessions: int, some: int, speaking: int) -> dict[str, Any]:
    house = House(two.nodes)
    await house.grow(sessions)
    await house.offers_end()
    back = await recovering.reconnect(house, some)
    lost = await recovering.lose_a_node(house, two.owned_by(0), two.nodes[0], speaking)
    house.close()
    return {"reconnect_ms": back, **lost}


def coming_again(size: Size) -> dict[str, Any]:
    """Coming again, and the loss of a node; then, as `crowd`, with twice as many people: the machine that both nodes,
    their clients, Redis and PostgreSQL share is at its end there.
    """
    with cluster() as two:
        figures = uvloop.run(_coming_again(two, size.living, size.reconnecting, size.speaking))
    with cluster() as two:
        return figures | {"crowd": uvloop.run(_coming_again(two, size.fanout, 2 * size.reconnecting, size.speaking))}


def flood(size: Size) -> dict[str, Any]:
    """One node over SQLite."""
    with tempfile.TemporaryDirectory() as folder, server_process(Path(folder) / "data", **LOOPBACK) as server:
        return uvloop.run(flooding.measure(server, size.flooding))


PARTS: Mapping[str, Callable[[Size], dict[str, Any]]] = {
    "fanout": fanned_out,
    "recovering": coming_again,
    "commands": commands,
    "flood": flood,
}
FIRST_WORDS: Mapping[str, Sequence[str]] = {
    "fanout": ("fanout",),
    "recovering": ("reconnect_ms", "node_loss_ms", "node_loss_media_ms", "crowd"),
    "commands": ("command",),
    "flood": ("flood",),
}
"""With what the names of each part's figures begin."""


def goals(figures: Mapping[str, Any]) -> dict[str, float | Goal]:
    """Those that can be judged on this machine, of what is there."""
    node = figures["fanout"]["node"]
    return {
        "fanout.ours_ephemeral.cpu_us": Goal(node["cpu_us"]),
        "fanout.ours_ephemeral.p99_ms": Goal(node["p99_ms"]),
        "fanout.ours_durable.cpu_us": Goal(node["cpu_us"] * 2),
        "fanout.ours_durable.p99_ms": Goal(node["p99_ms"] * 2),
        "reconnect_ms": Goal(1000, "p99"),
        "node_loss_ms": Goal(5000, "p95"),
        "node_loss_media_ms": Goal(5000, "p95"),
        "flood.p99_ms": Goal(100),
    }


def measure(*parts: str) -> dict[str, Any]:
    """All parts, or these: their figures then take the place of their former ones, and it is said when each part was
    measured.
    """
    install()
    chosen = parts or tuple(PARTS)
    found, when = former(set(chosen))
    for name in chosen:
        load = round(os.getloadavg()[0], 1)
        found |= PARTS[name](Size())
        when[name] = f"{datetime.now(UTC).isoformat(timespec='minutes')} (load before: {load})"
    versions = dict(_version(each) for each in (*PIP, *NPM))
    order = [key for name in PARTS for key in found if key.partition(".")[0] in FIRST_WORDS[name]]
    told = machine(**versions) | {name: when[name] for name in PARTS if name in when}
    return judged({"about": ABOUT, "machine": told, **{key: found[key] for key in order}}, goals(found))


def former(but: set[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Figures of a run before, without those of these parts, and when each part was measured."""
    file = RESULTS / "relay.json"
    known: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    kept = [name for name in PARTS if name not in but]
    words = {word for name in kept for word in FIRST_WORDS[name]}
    then = known.get("machine", {})
    when = {name: then.get(name, then["measured"]) for name in kept if then}
    return {key: value for key, value in known.items() if key.partition(".")[0] in words}, when


def _version(pinned: str) -> tuple[str, str]:
    name, _, number = pinned.replace("==", "@").rpartition("@")
    return name, number


if __name__ == "__main__":
    small = Size(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
    for one in sys.argv[2:] or PARTS:
        print(json.dumps(PARTS[one](small), indent=2))
