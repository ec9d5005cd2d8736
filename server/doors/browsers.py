"""Whose browser is this? The one question that every door of a seat asks, answered in one place."""

from starlette.requests import HTTPConnection

from server.doors.cookies import seat_secret
from server.errors import NotFound
from server.storage.links import Browser, Links


async def browser_of(connection: HTTPConnection, seat: str, links: Links) -> Browser | None:
    """The browser that asks, if its cookie opens this seat today. Raises Unavailable."""
    secret = seat_secret(connection, seat)
    if not secret:
        return None
    try:
        browser = await links.find_browser(secret)
    except NotFound:
        return None
    return browser if browser.seat == seat else None
