"""RTCP: reports, names and requests, built and read (RFC 3550, 4585, 5104, 5506; draft-alvestrand-rmcat-remb-03).

A datagram is believed whole or not at all: one broken part and nothing counts. Parts of unknown kinds are skipped.
"""

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Final, NamedTuple

SR: Final = 200
RR: Final = 201
SDES: Final = 202
BYE: Final = 203
TRANSPORT: Final = 205  # RFC 4585, 6.2: about packets
PAYLOAD: Final = 206  # RFC 4585, 6.3: about pictures

_NACK: Final = 1
_PLI: Final = 1
_FIR: Final = 4  # RFC 5104, 4.3.1
_APPLICATION: Final = 15

_HEAD: Final = Struct("!BBH")
_TWO: Final = Struct("!II")
_PAIR: Final = Struct("!HH")
_SENDER: Final = Struct("!IQIII")
_BLOCK: Final = Struct("!IIIIII")

_MOST: Final = 31  # report blocks or names in one part: the count has five bits


class SenderReport(NamedTuple):
    """What a sender's clocks showed at one moment: `ntp` (64 bits, seconds << 32) and `rtp` are the same instant."""

    ssrc: int
    ntp: int
    rtp: int
    packets: int
    octets: int


class Report(NamedTuple):
    """What a receiver got of one source (RFC 3550, 6.4.1)."""

    ssrc: int
    fraction: int  # lost since the last report, of 256
    lost: int  # in all, -2^23 to 2^23 - 1
    highest: int  # extended sequence number, 32 bits
    jitter: int  # ticks of the source's clock
    last: int  # middle 32 bits of the ntp of the last sender report, 0 where none came
    delay: int  # since then, in 1/65536 s


class Name(NamedTuple):
    """A source's canonical name."""

    ssrc: int
    cname: bytes


class Nack(NamedTuple):
    """The receiver lacks these packets of the source."""

    ssrc: int
    sequences: tuple[int, ...]


class KeyframeWanted(NamedTuple):
    """The receiver cannot decode the source without a keyframe: PLI, or FIR which asks the same of us."""

    ssrc: int


class Bitrate(NamedTuple):
    """The receiver can take so many bits a second of these sources together (REMB)."""

    bits: int
    ssrcs: tuple[int, ...]


class Goodbye(NamedTuple):
    """The source stops."""

    ssrc: int


Message = SenderReport | Report | Name | Nack | KeyframeWanted | Bitrate | Goodbye


def read(packet: bytes) -> list[Message] | None:
    """What the datagram says, in its order; None where any part of it is malformed. Never raises."""
    messages: list[Message] = []
    at = 0
    size = len(packet)
    if not size:
        return None
    while at < size:
        if at + 4 > size:
            return None
        first, kind, words = _HEAD.unpack_from(packet, at)
        end = at + 4 + 4 * words
        if first & 0xC0 != 0x80 or end > size:
            return None
        body_end = end
        if first & 0x20:
            padding = packet[end - 1]
            if end != size or padding == 0 or at + 4 + padding > end:  # only the last part may be padded
                return None
            body_end -= padding
        found = _read_part(packet, kind, first & 0x1F, at + 4, body_end)
        if found is None:
            return None
        messages += found
        at = end
    return messages


def _read_part(packet: bytes, kind: int, count: int, at: int, end: int) -> list[Message] | None:
    if kind == SR:
        return _read_sender_report(packet, count, at, end)
    if kind == RR:
        return _read_reports(packet, count, at + 4, end)
    if kind == SDES:
        return _read_names(packet, count, at, end)
    if kind == BYE:
        if at + 4 * count > end:
            return None
        return [Goodbye(int.from_bytes(packet[at + 4 * i : at + 4 * i + 4], "big")) for i in range(count)]
    if kind in (TRANSPORT, PAYLOAD):
        return _read_request(packet, kind, count, at, end)
    return []


def _read_sender_report(packet: bytes, count: int, at: int, end: int) -> list[Message] | None:
    if at + _SENDER.size > end:
        return None
    blocks = _read_reports(packet, count, at + _SENDER.size, end)
    return None if blocks is None else [SenderReport(*_SENDER.unpack_from(packet, at)), *blocks]


def _read_reports(packet: bytes, count: int, at: int, end: int) -> list[Message] | None:
    if at + count * _BLOCK.size > end:
        return None
    blocks: list[Message] = []
    for i in range(count):
        ssrc, losses, highest, jitter, last, delay = _BLOCK.unpack_from(packet, at + i * _BLOCK.size)
        lost = losses & 0xFFFFFF
        blocks.append(Report(ssrc, losses >> 24, lost - (lost >> 23 << 24), highest, jitter, last, delay))
    return blocks


def _read_names(packet: bytes, count: int, at: int, end: int) -> list[Message] | None:
    names: list[Message] = []
    begin = at
    for _ in range(count):
        if at + 4 > end:
            return None
        ssrc = int.from_bytes(packet[at : at + 4], "big")
        at += 4
        while True:
            if at >= end:
                return None
            item = packet[at]
            at += 1
            if item == 0:
                at += (begin - at) % 4  # a chunk ends on a 32-bit boundary
                break
            if at >= end or at + 1 + packet[at] > end:
                return None
            if item == 1:
                names.append(Name(ssrc, packet[at + 1 : at + 1 + packet[at]]))
            at += 1 + packet[at]
    return names if at <= end else None


