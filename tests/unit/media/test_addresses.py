"""What is announced to browsers."""

import ipaddress

import pytest

from server.media import addresses


def test_loopback_comes_last_and_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "get_host_addresses", lambda **_: ["192.0.2.5", "169.254.1.1", "192.0.2.5"])
    assert addresses.of_this_machine() == ["192.0.2.5", "127.0.0.1"]
    monkeypatch.setattr(addresses, "get_host_addresses", lambda **_: [])
    assert addresses.of_this_machine() == ["127.0.0.1"]
    assert addresses.of_this_machine(version=6) == ["::1"]


def test_a_machine_with_many_networks_does_not_announce_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "get_host_addresses", lambda **_: [f"192.0.2.{i}" for i in range(200)])
    found = addresses.of_this_machine()
    assert len(found) == addresses.MAX_ANNOUNCED and found[-1] == "127.0.0.1"


def test_this_machine_has_addresses() -> None:
    assert all(ipaddress.ip_address(each).version == 4 for each in addresses.of_this_machine())


def test_what_is_configured_counts() -> None:
    assert addresses.announced("0.0.0.0", ["203.0.113.9"]) == ("203.0.113.9",)


def test_a_socket_on_one_address_announces_that_one() -> None:
    assert addresses.announced("127.0.0.1", []) == ("127.0.0.1",)


@pytest.mark.parametrize("wrong", ["localhost", "", "300.1.1.1", "1.2.3.4\r\na=x"])
def test_a_name_is_no_address(wrong: str) -> None:
    with pytest.raises(ValueError, match="IPv4"):
        addresses.announced("0.0.0.0", [wrong])
