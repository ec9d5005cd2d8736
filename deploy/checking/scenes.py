"""What happens in the check, in this order, and what must be so meanwhile. One session goes through all of it."""

import time
from contextlib import closing

from playwright.sync_api import Locator, expect

from deploy.checking.checklist import Checklist
from deploy.checking.installation import Installation
from deploy.checking.place import BROWSERS, NODES, SECRETS, SITE, TURN
from deploy.checking.visitors import Visited, foreign, seen, times_without, visited
from server.ids import new_id
from server.media.turn import Turn
from tests.browser.people import PATIENCE_S, Person, until
from tests.support.turn_server import TurnClient

BACK_S = 5.0
"""After a node was killed: how soon everybody is back at most."""
AWAY_S = 3.0
"""While a node is drained: how long somebody is away at most."""
CALM_MS = 1000
"""After so long without a gap it is over. Longer than a lease's beat, so that a second gap is not taken for another."""
ROOM = ("Miriam", "Paul", "Carla")

PATHS = """async () => {
  const open = instruments.connections.filter((one) => one.connectionState === "connected");
  const found = new Set();
  for (const one of open) {
    for (const stat of (await one.getStats()).values()) {
      if (stat.type === "local-candidate") found.add(stat.candidateType);
    }
  }
  return [...found];
}"""


def play(made: Installation, list_: Checklist) -> None:
    """All scenes."""
    list_.doing("the command line")
    for node in made.nodes:
        done = node.command("check")
        wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
        list_.say(done.returncode == 0, f"`server check` of node {node.name} finds nothing wrong.{' '.join(wrong)}")
    _turn_passes_on_to_nodes_alone(list_)
    list_.doing("opening a session through the proxy")
    with visited(made) as house:
        scenes = Scenes(made, house, list_)
        scenes.everybody_comes()
        scenes.redis_is_restarted()
        scenes.a_node_is_killed()
        scenes.a_node_is_drained()
        scenes.nobody_heard_more()


