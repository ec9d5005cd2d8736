"""The command line, over a server process of its own and a fresh data folder."""

import asyncio
import io
import json
import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from server.cli import running
from server.storage.installation import DATABASE
from server.storage.keys import MASTER_KEY, OPERATOR_KEY, TURN_KEY, make_operator_key
from tests.support.certificate import write_certificate
from tests.support.scripted import ScriptedSeat
from tests.support.server import Done, Server, ready_line, run, server_process, started
from tests.support.storing import opened

SIDES = ("--side", "A: Ann (party), Carl (counsel)", "--side", "B = The other house: Ben")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server_process(tmp_path_factory.mktemp("cli") / "data") as server:
        yield server


def one_sentence(done: Done) -> str:
    """What a command that failed said: one line, no traceback."""
    assert done.status == 1, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert done.stdout == ""
    return lines[0]


def test_help_names_every_command() -> None:
    done = run("--help")
    assert done.status == 0
    for name in ("serve", "session", "check", "operator-key"):
        assert name in done.stdout


async def test_a_new_session_prints_one_link_per_person_and_each_opens_its_seat(server: Server) -> None:
    done = run("session", "new", "--title", "Garden", "--mediator", "Mia", *SIDES, "--data", str(server.data), "--json")
    assert done.status == 0, done.stderr
    made = json.loads(done.stdout)
    assert [(x["name"], x["role"], x["side"]) for x in made["links"]] == [
        ("Mia", "mediator", None),
        ("Ann", "party", "A"),
        ("Carl", "counsel", "A"),
        ("Ben", "party", "B"),
    ]
    async with await ScriptedSeat.enter(server.url, made["links"][0]["link"]) as mia:
        assert mia.view["me"]["name"] == "Mia"
    again = run("session", "list", "--data", str(server.data))
    assert made["session"] in again.stdout
    assert "#" not in again.stdout, "links are shown once"


def test_for_people_it_prints_names_and_links_the_mediators_first(server: Server, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("What is said here stays here.", encoding="utf-8")
    done = run("session", "new", *SIDES, "--text", str(text), "--data", str(server.data))
    assert done.status == 0, done.stderr
    people = [line for line in done.stdout.splitlines() if line and not line.startswith(("  ", "Session"))]
    assert people == ["Mediator (mediator)", "Ann (party, side A)", "Carl (counsel, side A)", "Ben (party, side B)"]
    assert done.stdout.count(f"{server.url}/join#") == 4


def test_a_session_is_closed_by_its_name(server: Server) -> None:
    made = json.loads(run("session", "new", *SIDES, "--data", str(server.data), "--json").stdout)
    done = run("session", "close", made["session"], "--data", str(server.data))
    assert done.status == 0, done.stderr
    listed = json.loads(run("session", "list", "--data", str(server.data), "--json").stdout)
    assert next(line for line in listed if line["session"] == made["session"])["closed"] is not None


def test_a_closed_case_goes_on_only_when_it_is_confirmed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    made = json.loads(run("session", "new", *SIDES, "--data", str(server.data), "--json").stdout)
    run("session", "close", made["session"], "--data", str(server.data))
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    asked = run("session", "next", made["session"], "--data", str(server.data))
    assert asked.status == 1 and "[y/N]" in asked.stdout
    done = run("session", "next", made["session"], "--yes", "--data", str(server.data))
    assert done.status == 0 and "this is number 2" in done.stdout, done.stderr
    listed = json.loads(run("session", "list", "--data", str(server.data), "--json").stdout)
    assert next(line for line in listed if line["session"] == made["session"])["closed"] is None


def test_the_audit_says_who_did_what_and_finds_what_was_altered(server: Server) -> None:
    made = json.loads(run("session", "new", *SIDES, "--data", str(server.data), "--json").stdout)
    run("session", "close", made["session"], "--data", str(server.data))
    done = run("audit", made["session"], "--data", str(server.data))
    assert done.status == 0, done.stderr
    assert [line.split("  ")[1:] for line in done.stdout.splitlines()] == [
        ["nobody", "SessionOpened"],
        ["the operator", "CloseSession"],
    ]
    connection = sqlite3.connect(server.data / DATABASE)
    with connection:
        connection.execute(
            "UPDATE entries SET at = at, sealed = zeroblob(900) WHERE position = 2 AND case_id = ?", (made["session"],)
        )
    connection.close()
    broken = run("audit", made["session"], "--data", str(server.data))
    assert broken.status == 1 and "position 2" in broken.stderr
    assert [line.split("  ")[1:] for line in broken.stdout.splitlines()] == [["nobody", "SessionOpened"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("session", "next", "x_unknown", "--yes"), "There is no such session."),
        (("session", "close", "x_unknown"), "There is no such session."),
        (("session", "new", "--side", "A: Ann"), "A session has at least two sides."),
        (("session", "new", "--side", "A: Ann (party"), "cannot be read"),
        (("session", "new", "--side", "A: Ann (king)", "--side", "B"), "There is no such role."),
        (("session", "new", *SIDES, "--text", "/nowhere"), "cannot be read as text"),
    ],
)
def test_what_is_refused_is_one_sentence(server: Server, arguments: tuple[str, ...], words: str) -> None:
    assert words in one_sentence(run(*arguments, "--data", str(server.data)))


