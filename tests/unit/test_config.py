"""The rules between the choices of an installation."""

from pathlib import Path

import pytest

from server.config import Config, complaints, is_loopback

CERT, KEY = Path("cert.pem"), Path("key.pem")
LAN = Config(host="0.0.0.0", tls_cert=CERT, tls_key=KEY, public_url="https://room.lan")
PROXIED = Config(trusted_proxy=("10.0.0.1",), public_url="https://mediation.example")


def test_one_machine_needs_nothing() -> None:
    assert complaints(Config(), operator_key_present=False) == []
    assert Config().private
    assert Config().origin == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "config", [LAN, PROXIED, Config(host="::", tls_cert=CERT, tls_key=KEY, public_url="https://x")]
)
def test_a_server_with_https_and_an_operator_key_may_be_reached_by_others(config: Config) -> None:
    assert not config.private
    assert complaints(config, operator_key_present=True) == []


@pytest.mark.parametrize("config", [LAN, PROXIED])
def test_others_need_an_operator_key(config: Config) -> None:
    [told] = complaints(config, operator_key_present=False)
    assert "python -m server operator-key" in told


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "room.lan"])
def test_others_need_https(host: str) -> None:
    told = complaints(Config(host=host), operator_key_present=True)
    assert any("PARLEY_TLS_CERT" in one and "PARLEY_TRUSTED_PROXY" in one for one in told)
    assert any("PARLEY_PUBLIC_URL" in one for one in told)


def test_a_public_name_is_reached_by_others_wherever_it_is_bound() -> None:
    config = Config(public_url="https://mediation.example")
    assert not config.private
    assert any("needs HTTPS" in one for one in complaints(config, operator_key_present=True))
    assert any("operator key" in one for one in complaints(config, operator_key_present=False))


def test_a_proxy_needs_an_address_with_https() -> None:
    config = Config(host="0.0.0.0", trusted_proxy=("10.0.0.1",), public_url="http://mediation.example")
    [told] = complaints(config, operator_key_present=True)
    assert "https://" in told


def test_half_a_certificate_is_none() -> None:
    for config in (Config(tls_cert=CERT), Config(tls_key=KEY)):
        [told] = complaints(config, operator_key_present=True)
        assert "PARLEY_TLS_CERT" in told and "PARLEY_TLS_KEY" in told


def test_a_server_with_a_certificate_is_not_named_without() -> None:
    [told] = complaints(Config(tls_cert=CERT, tls_key=KEY, public_url="http://127.0.0.1:8000"), True)
    assert "PARLEY_PUBLIC_URL" in told


def test_http_and_media_by_tcp_need_two_ports() -> None:
    [told] = complaints(Config(port=8001), operator_key_present=True)
    assert "PARLEY_PORT" in told and "PARLEY_MEDIA_TCP" in told
    for config in (Config(port=8001, media_tcp=False), Config(port=0, media_port=0)):
        assert complaints(config, operator_key_present=True) == []


def test_every_complaint_is_one_sentence() -> None:
    for told in complaints(Config(host="0.0.0.0", tls_cert=CERT), operator_key_present=False):
        assert told.endswith(".") and "\n" not in told


@pytest.mark.parametrize(
    ("config", "origin"),
    [
        (Config(port=9000), "http://127.0.0.1:9000"),
        (Config(host="::1"), "http://[::1]:8000"),
        (Config(host="localhost", tls_cert=CERT, tls_key=KEY), "https://localhost:8000"),
        (LAN, "https://room.lan"),
    ],
)
def test_the_origin_is_the_named_one_or_that_of_host_and_port(config: Config, origin: str) -> None:
    assert config.origin == origin


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "10.0.0.1", "localhost.example", "127.0.0.1.example", "1"])
def test_anything_else_is_not(host: str) -> None:
    assert not is_loopback(host)


def test_several_nodes_need_one_database() -> None:
    [told] = complaints(Config(redis="redis://127.0.0.1"), operator_key_present=True)
    assert "PARLEY_DATABASE" in told
    assert complaints(Config(redis="redis://127.0.0.1", database="postgresql://db/parley"), True) == []
