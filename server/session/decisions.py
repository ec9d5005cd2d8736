"""What a decision is: the events that happen together, and the answer for the one who asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from server.session.events import Event


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, when, and where ids of new things come from."""

    actor: str
    now: int
    fresh: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Decision:
    """No events means: nothing to do, and that is fine."""

    events: tuple[Event, ...] = ()
    result: dict[str, object] = field(default_factory=dict)


def happened(*events: Event, **result: object) -> Decision:
    return Decision(events, dict(result))
