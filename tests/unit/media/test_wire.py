"""DTLS-SRTP between two ends in one process, and the private names that it stands on."""

import asyncio
import weakref
from collections.abc import Callable
from importlib.metadata import version

import pylibsrtp
import pytest
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from OpenSSL import SSL

from server.media.wire import MAX_PLAIN, MAX_WAITING, Certificate, Fingerprint, HandshakeFailed, Wire
from tests.support.unsearched import unsearched

SERVER, CLIENT = Certificate(), Certificate()


def a_pair(on_closed: Callable[[], None] = lambda: None) -> tuple[Wire, Wire]:
    ends: list[Wire] = []
    ends.append(Wire(SERVER, "server", send=lambda data: give(1, data), on_closed=on_closed))
    ends.append(Wire(CLIENT, "client", send=lambda data: give(0, data), on_closed=lambda: None))

    def give(to: int, data: bytes) -> None:
        ends[to].receive(data)

    return ends[0], ends[1]


async def connected(on_closed: Callable[[], None] = lambda: None) -> tuple[Wire, Wire]:
    server, client = a_pair(on_closed)
    async with asyncio.timeout(10):
        await asyncio.gather(server.shake_hands([CLIENT.fingerprint]), client.shake_hands([SERVER.fingerprint]))
    return server, client


def a_packet(size: int = 100) -> bytes:
    return b"\x80\x60\x00\x01\x00\x00\x00\x01\x00\x00\x00\x07" + b"x" * size


def test_the_private_names_are_there() -> None:
    """When this fails after an upgrade, look at wire.py first."""
    assert version("aiortc").startswith("1.16.") and pylibsrtp.__version__.startswith("1.")
    transport = RTCDtlsTransport(None, [SERVER.inner])  # type: ignore[arg-type]
    for name in ("_set_role", "_rx_srtp", "_tx_srtp", "_task", "_ssl"):
        assert hasattr(transport, name)
    assert hasattr(RTCCertificate, "_create_ssl_context")
    assert hasattr(pylibsrtp.Session(), "_srtp")


async def test_what_one_end_seals_the_other_opens() -> None:
    server, client = await connected()
    for here, there in ((server, client), (client, server)):
        sealed = here.seal_rtp(a_packet())
        assert sealed is not None and b"xxxx" not in sealed
        assert there.open_rtp(sealed) == a_packet()
        report = b"\x80\xc9\x00\x01\x00\x00\x00\x07"
        assert there.open_rtcp(here.seal_rtcp(report) or b"") == report
    server.close()
    client.close()


async def test_associations_share_a_context_and_no_keys() -> None:
    """Making a context is the longest that a handshake holds everybody up; and none is a former one resumed."""
    (one, browser), (two, other) = await connected(), await connected()
    contexts = {wire._dtls._ssl.get_context() for wire in (one, two)}  # type: ignore[union-attr]
    assert len(contexts) == 1
    assert contexts.pop().get_session_cache_mode() == SSL.SESS_CACHE_OFF
    sealed = browser.seal_rtp(a_packet())
    assert sealed is not None
    assert two.open_rtp(sealed) is None and one.open_rtp(sealed) == a_packet()
    for wire in (one, browser, two, other):
        wire.close()


async def test_what_is_forged_replayed_or_of_any_size_is_not_opened() -> None:
    server, client = await connected()
    sealed = client.seal_rtp(a_packet()) or b""
    assert server.open_rtp(sealed[:-1] + bytes([sealed[-1] ^ 1])) is None
    assert server.open_rtp(sealed) is not None
    assert server.open_rtp(sealed) is None
    for junk in (b"", b"\x80", bytes(20), bytes(5000), a_packet()):
        assert server.open_rtp(junk) is None
        assert server.open_rtcp(junk) is None
    server.close()
    client.close()


async def test_a_packet_that_is_too_long_is_not_sealed_and_not_an_error() -> None:
    server, client = await connected()
    assert client.seal_rtp(a_packet(MAX_PLAIN - 12)) is not None
    assert client.seal_rtp(a_packet(3000)) is None
    assert client.seal_rtcp(b"\x80\xc9" + bytes(3000)) is None
    server.close()
    client.close()


@pytest.mark.parametrize(
    "said", [[Fingerprint("sha-256", ":".join(["00"] * 32))], [CLIENT.fingerprint, Fingerprint("sha-384", "00")], []]
)
async def test_another_certificate_than_expected_is_refused(said: list[Fingerprint]) -> None:
    server, client = a_pair()
    other = asyncio.create_task(client.shake_hands([SERVER.fingerprint]))
    with pytest.raises(HandshakeFailed):
        async with asyncio.timeout(10):
            await server.shake_hands(said)
    assert not server.connected
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    client.close()


async def test_goodbye_is_told_to_the_other_end_once() -> None:
    told: list[str] = []
    gone = asyncio.Event()

    def note() -> None:
        told.append("closed")
        gone.set()

    server, client = await connected(note)
    client.close()
    client.close()
    async with asyncio.timeout(10):
        await gone.wait()
    server.close()
    assert told == ["closed"]


async def test_who_closes_is_not_told() -> None:
    told: list[str] = []
    server, client = await connected(lambda: told.append("closed"))
    server.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    client.close()
    assert not told


async def test_waiting_datagrams_are_bounded() -> None:
    wire = Wire(SERVER, "server", send=lambda data: None, on_closed=lambda: None)
    assert [wire.receive(b"\x16" * 13) for _ in range(MAX_WAITING + 3)] == [True] * MAX_WAITING + [False] * 3


async def test_closing_before_the_handshake_is_no_error() -> None:
    server, _ = a_pair()
    server.close()


@pytest.mark.parametrize("goodbye", [True, False], ids=["by us", "by the other end"])
async def test_a_wire_that_has_ended_is_freed_without_a_search_for_garbage(goodbye: bool) -> None:
    over = asyncio.Event()
    with unsearched():
        server, client = await connected(over.set)
        kept = [weakref.ref(each) for each in (server, server._dtls, server._dtls._ssl)]
        reading = server._dtls._task
        assert reading is not None
        if not goodbye:
            client.close()
            await over.wait()
        server.close()
        client.close()
        await asyncio.wait([reading])
        del server, client, reading
        assert [each() for each in kept] == [None] * 3
