"""RTP headers, by RFC 3550 5.1 and RFC 8285."""

from hypothesis import given
from hypothesis import strategies as st

from server.rtp import header

PLAIN = bytes.fromhex("80 e0 1234 89abcdef 01020304") + b"payload"


def test_a_plain_header_is_read_field_by_field() -> None:
    head = header.parse(PLAIN)
    assert head is not None
    assert (head.payload_type, head.marker, head.sequence, head.timestamp, head.ssrc) == (
        96,
        True,
        0x1234,
        0x89ABCDEF,
        0x01020304,
    )
    assert PLAIN[head.start : head.end] == b"payload"


def test_what_is_built_is_what_was_read() -> None:
    assert header.build(96, True, 0x1234, 0x89ABCDEF, 0x01020304) == PLAIN[:12]
    assert header.build(97, False, 0x1_0005, 0x1_0000_0007, 9) == bytes.fromhex("8061 0005 00000007 00000009")


def test_contributing_sources_extensions_and_padding_are_not_payload() -> None:
    packet = (
        bytes.fromhex("b2 60 0001 00000002 00000003")
        + bytes(8)  # two contributing sources
        + bytes.fromhex("bede 0001 10300000")
        + b"payload"
        + b"\x00\x00\x03"
    )
    head = header.parse(packet)
    assert head is not None
    assert packet[head.start : head.end] == b"payload"
    assert header.extension(packet, head, 1) == b"0"


def test_one_byte_extensions_are_found_behind_padding_and_others() -> None:
    # RFC 8285, 4.2: ids 1 and 2, a byte of padding between them
    packet = bytes.fromhex("90 60 0001 00000002 00000003 bede 0002 1130310021 b20000") + b"x"
    head = header.parse(packet)
    assert head is not None
    assert header.extension(packet, head, 1) == b"01"
    assert header.extension(packet, head, 2) == b"\xb2\x00"[:2]
    assert header.extension(packet, head, 3) is None


def test_the_reserved_id_15_ends_the_search() -> None:
    packet = bytes.fromhex("90 60 0001 00000002 00000003 bede 0001 f0002055") + b"x"
    head = header.parse(packet)
    assert head is not None
    assert header.extension(packet, head, 2) is None


def test_two_byte_extensions_are_found() -> None:
    # RFC 8285, 4.3: id, length, data; a length of zero is allowed
    packet = bytes.fromhex("90 60 0001 00000002 00000003 1000 0003 0500 00 0201b2 000103313233") + b"x"
    head = header.parse(packet)
    assert head is not None
    assert header.extension(packet, head, 5) == b""
    assert header.extension(packet, head, 2) == b"\xb2"
    assert header.extension(packet, head, 1) == b"123"


def test_an_extension_that_reaches_beyond_its_block_is_not_there() -> None:
    short = bytes.fromhex("90 60 0001 00000002 00000003 bede 0001 00000017") + b"payload"
    long = bytes.fromhex("90 60 0001 00000002 00000003 1000 0001 00000105") + b"payload"
    for packet in (short, long):
        head = header.parse(packet)
        assert head is not None
        assert header.extension(packet, head, 1) is None


def test_malformed_packets_are_refused() -> None:
    for text in (
        "",
        "80",
        "80 60 0001 00000002 000000",  # eleven bytes
        "40 60 0001 00000002 00000003",  # version 1
        "81 60 0001 00000002 00000003",  # a source that is not there
        "90 60 0001 00000002 00000003",  # an extension that is not there
        "90 60 0001 00000002 00000003 bede 0001",  # … cut short
        "a0 60 0001 00000002 00000003 00",  # padding of no length
        "a0 60 0001 00000002 00000003 02",  # more padding than packet
    ):
        assert header.parse(bytes.fromhex(text)) is None, text


@given(st.binary(max_size=80), st.integers(0, 20))
def test_no_bytes_make_it_raise(junk: bytes, wanted: int) -> None:
    for packet in (junk, b"\x90" + junk, bytes.fromhex("9060000100000002000000031000") + junk):
        head = header.parse(packet)
        if head is not None:
            assert 12 <= head.start <= head.end <= len(packet)
            header.extension(packet, head, wanted)
