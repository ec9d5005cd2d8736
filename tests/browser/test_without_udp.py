"""A Chromium and a Firefox where every UDP packet is dropped: sound and pictures go by TCP by themselves."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import chromium_as_it_comes, house_on
from tests.browser.people import House, Person, until
from tests.browser.test_ordinary_browsers import WINDOW_MS, hears, ordinary, ready
from tests.browser.test_tone_matrix_with_firefox import FirefoxPerson, at_firefox
from tests.support.firefox import firefox
from tests.support.namespace import own_network
from tests.support.server import Server, server_process


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


@pytest.fixture
def paul(house: House, tmp_path: Path) -> Iterator[FirefoxPerson]:
    with firefox(tmp_path / "firefox") as browser:
        yield at_firefox(house, "Paul", browser)
        del house.people["Paul"]


def ear(person: Person, question: str) -> Any:
    """What the ear in this person's page answers."""
    if isinstance(person, FirefoxPerson):
        return person.browser.evaluate(f"await ear.{question}")
    return person.page.evaluate(f"ear.{question}")


def sees(person: Person) -> None:
    """Pictures are decoded, and go on."""
    before = ear(person, "pictures()")
    until(lambda: ear(person, "pictures()") > before + 10, f"{person.name} sees somebody")


def test_chromium_and_firefox_hear_and_see_each_other_by_tcp_and_no_longer_than_the_visit(
    house: House, chromium: Browser, paul: FirefoxPerson
) -> None:
    miriam = ready(ordinary(house, "Miriam", chromium))
    paul.go_in()
    a, chambers = house.room("caucus", "A"), house.room("chambers")

    def each_hears_the_other() -> None:
        until(lambda: hears(miriam) == {paul.seat}, "Miriam hears Paul")
        until(lambda: ear(paul, f"hears({WINDOW_MS})") == [miriam.seat], "Paul hears Miriam")

    house.move(Paul=a, Miriam=a)
    for person in (miriam, paul):
        person.unmute()
    each_hears_the_other()
    for person, other in ((miriam, "Paul"), (paul, "Miriam")):
        assert f"{other} can hear and see you." in person.strip
        assert ear(person, "connections.length") == 1, "no second try was needed"
        assert ear(person, "way()") == "tcp 4"
        sees(person)

    house.move(Miriam=chambers)
    until(lambda: "Miriam can hear" not in paul.strip, "Paul is told that she has gone")
    until(lambda: hears(miriam) == set() and ear(paul, f"hears({WINDOW_MS})") == [], "nobody hears anybody")
    frames = ear(paul, "pictures()")
    assert ear(paul, f"hears({WINDOW_MS})") == [] and ear(paul, "pictures()") == frames

    house.move(Miriam=a)
    miriam.unmute()
    each_hears_the_other()
    assert paul.browser.faults == []
