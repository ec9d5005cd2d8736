"""Files that are not added, over a real server: refused with a reason, cut off, asked for by the wrong one, twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.board.commands import AddFile
from server.host.live_session import LiveSession
from server.pages.files import SeatFiles
from server.session.boarding import files_named
from server.storage.files import CaseFiles
from tests.support.files import HTML, SVG, locked_pdf, photograph, picture, png_bomb
from tests.support.filing import NAME, added, look, on_disk, seen, send, session_of, things
from tests.support.meeting import Meeting, meeting
from tests.support.scripted import Browser
from tests.support.server import serving

REFUSED: list[tuple[str, bytes, int, str]] = [
    ("photo.png", SVG, 422, "file_type"),
    ("photo.png", HTML, 422, "file_type"),
    ("photo.png", b"MZ\x90\x00", 422, "file_type"),
    ("photo.png", b"", 422, "file_empty"),
    ("photo.png", b"\x89PNG\r\n\x1a\n" + SVG, 422, "file_broken"),
    ("letter.pdf", locked_pdf(), 422, "file_locked"),
    ("photo.png", png_bomb(), 413, "file_too_large"),
    ("a\u202egnp.exe", picture(), 422, "text_hidden"),
    ("a\0b.png", picture(), 422, "text_hidden"),
    ("", picture(), 422, "text_empty"),
    ("dir/", picture(), 422, "text_empty"),
    ("x" * 201, picture(), 422, "text_too_long"),
]


async def test_what_cannot_be_added_is_refused_with_a_reason_and_nothing_of_it_is_kept(here: Meeting) -> None:
    for name, data, status, reason in REFUSED:
        answer = await send(here, "paul", "side:A", data, name=name)
        assert (answer.status_code, answer.json()["error"]) == (status, reason), (name, data[:20])
        assert answer.json()["text"].endswith((".", "?"))
    assert on_disk(here.server.data) == []
    assert not any(thing["kind"] == "file" for thing in things(here, "paul").values())


NAMES = {
    "../../master.key": "master.key",
    "..\\..\\boot.ini": "boot.ini",
    "C:\\fakepath\\scan.png": "scan.png",
    "\\\\host\\share\\x.png": "x.png",
    "%2e%2e%2fx.png": "%2e%2e%2fx.png",
    "lies.exe": "lies.exe",
}


async def test_a_name_is_for_people_and_leads_nowhere(here: Meeting) -> None:
    def all_files() -> set[Path]:
        return {path for path in here.server.data.parent.rglob("*") if path.is_file()}

    for sent, shown in NAMES.items():
        before = all_files()
        card = await added(here, "paul", "side:A", name=sent)
        assert things(here, "paul")[card]["title"] == shown
        (stored,) = all_files() - before
        assert stored.parent == here.server.data / "files" / here.session


async def test_a_file_without_end_is_cut_off_at_the_limit(tmp_path: Path) -> None:
    sent = 0

    async def two_gigabytes() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(2048):
            sent += 1 << 20
            yield bytes(1 << 20)

    async with serving(tmp_path / "data", file_mb=1) as server, meeting(server, "miriam", "paul") as here:
        await here.lead("paul", here.room("caucus", "A"))
        query = {"layer": "side:A", "name": NAME, **seen(here, "paul", "side:A")}
        path, http = f"/s/{here['paul'].seat}/files", here["paul"].browser.http
        lengths: tuple[dict[str, str], ...] = ({}, {"content-length": str(2 << 30)})
        for headers in lengths:
            sent = 0
            try:
                answer = await http.post(path, params=query, content=two_gigabytes(), headers=headers)
                assert (answer.status_code, answer.json()["error"]) == (413, "file_too_large")
            except httpx2.TransportError:
                pass  # the server hung up on it
            assert sent < 64 << 20, "it was not read to its end"
        assert on_disk(server.data) == [] and (await http.get("/livez")).status_code == 200
        edge = picture() + bytes((1 << 20) - len(picture()))
        assert (await send(here, "paul", "side:A", edge)).status_code == 201, "just as large as may be"
        assert (await send(here, "paul", "side:A", edge + b"x")).status_code == 413


async def test_who_shows_no_cookie_or_comes_from_elsewhere_adds_nothing(here: Meeting) -> None:
    query = {"layer": "side:A", "name": NAME, **seen(here, "paul", "side:A")}
    path = f"/s/{here['paul'].seat}/files"
    async with Browser(here.server.url) as stranger:
        assert (await stranger.http.post(path, params=query, content=picture())).status_code == 401
    assert (await here["dana"].browser.http.post(path, params=query, content=picture())).status_code == 401
    foreign = {"origin": "https://evil.example"}
    mine = here["paul"].browser.http
    assert (await mine.post(path, params=query, content=picture(), headers=foreign)).status_code == 403
    for wrong in ({"epoch": "x"}, {"epoch": -1}, {"layer": "a/b"}, {"more": "1"}, {"name": "n" * 1001}, {"room": ""}):
        assert (await mine.post(path, params={**query, **wrong}, content=picture())).status_code == 400, wrong
    assert (await mine.post(path, content=picture())).status_code == 400
    assert on_disk(here.server.data) == []


async def test_an_audience_that_has_grown_is_shown_before_a_byte_is_read(
    here: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SeatFiles, "_body", None)  # reading would fail
    old = seen(here, "paul", "joint")
    await here.lead("clara", here.room("joint"), frm=here.room("caucus", "A"))
    answer = await send(here, "paul", "joint", **old)
    assert (answer.status_code, answer.json()["error"]) == (422, "audience_grew")
    assert answer.json()["detail"]["joined"] == ["Clara"]
    assert on_disk(here.server.data) == []


async def test_who_comes_in_while_a_file_is_drawn_is_not_shown_it_unasked(
    here: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The core is asked before the work and after it."""
    ask = LiveSession.ask

    async def somebody_first(self: LiveSession, actor: str, command: Any, *more: Any, **how: Any) -> dict[str, object]:
        if isinstance(command, AddFile):
            monkeypatch.undo()
            await here.lead("clara", here.room("joint"), frm=here.room("caucus", "A"))
        return await ask(self, actor, command, *more, **how)

    monkeypatch.setattr(LiveSession, "ask", somebody_first)
    answer = await send(here, "paul", "joint", photograph())
    assert (answer.status_code, answer.json()["error"]) == (422, "audience_grew")
    assert on_disk(here.server.data) == []
    assert not any(thing["kind"] == "file" for thing in things(here, "dana").values())


