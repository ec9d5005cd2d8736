"""The RTP header (RFC 3550, 5.1) and its extensions (RFC 8285), read from bytes and written to bytes."""

from struct import Struct
from typing import Final, NamedTuple

_FIXED: Final = Struct("!BBHII")
FIXED_SIZE: Final = _FIXED.size
_VERSION: Final = 0x80
_ONE_BYTE: Final = 0xBEDE  # RFC 8285, 4.2
_TWO_BYTE: Final = 0x1000  # RFC 8285, 4.3; the low four bits are the sender's own


class Header(NamedTuple):
    """What one packet says about itself. `start` and `end` bound the payload; padding lies behind `end`."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    start: int
    end: int
    extensions: int  # offset of the extension block's four-byte head, 0 where there is none


def parse(packet: bytes) -> Header | None:
    """The packet's header, or None where the bytes are no well-formed RTP packet. An empty payload is well-formed."""
    size = len(packet)
    if size < FIXED_SIZE:
        return None
    first, second, sequence, timestamp, ssrc = _FIXED.unpack_from(packet)
    if first & 0xC0 != _VERSION:
        return None
    start = FIXED_SIZE + 4 * (first & 0x0F)
    extensions = 0
    if first & 0x10:
        if start + 4 > size:
            return None
        extensions = start
        start += 4 + 4 * (packet[start + 2] << 8 | packet[start + 3])
    end = size
    if first & 0x20:
        padding = packet[-1]
        if padding == 0:
            return None
        end -= padding
    if start > end:
        return None
    return Header(second & 0x7F, second >= 0x80, sequence, timestamp, ssrc, start, end, extensions)


def extension(packet: bytes, header: Header, wanted: int) -> bytes | None:
    """The value of the header extension with that id (1 to 14), or None. Broken blocks end the search quietly."""
    if not header.extensions:
        return None
    at = header.extensions + 4
    end = header.start
    profile = packet[header.extensions] << 8 | packet[header.extensions + 1]
    if profile == _ONE_BYTE:
        return _find_short(packet, at, end, wanted)
    if profile & 0xFFF0 == _TWO_BYTE:
        return _find_long(packet, at, end, wanted)
    return None


def _find_short(packet: bytes, at: int, end: int, wanted: int) -> bytes | None:
    while at < end:
        head = packet[at]
        at += 1
        if head == 0:  # padding between elements
            continue
        number = head >> 4
        if number == 15:  # reserved: "MUST stop processing"
            return None
        size = (head & 0x0F) + 1
        if number == wanted:
            return packet[at : at + size] if at + size <= end else None
        at += size
    return None


def _find_long(packet: bytes, at: int, end: int, wanted: int) -> bytes | None:
    while at < end:
        number = packet[at]
        at += 1
        if number == 0:
            continue
        if at >= end:
            return None
        size = packet[at]
        at += 1
        if number == wanted:
            return packet[at : at + size] if at + size <= end else None
        at += size
    return None


def build(payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int) -> bytes:
    """A bare header of twelve bytes: no extensions, no sources, no padding. Counters are cut to their width."""
    return _FIXED.pack(
        _VERSION,
        payload_type | 0x80 if marker else payload_type,
        sequence & 0xFFFF,
        timestamp & 0xFFFFFFFF,
        ssrc,
    )
