"""Files in the hands of people at a meeting: added, looked at, and what is left of them on the disk."""

from pathlib import Path
from typing import Any

import httpx2

from server.host.live_session import LiveSession
from tests.support.files import picture
from tests.support.meeting import Meeting
from tests.support.scripted import Frame

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
