"""Our media port and a switchboard in a process of its own: what forwards in the server, and nothing else of it.

Speaks JSON lines: `["offer", seat]` and `["answer", seat, text]` in, the answer out. The seat "sender" is shown to all;
`["link", speaker, listener]` lets one hear and see another. With the word "unpaced" no picture waits for any line.
"""

import asyncio
import json
import sys

import uvloop

from server.cli.garbage import kept_short, look_again
from server.clock import SystemClock
from server.media.facts import MediaConnected, MediaFact
from server.media.port import MediaPort
from server.media.switchboard import Switchboard
from server.rtp.link import Link
from server.rtp.peer import Peer


async def serve() -> None:
    """Until standard input ends, with garbage searched as the server does."""
    with kept_short(lambda: True) as garbage:
        looking = asyncio.create_task(look_again(garbage))
        await answer_lines()
        looking.cancel()


async def answer_lines() -> None:
    """What is asked for, one line after the other."""
    clock = SystemClock()
    if "unpaced" in sys.argv:
        Peer.paced = lambda self, now: None  # type: ignore[method-assign]
    port = await MediaPort.open(sys.argv[1], 0, [], clock)
    loop = asyncio.get_running_loop()

    def take(fact: MediaFact) -> None:
        if isinstance(fact, MediaConnected) and fact.seat != "sender":
            loop.call_soon(switchboard.grant, [Link("sender", fact.seat, "camera")])

    switchboard = Switchboard(port, clock, on_fact=take)
    switchboard.renew(clock.boot() + 3600)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        said: object = None
        match json.loads(line):
            case ["offer", seat]:
                said = switchboard.offer(seat, seat)
            case ["answer", seat, text]:
                await switchboard.answer(seat, seat, text)
            case ["link", speaker, listener]:
                switchboard.grant([Link(speaker, listener, medium) for medium in ("microphone", "camera")])
            case ["counts"]:
                said = dict(port.counts)
        print(json.dumps(said), flush=True)
    switchboard.close()
    port.close()


if __name__ == "__main__":
    uvloop.run(serve())
