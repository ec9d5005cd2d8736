"""Caddy and nginx with the files of deploy/proxy: two nodes behind them, one of which goes away."""

import gzip
import http.server
import shutil
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.support.certificate import write_certificate
from tests.support.ports import free_port, free_ports
from tests.support.programs import DEPLOY, listens, program

PROXY = DEPLOY / "proxy"
SITE = "mediation.example"
MB = 1 << 20
STYLES = b".wall { color: green; }\n" * 1000
SMALL = gzip.compress(STYLES)


class Node(http.server.BaseHTTPRequestHandler):
    """A stand-in for a node: says who it is and what it was asked, and takes sockets."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("upgrade", "").lower() == "websocket":
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.end_headers()
            self.wfile.write(b"a frame at once")
            self.wfile.flush()
            self.close_connection = True
            return
        body = f"{self.server.server_port} {self.path}\n{self.headers}".encode()  # type: ignore[attr-defined]
        self.send_response(200)
        if self.path.startswith("/static/"):
            body = STYLES
            self.send_header("Content-Type", "text/css; charset=utf-8")
        if self.path.endswith("/small.css"):
            body = SMALL
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Vary", "accept-encoding")
            self.send_header("ETag", '"small"')
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing."""


class MortalNode(Node):
    """Keeps no connection after an answer, so that nothing of it is left when it stops."""

    protocol_version = "HTTP/1.0"


