"""One's own view of the board taken along over a real server: what stands on the own page, and nothing else."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import httpx2
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest

from server.board.portable import batch, brought
from tests.support.filing import added, seen, things
from tests.support.meeting import Meeting, meeting
from tests.support.scripted import Browser
from tests.support.server import Server

SECRET, COMMON = "notbelowforty", "thegardenwall"


@pytest.fixture
async def here(server: Server) -> AsyncIterator[Meeting]:
    """Paul and Dana at the table with Miriam; each side has written on its own part, Paul on everybody's too."""
    async with meeting(server, "miriam", "paul", "dana") as gathered:
        await gathered.lead("miriam", gathered.room("joint"), frm=gathered.room("chambers"))
        for name in ("paul", "dana"):
            await gathered.lead(name, gathered.room("joint"))
        await write(gathered, "paul", "side:A", SECRET, kind="proposal", terms=[MONEY])
        await write(gathered, "paul", "joint", COMMON, kind="issue")
        await write(gathered, "dana", "side:B", "danasown")
        yield gathered


MONEY = {"kind": "money", "label": "Price", "value": "1500.50", "unit": "EUR", "who": "", "by": ""}


async def write(
    here: Meeting, who: str, layer: str, title: str, *, kind: str = "idea", terms: list[dict[str, str]] | None = None
) -> str:
    card = {"kind": kind, "words": {"title": title, "text": "", "terms": terms or []}, "links": {}}
    done = await here[who].do("add_things", layer=layer, seen=seen(here, who, layer), cards=[card], marks=[])
    (made,) = done["ids"]
    await here[who].until(lambda: made in things(here, who))
    return str(made)


async def take(here: Meeting, who: str, form: str, **query: str) -> httpx2.Response:
    return await here[who].browser.http.get(f"/s/{here[who].seat}/board.{form}", params=query)


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pdfium.PdfDocument(pdf))


async def test_what_is_taken_along_is_what_stands_on_the_own_page(here: Meeting) -> None:
    for who, own in (("paul", SECRET), ("dana", "danasown"), ("miriam", None)):
        taken = (await take(here, who, "json")).json()
        assert {thing["id"] for thing in taken["things"]} == set(things(here, who))
        assert all(thing == things(here, who)[thing["id"]] for thing in taken["things"])
        for form in ("svg", "pdf"):
            paper = await take(here, who, form)
            said = text_of(paper.content) if form == "pdf" else paper.text
            assert COMMON in said
            for words in (SECRET, "danasown"):
                assert (words in said) == (words == own), (who, form, words)


