"""A browser as people have it, where every UDP packet is dropped: sound and pictures go by TCP by themselves."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import chromium_as_it_comes, house_on
from tests.browser.people import PATIENCE_S, House, Person, until
from tests.browser.test_ordinary_browsers import hears, let_in_and_visit, ordinary, ready
from tests.support.namespace import own_network
from tests.support.server import Server, server_process

WAYS = """async () => {
  const stats = await ear.connections.at(-1).getStats(), found = [];
  for (const stat of stats.values()) {
    if (stat.type !== "transport") continue;
    const pair = stats.get(stat.selectedCandidatePairId);
    const remote = stats.get(pair.remoteCandidateId);
    found.push(`${remote.protocol} ${remote.address.includes(":") ? 6 : 4}`);
  }
  return found;
}"""

PICTURES = """async () => {
  let frames = 0;
  for (const stat of (await ear.connections.at(-1).getStats()).values()) {
    if (stat.type === "inbound-rtp" && stat.kind === "video") frames += stat.framesDecoded ?? 0;
  }
  return frames;
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """In a network of its own, whose kernel drops UDP in both directions and of both versions."""
    with own_network():
        for program in ("iptables", "ip6tables"):
            found = shutil.which(program, path="/usr/sbin:/sbin:/usr/bin")
            assert found, f"{program} is missing: run `make test`, which installs it"
            for chain in ("INPUT", "OUTPUT"):
                subprocess.run([found, "-w", "-A", chain, "-p", "udp", "-j", "DROP"], check=True)
        with server_process(tmp_path_factory.mktemp("server") / "data") as started:
            yield started


@pytest.fixture(scope="module")
def chromium(server: Server) -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium_as_it_comes(playwright) as browser:
        yield browser


@pytest.fixture
def house(server: Server, chromium: Browser) -> Iterator[House]:
    with house_on(server, chromium) as house:
        yield house


def sees(person: Person) -> None:
    """Pictures are decoded, and go on."""
    before = person.page.evaluate(PICTURES)
    until(lambda: person.page.evaluate(PICTURES) > before + 10, f"{person.name} sees somebody")


def test_sound_and_pictures_go_by_tcp_and_end_with_the_visit(house: House, chromium: Browser) -> None:
    miriam, paul = (ready(ordinary(house, name, chromium)) for name in ("Miriam", "Paul"))
    let_in_and_visit(miriam, paul)
    paul.unmute()
    until(lambda: hears(paul) == {miriam.seat} and hears(miriam) == {paul.seat}, "they hear each other")
    for person, other in ((miriam, "Paul"), (paul, "Miriam")):
        expect(person.page.locator(".strip")).to_contain_text(f"{other} can hear and see you.")
        assert person.page.evaluate(WAYS) == ["tcp 4"]
        assert person.page.evaluate("ear.connections.length") == 1, "no second try was needed"
        sees(person)

    house.move(Miriam=house.room("chambers"))
    expect(paul.page.locator(".strip")).not_to_contain_text("Miriam can hear", timeout=PATIENCE_S * 1000)
    until(lambda: hears(paul) == set() and hears(miriam) == set(), "what was under way has been heard")
    frames = paul.page.evaluate(PICTURES)
    assert hears(paul) == set() and paul.page.evaluate(PICTURES) == frames

    house.move(Miriam=house.room("caucus", "A"))
    for person in (miriam, paul):
        person.unmute()
    until(lambda: hears(paul) == {miriam.seat} and hears(miriam) == {paul.seat}, "they hear each other again")
