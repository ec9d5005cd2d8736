"""The VP8 payload descriptor, by RFC 7741 4.2."""

from hypothesis import given
from hypothesis import strategies as st

from server.rtp import vp8


def _parse(text: str) -> vp8.Descriptor | None:
    data = bytes.fromhex(text)
    return vp8.parse(data, 0, len(data))


def test_the_first_packet_of_a_keyframe_is_known() -> None:
    found = _parse("10 00 9d012a")  # S, partition 0; P clear
    assert found is not None and found.start and found.keyframe and found.size == 1


def test_other_packets_begin_no_keyframe() -> None:
    for text in ("10 01", "00 00", "11 00", "17 00"):  # an interframe; S clear; other partitions
        found = _parse(text)
        assert found is not None and not found.keyframe, text


def test_every_optional_field_is_read() -> None:
    found = _parse("90 f0 9234 56 e7 00")  # X S; I L T K; 15-bit id; TL0PICIDX; TID 3, Y, KEYIDX 7
    assert found is not None
    assert (found.size, found.picture, found.picture_bits, found.base_layer, found.layer) == (6, 0x1234, 15, 0x56, 0xE7)
    assert found.keyframe


def test_a_short_picture_id_has_seven_bits() -> None:
    found = _parse("90 80 12 01")
    assert found is not None and (found.picture, found.picture_bits, found.size) == (0x12, 7, 3)


def test_rewriting_changes_the_counters_and_nothing_else() -> None:
    full = _parse("90 f0 9234 56 e7 00")
    assert full is not None
    assert vp8.build(full, 0x8001, 0x1FF, 33) == bytes.fromhex("90 f0 8001 ff e1")
    plain = _parse("90 80 9234 00")
    assert plain is not None and vp8.build(plain, 0x7FFF, 0, 0) == bytes.fromhex("90 80 ffff")
    bare = _parse("10 00")
    assert bare is not None and vp8.build(bare, 1, 2, 3) == b"\x10"
    layers = _parse("90 20 c5 00")  # T without K: the five bits are not ours
    assert layers is not None and vp8.build(layers, 1, 2, 3) == bytes.fromhex("90 20 c5")


def test_a_short_picture_id_grows_to_fifteen_bits() -> None:
    short = _parse("90 80 12 00")
    assert short is not None
    assert vp8.build(short, 300, 0, 0) == bytes.fromhex("90 80 812c")


def test_descriptors_that_are_cut_short_are_refused() -> None:
    whole = bytes.fromhex("90 f0 9234 56 e7 00")
    for size in range(len(whole)):
        assert vp8.parse(whole, 0, size) is None, size


@given(st.binary(max_size=12), st.integers(0, 1 << 20), st.integers(0, 1 << 20), st.integers(0, 1 << 20))
def test_no_bytes_make_it_raise_and_what_is_built_reads_back(junk: bytes, picture: int, base: int, key: int) -> None:
    found = vp8.parse(junk, 0, len(junk))
    if found is None:
        return
    built = vp8.build(found, picture, base, key) + junk[found.size :]
    again = vp8.parse(built, 0, len(built))
    assert again is not None
    assert (again.start, again.keyframe) == (found.start, found.keyframe)
    assert again.picture == (None if found.picture is None else picture & 0x7FFF)
    assert again.base_layer == (None if found.base_layer is None else base & 0xFF)
    assert (again.layer is None) == (found.layer is None)
