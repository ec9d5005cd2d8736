"""The short way of a socket: whatever comes in whatever pieces means what it means to `websockets`, and in order."""

import asyncio
import struct
import weakref
from typing import Any, Generic, TypeVar, cast

import uvicorn
from hypothesis import example, given
from hypothesis import strategies as st
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Opcode
from websockets.utils import apply_mask

from server.cli.sockets import Socket
from tests.support.unsearched import unsearched

LARGEST = 200
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: parley.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Network(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.over = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.over

    def close(self) -> None:
        self.over = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


S = TypeVar("S", bound=WebSocketsSansIOProtocol)


class Line(Generic[S]):
    """One socket over a network, and what its application gets: texts, bytes, and how it ended."""

    def __init__(self, kind: type[S]) -> None:
        self.got: list[object] = []
        self.short = 0
        config = uvicorn.Config(
            self._app, interface="asgi3", ws_max_size=LARGEST, ws_per_message_deflate=False, log_config=None
        )
        self.socket = kind(config=config, server_state=ServerState(), app_state={})
        self.network = Network()
        self.socket.connection_made(self.network)

    async def begin(self, request: bytes = REQUEST) -> None:
        """Until it is open and the application waits for what comes."""
        self.socket.data_received(request)
        await self.rest()
        self.network.written = b""

    async def rest(self) -> None:
        """Until whatever has come is taken."""
        for _ in range(3 + self.socket.queue.qsize()):
            await asyncio.sleep(0)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        direct = cast("Socket | None", scope["state"].get("direct"))
        if direct is not None:
            direct.hand(self._take)
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                self.got.append(message["code"])
                return
            self.got.append(message.get("text", message.get("bytes")))

    def _take(self, text: str) -> None:
        self.short += 1
        self.got.append(text)


def frame(data: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True, mask: bytes = b"\x01\x02\x03\x04") -> bytes:
    """As RFC 6455, 5.2 has it; good or not."""
    length = len(data)
    head, masked = opcode | 0x80 * fin, 0x80 * bool(mask)
    sized = (
        struct.pack(">BB", head, masked | length) if length < 126 else struct.pack(">BBH", head, masked | 126, length)
    )
    return sized + mask + (apply_mask(data, mask) if mask else data)


texts = st.text(max_size=LARGEST // 4).map(lambda text: frame(text.encode()))
frames = st.one_of(
    texts,
    st.binary(max_size=LARGEST + 10).map(frame),  # may be too large, and no UTF-8
    st.builds(
        frame,
        st.binary(max_size=20),
        st.sampled_from([Opcode.TEXT, Opcode.CONT, Opcode.BINARY, Opcode.PING, Opcode.PONG, Opcode.CLOSE]),
        fin=st.booleans(),
        mask=st.sampled_from([b"abcd", bytes(4), b"\r\n\r\n", b""]),
    ),
    st.binary(min_size=1, max_size=12),  # anything
    st.just(b"\x81\xfe\x00\x02" + bytes(4) + b"ab"),  # a length that takes more bytes than it needs
    st.just(b"\xc1\x81" + bytes(4) + b"a"),  # a reserved bit
)
pieces = st.lists(st.one_of(texts, frames, st.lists(frames, max_size=3).map(b"".join)), max_size=12)


HALF = frame(b"a\r\n\r\nb", mask=bytes(4))[:-1]  # what has come of it ends as a request does
early = st.sampled_from([b"", frame(b"early"), frame(b"", mask=b"\r\n\r\n"), HALF])


@given(pieces, st.lists(st.integers(0, 400), max_size=6), early)
@example([frame(b"a", fin=False), frame(b"b")], [], b"")
@example([frame(b"a" * (LARGEST + 1))], [], b"")
@example([b"b", frame(b"next")], [], HALF)
@example([b"b" + frame(b"next")[:1], frame(b"next")[1:]], [], HALF)
def test_whatever_comes_means_what_it_means_without_the_short_way(
    pieces: list[bytes], cuts: list[int], early: bytes
) -> None:
    for at in cuts:  # frames torn apart, at any place
        for number, piece in enumerate(pieces):
            if at < len(piece):
                pieces[number : number + 1] = [piece[:at], piece[at:]]
                break
            at -= len(piece)

    async def compared() -> None:
        short, usual = Line(Socket), Line(WebSocketsSansIOProtocol)
        both: tuple[Line[Any], Line[Any]] = short, usual
        for line in both:
            await line.begin(REQUEST + early)
            for piece in pieces:
                if not line.network.over:
                    line.socket.data_received(piece)
                    await line.rest()
        assert short.got == usual.got
        assert (short.network.written, short.network.over) == (usual.network.written, usual.network.over)

    asyncio.run(compared())


async def test_a_text_that_comes_alone_and_whole_takes_the_short_way() -> None:
    line = Line(Socket)
    await line.begin()
    for text in ("", "a", "ä" * 60, "x" * LARGEST):
        line.socket.data_received(frame(text.encode()))
        assert line.got[-1] == text
    assert line.short == 4


async def test_what_comes_behind_something_that_is_not_taken_yet_waits_behind_it() -> None:
    line = Line(Socket)
    await line.begin()
    long = "2" * LARGEST
    line.socket.data_received(frame(b"1") + frame(long.encode()))
    line.socket.data_received(frame(b"3"))
    await line.rest()
    line.socket.data_received(frame(b"4"))
    assert (line.got, line.short) == (["1", long, "3", "4"], 1), "the way is short again where nothing waits"


async def test_a_post_is_the_frame_that_uvicorn_would_send() -> None:
    line = Line(Socket)
    await line.begin()
    for text in ("", "a" * 125, "ä" * 63, "a" * 65_535):
        line.network.written = b""
        assert line.socket.post(text)
        assert line.network.written == frame(text.encode(), mask=b"")


async def test_what_cannot_go_now_is_not_posted() -> None:
    line = Line(Socket)
    await line.begin()
    assert not line.socket.post("a" * 65_536), "longer than anything that we send"
    assert not line.socket.post("\ud800"), "nothing that can be sent"
    line.socket.pause_writing()
    assert not line.socket.post("a"), "the other end takes nothing"
    line.socket.resume_writing()
    await line.socket.send({"type": "websocket.close", "code": 1012, "reason": ""})
    before = line.network.written
    assert not line.socket.post("a"), "nothing comes behind a close"
    assert line.network.written == before


async def test_what_comes_behind_a_close_is_not_taken() -> None:
    line = Line(Socket)
    await line.begin()
    await line.socket.send({"type": "websocket.close", "code": 1012, "reason": ""})
    await line.rest()
    line.socket.data_received(frame(b"a"))
    await line.rest()
    assert line.got == [1012]


async def test_where_nobody_takes_any_more_all_waits_for_whoever_asks() -> None:
    line = Line(Socket)
    await line.begin()
    line.socket.hand(None)
    line.socket.data_received(frame(b"a"))
    assert line.got == []
    await line.rest()
    assert (line.got, line.short) == (["a"], 0)


async def test_a_socket_that_is_lost_is_freed_without_a_search_for_garbage() -> None:
    with unsearched():
        line = Line(Socket)
        await line.begin()
        kept = weakref.ref(line.socket)
        line.socket.connection_lost(None)
        await line.rest()
        del line.socket
        assert kept() is None
