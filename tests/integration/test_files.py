"""Files over a real server: who may add one where, who is shown it, and what is left of it on the disk."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.board.commands import AddFile
from server.errors import Unavailable
from server.host.live_session import LiveSession
from server.pages.files import SeatFiles
from server.paper.kinds import JPEG, PNG, WEBP, kind_of
from server.session.boarding import files_named
from server.storage.files import BLOCK, CaseFiles
from tests.support.files import HTML, SVG, locked_pdf, pdf, photograph, picture, png_bomb
from tests.support.meeting import Meeting, meeting
from tests.support.scripted import Browser, Frame
from tests.support.server import Server, serving

NAME = "letter.png"
CANARY = "CANARYINAFILE"


def seen(here: Meeting, who: str, layer: str) -> dict[str, Any]:
    """The audience that this person's page shows, as the address of a POST names it."""
    view = here[who].view
    if layer == "joint":
        return {"room": view["room"]["id"], "epoch": view["room"]["epoch"]}
    return {"epoch": next((x["epoch"] for x in view["board"]["layers"] if x["id"] == layer), 0)}


async def send(
    here: Meeting, who: str, layer: str, data: bytes | None = None, *, name: str = NAME, **more: Any
) -> httpx2.Response:
    """Somebody adds a file."""
    query = {"layer": layer, "name": name, **({} if "epoch" in more else seen(here, who, layer)), **more}
    body = picture() if data is None else data
    return await here[who].browser.http.post(f"/s/{here[who].seat}/files", params=query, content=body)


async def added(here: Meeting, who: str, layer: str, data: bytes | None = None, **more: Any) -> str:
    """The same, and it must go: the card's id."""
    answer = await send(here, who, layer, data, **more)
    assert answer.status_code == 201, answer.text
    (card,) = answer.json()["ids"]
    await here[who].until(lambda: card in things(here, who))
    return str(card)


async def look(here: Meeting, who: str, card: str, page: int | str = 1, *, seat: str = "") -> httpx2.Response:
    """Somebody looks at a page."""
    return await here[who].browser.http.get(f"/s/{seat or here[who].seat}/files/{card}/{page}")


def things(here: Meeting, who: str) -> dict[str, Frame]:
    """What lies on the board of this person, by the frames that came."""
    found: dict[str, Frame] = {}
    for frame in here[who].frames:
        if frame["type"] == "snapshot":
            found = {thing["id"]: thing for thing in frame["board"]}
        elif frame["type"] == "fact" and frame["fact"]["kind"] == "board":
            found |= {thing["id"]: thing for thing in frame["fact"]["put"]}
            for gone in frame["fact"]["gone"]:
                found.pop(gone, None)
    return found


def session_of(here: Meeting) -> LiveSession:
    assert here.server.app is not None
    live: LiveSession = here.server.app.state.hub._live[here.session]
    return live


def on_disk(folder: Path) -> list[Path]:
    """Every stored page."""
    return sorted(path for path in (folder / "files").rglob("*") if path.is_file())


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
async def here(server: Server) -> AsyncIterator[Meeting]:
    """Miriam with Paul and Dana in the joint room; Clara, Paul's counsel, in their own, and let in to their board."""
    async with meeting(server, "miriam", "paul", "clara", "dana") as gathered:
        await gathered.lead("miriam", gathered.room("joint"), frm=gathered.room("chambers"))
        for name in ("paul", "dana"):
            await gathered.lead(name, gathered.room("joint"))
        await gathered.lead("clara", gathered.room("caucus", "A"))
        yield gathered


# --- adding and looking


async def test_a_file_is_added_and_shown_to_those_who_read_its_layer(here: Meeting) -> None:
    card = await added(here, "paul", "side:A", photograph(CANARY), name="Das Haus.jpg")
    thing = things(here, "paul")[card]
    assert thing["title"] == "Das Haus.jpg"
    assert thing["file"] == {
        "name": "Das Haus.jpg",
        "type": JPEG,
        "size": len(photograph(CANARY)),
        "pages": 1,
        "width": 40,
        "height": 60,
    }
    for who in ("paul", "clara"):
        shown = await look(here, who, card)
        assert shown.status_code == 200 and shown.headers["content-type"] == JPEG
        assert kind_of(shown.content) == JPEG and CANARY.encode() not in shown.content
    for who in ("miriam", "dana"):
        assert card not in things(here, who)
        assert (await look(here, who, card)).status_code == 404


