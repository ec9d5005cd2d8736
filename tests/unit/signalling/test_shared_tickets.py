"""Tickets that one node gives out and any node takes, once."""

from server.clock import HandWoundClock
from server.errors import Unavailable
from server.signalling.shared_tickets import SharedTickets
from server.signalling.tickets import TICKET_SECONDS
from server.storage.keys import CaseKey


class Shelf:
    """Which tickets were used, as the database knows it."""

    def __init__(self) -> None:
        self.used: set[bytes] = set()
        self.away = False

    async def spend(self, ticket: bytes, ends: int) -> bool:
        if self.away:
            raise Unavailable("the database is away")
        new = ticket not in self.used
        self.used.add(ticket)
        return new


def nodes() -> tuple[SharedTickets, SharedTickets, HandWoundClock, Shelf]:
    key, shelf, clock = CaseKey.new(), Shelf(), HandWoundClock()
    return SharedTickets(key, shelf.spend, clock), SharedTickets(key, shelf.spend, clock), clock, shelf


async def test_a_ticket_of_one_node_opens_one_socket_on_another() -> None:
    one, two, _, _ = nodes()
    ticket = one.issue("s", "b", 0)
    assert len(ticket) <= 64
    assert await two.redeem(ticket, "s", "b", 0)
    assert not await one.redeem(ticket, "s", "b", 0) and not await two.redeem(ticket, "s", "b", 0)


async def test_a_ticket_is_for_its_seat_in_its_browser() -> None:
    one, two, _, shelf = nodes()
    ticket = one.issue("s", "b", 0)
    assert not await two.redeem(ticket, "other", "b", 0) and not await two.redeem(ticket, "s", "other", 0)
    assert not shelf.used and await two.redeem(ticket, "s", "b", 0), "a thief's try does not use it up"


async def test_a_ticket_ends() -> None:
    one, two, clock, _ = nodes()
    first, second = one.issue("s", "b", 0), one.issue("s", "b", 0)
    clock.wind(TICKET_SECONDS)
    assert await two.redeem(first, "s", "b", 0)
    clock.wind(0.1)
    assert not await two.redeem(second, "s", "b", 0)


async def test_invented_tickets_open_nothing() -> None:
    one, _, _, _ = nodes()
    foreign = SharedTickets(CaseKey.new(), Shelf().spend, HandWoundClock())
    for invented in ("", "x", "é", "A" * 50, foreign.issue("s", "b", 0)):
        assert not await one.redeem(invented, "s", "b", 0)


async def test_where_nobody_can_say_whether_it_was_used_it_opens_nothing() -> None:
    one, _, _, shelf = nodes()
    ticket = one.issue("s", "b", 0)
    shelf.away = True
    assert not await one.redeem(ticket, "s", "b", 0)
