"""What lies on the disk: nothing readable while a case lives, nothing at all when it was destroyed."""

import sqlite3
from pathlib import Path

import pytest

from server.clock import HandWoundClock
from server.config import Config
from server.eventlog.log import Line, Snapshot
from server.eventlog.sql import SqlEventLog
from server.host.hub import Hub
from server.host.snapshots import AT_REST
from server.ids import new_secret
from server.session import commands as c
from server.storage.keys import SealBroken
from tests.support.cast import PLAN
from tests.support.storing import opened


def on_disk(folder: Path) -> bytes:
    """Everything in the data folder but the two keys that are there to be kept."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".key")
    return b"".join(path.read_bytes() for path in files)


async def test_neither_content_nor_secrets_lie_readable_on_the_disk(tmp_path: Path) -> None:
    folder, canary = tmp_path / "data", f"canary {new_secret()}".encode()
    async with opened(folder) as installation:
        key = await installation.cases.create("c", now=1)
        fence = await installation.cases.take("c", "n")
        log = SqlEventLog(installation.database)
        await log.append("c", expected=0, fence=fence, sealed=[key.seal(canary, "c/1")], at=1)
        await installation.files.of("c", key).keep("blob", 1, canary)
        link = await installation.links.new_link("c", "seat", expires=100)
        cookie = await installation.links.bind(link, 1)
        assert cookie is not None
        while_open = on_disk(folder)
        wal = (folder / "parley.db-wal").stat().st_size
    for content in (while_open, on_disk(folder)):
        for secret in (canary, link.encode(), cookie.encode(), key._key, key._key.hex().encode()):
            assert secret not in content
    assert wal > 0, "the write-ahead log was looked at too"


async def test_entries_that_were_swapped_on_the_disk_do_not_open(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as installation:
        key = await installation.cases.create("c", now=1)
        fence = await installation.cases.take("c", "n")
        sealed = [key.seal(text, f"c/{place}") for place, text in enumerate((b"yes", b"no"), 1)]
        await SqlEventLog(installation.database).append("c", expected=0, fence=fence, sealed=sealed, at=1)
    connection = sqlite3.connect(tmp_path / "data" / "parley.db")
    with connection:
        connection.execute("UPDATE entries SET position = 3 - position + 100")
        connection.execute("UPDATE entries SET position = position - 100")
    connection.close()
    async with opened(tmp_path / "data") as installation:
        key = await installation.cases.key("c")
        entries = await SqlEventLog(installation.database).read("c")
        assert len(entries) == 2
        for entry in entries:
            with pytest.raises(SealBroken):
                key.open(entry.sealed, f"c/{entry.position}")


async def test_a_destroyed_case_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with opened(folder) as installation:
        log = SqlEventLog(installation.database)
        pieces: dict[str, list[bytes]] = {}
        for case in ("gone", "kept"):
            key = await installation.cases.create(case, now=1)
            fence = await installation.cases.take(case, "n")
            sealed = [key.seal(b"x" * 3000, f"{case}/{place}") for place in range(1, 40)]
            line = Line(39, key.seal(b"x" * 192, f"{case}/audit/39"), key.chain(case.encode()))
            await log.append(
                case, expected=0, fence=fence, sealed=sealed, at=1, command=f"command of {case}", line=line
            )
            snapshot = Snapshot(39, key.seal(b"x" * (1 << 16), f"{case}/snapshot/39"))
            await log.keep_snapshot(case, fence=fence, snapshot=snapshot)
            await installation.links.new_link(case, f"seat of {case}", expires=100)
            await installation.files.of(case, key).keep("blob", 1, b"x" * 3000)
            (page,) = (folder / "files" / case).iterdir()
            pieces[case] = [one[20:60] for one in (*sealed, line.sealed, snapshot.sealed, page.read_bytes())]
            pieces[case].append(line.chain)
            pieces[case] += [f"command of {case}".encode(), f"seat of {case}".encode()]
        for case, some in pieces.items():
            assert all(piece in on_disk(folder) for piece in some), case
        connection = sqlite3.connect(folder / "parley.db")
        [(wrapped,)] = connection.execute("SELECT wrapped_key FROM cases WHERE id = 'gone'").fetchall()
        connection.close()

        await installation.cases.destroy_key("gone")

        while_open = on_disk(folder)
        assert [home.name for home in (folder / "files").iterdir()] == ["kept"]
        connection = sqlite3.connect(folder / "parley.db")
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,), "not even empty pages"
        connection.close()
    for content in (while_open, on_disk(folder)):
        assert not any(piece in content for piece in [*pieces["gone"], wrapped])
        assert all(piece in content for piece in pieces["kept"])


async def test_a_live_sessions_audit_and_snapshot_lie_there_unreadable_and_go_with_it(tmp_path: Path) -> None:
    folder, canary = tmp_path / "data", f"canary {new_secret()}"
    async with opened(folder) as installation:
        hub = Hub(
            config=Config(door_s=0),
            clock=HandWoundClock(),
            cases=installation.cases,
            links=installation.links,
            files=installation.files,
            log=SqlEventLog(installation.database),
            media=None,
        )
        case, links = await hub.new_session(PLAN)
        session = await hub.own(case)
        miriam = links[0].seat
        await session.ask(miriam, c.Arrive("Miriam", session.state.text_version, session.state.text_hash))
        for number in range(AT_REST):
            await session.ask(miriam, c.RenameSeat(links[1].seat, f"{canary} {number}"))
        await hub.stop()
        connection = sqlite3.connect(folder / "parley.db")
        sealed = connection.execute("SELECT sealed FROM snapshots UNION ALL SELECT sealed FROM audit").fetchall()
        connection.close()
        assert len(sealed) == session.position + 1
        for secret in (canary, "RenameSeat", session.state.title):
            assert secret.encode() not in on_disk(folder)
        assert all(one[30:60] in on_disk(folder) for (one,) in sealed)
        await installation.cases.destroy_key(case)
        assert not any(one[30:60] in on_disk(folder) for (one,) in sealed)


async def test_a_case_reads_the_same_after_a_restart(tmp_path: Path) -> None:
    texts = [f"event {number}".encode() for number in range(1, 50)]
    async with opened(tmp_path / "data") as installation:
        key = await installation.cases.create("c", now=1)
        fence = await installation.cases.take("c", "n")
        log = SqlEventLog(installation.database)
        for place, text in enumerate(texts, 1):
            await log.append("c", expected=place - 1, fence=fence, sealed=[key.seal(text, f"c/{place}")], at=place)
    async with opened(tmp_path / "data") as installation:
        key = await installation.cases.key("c")
        entries = await SqlEventLog(installation.database).read("c")
        assert [key.open(entry.sealed, f"c/{entry.position}") for entry in entries] == texts
