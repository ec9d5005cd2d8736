"""SDP as a browser reads our offer and writes its answer."""

from collections.abc import Sequence


def answer_like_chromium(
    offer: str, *, name: str, password: str, fingerprint: str, uplinks: Sequence[tuple[int, int]]
) -> str:
    """An answer like Chromium's to our offer. `uplinks`: SSRC and repair SSRC of each receiving line; none: unsaid."""
    lines = ["v=0", "o=- 4711 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += [line for line in offer.splitlines() if line.startswith("a=group:")] + ["a=msid-semantic: WMS"]
    for mid, section in enumerate(sections(offer)):
        lines += [
            section[0],
            "c=IN IP4 0.0.0.0",
            "a=rtcp:9 IN IP4 0.0.0.0",
            f"a=ice-ufrag:{name}",
            f"a=ice-pwd:{password}",
            "a=ice-options:trickle",
            f"a=fingerprint:{fingerprint}",
            "a=setup:active",
            f"a=mid:{mid}",
            "a=sendonly" if "a=recvonly" in section else "a=recvonly",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            *(line for line in section if line.startswith(("a=rtpmap:", "a=fmtp:", "a=rtcp-fb:", "a=extmap:"))),
        ]
        if mid < len(uplinks):
            ssrc, repair = uplinks[mid]
            if section[0].startswith("m=video"):
                lines += [f"a=ssrc-group:FID {ssrc} {repair}", f"a=ssrc:{repair} cname:x{name}"]
            lines.append(f"a=ssrc:{ssrc} cname:x{name}")
    return "\r\n".join(lines) + "\r\n"


def sections(text: str) -> list[list[str]]:
    """The media sections of an SDP text, as lists of lines."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("m="):
            found.append([])
        if found:
            found[-1].append(line)
    return found
