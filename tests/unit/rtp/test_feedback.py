"""RTCP, by RFC 3550 6, RFC 4585 6, RFC 5104 4.3.1 and the REMB draft."""

from hypothesis import given
from hypothesis import strategies as st

from server.rtp import feedback as fb


def test_a_sender_report_is_read_and_written_alike() -> None:
    data = bytes.fromhex("80c80006 11111111 83aa7e80 80000000 00001234 00000005 00000400")
    report = fb.SenderReport(0x11111111, 0x83AA7E8080000000, 0x1234, 5, 0x400)
    assert fb.read(data) == [report]
    assert fb.sender_report(report) == data


def test_a_receiver_report_is_read_and_written_alike() -> None:
    data = bytes.fromhex("81c90007 00000001 22222222 40 000005 00010007 00000009 7e808000 00010000")
    report = fb.Report(0x22222222, 0x40, 5, 0x10007, 9, 0x7E808000, 0x10000)
    assert fb.read(data) == [report]
    assert fb.receiver_report(1, [report]) == data


def test_more_came_than_was_expected_is_a_negative_loss() -> None:
    report = fb.Report(2, 0, -3, 7, 0, 0, 0)
    assert fb.read(fb.receiver_report(1, [report])) == [report]


def test_a_sender_reports_blocks_are_read_too() -> None:
    block = "22222222 40 000005 00010007 00000009 00000000 00000000"
    data = bytes.fromhex("81c8000c 11111111 00000001 00000000 00000002 00000003 00000004" + block)
    messages = fb.read(data)
    assert messages is not None
    assert [type(message) for message in messages] == [fb.SenderReport, fb.Report]


def test_names_are_padded_to_words() -> None:
    for cname in (b"", b"a", b"ab", b"abc", b"abcd", b"x" * 255):
        data = fb.names([fb.Name(7, cname), fb.Name(8, b"other")])
        assert len(data) % 4 == 0
        assert fb.read(data) == [fb.Name(7, cname), fb.Name(8, b"other")]


def test_a_nack_names_a_packet_and_sixteen_after_it() -> None:
    # RFC 4585, 6.2.1: PID 0xfffe, bits 0, 1 and 15
    data = bytes.fromhex("81cd0003 00000001 00000002 fffe 8003")
    assert fb.read(data) == [fb.Nack(2, (0xFFFE, 0xFFFF, 0, 14))]
    assert fb.nack(1, 2, [0xFFFE, 0xFFFF, 0x10000, 14]) == data


def test_far_apart_losses_take_words_of_their_own() -> None:
    data = fb.nack(1, 2, [5, 22, 23])
    assert data == bytes.fromhex("81cd0004 00000001 00000002 00050000 00160001")


def test_a_keyframe_may_be_asked_for_in_two_ways() -> None:
    assert fb.read(bytes.fromhex("81ce0002 00000001 00000002")) == [fb.KeyframeWanted(2)]
    assert fb.picture_loss(1, 2) == bytes.fromhex("81ce0002 00000001 00000002")
    assert fb.read(bytes.fromhex("84ce0004 00000001 00000000 00000002 05000000")) == [fb.KeyframeWanted(2)]


def test_a_bitrate_is_read_and_written_alike() -> None:
    data = fb.bitrate(1, 1_500_000, [2, 3])
    assert data == bytes.fromhex("8fce0006 00000001 00000000 52454d42 02 0e dc6c 00000002 00000003")
    assert fb.read(data) == [fb.Bitrate(1_500_000, (2, 3))]
    assert fb.read(fb.bitrate(1, 0xFFFFFFF, [])) == [fb.Bitrate(0x3FFFF << 10, ())]  # 18 bits are left of a number


def test_a_compound_is_read_in_its_order() -> None:
    data = fb.receiver_report(1, []) + fb.names([fb.Name(1, b"c")]) + fb.picture_loss(1, 2)
    assert fb.read(data) == [fb.Name(1, b"c"), fb.KeyframeWanted(2)]


def test_a_goodbye_with_its_reason_is_read() -> None:
    assert fb.read(bytes.fromhex("82cb0003 00000005 00000006 03627965")) == [fb.Goodbye(5), fb.Goodbye(6)]


def test_unknown_kinds_are_skipped() -> None:
    data = bytes.fromhex("80cf0001 00000001") + bytes.fromhex("8fcd0002 00000001 00000002") + fb.picture_loss(1, 2)
    assert fb.read(data) == [fb.KeyframeWanted(2)]


def test_padding_is_allowed_in_the_last_part_only() -> None:
    padded = bytes.fromhex("a1ce0003 00000001 00000002 00000004")
    assert fb.read(padded) == [fb.KeyframeWanted(2)]
    assert fb.read(padded + fb.picture_loss(1, 2)) is None


def test_one_broken_part_makes_the_whole_worthless() -> None:
    good = fb.picture_loss(1, 2)
    for broken in (
        b"\x81",
        bytes.fromhex("41ce0002 00000001 00000002"),  # version 1
        bytes.fromhex("81ce0003 00000001 00000002"),  # longer than it is
        bytes.fromhex("81ce0001 00000001"),  # a request about nothing
        bytes.fromhex("81c90001 00000001"),  # a block that is not there
        bytes.fromhex("80c80001 00000001"),  # a report without numbers
        bytes.fromhex("80c90000"),
        bytes.fromhex("81ca0001 00000001"),  # a name that does not end
        bytes.fromhex("81ca0002 00000001 01ff6162"),
        bytes.fromhex("82cb0001 00000005"),
        bytes.fromhex("a1ce0002 00000001 00000000"),  # padding of no length
        bytes.fromhex("8fce0004 00000001 00000000 52454d42 02000000"),  # two sources that are not there
    ):
        assert fb.read(good + broken) is None, broken.hex()
    assert fb.read(b"") is None


_PART = st.tuples(
    st.integers(0, 255), st.sampled_from([200, 201, 202, 203, 205, 206, 207]), st.binary(max_size=48)
).map(lambda part: bytes((part[0], part[1])) + (len(part[2]) // 4).to_bytes(2, "big") + part[2])


@given(st.one_of(st.binary(max_size=80), st.lists(_PART, max_size=4).map(b"".join)))
def test_no_bytes_make_it_raise(junk: bytes) -> None:
    fb.read(junk)
    fb.read(b"\x8f\xce\x00\x05" + junk)


@given(st.lists(st.integers(0, 65_535), min_size=1, max_size=60, unique=True), st.integers(0, 65_535))
def test_every_number_asked_for_arrives(numbers: list[int], start: int) -> None:
    wanted = sorted(numbers, key=lambda number: (number - start) & 0xFFFF)
    messages = fb.read(fb.nack(1, 2, wanted))
    assert messages is not None
    (nack,) = messages
    assert isinstance(nack, fb.Nack)
    assert list(nack.sequences) == wanted
