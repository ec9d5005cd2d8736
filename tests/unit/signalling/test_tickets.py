"""One-time tickets."""

from server.signalling.tickets import TICKET_SECONDS, Tickets


async def test_a_ticket_is_good_once() -> None:
    tickets = Tickets()
    ticket = tickets.issue("s", "b", 0)
    assert await tickets.redeem(ticket, "s", "b", 1)
    assert not await tickets.redeem(ticket, "s", "b", 1)


async def test_a_ticket_is_good_for_its_seat_and_its_browser_only() -> None:
    tickets = Tickets()
    assert not await tickets.redeem(tickets.issue("s", "b", 0), "other", "b", 0)
    assert not await tickets.redeem(tickets.issue("s", "b", 0), "s", "other", 0)


async def test_a_wrong_try_uses_the_ticket_up() -> None:
    tickets = Tickets()
    ticket = tickets.issue("s", "b", 0)
    assert not await tickets.redeem(ticket, "s", "thief", 0)
    assert not await tickets.redeem(ticket, "s", "b", 0)


async def test_a_ticket_ends() -> None:
    tickets = Tickets()
    assert await tickets.redeem(tickets.issue("s", "b", 0), "s", "b", TICKET_SECONDS)
    assert not await tickets.redeem(tickets.issue("s", "b", 0), "s", "b", TICKET_SECONDS + 0.1)


async def test_what_is_no_ticket_opens_nothing() -> None:
    tickets = Tickets()
    for invented in ("", "x", "\ud800", "x" * 100_000):
        assert not await tickets.redeem(invented, "s", "b", 0)


async def test_memory_is_bounded() -> None:
    tickets = Tickets(bound=3)
    issued = [tickets.issue("s", "b", 0) for _ in range(5)]
    assert [await tickets.redeem(ticket, "s", "b", 0) for ticket in issued] == [False, False, True, True, True]
