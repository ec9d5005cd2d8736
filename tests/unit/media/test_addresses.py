"""What is announced to browsers."""

import ipaddress
from collections.abc import Callable

import pytest

from server.media import addresses


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], None]:
    """Give the machine these addresses."""

    def has(found: list[str]) -> None:
        def of(*, use_ipv4: bool, use_ipv6: bool) -> list[str]:
            wanted = {4} if use_ipv4 else set()
            wanted |= {6} if use_ipv6 else set()
            return [each for each in found if ipaddress.ip_address(each).version in wanted]

        monkeypatch.setattr(addresses, "get_host_addresses", of)

    return has


def test_loopback_comes_last_and_always(machine: Callable[[list[str]], None]) -> None:
    machine(["192.0.2.5", "169.254.1.1", "192.0.2.5", "fe80::1"])
    assert addresses.announced("0.0.0.0", []) == ("192.0.2.5", "127.0.0.1")
    assert addresses.announced("::", []) == ("192.0.2.5", "127.0.0.1")
    machine([])
    assert addresses.announced("::", []) == ("127.0.0.1",)


def test_addresses_of_both_versions_are_told_by_turns(machine: Callable[[list[str]], None]) -> None:
    machine(["192.0.2.5", "192.0.2.6", "2001:db8::5", "fe80::1"])
    assert addresses.announced("::", []) == ("192.0.2.5", "2001:db8::5", "192.0.2.6", "127.0.0.1")
    assert addresses.announced("0.0.0.0", []) == ("192.0.2.5", "192.0.2.6", "127.0.0.1")


def test_a_machine_with_many_networks_does_not_announce_them_all(machine: Callable[[list[str]], None]) -> None:
    machine([f"192.0.2.{i}" for i in range(200)] + ["2001:db8::5"])
    found = addresses.announced("::", [])
    assert len(found) == addresses.MAX_ANNOUNCED and found[-1] == "127.0.0.1" and "2001:db8::5" in found


def test_this_machine_has_addresses() -> None:
    assert all(ipaddress.ip_address(each).version == 4 for each in addresses.announced("0.0.0.0", []))


def test_what_is_configured_counts() -> None:
    assert addresses.announced("0.0.0.0", ["203.0.113.9"]) == ("203.0.113.9",)


def test_a_socket_on_one_address_announces_that_one() -> None:
    assert addresses.announced("127.0.0.1", []) == ("127.0.0.1",)


@pytest.mark.parametrize("wrong", ["localhost", "", "300.1.1.1", "1.2.3.4\r\na=x"])
def test_a_name_is_no_address(wrong: str) -> None:
    with pytest.raises(ValueError, match="IPv4"):
        addresses.announced("0.0.0.0", [wrong])