async def test_every_form_is_a_file_to_be_saved(here: Meeting) -> None:
    kinds = {"json": "application/json", "svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}
    for form, kind in kinds.items():
        answer = await take(here, "paul", form)
        assert answer.status_code == 200 and answer.headers["content-type"].partition(";")[0] == kind
        how = answer.headers["content-disposition"]
        assert how.startswith("attachment; ") and re.search(rf'filename="board-\d{{4}}-\d\d-\d\d\.{form}"', how)
        assert unquote(how.rpartition("''")[2]).startswith("Garden wall ")
        assert answer.headers["cache-control"] == "no-store"
        assert "sandbox" in answer.headers["content-security-policy"]
    svg = ElementTree.fromstring((await take(here, "paul", "svg")).content)
    assert svg.tag.endswith("svg") and not svg.findall(".//{*}script") and not svg.findall(".//{*}image")
    assert (await take(here, "paul", "png")).content.startswith(b"\x89PNG")


async def test_the_paper_speaks_the_language_of_who_takes_it(here: Meeting) -> None:
    answer = await here["paul"].browser.http.get(f"/s/{here['paul'].seat}/board.svg", headers={"accept-language": "de"})
    assert "1.500,50" in answer.text and "Entwurf" in answer.text
    assert "€1,500.50" in (await take(here, "paul", "svg")).text


async def test_each_layer_can_be_taken_alone_and_no_other_sides(here: Meeting) -> None:
    alone = (await take(here, "paul", "json", layer="joint")).json()
    assert [thing["title"] for thing in alone["things"]] == [COMMON]
    assert len(pdfium.PdfDocument((await take(here, "paul", "pdf")).content)) == 2, "a page for each layer"
    assert len(pdfium.PdfDocument((await take(here, "paul", "pdf", layer="side:A")).content)) == 1

    def said(answer: httpx2.Response) -> tuple[Any, ...]:
        headers = [(k, v) for k, v in answer.headers.multi_items() if k not in ("date", "content-security-policy")]
        return answer.status_code, headers, re.sub(r'nonce="[^"]+"', "", answer.text)

    unknown = said(await take(here, "paul", "json", layer="nowhere"))
    assert unknown[0] == 404
    for layer in ("side:B", "mediators", "ledger:B"):
        assert said(await take(here, "paul", "json", layer=layer)) == unknown
    assert said(await take(here, "paul", "docx")) == unknown
    for form in ("svg", "pdf", "png"):
        assert (await take(here, "paul", form, layer="ledger:A")).status_code == 200, "an empty page, no fault"


async def test_who_reads_nothing_takes_nothing(here: Meeting) -> None:
    await here["paul"].do("leave")
    for form in ("json", "svg", "pdf", "png"):
        assert (await take(here, "paul", form)).status_code == 404
    async with Browser(here.server.url) as stranger:
        assert (await stranger.http.get(f"/s/{here['dana'].seat}/board.json")).status_code == 404
    assert (await here["paul"].browser.http.get(f"/s/{here['dana'].seat}/board.json")).status_code == 404


async def test_after_the_end_everybody_who_was_there_takes_the_own_view_along(here: Meeting) -> None:
    await here["miriam"].do("close_session")
    await here["paul"].seeing(lambda v: v["session"]["state"] == "closed")
    for who, own, foreign in (("paul", SECRET, "danasown"), ("dana", "danasown", SECRET)):
        said = (await take(here, who, "json")).text
        assert own in said and COMMON in said and foreign not in said
        assert (await take(here, who, "pdf")).status_code == 200


async def test_a_file_is_named_on_paper_and_where_it_is_stored_is_not(here: Meeting) -> None:
    await added(here, "paul", "side:A", name="letterofmay.png")
    for form in ("json", "svg"):
        said = (await take(here, "paul", form)).text
        assert "letterofmay" in said and "blob" not in said


async def test_what_was_taken_along_comes_back_by_another_hand_as_drafts_of_their_own(here: Meeting) -> None:
    taken = json.loads((await take(here, "paul", "json")).text)
    came = brought(taken, ["A", "B"], 0)
    left, made, before = list(came.drafts), dict[str, str](), set(things(here, "dana"))
    while left:
        asked, number = batch(left, made)
        done = await here["dana"].do("add_things", layer="side:B", seen=seen(here, "dana", "side:B"), **asked)
        kept = [*asked["cards"], *asked["marks"]]
        made |= {draft["ref"]: i for draft, i in zip(kept, done["ids"], strict=True)}
        left = left[number:]
    await here["dana"].until(lambda: set(made.values()) <= set(things(here, "dana")))
    new = [thing for i, thing in things(here, "dana").items() if i not in before]
    assert {thing["title"] for thing in new} == {SECRET, COMMON}
    assert {thing["layer"] for thing in new} == {"side:B"} and {thing["author"] for thing in new} == {"side:B"}
    (proposal,) = (thing for thing in new if thing["kind"] == "proposal")
    assert proposal["state"] == "draft" and proposal["terms"] == [MONEY]


async def test_paper_is_not_made_without_end(here: Meeting) -> None:
    answers = [(await take(here, "paul", "json")).status_code for _ in range(20)]
    assert answers[:10] == [200] * 10 and 429 in answers
    assert (await take(here, "dana", "json")).status_code == 200