async def test_who_lost_the_link_while_a_file_was_drawn_adds_nothing(
    here: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = CaseFiles.keep

    async def replaced_meanwhile(self: CaseFiles, *page: Any) -> None:
        await keep(self, *page)
        await here["miriam"].do("replace_link", seat=here["paul"].seat)

    monkeypatch.setattr(CaseFiles, "keep", replaced_meanwhile)
    assert (await send(here, "paul", "side:A")).status_code == 404
    assert on_disk(here.server.data) == [] and files_named(session_of(here).state) == {}


async def test_who_leaves_while_a_page_is_fetched_is_not_shown_it(
    here: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await added(here, "dana", "joint")
    fetch = CaseFiles.page

    async def gone_meanwhile(self: CaseFiles, *page: Any) -> bytes:
        found = await fetch(self, *page)
        await here["paul"].do("leave")
        return found

    monkeypatch.setattr(CaseFiles, "page", gone_meanwhile)
    assert (await look(here, "paul", card)).status_code == 404


async def test_a_file_that_is_asked_for_twice_is_there_once(here: Meeting) -> None:
    one = await send(here, "paul", "side:A", id="add-1")
    two = await send(here, "paul", "side:A", id="add-1")
    assert one.json() == two.json()
    assert len(on_disk(here.server.data)) == 1
    assert (await look(here, "paul", one.json()["ids"][0])).status_code == 200


async def test_one_file_at_a_time_for_each_and_not_too_many_in_a_row(here: Meeting) -> None:
    waiting, go = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield picture()
        waiting.set()
        await go.wait()

    query = {"layer": "side:A", "name": NAME, **seen(here, "paul", "side:A")}
    path, http = f"/s/{here['paul'].seat}/files", here["paul"].browser.http
    first = asyncio.create_task(http.post(path, params=query, content=slow()))
    await waiting.wait()
    async with asyncio.timeout(10):
        while (await send(here, "paul", "side:A", b"x")).status_code != 429:  # until the server has taken the first up
            pass
    assert (await send(here, "dana", "side:B")).status_code == 201, "nobody stands in another's way"
    go.set()
    assert (await first).status_code == 201
    answers = [(await send(here, "clara", "side:A", b"x")).status_code for _ in range(40)]
    assert answers[:30] == [422] * 30 and 429 in answers[30:]


async def test_who_hangs_up_has_added_nothing(here: Meeting) -> None:
    waiting = asyncio.Event()

    async def broken_off() -> AsyncIterator[bytes]:
        yield picture()
        waiting.set()
        await asyncio.Event().wait()

    query = {"layer": "side:A", "name": NAME, **seen(here, "paul", "side:A")}
    path, http = f"/s/{here['paul'].seat}/files", here["paul"].browser.http
    sending = asyncio.create_task(http.post(path, params=query, content=broken_off()))
    await waiting.wait()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    async with asyncio.timeout(10):
        while (await send(here, "paul", "side:A")).status_code == 429:  # until the server has noticed
            pass
    assert len(on_disk(here.server.data)) == 1
