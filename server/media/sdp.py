"""Our one offer and the reading of its answer (RFC 8829, RFC 8866). There is no second offer on a connection, ever.

What the page has to do, in this order:

1. `pc = new RTCPeerConnection({iceServers, bundlePolicy: "max-bundle"})`, TURN servers from the offer, then
   `setRemoteDescription(offer)`.
2. `pc.getTransceivers()` is in the order of the offer: 0 microphone, 1 camera, 2 screen, 3 screen sound, then 16 audio
   slots, 9 video slots, the screen slot and the screen sound slot (`PLACES` below). Never add or stop one.
3. Set `direction = "sendonly"` on the first four, with or without a track, before `createAnswer()`; the others are
   "recvonly" by themselves. A line that is answered "inactive" stays so for good: there is no renegotiation.
4. `setLocalDescription(await pc.createAnswer())`, send `pc.localDescription.sdp` at once: no waiting for candidates,
   the server needs none of the browser's.
5. `sender.replaceTrack(track or null)` whenever a device comes, goes or changes, before or after the answer. Nothing
   of it is told to the server by SDP. `RTCRtpSender`s keep their SSRCs over it.
   A camera is asked for in several encodings (RFC 8853); where the browser takes that, `sender.getParameters()` names
   them `h` (half the width and height) and `f`, and the answer names no SSRCs for it. One encoding is as good.
6. Slot i's streams are `receiver.track` of its transceiver, which is there from the start and stays `muted` until
   packets come. Audio slot i and video slot i carry the stream id `p<i>`: put them into one media element (or two
   with the same MediaStream) and the browser keeps lips and voice together.
7. A renewal is the same from 1 on with a new `RTCPeerConnection` and a new offer. Close the old one when the server
   says that the new one carries the media: browsers do not notice by themselves that the server hung up.

A person comes back to a room in another slot than before (the slot that was freed longest ago is taken next), so that
a late packet's picture is never under the wrong name. Show what the server says of slots, not what a track carries.

Firefox never uses an address of 127.0.0.0/8 that it is offered, and neither does an ordinary Chromium: a browser on the
server's machine needs one of the machine's other addresses in the offer.

Payload types and header extension numbers are ours in every answer, because the side that offers chooses them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from server.errors import ProtocolViolation
from server.media.wire import Fingerprint
from server.rtp.medium import (
    ENCODINGS,
    LEVEL_EXTENSION,
    MEDIA,
    MID_EXTENSION,
    OPUS,
    REPAIRED_RID_EXTENSION,
    RID_EXTENSION,
    RTX,
    VP8,
    Medium,
)
from server.rtp.slots import PICTURE_PLACES, SOUND_PLACES, SlotPlan

# The slots of every connection have the same SSRCs. They are no secret, and a constant tells nobody anything.
PLAN = SlotPlan(
    audio=tuple(10_000 + i for i in range(SOUND_PLACES)),
    video=tuple(20_000 + 2 * i for i in range(PICTURE_PLACES)),
    screen=30_000,
    screen_sound=40_000,
)

# An answer of Chromium has 14 kB, one of Firefox 12 kB. Lower refuses browsers that say more; higher only reads longer.
MAX_ANSWER = 48 * 1024
MAX_LINE = 512
MAX_SSRCS = 4  # per line: one stream and its repair flow, and as much again for a browser that keeps old ones

# Local preferences of the first candidate of a kind, falling from there. The upper three bits of a TCP candidate's are
# its direction, 4 for passive (RFC 6544, 4.2), so that any way by UDP goes before any by TCP.
UDP_FIRST = 65_535
TCP_FIRST = (4 << 13) + 8191

Kind = Literal["audio", "video"]


@dataclass(frozen=True, slots=True)
class Uplink:
    """What an answer says about one of our receiving lines: SSRCs of the media and of its repair flow (RFC 4588)."""

    medium: Medium
    ssrcs: tuple[int, ...]
    repairs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """All that we take from an answer. The browser's addresses are not in it: they are never read."""

    name: str
    password: str
    fingerprints: tuple[Fingerprint, ...]
    uplinks: tuple[Uplink, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """One media line of ours."""

    kind: Kind
    receives: bool
    stream: str = ""
    ssrc: int = 0
    encodings: Sequence[str] = ()


PLACES: tuple[_Place, ...] = (
    _Place("audio", True),
    _Place("video", True, encodings=ENCODINGS),
    _Place("video", True),
    _Place("audio", True),
    *(_Place("audio", False, f"p{i}", ssrc) for i, ssrc in enumerate(PLAN.audio)),
    *(_Place("video", False, f"p{i}", ssrc) for i, ssrc in enumerate(PLAN.video)),
    _Place("video", False, "screen", PLAN.screen),
    _Place("audio", False, "screen", PLAN.screen_sound),
)


def write_offer(
    *, name: str, password: str, fingerprint: Fingerprint, addresses: Sequence[str], port: int, tcp: bool
) -> str:
    """The offer's text: the same for everybody but for the ICE credentials. `tcp`: connections are taken as well."""
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(str(mid) for mid in range(len(PLACES))),
        "a=msid-semantic: WMS *",
        "a=ice-lite",
    ]
    transport = [
        f"a=ice-ufrag:{name}",
        f"a=ice-pwd:{password}",
        f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}",
        "a=setup:actpass",
    ]
    candidates = [
        f"a=candidate:{i + 1} 1 udp {_priority(UDP_FIRST - i)} {address} {port} typ host"
        for i, address in enumerate(addresses)
    ]
    if tcp:
        candidates += [
            f"a=candidate:{len(addresses) + i + 1} 1 tcp {_priority(TCP_FIRST - i)} {address} {port} typ host "
            "tcptype passive"
            for i, address in enumerate(addresses)
        ]
    for mid, place in enumerate(PLACES):
        lines += _section(mid, place)
        lines += transport
        if mid == 0:  # one transport for all (RFC 8843): its addresses are said once
            lines += [*candidates, "a=end-of-candidates"]
    return "\r\n".join(lines) + "\r\n"


