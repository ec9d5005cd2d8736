"""The rules of a session, over random walks of everybody: see `tests.support.rules` for what is watched."""

from collections import Counter
from collections.abc import Sequence

from server.session import codec
from tests.support.broken import Broken
from tests.support.cast import NO_DOORS, POLICY
from tests.support.proof import prove, walks
from tests.support.rules import WatchedPlay
from tests.support.walk import Walker

STEPS = 40


def watched(seeds: Sequence[int]) -> list[str]:
    """One walk that watches itself; most begin with everybody there, some without doors."""
    play = WatchedPlay(NO_DOORS if seeds and seeds[0] % 5 == 0 else POLICY)
    walker = Walker(play)
    try:
        if not seeds or seeds[0] % 8:
            walker.everybody_arrives()
        for seed in seeds:
            walker.step(seed)
        play.check_replay()
    except Broken as broken:
        raise Broken("\n".join([str(broken), *walker.trace])) from None
    return walker.trace


def test_the_rules_hold_whatever_people_do() -> None:
    steps = prove(watched, number=130, long=12_000, length=STEPS)
    print(f"{steps} steps, every rule held after every entry")  # noqa: T201


def test_the_walks_come_everywhere() -> None:
    seen: Counter[str] = Counter()
    for seeds in walks(40, STEPS):
        play = WatchedPlay()
        walker = Walker(play)
        walker.everybody_arrives()
        for seed in seeds:
            walker.step(seed)
            seen["heard"] += bool(play.open_links())
        for data in play.written:
            seen.update(type(event).__name__ for event in codec.decode(data).events)
        seen.update(line.rsplit(" refused: ")[-1] for line in walker.trace if " refused: " in line)
    events = ["Placed", "DoorOpened", "DoorHeld", "Said", "Noted", "Switched", "SeatLeft", "SeatCameBack", "SeatLost"]
    events += ["SessionPaused", "SessionResumed", "RoomPaused", "RoomResumed", "KeptApart", "AllowedTogether"]
    events += [
        "RoomOpened",
        "RoomClosed",
        "LinkReplaced",
        "LinkRevoked",
        "DeviceRequested",
        "DeviceDecided",
        "CallEnded",
    ]
    refusals = ["audience_grew", "confirmation_needed", "plan_changed", "kept_apart", "stale_move", "wrong_side"]
    refusals += ["mediator_needed", "room_paused", "together_now", "not_allowed", "no_undo"]
    assert not [name for name in [*events, *refusals] if not seen[name]]
    assert seen["heard"] > 100 and seen["Said"] > 20
