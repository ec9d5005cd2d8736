"""coturn with deploy/turn/turnserver.conf: nobody without credentials, and nobody is relayed to but the nodes."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.ids import new_id
from server.media.turn import LIFETIME_S, Turn
from tests.support.ports import free_port
from tests.support.server import environment
from tests.support.turn_server import SECRET, START, TurnClient, key_file, turn_server

HERE = "127.0.0.1"
NODE = "192.0.2.9"  # of a network for documents (RFC 5737): nothing is sent there, only leave is asked for
OTHERS_4 = ["127.0.0.1", "0.0.0.0", "10.1.2.3", "169.254.169.254", "172.17.0.1", "192.168.0.1", "192.0.2.10", "8.8.8.8"]
OTHERS_6 = [
    "::1", "::", "fc00::1", "fe80::1", "2001:db8::1", "2002:7f00:1::", "64:ff9b::7f00:1",
    *(f"::ffff:{address}" for address in OTHERS_4),
]  # fmt: skip


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    with turn_server(tmp_path_factory.mktemp("turn"), HERE, NODE, port=free_port()) as port:
        yield HERE, port


@pytest.fixture
def client(server: tuple[str, int]) -> Iterator[TurnClient]:
    """Somebody whose page has just been offered media."""
    client = TurnClient(server, Turn(("turn:here",), SECRET).access(now_ms(), new_id))
    yield client
    client.close()


def test_the_credentials_of_an_offer_open_an_allocation_that_reaches_the_node(client: TurnClient) -> None:
    assert client.allocate(4) == 0
    assert client.permit(NODE) == 0


def test_nobody_else_is_reached(client: TurnClient) -> None:
    assert client.allocate(4) == 0
    assert {peer: client.permit(peer) for peer in OTHERS_4} == dict.fromkeys(OTHERS_4, 403)


def test_there_is_no_relayed_address_of_ipv6(client: TurnClient) -> None:
    assert client.allocate(6) == 440


def test_if_there_were_one_nobody_would_be_reached_by_it_either(tmp_path: Path) -> None:
    """The list of the denied holds by itself, however an address is written."""
    with turn_server(tmp_path, HERE, NODE, "--relay-ip", "::1", port=free_port()) as port:
        client = TurnClient((HERE, port), Turn(("turn:here",), SECRET).access(now_ms(), new_id))
        assert client.allocate(6) == 0
        assert {peer: client.permit(peer) for peer in OTHERS_6} == dict.fromkeys(OTHERS_6, 403)
        client.close()


@pytest.mark.parametrize(
    "turn",
    [
        Turn(("turn:here",), "another secret"),
        pytest.param(Turn(("turn:here",), SECRET), id="over"),
    ],
)
def test_with_another_secret_or_too_late_nothing_opens(server: tuple[str, int], turn: Turn) -> None:
    given = now_ms() - (LIFETIME_S + 60) * 1000 if turn.secret == SECRET else now_ms()
    client = TurnClient(server, turn.access(given, new_id))
    assert client.allocate(4) == 401
    client.close()


def test_the_secret_stands_in_no_process_list(server: tuple[str, int]) -> None:
    lists = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert any(b"turnserver" in line for line in lists) and not any(SECRET.encode() in line for line in lists)


@pytest.mark.parametrize(
    ("without", "words"),
    [("TURN_KEY_FILE", "names the file"), ("TURN_ADDRESS", "IPv4 address"), ("TURN_NODES", "media addresses")],
)
def test_what_it_cannot_do_without_is_asked_for_in_words(tmp_path: Path, without: str, words: str) -> None:
    given = {
        "TURN_KEY_FILE": str(key_file(tmp_path)),
        "TURN_ADDRESS": HERE,
        "TURN_NODES": NODE,
        "TURN_STATE": str(tmp_path),
    }
    del given[without]
    done = subprocess.run([START], env={**environment(), **given}, capture_output=True, text=True)
    assert done.returncode != 0 and without in done.stderr and words in done.stderr


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    short = tmp_path / "short.key"
    short.write_text("short\n")
    given = {"TURN_KEY_FILE": str(short), "TURN_ADDRESS": HERE, "TURN_NODES": NODE, "TURN_STATE": str(tmp_path)}
    done = subprocess.run([START], env={**environment(), **given}, capture_output=True, text=True)
    assert done.returncode == 1 and "shorter than 32" in done.stderr
