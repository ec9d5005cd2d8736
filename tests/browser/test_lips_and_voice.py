"""Lips and voice of one person come together: what was captured in one moment is one moment to whoever listens.

Chromium shows a picture some fifty milliseconds sooner than it plays the sound of the same moment, more on a busy
machine, with a server between or without, and leaves alone what it takes for less than thirty. What it knows of that it
has from the sender reports, which the server writes anew. So flashes and tones that began together are watched, and
what the browser says of pictures and sound in the same moments: both must tell the same.
"""

from pathlib import Path
from statistics import median

from playwright.sync_api import expect

from tests.browser.people import House, Person, until

LIPS = (Path(__file__).parent / "lips.js").read_text()
ENOUGH = 8  # flashes
TOGETHER_MS = 40.0


def with_lips(house: House, name: str) -> Person:
    person = house.person(name)
    person.context.add_init_script(LIPS)
    return person.go_in()


def is_true(miriam: Person, paul: Person, when: str) -> None:
    """What Miriam's browser believes of Paul's lips and voice is what is seen and heard of them."""
    off: float | None = None

    def told_rightly() -> bool:
        """Of the newest flashes: a moment in which the machine is busy goes by, a wrong clock stays."""
        nonlocal off
        pairs = miriam.page.evaluate("lips.pairs")[-ENOUGH:]
        off = median(seen - said for seen, said in pairs) if len(pairs) == ENOUGH else None
        return off is not None and abs(off) < TOGETHER_MS

    until(lambda: bool(miriam.page.evaluate("seat => lips.watch(seat)", paul.seat)), "Paul is heard and seen")
    until(told_rightly, f"lips and voice as close {when} as the browser believes")
    print(f"{when}: pictures and sound {off:.0f} ms from what Chromium believes")  # noqa: T201


def test_lips_and_voice_are_together_after_a_move_and_after_a_silence(house: House) -> None:
    miriam, paul = with_lips(house, "Miriam"), with_lips(house, "Paul")
    for room in (house.room("caucus", "A"), house.room("joint")):
        house.move(Miriam=room, Paul=room)
        paul.unmute()
    is_true(miriam, paul, "after a move")
    paul.control("Mute").click()
    expect(paul.control("Unmute")).to_be_visible()
    paul.unmute()
    is_true(miriam, paul, "after a silence")
    assert miriam.faults == [] and paul.faults == []
