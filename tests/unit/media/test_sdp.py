"""The offer's text and the strict reading of answers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import ProtocolViolation
from server.media.sdp import MAX_ANSWER, PLACES, PLAN, Answer, read_answer, write_offer
from server.media.wire import Fingerprint
from server.rtp.medium import MEDIA
from tests.support.answers import sections

ANSWERS = {path.stem: path.read_bytes().decode() for path in (Path(__file__).parent / "answers").glob("*.sdp")}
CHROMIUM = ANSWERS["chromium"]


def an_offer(*, tcp: bool = True) -> str:
    return write_offer(
        name="abcd+/12",
        password="p" * 24,
        fingerprint=Fingerprint("sha-256", ":".join(["AB"] * 32)),
        addresses=["192.0.2.7", "127.0.0.1"],
        port=5000,
        tcp=tcp,
    )


def candidates_of(offer: str) -> list[list[str]]:
    return [line.split() for line in offer.splitlines() if line.startswith("a=candidate:")]


def refused(text: str) -> bool:
    with pytest.raises(ProtocolViolation) as caught:
        read_answer(text)
    return caught.value.reason == "bad_answer"


@pytest.mark.parametrize("browser", ANSWERS)
def test_what_browsers_answer_is_understood(browser: str) -> None:
    answer = read_answer(ANSWERS[browser])
    assert [uplink.medium for uplink in answer.uplinks] == list(MEDIA)
    for uplink in answer.uplinks:
        assert len(uplink.ssrcs) == 1
        assert len(uplink.repairs) == (1 if uplink.medium in ("camera", "screen") else 0)
    assert [each.algorithm for each in answer.fingerprints] == ["sha-256"]


def test_answers_of_browsers_stay_well_below_the_limit() -> None:
    assert all(len(text) * 2 < MAX_ANSWER for text in ANSWERS.values())


def test_the_offer_has_every_line_once_and_in_order() -> None:
    lines = an_offer().split("\r\n")
    assert lines[-1] == "" and "\n" not in "".join(lines)
    mids = [line[6:] for line in lines if line.startswith("a=mid:")]
    assert mids == [str(i) for i in range(31)]
    assert f"a=group:BUNDLE {' '.join(mids)}" in lines
    assert [line for line in lines if line in ("a=recvonly", "a=sendonly")] == ["a=recvonly"] * 4 + ["a=sendonly"] * 27
    assert "a=ice-lite" in lines and lines.count("a=setup:actpass") == 31


def test_sound_and_picture_of_a_place_share_a_stream() -> None:
    offer = an_offer()
    for i in range(9):
        assert f"a=msid:p{i} p{i}-audio\r\n" in offer and f"a=msid:p{i} p{i}-video\r\n" in offer
    assert "a=msid:screen screen-video\r\n" in offer and "a=msid:screen screen-audio\r\n" in offer


def test_every_downlink_names_its_ssrcs_and_no_two_share_one() -> None:
    offer = an_offer()
    groups = [line for line in offer.splitlines() if line.startswith("a=ssrc-group:FID ")]
    assert groups == [f"a=ssrc-group:FID {ssrc} {ssrc + 1}" for ssrc in (*PLAN.video, PLAN.screen)]
    said = [line.split(":")[1].split()[0] for line in offer.splitlines() if line.startswith("a=ssrc:")]
    assert len(said) == len(set(said)) == 16 + 2 * 9 + 2 + 1


def test_addresses_are_offered_in_the_order_given() -> None:
    candidates = candidates_of(an_offer())
    addresses = [("192.0.2.7", "5000"), ("127.0.0.1", "5000")]
    assert [(line[4], line[5]) for line in candidates] == addresses * 2
    priorities = [int(line[3]) for line in candidates]
    assert priorities == sorted(priorities, reverse=True) and len(set(priorities)) == 4
    assert len({line[0] for line in candidates}) == 4, "no two foundations are the same"


def test_any_way_by_udp_goes_before_any_by_tcp() -> None:
    candidates = candidates_of(an_offer())
    assert [line[2] for line in candidates] == ["udp", "udp", "tcp", "tcp"]
    assert [line[6:] for line in candidates] == [["typ", "host"]] * 2 + [["typ", "host", "tcptype", "passive"]] * 2
    # RFC 6544, 4.2: type preference 126, direction 4 of passive, 8191 for the first
    assert int(candidates[2][3]) == (126 << 24) + (((4 << 13) + 8191) << 8) + 255


def test_where_no_connections_are_taken_none_are_offered() -> None:
    assert [line[2] for line in candidates_of(an_offer(tcp=False))] == ["udp", "udp"]


def test_redundant_sound_and_other_feedback_are_not_offered() -> None:
    assert not any(word in an_offer() for word in ("red/", "ulpfec", "flexfec", "transport-cc"))


def test_the_camera_alone_is_asked_for_in_two_encodings() -> None:
    asked = [
        [line for line in section if line.startswith(("a=rid", "a=simulcast")) or "stream-id" in line]
        for section in sections(an_offer())
    ]
    assert asked.pop(1) == [
        "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        "a=rid:h recv",
        "a=rid:f recv",
        "a=simulcast:recv h;f",
    ]
    assert not any(asked)


def test_every_voice_repairs_itself_and_rests_in_silence_and_none_is_stereo() -> None:
    """RFC 7587, 6.1: in-band FEC and DTX, for what we get and for what we send; without `stereo` it is mono."""
    said = [line for line in an_offer().splitlines() if line.startswith("a=fmtp:96 ")]
    assert said == ["a=fmtp:96 minptime=10;useinbandfec=1;usedtx=1"] * sum(place.kind == "audio" for place in PLACES)


def test_browsers_agree_to_in_band_repair() -> None:
    for text in ANSWERS.values():
        for section in sections(text):
            if section[0].startswith("m=audio"):
                assert any(line.startswith("a=fmtp:96 ") and "useinbandfec=1" in line for line in section)


BROKEN: dict[str, Callable[[str], str]] = {
    "nothing": lambda text: "",
    "only the session": lambda text: text.split("m=")[0],
    "a line less": lambda text: text[: text.rindex("m=")],
    "a line more": lambda text: text + text[text.rindex("m=") :],
    "too long": lambda text: text + "a=x\r\n" * MAX_ANSWER,
    "a long line": lambda text: text + f"a={'x' * 600}\r\n",
    "a refused line": lambda text: text.replace("m=video 9", "m=video 0", 1),
    "another order": lambda text: text.replace("a=mid:4\r", "a=mid:99\r").replace("a=mid:5\r", "a=mid:4\r"),
    "the server as client": lambda text: text.replace("a=setup:active", "a=setup:passive"),
    "no role": lambda text: text.replace("a=setup:active\r\n", ""),
    "two roles": lambda text: text.replace("a=setup:active", "a=setup:passive", 1),
    "no fingerprint": lambda text: "".join(
        line for line in text.splitlines(True) if not line.startswith("a=fingerprint")
    ),
    "a weak fingerprint": lambda text: text.replace("a=fingerprint:sha-256", "a=fingerprint:md5"),
    "two fingerprints": lambda text: text.replace("sha-256 E6", "sha-256 E7", 1),
    "a short fingerprint": lambda text: text.replace(":B8:06\r\n", "\r\n"),
    "two names": lambda text: text.replace("a=ice-ufrag:6YmO", "a=ice-ufrag:6YmX", 1),
    "a name with a blank": lambda text: text.replace("a=ice-ufrag:6YmO", "a=ice-ufrag:6Ym O"),
    "no multiplexing": lambda text: text.replace("a=rtcp-mux\r\n", "", 1),
    "other codecs": lambda text: text.replace("SAVPF 96", "SAVPF 111"),
    "both directions": lambda text: text.replace("a=sendonly", "a=sendrecv", 1),
    "two directions": lambda text: text.replace("a=sendonly", "a=sendonly\r\na=inactive", 1),
    "a slot that sends": lambda text: text.replace("a=recvonly", "a=sendonly", 1),
    "an ssrc twice": lambda text: text.replace("846467659", "4023866766"),
    "an ssrc too large": lambda text: text.replace("846467659", "4294967296"),
    "an ssrc of nothing": lambda text: text.replace("846467659", "0"),
    "a group of one": lambda text: text.replace("FID 4198621089 3549556492", "FID 4198621089"),
    "a repair of itself": lambda text: text.replace("FID 4198621089 3549556492", "FID 4198621089 4198621089"),
    "a repair nobody named": lambda text: text.replace("FID 4198621089 3549556492", "FID 4198621089 17"),
    "control characters": lambda text: text.replace("s=-", "s=\x00"),
    "not ascii": lambda text: text.replace("s=-", "s=é"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_answer_to_our_offer_is_refused(name: str) -> None:
    text = BROKEN[name](CHROMIUM)
    assert text != CHROMIUM
    assert refused(text)


def test_addresses_of_the_browser_are_not_read() -> None:
    spoiled = CHROMIUM.replace(
        "a=rtcp-mux\r\n", "a=rtcp-mux\r\na=candidate:1 1 udp 1 not.an.address 99999 typ host\r\n"
    )
    assert read_answer(spoiled) == read_answer(CHROMIUM)


def test_a_medium_that_is_answered_inactive_is_left_out() -> None:
    answer = read_answer(CHROMIUM.replace("a=sendonly", "a=inactive", 1))
    assert [uplink.medium for uplink in answer.uplinks] == ["camera", "screen", "screen_sound"]


def test_ssrcs_may_be_left_to_the_mid_extension() -> None:
    bare = "".join(line for line in CHROMIUM.splitlines(True) if not line.startswith(("a=ssrc:", "a=ssrc-group:")))
    assert all(not uplink.ssrcs and not uplink.repairs for uplink in read_answer(bare).uplinks)


def either(text: str) -> None:
    try:
        assert isinstance(read_answer(text), Answer)
    except ProtocolViolation as violation:
        assert violation.reason == "bad_answer"


@given(st.text())
def test_any_text_is_an_answer_or_a_violation(text: str) -> None:
    either(text)
    either("v=0\n" + text)


@given(st.lists(st.sampled_from(sorted(set(CHROMIUM.splitlines()))), max_size=60))
def test_any_mixture_of_lines_is_an_answer_or_a_violation(lines: list[str]) -> None:
    either("v=0\r\n" + "\r\n".join(lines))


@given(st.data())
def test_a_real_answer_with_any_damage_is_an_answer_or_a_violation(data: st.DataObject) -> None:
    lines = CHROMIUM.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, colon, _ = lines[at].partition(":")
        lines[at : at + 1] = data.draw(
            st.one_of(
                st.just([]),
                st.just([lines[at], lines[at]]),
                st.text(max_size=80).map(lambda text: [text]),
                st.text("0123456789abF: -/+", max_size=80).map((key + colon).__add__).map(lambda text: [text]),
            )
        )
    either("\r\n".join(lines) + "\r\n")


def test_the_lines_number_as_the_contract_says() -> None:
    assert len(PLACES) == 4 + 16 + 9 + 2
