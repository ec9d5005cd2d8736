"""Whose Host, whose Origin."""

import pytest

from server.doors.origins import FORWARDING, Origins, normal_origin, split_host

LAN = Origins.of("https://parley.example", private=False)
HOME = Origins.of("", private=True)
NAMED_HOME = Origins.of("http://localhost:8000", private=True)

BAD_HOSTS = [
    "",
    "foo?",
    "foo/",
    "a@b",
    "a b",
    "[::1",
    "[zz]",
    "host:port",
    "host:123456",
    "-a",
    "a\r\nb",
    "ä.example",
    "a:1:2",
]


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_what_is_no_host_is_never_ours(host: str) -> None:
    for origins in (LAN, HOME, NAMED_HOME):
        assert origins.own("https", host) is None
        assert origins.own("http", host) is None


@pytest.mark.parametrize(
    ("host", "split"),
    [
        ("parley.example", ("parley.example", "")),
        ("Parley.Example.:443", ("parley.example", "443")),
        ("127.0.0.1:8000", ("127.0.0.1", "8000")),
        ("[::1]:8000", ("[::1]", "8000")),
    ],
)
def test_a_host_is_split_into_name_and_port(host: str, split: tuple[str, str]) -> None:
    assert split_host(host) == split


def test_on_a_network_only_the_canonical_name_is_ours() -> None:
    assert LAN.own("https", "parley.example") == "https://parley.example"
    assert LAN.own("https", "PARLEY.example:443") == "https://parley.example"
    for other in (
        "parley.example.evil.test",
        "www.parley.example",
        "parley.example:444",
        "127.0.0.1",
        "localhost",
        "192.0.2.1",
    ):
        assert LAN.own("https", other) is None


def test_behind_a_proxy_that_speaks_http_with_us_the_page_has_the_public_origin() -> None:
    assert LAN.own("http", "parley.example") == "https://parley.example"
    assert LAN.own("ws", "parley.example") == "https://parley.example"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "localhost:9999"])
def test_at_home_every_loopback_name_is_ours(host: str) -> None:
    assert HOME.own("http", host) == f"http://{host}"
    assert NAMED_HOME.own("http", host) == f"http://{host}"


@pytest.mark.parametrize("host", ["rebound.example:8000", "192.0.2.7:8000", "localhost.evil.test"])
def test_at_home_no_other_name_is_ours(host: str) -> None:
    assert HOME.own("http", host) is None
    assert NAMED_HOME.own("http", host) is None


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "https://evil.example",
        "https://sub.parley.example",
        "https://parley.example:444",
        "http://parley.example",
        "https://parley.example/",
        "https://parley.example.evil.test",
        "https://user@parley.example",
        "parley.example",
    ],
)
def test_no_other_page_may_change_anything(origin: str | None) -> None:
    assert not LAN.allows(origin, "https", "parley.example")


def test_our_own_page_may() -> None:
    assert LAN.allows("https://parley.example", "wss", "parley.example")
    assert HOME.allows("http://127.0.0.1:8000", "ws", "127.0.0.1:8000")


def test_at_home_another_port_is_another_page() -> None:
    assert not HOME.allows("http://127.0.0.1:3000", "http", "127.0.0.1:8000")
    assert not HOME.allows("http://localhost:8000", "http", "127.0.0.1:8000")


def test_somebody_at_this_machine_needs_no_key() -> None:
    assert HOME.at_this_machine("127.0.0.1:8000", {})
    assert HOME.at_this_machine("[::1]:8000", {})


@pytest.mark.parametrize("header", FORWARDING)
def test_whoever_comes_through_a_proxy_is_not_at_this_machine(header: str) -> None:
    assert not HOME.at_this_machine("127.0.0.1:8000", {header: "x"})


def test_on_a_network_nobody_is_at_this_machine() -> None:
    assert not LAN.at_this_machine("127.0.0.1", {})
    assert not HOME.at_this_machine("192.0.2.1", {})


def test_an_origin_is_written_in_one_way_only() -> None:
    assert normal_origin("https://Parley.example:443") == "https://parley.example"
    assert normal_origin("ftp://parley.example") is None
    assert normal_origin("https://[::1") is None