async def test_a_pdf_is_shown_page_by_page_and_never_itself(here: Meeting) -> None:
    card = await added(here, "paul", "side:A", pdf("one", "two"), name="contract.pdf")
    assert things(here, "paul")[card]["file"]["pages"] == 2
    assert things(here, "paul")[card]["file"]["type"] == "application/pdf"
    pages = [await look(here, "paul", card, n) for n in (1, 2)]
    assert [page.headers["content-type"] for page in pages] == [WEBP, WEBP]
    assert pages[0].content != pages[1].content
    for n in (0, 3, 99999, "-1", "1.0", "x", "٣", "1%2f..", "../1"):
        assert (await look(here, "paul", card, n)).status_code == 404, n


async def test_a_page_is_a_picture_and_nothing_else(here: Meeting) -> None:
    card = await added(here, "paul", "side:A")
    headers = (await look(here, "paul", card)).headers
    assert headers["content-type"] == PNG
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    policy = headers["content-security-policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert headers["content-disposition"] == "inline"
    assert headers["cross-origin-resource-policy"] == "same-origin"


WRITES = {  # who may add a file where, from where they are
    ("miriam", "joint"): 201,
    ("miriam", "mediators"): 201,
    ("miriam", "side:A"): "unknown_layer",
    ("miriam", "ledger:A"): "unknown_layer",
    ("paul", "joint"): 201,
    ("paul", "side:A"): 201,
    ("paul", "side:B"): "unknown_layer",
    ("paul", "mediators"): "unknown_layer",
    ("paul", "ledger:A"): "unknown_layer",
    ("clara", "side:A"): 201,
    ("clara", "joint"): "table_only",
    ("dana", "joint"): 201,
    ("dana", "side:A"): "unknown_layer",
    ("dana", "nowhere"): "unknown_layer",
}


async def test_everybody_writes_where_they_may_and_reads_what_they_may(here: Meeting) -> None:
    """Every person by every layer, both ways."""
    layers = {"miriam": {"joint", "mediators"}, "paul": {"joint", "side:A"}, "clara": {"joint", "side:A"}}
    layers["dana"] = {"joint", "side:B"}
    for (who, layer), expected in WRITES.items():
        answer = await send(here, who, layer)
        if isinstance(expected, str):
            assert (answer.status_code, answer.json()["error"]) == (422, expected), (who, layer)
            continue
        assert answer.status_code == expected, (who, layer, answer.text)
        (card,) = answer.json()["ids"]
        for reader, reads in layers.items():
            status = (await look(here, reader, card)).status_code
            assert status == (200 if layer in reads else 404), (reader, layer)
    assert len(on_disk(here.server.data)) == sum(not isinstance(expected, str) for expected in WRITES.values())


async def test_to_the_other_side_a_file_is_not_there_in_the_same_words_as_what_never_was(here: Meeting) -> None:
    card = await added(here, "paul", "side:A")

    def said(answer: httpx2.Response) -> tuple[Any, ...]:
        headers = [(k, v) for k, v in answer.headers.multi_items() if k not in ("date", "content-security-policy")]
        return answer.status_code, headers, answer.content

    unknown = said(await look(here, "dana", "b_neverwas"))
    assert unknown[0] == 404
    assert said(await look(here, "dana", card)) == unknown
    assert said(await look(here, "dana", card, 7)) == unknown
    assert said(await look(here, "miriam", card)) == unknown
    assert said(await look(here, "dana", card, seat=here["paul"].seat)) == unknown
    async with Browser(here.server.url) as stranger:
        path = f"/s/{here['paul'].seat}/files/{card}/1"
        assert said(await stranger.http.get(path)) == unknown


async def test_who_waits_has_left_or_was_revoked_sees_it_no_more(here: Meeting) -> None:
    card = await added(here, "dana", "joint")
    await here.lead("paul", here.room("caucus", "A"), frm=here.room("joint"))
    assert (await look(here, "paul", card)).status_code == 200, "the joint layer is read from everywhere"
    await here["paul"].do("leave")
    assert (await look(here, "paul", card)).status_code == 404
    await here["paul"].do("come_back")
    assert (await look(here, "paul", card)).status_code == 404, "nobody reads it in the waiting room"
    await here["miriam"].do("revoke_link", seat=here["clara"].seat)
    assert (await look(here, "clara", card)).status_code == 404
    await here["dana"].do("remove_things", things=[card])
    assert (await look(here, "dana", card)).status_code == 404
    await here["dana"].do("restore_things", things=[card], seen=seen(here, "dana", "joint"))
    assert (await look(here, "dana", card)).status_code == 200, "what was removed can be put back"


async def test_a_released_file_is_carried_as_another_card_over_the_same_pages(here: Meeting) -> None:
    card = await added(here, "paul", "side:A")
    fields = {"own": False, "condition": "", "until": None, "compare": False, "seen": seen(here, "paul", "ledger:A")}
    released = await here["paul"].do("release_card", card=card, version=1, to=["side:B"], **fields)
    assert (await look(here, "miriam", card)).status_code == 404, "the card itself stays where it is"
    release = str(released["release"])
    await here["miriam"].until(lambda: release in things(here, "miriam"))
    assert things(here, "miriam")[release]["file"]["pages"] == 1
    assert (await look(here, "miriam", release)).status_code == 200, "who is to pass it on looks at it first"
    assert (await look(here, "dana", release)).status_code == 404
    await here["miriam"].do("carry_release", release=released["release"], to="side:B")
    await here["dana"].until(lambda: any(t["kind"] == "file" for t in things(here, "dana").values()))
    (carried,) = (t["id"] for t in things(here, "dana").values() if t["kind"] == "file")
    assert carried != card
    assert (await look(here, "dana", carried)).content == (await look(here, "paul", card)).content
    assert (await look(here, "dana", card)).status_code == (await look(here, "paul", carried)).status_code == 404
    assert len(on_disk(here.server.data)) == 1
    blob = next(iter(files_named(session_of(here).state)))
    for who in ("miriam", "paul", "dana"):
        assert blob not in str(here[who].frames), "the name of what is stored never leaves the server"


async def test_a_file_that_was_taken_back_is_shown_to_no_mediator_any_more(here: Meeting) -> None:
    card = await added(here, "paul", "side:A")
    fields = {"own": False, "condition": "", "until": None, "compare": False, "seen": seen(here, "paul", "ledger:A")}
    release = (await here["paul"].do("release_card", card=card, version=1, to=["side:B"], **fields))["release"]
    assert (await look(here, "miriam", release)).status_code == 200
    await here["paul"].do("take_back", release=release)
    assert (await look(here, "miriam", release)).status_code == 404
    assert (await look(here, "paul", card)).status_code == 200


# --- what is refused


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


# --- on the disk


async def test_nothing_of_a_file_lies_readable_on_the_disk_or_in_the_log(here: Meeting) -> None:
    sent = picture("PNG", (90, 70), "purple")
    card = await added(here, "paul", "side:A", sent, name=f"{CANARY}.png")
    kept = (await look(here, "paul", card)).content
    everything = all_bytes(here.server.data)
    for secret in (CANARY.encode(), sent[16:60], kept[16:60], b"IHDR", card.encode()):
        assert secret not in everything
    (stored,) = on_disk(here.server.data)
    assert stored.stat().st_size - BLOCK < 64
    assert CANARY not in str(stored) and card not in str(stored)


async def test_files_come_back_after_a_restart_and_orphans_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between storing and adding leaves what nobody named; the next start sweeps it."""
    ask = LiveSession.ask

    async def broken_off(self: LiveSession, actor: str, command: Any, *more: Any, **how: Any) -> dict[str, object]:
        if isinstance(command, AddFile):
            raise Unavailable("the disk is full")
        return await ask(self, actor, command, *more, **how)

    async with serving(tmp_path / "data") as server, meeting(server, "miriam", "paul") as here:
        await here.lead("paul", here.room("caucus", "A"))
        card = await added(here, "paul", "side:A")
        with monkeypatch.context() as patch:
            patch.setattr(LiveSession, "ask", broken_off)
            assert (await send(here, "paul", "side:A", pdf("1", "2"))).status_code == 503
        assert len(on_disk(server.data)) == 3, "only the log knows, so nothing is removed yet"
        lost = server.data / "files" / "x_of_no_case"
        lost.mkdir()
        (lost / "page").write_bytes(b"left")
        cookies, seat, session = dict(here["paul"].browser.http.cookies), here["paul"].seat, here.session
    async with serving(tmp_path / "data") as server, Browser(server.url, cookies=cookies) as browser:
        assert [path.parent.name for path in on_disk(server.data)] == [session]
        assert (await browser.http.get(f"/s/{seat}/files/{card}/1")).status_code == 200


async def test_with_the_key_of_a_case_its_files_are_gone(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", keep_days=0) as server, meeting(server, "miriam", "paul") as here:
        await here.lead("paul", here.room("caucus", "A"))
        card = await added(here, "paul", "side:A")
        assert len(on_disk(server.data)) == 1
        await here["miriam"].do("close_session")
        assert server.app is not None
        await server.app.state.hub.purge()
        assert not (server.data / "files" / here.session).exists()
        assert (await look(here, "paul", card)).status_code == 404
        assert (await send(here, "paul", "side:A", epoch=1)).status_code in (401, 404)


async def test_after_the_end_who_was_there_may_still_look(here: Meeting) -> None:
    card = await added(here, "dana", "joint")
    await here["miriam"].do("close_session")
    await here["paul"].seeing(lambda v: v["session"]["state"] == "closed")
    assert (await look(here, "paul", card)).status_code == 200
    answer = await send(here, "paul", "side:A", epoch=1)
    assert (answer.status_code, answer.json()["error"]) == (422, "session_closed")