def _read_request(packet: bytes, kind: int, form: int, at: int, end: int) -> list[Message] | None:
    if at + 8 > end:
        return None
    ssrc = _TWO.unpack_from(packet, at)[1]
    at += 8
    if kind == TRANSPORT:
        return [Nack(ssrc, _read_lost(packet, at, end))] if form == _NACK and at < end else []
    if form == _PLI:
        return [KeyframeWanted(ssrc)]
    if form == _FIR:
        return [KeyframeWanted(_TWO.unpack_from(packet, i)[0]) for i in range(at, end - 7, 8)]
    if form == _APPLICATION and packet[at : at + 4] == b"REMB" and at < end:
        return _read_bitrate(packet, at, end)
    return []


def _read_lost(packet: bytes, at: int, end: int) -> tuple[int, ...]:
    lost: list[int] = []
    for i in range(at, end - 3, 4):
        first, others = _PAIR.unpack_from(packet, i)
        lost.append(first)
        if others:
            lost += [(first + 1 + bit) & 0xFFFF for bit in range(16) if others >> bit & 1]
    return tuple(lost)


def _read_bitrate(packet: bytes, at: int, end: int) -> list[Message] | None:
    if at + 8 > end:
        return None
    count = packet[at + 4]
    exponent = packet[at + 5] >> 2
    mantissa = (packet[at + 5] & 0x03) << 16 | packet[at + 6] << 8 | packet[at + 7]
    if at + 8 + 4 * count > end:
        return None
    ssrcs = (int.from_bytes(packet[at + 8 + 4 * i : at + 12 + 4 * i], "big") for i in range(count))
    return [Bitrate(mantissa << exponent, tuple(ssrcs))]


def _part(kind: int, count: int, body: bytes) -> bytes:
    return _HEAD.pack(0x80 | count, kind, len(body) // 4) + body


def sender_report(report: SenderReport) -> bytes:
    """A sender report without blocks. Counters are cut to their width."""
    body = _SENDER.pack(
        report.ssrc,
        report.ntp & 0xFFFFFFFFFFFFFFFF,
        report.rtp & 0xFFFFFFFF,
        report.packets & 0xFFFFFFFF,
        report.octets & 0xFFFFFFFF,
    )
    return _part(SR, 0, body)


def receiver_report(ours: int, reports: Sequence[Report]) -> bytes:
    """A receiver report from the source `ours` with the first 31 of the blocks."""
    body = bytearray(ours.to_bytes(4, "big"))
    for report in reports[:_MOST]:
        lost = max(-0x800000, min(0x7FFFFF, report.lost)) & 0xFFFFFF
        body += _BLOCK.pack(
            report.ssrc,
            report.fraction << 24 | lost,
            report.highest & 0xFFFFFFFF,
            min(report.jitter, 0xFFFFFFFF),
            report.last,
            min(report.delay, 0xFFFFFFFF),
        )
    return _part(RR, min(len(reports), _MOST), bytes(body))


def names(entries: Sequence[Name]) -> bytes:
    """The canonical names of sources, the first 31 of them (RFC 3550, 6.5)."""
    body = bytearray()
    for ssrc, cname in entries[:_MOST]:
        body += ssrc.to_bytes(4, "big") + bytes((1, len(cname[:255]))) + cname[:255]
        body += bytes(4 - len(body) % 4)  # at least the one zero that ends the list
    return _part(SDES, min(len(entries), _MOST), bytes(body))


def nack(ours: int, ssrc: int, lost: Iterable[int]) -> bytes:
    """Ask the source for these packets again (RFC 4585, 6.2.1), numbers close together in one word."""
    pending = [sequence & 0xFFFF for sequence in lost]
    body = bytearray(_TWO.pack(ours, ssrc))
    at = 0
    while at < len(pending):
        first = pending[at]
        others = 0
        at += 1
        while at < len(pending) and 1 <= (ahead := (pending[at] - first) & 0xFFFF) <= 16:
            others |= 1 << (ahead - 1)
            at += 1
        body += _PAIR.pack(first, others)
    return _part(TRANSPORT, _NACK, bytes(body))


def picture_loss(ours: int, ssrc: int) -> bytes:
    """Ask the source for a keyframe (PLI, RFC 4585, 6.3.1)."""
    return _part(PAYLOAD, _PLI, _TWO.pack(ours, ssrc))


def bitrate(ours: int, bits: int, ssrcs: Sequence[int]) -> bytes:
    """Tell a sender what it may send in all of these sources together (REMB). Rounded down to 18 significant bits."""
    exponent = min(max(0, bits.bit_length() - 18), 63)
    mantissa = min(bits >> exponent, 0x3FFFF)
    head = bytes((len(ssrcs[:255]), exponent << 2 | mantissa >> 16, mantissa >> 8 & 0xFF, mantissa & 0xFF))
    sources = b"".join(ssrc.to_bytes(4, "big") for ssrc in ssrcs[:255])
    return _part(PAYLOAD, _APPLICATION, _TWO.pack(ours, 0) + b"REMB" + head + sources)
