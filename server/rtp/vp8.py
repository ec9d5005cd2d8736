"""The VP8 payload descriptor (RFC 7741, 4.2): where keyframes start, and counters that go on over a change of source.

Only the descriptor and one bit behind it are read. Both stay in the clear under end-to-end encryption.
"""

from typing import Final, NamedTuple

BASE_LAYER_BITS: Final = 8
KEY_BITS: Final = 5


class Descriptor(NamedTuple):
    """One packet's descriptor. Absent fields are None."""

    size: int  # bytes of the descriptor as received
    start: bool  # the packet begins partition 0, that is: a frame
    keyframe: bool  # … and the frame is a keyframe
    first: int  # the first byte as received
    flags: int  # the byte of I, L, T, K; 0 where there is none
    picture: int | None
    picture_bits: int  # 7 or 15, 0 where there is no picture id
    base_layer: int | None  # TL0PICIDX
    layer: int | None  # the byte of TID, Y and KEYIDX


def parse(packet: bytes, at: int, end: int) -> Descriptor | None:
    """The descriptor of the payload that lies in `packet[at:end]`, or None where it is cut short."""
    if at >= end:
        return None
    begin = at
    first = packet[at]
    at += 1
    flags = 0
    picture = base_layer = layer = None
    bits = 0
    if first & 0x80:
        if at >= end:
            return None
        flags = packet[at] & 0xF0
        at += 1
        if flags & 0x80:
            if at >= end:
                return None
            picture = packet[at]
            bits = 7
            at += 1
            if picture & 0x80:
                if at >= end:
                    return None
                picture = (picture & 0x7F) << 8 | packet[at]
                bits = 15
                at += 1
        if flags & 0x40:
            if at >= end:
                return None
            base_layer = packet[at]
            at += 1
        if flags & 0x30:
            if at >= end:
                return None
            layer = packet[at]
            at += 1
    if at >= end:  # a descriptor without a byte of VP8 behind it
        return None
    start = first & 0x17 == 0x10  # S set, partition 0
    keyframe = start and not packet[at] & 0x01  # RFC 7741, 4.3: the P bit, inverse
    return Descriptor(at - begin, start, keyframe, first, flags, picture, bits, base_layer, layer)


def build(descriptor: Descriptor, picture: int, base_layer: int, key: int) -> bytes:
    """The descriptor with other counters, each cut to its width; fields that were absent stay absent.

    A picture id is always written with 15 bits: RFC 7741 lets the size change from packet to packet.
    """
    flags = descriptor.flags
    if flags == 0x80:  # what browsers send for a camera without layers, so it comes first
        return bytes((descriptor.first, 0x80, 0x80 | picture >> 8 & 0x7F, picture & 0xFF))
    if not descriptor.first & 0x80:
        return bytes((descriptor.first,))
    out = bytearray((descriptor.first, flags))
    if flags & 0x80:
        out.append(0x80 | picture >> 8 & 0x7F)
        out.append(picture & 0xFF)
    if flags & 0x40:
        out.append(base_layer & 0xFF)
    if flags & 0x30:
        layer = descriptor.layer or 0
        out.append((layer & 0xE0 | key & 0x1F) if flags & 0x10 else layer)
    return bytes(out)
