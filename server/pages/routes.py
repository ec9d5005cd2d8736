"""All addresses of the pages, on one page."""

import sys
from dataclasses import dataclass

from starlette.routing import BaseRoute, Mount, Route

from server.pages.files import SeatFiles
from server.pages.health import Health
from server.pages.home import Home
from server.pages.join import Join
from server.pages.seat import SeatPage
from server.pages.take_along import TakeAlong
from server.pages.templates import assets
from server.pages.trial import TrialPage


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages, put together by `app`."""

    home: Home
    join: Join
    seat: SeatPage
    files: SeatFiles
    along: TakeAlong
    trial: TrialPage
    health: Health

    def routes(self) -> list[BaseRoute]:
        """Every address. What is POST changes something; what is GET never does."""
        return [
            Route("/", self.home.page),
            Route("/operator", self.home.show_key, methods=["POST"]),
            Route("/sessions", self.home.open_session, methods=["POST"]),
            Route("/join", self.join.page, methods=["GET"]),
            Route("/join", self.join.join, methods=["POST"]),
            Route("/join/continue", self.join.continue_here, methods=["POST"]),
            Route("/join/continued", self.join.continued, methods=["POST"]),
            Route("/s/{seat}", self.seat.page),
            Route("/s/{seat}/ticket", self.seat.ticket, methods=["POST"]),
            Route(
                "/s/{seat}/files", self.files.add, methods=["POST"], max_body_size=sys.maxsize
            ),  # it counts by itself
            Route("/s/{seat}/files/{card}/{page}", self.files.page),
            Route("/s/{seat}/board.{form}", self.along.board),
            Route("/s/{seat}/trial", self.trial.down, methods=["GET"]),
            Route("/s/{seat}/trial", self.trial.up, methods=["POST"]),
            Route("/livez", self.health.alive),
            Route("/readyz", self.health.ready),
            Route("/metrics", self.health.metrics),
            Mount("/static", assets.app(), name="static"),
        ]