def test_without_a_server_it_says_how_to_start_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert "operator's key" in one_sentence(run("session", "list", "--data", str(data)))
    assert run("operator-key", "--data", str(data)).status == 0
    assert "python -m server serve" in one_sentence(run("session", "list", "--data", str(data), port="1"))


def test_the_operators_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first, second = (run("operator-key", "--data", str(tmp_path / "data")) for _ in range(2))
    assert first.stdout == second.stdout
    assert len(first.stdout.strip()) >= 43
    assert (tmp_path / "data" / OPERATOR_KEY).stat().st_mode & 0o777 == 0o600


def test_check_finds_nothing_wrong_with_a_server_that_runs(server: Server) -> None:
    done = run("check", "--data", str(server.data))
    assert done.status == 0, done.stdout
    assert f"The server answers at {server.url}." in done.stdout
    assert "WRONG" not in done.stdout


def test_check_of_nothing_makes_nothing(tmp_path: Path) -> None:
    done = run("check", "--data", str(tmp_path / "data"), port="0", media_port="0")
    assert done.status == 0, done.stdout
    assert list(tmp_path.iterdir()) == []


def test_check_says_what_is_wrong(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run("operator-key", "--data", str(data))
    (data / OPERATOR_KEY).chmod(0o644)
    (data / DATABASE).write_bytes(b"this is no database")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("check", "--data", str(data), port=str(taken.getsockname()[1]), hots="typo", media_port="0")
    assert done.status == 1
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    for words in ("chmod 600", "damaged", MASTER_KEY, "cannot be had", "PARLEY_HOTS is not a setting"):
        assert any(words in line for line in wrong), (words, done.stdout)


def test_check_looks_for_the_secret_of_the_turn_server(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run("operator-key", "--data", str(data))
    settings = {"turn": "turn:turn.example:3478", "port": "0", "media_port": "0"}
    missing = run("check", "--data", str(data), **settings)
    assert missing.status == 1 and f"there is no {data / TURN_KEY}" in missing.stdout
    for secret, mode, words in [("short", 0o600, "shorter than 32"), ("s" * 32, 0o644, "chmod 600")]:
        (data / TURN_KEY).write_text(secret + "\n")
        (data / TURN_KEY).chmod(mode)
        wrong = run("check", "--data", str(data), **settings)
        assert wrong.status == 1 and words in wrong.stdout
    (data / TURN_KEY).chmod(0o600)
    right = run("check", "--data", str(data), **settings)
    assert right.status == 0 and "sent to turn:turn.example:3478." in right.stdout


# --- serve


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_what_to_open_next_and_where_it_runs_and_stops_tidily(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path / "data") as process:
        url = ready_line(process)
        assert process.stdout is not None
        rest = "".join(process.stdout.readline() for _ in range(4))
        assert "session new" in rest and "--data" in rest and "Ctrl+C" in rest
        found = running.find(tmp_path / "data")
        assert found is not None and (found.url, found.pid) == (url, process.pid)
        while (said := httpx2.get(f"{url}/readyz", trust_env=False).text) != "ready\n":
            assert said == "unavailable\n"  # after a moment in which the machine stood still it renews its lease first
        os.kill(process.pid, number)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")
    assert {path.name for path in (tmp_path / "data").iterdir()} == {DATABASE, MASTER_KEY, OPERATOR_KEY}


def failed(*options: str, folder: Path, **settings: str) -> str:
    """What a server says that cannot start."""
    done = run("serve", "--port", "0", "--media-port", "0", "--data", str(folder), *options, **settings)
    assert (done.status, done.stdout) == (1, ""), done
    return done.stderr.strip()


def test_off_loopback_it_refuses_to_start_and_says_what_it_needs(tmp_path: Path) -> None:
    said = failed("--host", "0.0.0.0", folder=tmp_path / "data").splitlines()
    assert len(said) == 3
    for line, words in zip(said, ("HTTPS", "PARLEY_PUBLIC_URL", "operator-key"), strict=True):
        assert words in line


def test_a_wrong_setting_is_refused_by_its_name(tmp_path: Path) -> None:
    said = failed(folder=tmp_path / "data", keep_days="soon")
    assert said.startswith("PARLEY_KEEP_DAYS must be") and len(said.splitlines()) == 1


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = failed("--port", port, folder=tmp_path / "data")
    assert said.startswith(f"Port {port} of 127.0.0.1 cannot be had") and len(said.splitlines()) == 1


def test_a_media_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", 0))
        said = failed("--media-port", str(taken.getsockname()[1]), folder=tmp_path / "data")
    assert len(said.splitlines()) == 1


async def _start_once(data: Path) -> None:
    async with opened(data):
        make_operator_key(data)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: (data / DATABASE).write_bytes(b"no database at all" * 100), "damaged"),
        (lambda data: (data / MASTER_KEY).unlink(), "is missing"),
        (lambda data: (data / MASTER_KEY).write_text("?"), "damaged"),
        (lambda data: (data / MASTER_KEY).chmod(0o644), "chmod 600"),
        (lambda data: (data / OPERATOR_KEY).chmod(0o666), "chmod 600"),
    ],
    ids=["database", "master key gone", "master key damaged", "master key open", "operator's key open"],
)
def test_a_spoiled_data_folder_is_one_sentence(tmp_path: Path, spoil: object, words: str) -> None:
    data = tmp_path / "data"
    asyncio.run(_start_once(data))
    assert callable(spoil)
    spoil(data)
    said = failed(folder=data)
    assert words in said and len(said.splitlines()) == 1


