"""A scripted seat with sound: what its browser sends and gets over UDP, through whichever node owns the session."""

import asyncio

from tests.support.scripted import PATIENCE_S, ScriptedSeat
from tests.support.synthetic import SyntheticSeat


class Voice:
    """`browsers`: one per offer that was answered, the newest last. Older ones go on sending, as a page that has not
    noticed yet does, and keep what comes to them.
    """

    def __init__(self, seat: ScriptedSeat) -> None:
        self.seat = seat
        self.browsers: list[SyntheticSeat] = []
        self.mark = 0
        self._answered: set[str] = set()

    async def plug_in(self) -> None:
        """Answer the newest offer, and switch the microphone on."""
        offer = await self.seat.got(lambda f: f["type"] == "media.offer" and f["connection"] not in self._answered)
        self._answered.add(offer["connection"])
        browser = SyntheticSeat(self.seat.seat)
        answer = browser.answer(offer["sdp"])
        await self.seat.send({"type": "media.answer", "connection": offer["connection"], "sdp": answer})
        async with asyncio.timeout(PATIENCE_S):
            await browser.connect()
        browser.mark = self.mark
        self.browsers.append(browser)
        if not self.seat.view["me"]["microphone"]:
            room = self.seat.view["room"]
            await self.seat.do("microphone", on=True, room=room["id"], epoch=room["epoch"])

    def says(self, mark: int) -> None:
        """From here on its packets bear this mark."""
        self.mark = mark
        for browser in self.browsers:
            browser.mark = mark

    def speak(self) -> None:
        """A packet of 20 ms, through every browser that it ever had."""
        for browser in self.browsers:
            browser.speak()

    def got(self, mark: int) -> list[float]:
        """When packets with this mark came, through whichever browser."""
        for browser in self.browsers:
            browser.drain()
        return [p.at for browser in self.browsers for p in browser.packets if p.canary and p.canary.mark == mark]

    def close(self) -> None:
        for browser in self.browsers:
            browser.close(goodbye=False)


async def heard(speaker: Voice, listener: Voice, mark: int) -> None:
    """Speak until the listener has got something of this mark."""
    speaker.says(mark)
    async with asyncio.timeout(PATIENCE_S):
        while not listener.got(mark):
            speaker.speak()
            await asyncio.sleep(0.02)  # as long as a packet of sound


async def speaking(speaker: Voice, seconds: float) -> None:
    """Go on speaking for so long, in real time."""
    for _ in range(round(seconds / 0.02)):
        speaker.speak()
        await asyncio.sleep(0.02)