def _priority(local: int) -> int:
    """Of a host candidate of component 1 (RFC 8445, 5.1.2.1)."""
    return (126 << 24) | (local << 8) | 255


def _section(mid: int, place: _Place) -> list[str]:
    audio = place.kind == "audio"
    lines = [
        f"m={place.kind} 9 UDP/TLS/RTP/SAVPF " + (f"{OPUS}" if audio else f"{VP8} {RTX}"),
        "c=IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        "a=recvonly" if place.receives else "a=sendonly",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    if audio:
        lines += [f"a=rtpmap:{OPUS} opus/48000/2", f"a=fmtp:{OPUS} minptime=10;useinbandfec=1;usedtx=1"]
    else:
        lines += [
            f"a=rtpmap:{VP8} VP8/90000",
            f"a=rtcp-fb:{VP8} nack",
            f"a=rtcp-fb:{VP8} nack pli",
            f"a=rtcp-fb:{VP8} goog-remb",
            f"a=rtpmap:{RTX} rtx/90000",
            f"a=fmtp:{RTX} apt={VP8}",
        ]
    if place.receives:  # downlinks are told apart by SSRC and carry no extension at all
        lines.append(f"a=extmap:{MID_EXTENSION} urn:ietf:params:rtp-hdrext:sdes:mid")
        if audio:
            lines.append(f"a=extmap:{LEVEL_EXTENSION} urn:ietf:params:rtp-hdrext:ssrc-audio-level")
        if place.encodings:
            lines += [
                f"a=extmap:{RID_EXTENSION} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
                f"a=extmap:{REPAIRED_RID_EXTENSION} urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
                *(f"a=rid:{name} recv" for name in place.encodings),
                "a=simulcast:recv " + ";".join(place.encodings),
            ]
        return lines
    lines.append(f"a=msid:{place.stream} {place.stream}-{place.kind}")
    if audio:
        return [*lines, f"a=ssrc:{place.ssrc} cname:{place.stream}"]
    repair = place.ssrc + 1
    return [
        *lines,
        f"a=ssrc-group:FID {place.ssrc} {repair}",
        f"a=ssrc:{place.ssrc} cname:{place.stream}",
        f"a=ssrc:{repair} cname:{place.stream}",
    ]


# --- reading ------------------------------------------------------------------------------------------------------

# Session and media lines that an answer may have at all (RFC 8866). Attributes that are not named below are ignored:
# browsers add some with every year, and what is not read can do no harm.
_LINE = re.compile(r"[vostcbam]=[\x20-\x7e]*\Z")
_MEDIA = re.compile(r"m=(audio|video) (\d{1,5}) UDP/TLS/RTP/SAVPF((?: \d{1,3}){1,16})\Z")
_NAME = re.compile(r"[A-Za-z0-9+/]{4,256}\Z")
_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}\Z")
_FINGERPRINT = re.compile(r"(sha-256|sha-384|sha-512) ((?:[0-9A-F]{2}:){31,63}[0-9A-F]{2})\Z", re.IGNORECASE)
_DIGEST_BYTES = {"sha-256": 32, "sha-384": 48, "sha-512": 64}
_SSRC = re.compile(r"(\d{1,10}) [a-z-]+(?::|\Z)")
_FID = re.compile(r"FID (\d{1,10}) (\d{1,10})\Z")
_DIRECTIONS = frozenset(("sendrecv", "sendonly", "recvonly", "inactive"))


