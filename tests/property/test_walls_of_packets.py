"""The walls, packet by packet: people are moved about at random and nothing foreign ever leaves the forwarder."""

import os

from tests.support.packet_floor import PacketFloor

MOVES = int(os.environ.get("PARLEY_MOVES", "2000"))
SEED = int(os.environ.get("PARLEY_SEED", "1"))
AT_A_TIME = 500


def test_no_packet_crosses_a_wall_however_people_are_moved() -> None:
    moves = 0
    seen: dict[str, int] = {}
    while moves < MOVES:
        floor = PacketFloor(SEED + moves)
        floor.run(min(AT_A_TIME, MOVES - moves))
        moves += floor.moves
        for what, count in floor.witness.seen.items():
            seen[what] = seen.get(what, 0) + count
    print(f"{moves} moves, 0 foreign packets, {seen}")  # noqa: T201
    for what in (
        "sound",
        "picture",
        "repair",
        "sender report",
        "link that worked",
        "change of encoding",
        "move while something waits",
    ):
        assert seen[what] > moves / 15, f"hardly any {what}: the test would prove nothing"


def test_a_full_house_with_more_people_than_places() -> None:
    floor = PacketFloor(SEED, seats=19, rooms=2, gather=0.9)
    floor.run(12)
    print(floor.moves, "moves", dict(floor.witness.seen))  # noqa: T201
    assert floor.witness.seen["picture"] > 1000
    assert floor.witness.seen["change of a slot"] > 200
