"""What an address of a Redis means."""

from server.relay.address import Host, read_address


def test_one_server() -> None:
    address = read_address("redis://paul:p%40ss@[::1]:7000/3")
    assert (address.kind, address.hosts, address.tls) == ("one", (Host("::1", 7000),), False)
    assert (address.username, address.password, address.prefix) == ("paul", "p@ss", b"parley:3:")


def test_what_is_not_said_is_usual() -> None:
    address = read_address("rediss://:secret@host")
    assert (address.hosts, address.username, address.password) == ((Host("host", 6379),), "", "secret")
    assert (address.prefix, address.tls) == (b"parley:0:", True)


def test_sentinels() -> None:
    address = read_address("redis+sentinel://u:p@one,two:1/name?db=2&sentinel_username=s&sentinel_password=t")
    assert (address.kind, address.hosts) == ("sentinel", (Host("one", 26379), Host("two", 1)))
    assert (address.service, address.db) == ("name", 2)
    assert (address.sentinel_username, address.sentinel_password) == ("s", "t")


def test_a_cluster() -> None:
    address = read_address("rediss+cluster://one,two:7000")
    assert (address.kind, address.hosts, address.tls) == ("cluster", (Host("one", 6379), Host("two", 7000)), True)


def test_an_address_is_shown_without_its_password() -> None:
    address = read_address("redis://u:secret@host")
    assert "secret" not in f"{address} {address!r}"