# --- https


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of its own for localhost, and its key."""
    return write_certificate(tmp_path)


async def test_it_speaks_https_and_the_command_line_trusts_its_own_certificate(
    tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    cert, key = certificate
    data = tmp_path / "data"
    run("operator-key", "--data", str(data))
    options = (
        "--host",
        "0.0.0.0",
        "--tls-cert",
        str(cert),
        "--tls-key",
        str(key),
        "--public-url",
        "https://parley.example",
    )
    with started(data, *options) as process:
        assert ready_line(process) == "https://parley.example"
        done = run("session", "new", *SIDES, "--data", str(data), "--json")
        assert done.status == 0, done.stderr
        assert json.loads(done.stdout)["links"][0]["link"].startswith("https://parley.example/join#")
        found = running.find(data)
        assert found is not None
        async with httpx2.AsyncClient(base_url=found.url, verify=False, trust_env=False) as client:
            assert (await client.get("/")).status_code == 400, "it goes by its public name only"
            page = await client.get("/", headers={"host": "parley.example"})
            assert page.headers["strict-transport-security"]
            headers = {"host": "parley.example", "origin": "https://parley.example"}
            assert (await client.post("/sessions", json={}, headers=headers)).status_code == 401
            link = json.loads(done.stdout)["links"][0]["link"].partition("#")[2]
            joined = await client.post("/join", json={"link": link}, headers=headers)
            assert joined.headers["set-cookie"].startswith("__Host-seat-")
            assert "Secure" in joined.headers["set-cookie"]


def test_a_certificate_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("no certificate")
    (tmp_path / "key.pem").write_text("no key")
    said = failed(
        "--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"), folder=tmp_path / "data"
    )
    assert "PARLEY_TLS_CERT" in said and len(said.splitlines()) == 1


def test_what_a_killed_server_left_behind_is_not_believed(tmp_path: Path) -> None:
    assert running.find(tmp_path) is None
    (tmp_path / running.FILE).write_text('{"url": 5}')
    assert running.find(tmp_path) is None
