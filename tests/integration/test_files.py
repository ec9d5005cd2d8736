"""Files over a real server: who may add one where, who is shown it, and what is left of it on the disk."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.board.commands import AddFile
from server.errors import Unavailable
from server.host.live_session import LiveSession
from server.paper.kinds import JPEG, PNG, WEBP, kind_of
from server.session.boarding import files_named
from server.storage.files import BLOCK
from tests.support.files import pdf, photograph, picture
from tests.support.filing import CANARY, added, all_bytes, look, on_disk, seen, send, session_of, things
from tests.support.meeting import Meeting, meeting
from tests.support.scripted import Browser
from tests.support.server import serving

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