@contextmanager
def node(kind: type[Node] = Node) -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def caddy(folder: Path, nodes: list[int]) -> Iterator[int]:
    """The Caddyfile as it is, by its variables."""
    cert, key = write_certificate(folder, SITE)
    port, check = free_ports(2)
    given = {
        "SITE": f"https://{SITE}:{port}",
        "NODES": " ".join(f"127.0.0.1:{number}" for number in nodes),
        "SITE_TLS": f"{cert} {key}",
        "CHECKS": f"127.0.0.1:{check}",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    with program(
        ["caddy", "run", "--config", PROXY / "Caddyfile", "--adapter", "caddyfile"], lambda: listens(port), given
    ):
        yield port


@contextmanager
def nginx(folder: Path, nodes: list[int]) -> Iterator[int]:
    """nginx.conf as it is, with the small files of this place beside it."""
    cert, key = write_certificate(folder, SITE)
    port = free_port()
    for name in ("nginx.conf", "forward.conf"):
        shutil.copy(PROXY / name, folder)
    (folder / "site.conf").write_text(
        f"listen 127.0.0.1:{port} ssl;\nserver_name {SITE};\nssl_certificate {cert};\nssl_certificate_key {key};\n"
        f"client_body_temp_path {folder}/body;\nproxy_temp_path {folder}/proxy;\n"
    )
    (folder / "nodes.conf").write_text("".join(f"server 127.0.0.1:{n} max_fails=1 fail_timeout=3s;\n" for n in nodes))
    (folder / "process.conf").write_text(
        f"pid {folder}/pid;\nerror_log stderr error;\nworker_processes 1;\ndaemon off;\n"
    )
    with program(["nginx", "-c", folder / "nginx.conf", "-p", folder], lambda: listens(port)):
        yield port


@pytest.fixture(params=[caddy, nginx], ids=["caddy", "nginx"])
def proxy(request: pytest.FixtureRequest) -> Callable[..., object]:
    start: Callable[..., object] = request.param
    return start


class Outside:
    """Somebody on the internet."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.context = ssl.create_default_context(cafile=folder / "cert.pem")

    def raw(self, request: str, until: bytes) -> bytes:
        """What comes back over one connection, until these bytes have come."""
        said = b""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=20) as plain,
            self.context.wrap_socket(plain, server_hostname=SITE) as sock,
        ):
            sock.sendall(request.replace("\n", "\r\n").encode())
            while until not in said and (more := sock.recv(65536)):
                said += more
        return said

    def ask(self, method: str, path: str, **more: object) -> httpx2.Response:
        with httpx2.Client(verify=self.context, trust_env=False, timeout=20) as http:
            return http.request(
                method,
                f"https://127.0.0.1:{self.port}{path}",
                headers={"host": f"{SITE}:{self.port}", "x-forwarded-for": "1.2.3.4", "forwarded": "for=1.2.3.4"},
                extensions={"sni_hostname": SITE},
                **more,  # type: ignore[arg-type]
            )


@contextmanager
def opened(start: Callable[..., object], folder: Path, nodes: list[int]) -> Iterator[Outside]:
    with start(folder, nodes) as port:  # type: ignore[attr-defined]
        yield Outside(port, folder)


@pytest.fixture
def two(proxy: Callable[..., object], tmp_path: Path) -> Iterator[Outside]:
    with node() as one, node() as other, opened(proxy, tmp_path, [one.server_port, other.server_port]) as outside:
        yield outside


def test_a_page_comes_from_a_node_with_the_nodes_own_headers_once(two: Outside) -> None:
    answer = two.ask("GET", "/join")
    assert answer.status_code == 200 and " /join\n" in answer.text
    assert answer.headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert answer.headers.get_list("cache-control") == ["no-store"]
    assert not any(mark in answer.headers.get("server", "").lower() for mark in ("caddy", "nginx/", "python/"))


def test_what_a_node_has_compressed_comes_as_it_is_and_nothing_is_compressed_on_the_way(two: Outside) -> None:
    small, large = two.ask("GET", "/static/small.css"), two.ask("GET", "/static/large.css")
    assert small.content == large.content == STYLES
    assert small.headers["content-encoding"] == "gzip" and small.headers["content-length"] == str(len(SMALL))
    assert small.headers["etag"] == '"small"' and small.headers["vary"] == "accept-encoding"
    assert "content-encoding" not in large.headers and large.headers["content-length"] == str(len(STYLES))


def test_a_node_learns_who_asks_from_the_proxy_and_from_nobody_else(two: Outside) -> None:
    told = two.ask("GET", "/").text.lower()
    assert "x-forwarded-for: 127.0.0.1\n" in told and "x-forwarded-proto: https\n" in told
    assert f"host: {SITE}:{two.port}\n" in told and "1.2.3.4" not in told


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/livez", "/readyz", "/%6detrics"])
def test_what_is_for_the_inside_is_not_forwarded(two: Outside, path: str) -> None:
    assert two.ask("GET", path).status_code == 404


def test_a_socket_is_forwarded_and_what_a_node_sends_comes_at_once(two: Outside) -> None:
    said = two.raw(
        f"GET /s/s_1/socket HTTP/1.1\nHost: {SITE}\nUpgrade: websocket\nConnection: Upgrade\n"
        "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n\n",
        until=b"at once",
    )
    assert said.startswith(b"HTTP/1.1 101 ") and said.endswith(b"a frame at once")


def test_files_may_be_large_and_all_else_is_small(two: Outside) -> None:
    assert two.ask("POST", "/s/s_1/files", content=bytes(3 * MB)).status_code == 200
    assert two.ask("POST", "/sessions", content=bytes(100_000)).status_code == 200
    assert two.ask("POST", "/sessions", content=bytes(3 * MB)).status_code in (413, 502)


def test_when_a_node_is_gone_the_other_one_answers(proxy: Callable[..., object], tmp_path: Path) -> None:
    with node() as one:
        with node() as other:
            gone = other.server_port
        with opened(proxy, tmp_path, [gone, one.server_port]) as outside:
            for _ in range(6):
                answer = outside.ask("GET", "/")
                assert answer.status_code == 200 and answer.text.startswith(str(one.server_port))


def test_a_request_that_cannot_be_repeated_shuts_nobody_out(proxy: Callable[..., object], tmp_path: Path) -> None:
    """Right after a node has gone: a POST with a body may be lost on the way, but it takes no other node with it."""
    with node() as one, ExitStack() as until_gone:
        other = until_gone.enter_context(node(MortalNode))
        with opened(proxy, tmp_path, [one.server_port, other.server_port]) as outside:
            until_gone.close()
            for _ in range(6):
                assert outside.ask("POST", "/s/s_1/commands", content=b"{}").status_code in (200, 502)
                assert outside.ask("POST", "/s/s_1/ticket").status_code == 200


def test_when_all_are_gone_the_proxy_says_so_itself(proxy: Callable[..., object], tmp_path: Path) -> None:
    with node() as other:
        gone = other.server_port
    with opened(proxy, tmp_path, [gone]) as outside:
        answer = outside.ask("GET", "/")
        assert answer.status_code in (502, 503) and answer.headers["retry-after"] == "2"
        assert answer.headers["content-security-policy"] == "default-src 'none'"