def _turn_passes_on_to_nodes_alone(list_: Checklist) -> None:
    list_.doing("asking coturn")
    access = Turn((), (SECRETS / "turn.key").read_text().strip()).access(time.time_ns() // 1_000_000, new_id)
    with closing(TurnClient((TURN, 3478), access)) as client:
        assert client.allocate(4) == 0, "no allocation"
        nodes = {client.permit(place.media) for place in NODES}
        others = {client.permit(address) for address in (BROWSERS, TURN, "127.0.0.1", "169.254.169.254")}
    list_.say(nodes == {0} and others == {403}, "coturn passes packets on to the two nodes and to nobody else.")


class Scenes:
    """Miriam, Paul and Carla in the private room of side A, Dana of side B alone in hers."""

    def __init__(self, made: Installation, house: Visited, list_: Checklist) -> None:
        self._made = made
        self._house = house
        self._list = list_
        self._wanted: dict[str, set[int]] = {}
        self._places: dict[str, str] = {}
        self._said: list[str] = []

    def everybody_comes(self) -> None:
        """By their links, and by the mediator's decision into their rooms."""
        house, list_ = self._house, self._list
        list_.doing("coming in by the links")
        for name in (*ROOM, "Dana"):
            (house.behind_a_firewall(name) if name == "Paul" else house.person(name)).go_in()
        list_.say(True, f"Four people opened their links at https://{SITE}.")
        list_.doing("being moved to private rooms")
        a, b = (house.room("caucus", side) for side in "AB")
        house.move(**dict.fromkeys(ROOM, a), Dana=b)
        for name in ROOM:
            house.people[name].unmute()
        house.people["Dana"].unmute()
        house.settle()
        self._wanted, self._places = house.expected(), house.places()
        list_.say(True, "They were moved to two private rooms: in one all hear each other, in the other nobody does.")
        paths = set(house.people["Paul"].page.evaluate(PATHS))
        list_.say(paths == {"relay"}, "Paul, whose network lets no UDP out, is heard by way of coturn.")
        for person in house.people.values():
            person.open_chat()
        self._say_something("Before all of it.")
        house.watch()

    def redis_is_restarted(self) -> None:
        """It is away for as long as it takes the nodes to notice; then it comes back."""
        made, list_ = self._made, self._list
        list_.doing("restarting Redis")
        since = _now()
        made.redis.stop()
        until(lambda: all(node.number("parley_relay_away") for node in made.nodes), "the nodes notice")
        list_.figure(_since(since), BACK_S, "Redis was stopped: both nodes say so in their numbers.")
        self._write("Carla", "Said while Redis was away.")
        again = _now()
        made.redis.start()
        until(lambda: not any(node.number("parley_relay_away") for node in made.nodes), "the nodes have Redis again")
        list_.figure(_since(again), BACK_S, "Redis was started again, and both nodes found it.")
        list_.figure(self._all_back(again), BACK_S, "Everybody hears everybody again.")
        self._as_before("Redis is back.")

    def a_node_is_killed(self) -> None:
        """kill -9 of the node that owns the session; what is written in that moment is not lost either."""
        made, list_ = self._made, self._list
        owner, other = made.owner()
        list_.doing("killing a node")
        since = _now()
        owner.server.kill()
        self._write("Carla", "Said while nobody answered.")
        back = self._all_back(since)
        list_.figure(
            back, BACK_S, f"Node {owner.name}, which owned the session, was killed: all hear each other again."
        )
        self._as_before("After the kill.")
        list_.say(bool(other.number("parley_sessions")), f"The session lives on node {other.name} now.")
        list_.doing("starting the killed node again")
        owner.server.start()
        list_.say(True, f"Node {owner.name} was started again.")

    def a_node_is_drained(self) -> None:
        """The node with the session hands it over, and is stopped then, as in an upgrade."""
        made, list_ = self._made, self._list
        owner, other = made.owner()
        list_.doing("draining a node")
        until(lambda: owner.ready and other.ready, "both nodes are ready")
        since = _now()
        done = owner.command("drain")
        list_.say(done.returncode == 0, f"`server drain` of node {owner.name}: {(done.stdout or done.stderr).strip()}")
        self._all_back(since)
        list_.figure(self._longest_away(since), AWAY_S, "Nobody was away for longer.")
        list_.say(
            not owner.ready and bool(other.number("parley_sessions")),
            f"Node {owner.name} takes nobody any more; the session lives on node {other.name}.",
        )
        self._as_before("After the drain.")
        list_.doing("stopping the drained node")
        since = _now()
        owner.server.stop()
        self._all_back(since)
        list_.figure(self._longest_away(since), AWAY_S, f"Node {owner.name} was stopped: nobody was away for longer.")
        self._as_before("One node is left.")

    def nobody_heard_more(self) -> None:
        """In all that time."""
        more = {p.name: sorted(foreign(p, self._wanted[p.name])) for p in self._house.people.values()}
        more = {name: tones for name, tones in more.items() if tones}
        self._list.say(not more, f"In all that time nobody heard anybody of another room.{more or ''}")
        faults = {p.name: p.faults[-3:] for p in self._house.people.values() if _real(p.faults)}
        self._list.say(not faults, f"No page met a fault of its own.{faults or ''}")

    # --- inside

    def _as_before(self, text: str) -> None:
        """The same seats in the same rooms; every message of before is there once, and a new one arrives."""
        self._list.say(self._house.places() == self._places, "Everybody has the same seat in the same room.")
        self._say_something(text)

    def _say_something(self, text: str) -> None:
        self._write("Paul", text)
        for name in ROOM:
            for said in self._said:
                expect(_articles(self._house.people[name], said)).to_have_count(1, timeout=PATIENCE_S * 1000)
        outside = [said for said in self._said if _articles(self._house.people["Dana"], said).count()]
        number = len(self._said)
        self._list.say(
            not outside, f"Messages: {number} written, each read once by everybody there and by nobody else."
        )

    def _write(self, name: str, text: str) -> None:
        self._house.people[name].write(text)
        self._said.append(text)

    def _all_back(self, since: int) -> float:
        """Wait until everybody has heard everybody whom they should for a while; seconds from then until the last
        gap of anybody ended.
        """
        people = self._house.people.values()

        def calm() -> bool:
            return all(_calm(person, self._wanted[person.name], since) for person in people)

        until(calm, "all hear each other again", PATIENCE_S * 2)
        ends = [end for p in people for _, end in times_without(p, self._wanted[p.name], since)]
        return (max(ends, default=since) - since) / 1000

    def _longest_away(self, since: int) -> float:
        """The longest time of anybody without sound or connection, in seconds."""
        people = self._house.people.values()
        gaps = [gap for p in people for gap in times_without(p, self._wanted[p.name], since)]
        return max((end - begin for begin, end in gaps), default=0) / 1000


def _articles(person: Person, text: str) -> Locator:
    return person.page.get_by_role("article").filter(has_text=text)


def _calm(person: Person, wanted: set[int], since: int) -> bool:
    _, at = seen(person)
    gaps = times_without(person, wanted, since)
    return at - max([since, *(end for _, end in gaps)]) >= CALM_MS


def _now() -> int:
    return time.time_ns() // 1_000_000


def _since(moment: int) -> float:
    return (_now() - moment) / 1000


def _real(faults: list[str]) -> bool:
    """Requests and sockets that failed while their node was gone are no faults of the page."""
    return any("WebSocket" not in fault and "Failed to load resource" not in fault for fault in faults)