def read_answer(text: str) -> Answer:
    """What a browser answered to our offer.

    Raises ProtocolViolation("bad_answer") for everything that is not an answer to exactly that offer: other lines,
    other order, a refused line, another role than DTLS client, no usable fingerprint.
    """
    if len(text) > MAX_ANSWER:
        raise bad_answer()
    session, *sections = _split(text)
    if len(sections) != len(PLACES):
        raise bad_answer()
    shared = _Transport()
    shared.add(_attributes(session))
    uplinks: list[Uplink] = []
    for mid, (place, lines) in enumerate(zip(PLACES, sections, strict=True)):
        attributes = _attributes(lines[1:])
        _check_section(mid, place, lines[0], attributes)
        shared.add(attributes)
        if place.receives and "sendonly" in attributes:
            uplinks.append(_uplink(MEDIA[mid], attributes))
    said = [ssrc for each in uplinks for ssrc in (*each.ssrcs, *each.repairs)]
    if len(said) != len(set(said)):
        raise bad_answer()
    return Answer(shared.name(), shared.password(), shared.fingerprints(), tuple(uplinks))


def bad_answer() -> ProtocolViolation:
    """The one error for everything that is wrong with an answer."""
    return ProtocolViolation("bad_answer")


def _split(text: str) -> list[list[str]]:
    """The session part, then one list of lines per media line."""
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if lines[0] != "v=0" or not all(len(line) <= MAX_LINE and _LINE.match(line) for line in lines):
        raise bad_answer()
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            parts.append([])
        parts[-1].append(line)
    return parts


def _attributes(lines: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("a="):
            key, _, value = line[2:].partition(":")
            found.setdefault(key, []).append(value)
    return found


def _check_section(mid: int, place: _Place, media: str, attributes: dict[str, list[str]]) -> None:
    matched = _MEDIA.match(media)
    wanted = OPUS if place.kind == "audio" else VP8
    if (
        matched is None
        or matched[1] != place.kind
        or int(matched[2]) == 0
        or str(wanted) not in matched[3].split()
        or attributes.get("mid") != [str(mid)]
        or "rtcp-mux" not in attributes
    ):
        raise bad_answer()
    directions = _DIRECTIONS & attributes.keys()
    if not (directions and directions <= {"inactive", "sendonly" if place.receives else "recvonly"}):
        raise bad_answer()
    if len(directions) != 1:
        raise bad_answer()


def _uplink(medium: Medium, attributes: dict[str, list[str]]) -> Uplink:
    ssrcs: dict[int, None] = {}
    for value in attributes.get("ssrc", ()):
        matched = _SSRC.match(value)
        if matched is None:
            raise bad_answer()
        ssrcs[_number(matched[1])] = None
    repairs: dict[int, None] = {}
    for value in attributes.get("ssrc-group", ()):
        matched = _FID.match(value)
        if matched is None:
            raise bad_answer()
        if _number(matched[1]) == _number(matched[2]) or _number(matched[2]) in repairs:
            raise bad_answer()
        repairs[_number(matched[2])] = None
    if len(ssrcs) > MAX_SSRCS or not repairs.keys() <= ssrcs.keys():
        raise bad_answer()
    return Uplink(medium, tuple(each for each in ssrcs if each not in repairs), tuple(repairs))


def _number(digits: str) -> int:
    value = int(digits)
    if not 0 < value < 1 << 32:
        raise bad_answer()
    return value


class _Transport:
    """The transport attributes: in the session part, in every section, or both; they must agree (one BUNDLE)."""

    def __init__(self) -> None:
        self._said: dict[str, set[str]] = {"ice-ufrag": set(), "ice-pwd": set(), "setup": set(), "fingerprint": set()}

    def add(self, attributes: Mapping[str, Sequence[str]]) -> None:
        for key, values in self._said.items():
            values.update(attributes.get(key, ()))

    def name(self) -> str:
        if self._said["setup"] != {"active"} or len(self._said["ice-ufrag"]) != 1:
            raise bad_answer()
        (name,) = self._said["ice-ufrag"]
        if _NAME.match(name) is None:
            raise bad_answer()
        return name

    def password(self) -> str:
        """RFC 8839, 5.4."""
        if len(self._said["ice-pwd"]) != 1:
            raise bad_answer()
        (password,) = self._said["ice-pwd"]
        if _PASSWORD.match(password) is None:
            raise bad_answer()
        return password

    def fingerprints(self) -> tuple[Fingerprint, ...]:
        """Those with an algorithm that we know; all of them must hold. Two of one algorithm cannot both."""
        found: dict[str, str] = {}
        for value in self._said["fingerprint"]:
            matched = _FINGERPRINT.match(value)
            if matched is None:
                raise bad_answer()
            algorithm, digest = matched[1].lower(), matched[2].upper()
            if len(digest) != 3 * _DIGEST_BYTES[algorithm] - 1 or found.setdefault(algorithm, digest) != digest:
                raise bad_answer()
        if not found:
            raise bad_answer()
        return tuple(Fingerprint(algorithm, digest) for algorithm, digest in sorted(found.items()))
