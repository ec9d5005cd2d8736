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
    pairs: list[tuple[float, float]] = []

    def enough() -> bool:
        nonlocal pairs
        pairs = miriam.page.evaluate("lips.pairs")
        return len(pairs) >= ENOUGH

    until(lambda: bool(miriam.page.evaluate("seat => lips.watch(seat)", paul.seat)), "Paul is heard and seen")
    until(enough, f"flashes and tones, and the browser's word on them, {when}")
    really, said = (median(each) for each in zip(*pairs, strict=True))
    print(f"{when}: pictures {really:.0f} ms sooner than sound, and Chromium says {said:.0f}")  # noqa: T201
    assert abs(median(one - other for one, other in pairs)) < TOGETHER_MS, f"{when}: {pairs}"


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
