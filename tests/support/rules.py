"""The rules of a session, said a second time and in other words: a play that watches itself.

Nothing here asks `server.session` what is allowed. It follows who is where, what every page has shown and what was
promised, from what happened, and compares.
"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from server.errors import Refused
from server.session import commands as c
from server.session import events as ev
from server.session.opening import SessionPlan
from server.session.roles import OPERATOR
from server.session.state import Room, Seat, State
from tests.support.broken import Broken, Shown, opposing
from tests.support.cast import FULL_HOUSE, POLICY, Play, Reply

MEDIATORS = ("mediator", "co_mediator")
SILENT = ("observer",)
MEDIA_OF = {"microphone": ("microphone",), "camera": ("camera",), "screen": ("screen", "screen_sound")}
UNDO_SECONDS = 10
LinkKey = tuple[str, str, str]


class WatchedPlay(Play):
    """A play whose every entry is checked against the house rules."""

    def __init__(self, policy: ev.Policy = POLICY, plan: SessionPlan = FULL_HOUSE) -> None:
        self.shown: dict[str, Shown] = {}
        self.came: dict[str, int] = {}
        self.came_at: dict[str, int] = {}
        self.noted: dict[str, int] = {}
        self.marks: dict[int, int] = {}  # by the number of a stay: what the audience is called to whoever comes in
        self.resumed: dict[str, int] = {}
        self.apart: set[frozenset[tuple[str, str]]] = set()
        self.gone: dict[str, int] = {}
        self.unseen: set[str] = set()  # gone when the server started, and not back since
        self.moved_at: dict[str, int] = {}
        self.cause: tuple[str, object] = ("", None)
        self.links_before: frozenset[LinkKey] = frozenset()
        super().__init__(plan, policy, attentive=False)

    # --- following

    def ask(self, actor: str, command: c.Command) -> Reply:
        self.cause = (actor, command)
        self.links_before = self.open_links()
        before, length = self.state, len(self.written)
        try:
            return super().ask(actor, command)
        except Refused as refusal:
            if self.state is not before or len(self.written) != length:
                raise Broken("a refused command has changed something") from refusal
            self._refused_rightly(before, actor, command, refusal)
            raise

    def fact(self, fact: c.Fact) -> Reply:
        self.cause = ("", fact)
        self.links_before = self.open_links()
        return super().fact(fact)

    def tell(self, seat: str) -> None:
        super().tell(seat)
        screen, here = self.screens.get(seat), self.state.seats[seat]
        if screen is None or screen.connection is None or screen.connection != here.connection or here.room is None:
            return
        shown = screen.view["room"]
        if shown and shown["id"] == here.room and screen.position >= self.came[seat]:
            members = frozenset(m["seat"] for m in shown["members"])
            self.shown[seat] = Shown(screen.connection, here.room, members, screen.position)
        self._links_are_right()

    def _happen(self, by: str, events: tuple[ev.Event, ...], result: Mapping[str, object]) -> Reply:
        before = self.state
        counts = {s: box.count for s, box in self.remembered.inboxes.items()}
        reply = super()._happen(by, events, result)
        if events:
            self._follow(before, events)
            self._check(before, events, counts)
        return reply

    def _follow(self, before: State, events: Iterable[ev.Event]) -> None:
        position = len(self.written)
        for event in events:
            if isinstance(event, ev.Placed):
                self.came.update({p.seat: position for p in event.placements})
                self.came_at.update({p.seat: self.now for p in event.placements})
                self.moved_at[event.move] = self.now
            elif isinstance(event, ev.Noted) and event.room is not None:
                self.noted[event.room] = position
            elif isinstance(event, ev.RoomResumed):
                self.resumed[event.room] = position
            elif isinstance(event, ev.SessionResumed):
                self.resumed.update(dict.fromkeys(self.state.rooms, position))
            elif isinstance(event, ev.SeatDisconnected) and isinstance(self.cause[1], c.Recovered):
                self.unseen.add(event.seat)
            elif isinstance(event, ev.KeptApart):
                self.apart.add(frozenset({event.one, event.other}))
            elif isinstance(event, ev.AllowedTogether):
                self.apart.discard(frozenset({event.one, event.other}))
        for seat in self.state.seats.values():
            if seat.connection is not None:
                self.gone.pop(seat.id, None)
                self.unseen.discard(seat.id)
            elif seat.id in before.seats and before.seats[seat.id].connection is not None:
                self.gone[seat.id] = self.now

    # --- judging

    def _check(self, before: State, events: tuple[ev.Event, ...], counts: Mapping[str, int]) -> None:
        self._undo_in_time()
        self._everybody_is_in_one_place()
        self._rooms_hold_whom_they_may()
        self._meetings_were_confirmed(before)
        self._opposing_sides_are_attended()
        self._nothing_turns_on_by_itself(before)
        self._doors_are_kept(before, events)
        self._nothing_resumes_by_itself(before, events)
        self._words_reach_their_audience(before, events, counts)
        self._views_say_no_more(before, counts)
        self._the_revoked_are_gone(before, counts)
        self._what_counts_only_grows(before)
        self._a_next_session_begins_with_nobody_inside(before, events)
        self._links_are_right()

    def _refused_rightly(self, before: State, actor: str, command: c.Command, refusal: Refused) -> None:
        """Some things are never refused to whoever is there."""
        seat = before.seats.get(actor)
        if before.closed or seat is None or seat.where == "revoked":
            return
        always = isinstance(command, (c.StepOut, c.Leave))
        off = isinstance(command, c.Switch) and not command.on and seat.role not in SILENT and seat.where != "invited"
        if always or off:
            raise Broken(f"{actor} was refused {command}: {refusal.reason}")

    def _undo_in_time(self) -> None:
        command = self.cause[1]
        if isinstance(command, c.Move) and command.undo:
            if self.now - self.moved_at[command.undo] > UNDO_SECONDS * 1000:
                raise Broken("an undo came too late")

    def _everybody_is_in_one_place(self) -> None:
        places: dict[str, str] = {}
        for room in self.state.rooms.values():
            for seat in room.members:
                if seat in places:
                    raise Broken(f"{seat} is in {places[seat]} and in {room.id}")
                places[seat] = room.id
            if not set(room.doors) <= set(room.members) or set(room.entered) != set(room.members):
                raise Broken(f"{room.id} keeps a door or an hour for somebody who is not there")
        for s in self.state.seats.values():
            if places.get(s.id) != s.room or (s.where == "room") != (s.room is not None):
                raise Broken(f"{s.id} is in {s.room}, and not")

    def _rooms_hold_whom_they_may(self) -> None:
        for room in self.state.rooms.values():
            seats = [self.state.seats[s] for s in room.members]
            for seat in seats:
                if room.kind == "caucus" and seat.side is not None and seat.side != room.side:
                    raise Broken(f"{seat.id} is in the caucus of the other side")
                if room.kind == "chambers" and seat.role not in MEDIATORS:
                    raise Broken(f"{seat.id} is in the mediators' room")
            for one, other in combinations(seats, 2):
                if self._kept_apart(one, other):
                    raise Broken(f"{one.id} and {other.id}, who are kept apart, are together in {room.id}")

    def _kept_apart(self, one: Seat, other: Seat) -> bool:
        def named(subject: tuple[str, str], seat: Seat) -> bool:
            kind, name = subject
            return seat.id == name if kind == "seat" else seat.side == name

        return any(
            (named(a, one) and named(b, other)) or (named(a, other) and named(b, one))
            for a, b in (tuple(pair) for pair in self.apart)
        )

    def _meetings_were_confirmed(self, before: State) -> None:
        for room in self.state.rooms.values():
            for one, other in combinations(room.members, 2):
                a, b = self.state.seats[one], self.state.seats[other]
                if not opposing(a, b):
                    continue
                was = before.seats[one].room if one in before.seats else None
                if was is not None and other in before.seats and before.seats[other].room == was:
                    continue
                self._confirmed(room, one, other)

    def _confirmed(self, room: Room, one: str, other: str) -> None:
        actor, command = self.cause
        if not isinstance(command, c.Move) or command.confirmation is None:
            raise Broken(f"{one} and {other} meet in {room.id}, and nobody has confirmed it ({command})")
        shown = self.plans.get(command.confirmation)
        rooms: Any = shown["rooms"] if shown else []
        promised = [r for r in rooms if r["room"] == room.id]
        if not promised or {p["seat"] for p in promised[0]["people"]} != set(room.members):
            raise Broken(f"{one} and {other} meet in {room.id}, in another way than {actor} was shown")

    def _attends(self, seat: Seat) -> bool:
        gone = self.gone.get(seat.id)
        late = gone is not None and self.now - gone >= self.state.policy.grace_ms
        return seat.role in MEDIATORS and not late

    def _opposing_sides_are_attended(self) -> None:
        for room in self.state.rooms.values():
            seats = [self.state.seats[s] for s in room.members]
            opposed = len({s.side for s in seats if s.side}) > 1
            struck = isinstance(self.cause[1], c.ClockStruck) or not self._due_now()
            if opposed and not room.paused and not any(self._attends(s) for s in seats) and struck:
                raise Broken(f"opposing sides are alone in {room.id}: {sorted(room.members)}")

    def _due_now(self) -> bool:
        """Whether the clock is about to strike for a mediator at this very moment."""
        return any(self.now - gone == self.state.policy.grace_ms for gone in self.gone.values())

    def _nothing_turns_on_by_itself(self, before: State) -> None:
        actor, command = self.cause
        for seat in self.state.seats.values():
            old = before.seats.get(seat.id)
            for medium in MEDIA_OF:
                on, was = getattr(seat, medium), old is not None and getattr(old, medium)
                asked = isinstance(command, c.Switch) and command.on and command.medium == medium and actor == seat.id
                wished = isinstance(command, c.Arrive) and command.camera and medium == "camera" and actor == seat.id
                if on and not was and not (asked or wished):
                    raise Broken(f"the {medium} of {seat.id} went on by itself")
            if seat.room is None and (seat.microphone or seat.screen):
                raise Broken(f"{seat.id} is in no room with something on")
            if old is not None and old.room != seat.room:
                self._muted_among_strangers(before, old, seat)

    def _muted_among_strangers(self, before: State, old: Seat, seat: Seat) -> None:
        known = set(before.rooms[old.room].members) if old.room else set()
        now = set(self.state.rooms[seat.room].members) if seat.room else set()
        if seat.microphone and (seat.room is None or now - known - {seat.id}):
            raise Broken(f"{seat.id} came among {sorted(now - known)} with an open microphone")
        if seat.screen or (seat.camera and seat.room is None):
            raise Broken(f"{seat.id} went on sharing over a move")

    def _doors_are_kept(self, before: State, events: Iterable[ev.Event]) -> None:
        placed = {p.seat: e for e in events if isinstance(e, ev.Placed) for p in e.placements}
        for room in self.state.rooms.values():
            old = before.rooms.get(room.id)
            stayed = {s for s in room.members if s not in placed}
            one_side = len({self.state.seats[s].side for s in stayed} - {None}) <= 1
            for seat in set(room.members) & placed.keys():
                waits = room.doors.get(seat)
                wanted = bool(stayed - {placed[seat].by}) and one_side and self.state.policy.door_ms > 0
                if wanted != (waits is not None):
                    raise Broken(f"{seat} {'has no door' if wanted else 'waits at a door for nobody'} at {room.id}")
                if waits is not None and waits.opens != self.now + self.state.policy.door_ms:
                    raise Broken(f"the door of {seat} opens at the wrong time")
            for seat in stayed & (set(old.doors) if old else set()):
                assert old is not None
                opens = old.doors[seat].opens
                if seat not in room.doors and self.now < opens:
                    raise Broken(f"the door of {seat} opened too early")
                if seat in room.doors and room.doors[seat].opens < opens:
                    raise Broken(f"the door of {seat} was moved forward")

    def _nothing_resumes_by_itself(self, before: State, events: Iterable[ev.Event]) -> None:
        actor, command = self.cause
        by_hand = isinstance(command, c.Resume) and actor in before.seats and before.seats[actor].role in MEDIATORS
        if before.paused and not self.state.paused and not self.state.closed and not by_hand:
            raise Broken(f"the session was resumed by {command}")
        for room in self.state.rooms.values():
            old = before.rooms.get(room.id)
            if old and old.paused and not room.paused and set(old.members) & set(room.members):
                inside = [self.state.seats[s] for s in room.members]
                right = by_hand and isinstance(command, c.Resume) and command.room == room.id
                if not right or not any(self._attends(s) for s in inside):
                    raise Broken(f"{room.id} was resumed by {command}")
        if isinstance(command, c.ClockStruck):
            opened = {e.seat for e in events if isinstance(e, ev.DoorOpened)}
            new = self.open_links() - self.links_before
            # Whoever comes in may be the mediator for whom two others waited.
            rooms = {self.state.seats[s].room for s in opened}
            if any(self.state.seats[k[0]].room not in rooms for k in new):
                raise Broken("time alone has connected people")

    def _words_reach_their_audience(self, before: State, events: Iterable[ev.Event], counts: Mapping[str, int]) -> None:
        got: dict[str, set[str]] = {}
        for seat in self.state.seats:
            box = self.remembered.inboxes.get(seat)
            new = self.new(seat, counts.get(seat, 0))
            if [f.number for f in new] != list(range(counts.get(seat, 0) + 1, (box.count if box else 0) + 1)):
                raise Broken(f"the numbers of {seat} have a gap")
            if sum(f.body["kind"] == "view" for f in new) > 1:
                raise Broken(f"{seat} was sent two views of one moment")
            for frame in new:
                if frame.body["kind"] in ("said", "noted"):
                    got.setdefault(str(frame.body["id"]), set()).add(seat)
        for event in events:
            if isinstance(event, (ev.Said, ev.Noted)):
                self._audience_was_right(before, event, got.pop(event.id, set()))
        if got:
            raise Broken(f"words of another time reached {got}")

    def _audience_was_right(self, before: State, event: ev.Said | ev.Noted, reached: set[str]) -> None:
        if event.room is None:
            expected = {s.id for s in before.seats.values() if s.where == "lobby"}
        else:
            expected = set(before.rooms[event.room].members)
        if isinstance(event, ev.Noted):
            expected |= {event.by}
        if reached != expected:
            raise Broken(f"{type(event).__name__} to {event.room} reached {sorted(reached)}, not {sorted(expected)}")
        command = self.cause[1]
        if isinstance(event, ev.Said) and isinstance(command, c.Say):
            if before.rooms[event.room].paused or before.seats[event.by].room != command.room:
                raise Broken("words were let into a paused room, or into another one than they were written for")
            if self.composed is not None and not expected <= self.composed | {event.by}:
                raise Broken(f"{event.by} wrote to {sorted(self.composed)} and was read by {sorted(expected)}")

    def _views_say_no_more(self, before: State, counts: Mapping[str, int]) -> None:
        for seat_id, box in self.remembered.inboxes.items():
            if box.count == counts.get(seat_id, 0):
                continue
            body = box.recent[-1].body
            if body["kind"] == "view":
                view: Any = body["view"]
                self._view_is_allowed(self.state.seats[seat_id], view)

    def _view_is_allowed(self, seat: Seat, view: Reply) -> None:
        mediates = seat.role in MEDIATORS
        if (view["map"] is not None) and not (mediates and seat.room):
            raise Broken(f"{seat.id} was sent the mediators' map")
        if (view["room"]["id"] if view["room"] else None) != seat.room:
            raise Broken(f"{seat.id} was sent another room than its own")
        if seat.room is not None:
            self._nothing_from_before_it_came(seat, view["room"])
        if seat.room is None and (view["people"] or view["sides"]):
            raise Broken(f"{seat.id}, who is in no room, was told who takes part")
        for person in view["people"]:
            if not mediates and person["seat"] != seat.id and self._kept_apart(seat, self.state.seats[person["seat"]]):
                raise Broken(f"{seat.id} was told of {person['seat']}, from whom it is kept apart")
        for mediator in view["mediators"]:
            near = seat.room is not None and self.state.seats[mediator["seat"]].room == seat.room
            if (mediator["state"] == "with_you" and not near) or (
                mediator["state"] == "lost" and seat.room and not near
            ):
                raise Broken(f"{seat.id} was told more of {mediator['seat']} than that it is away")
        for request in view["devices"]:
            if request["seat"] != seat.id and not mediates:
                raise Broken(f"{seat.id} was told of another device of {request['seat']}")

    def _nothing_from_before_it_came(self, seat: Seat, room: Reply) -> None:
        came = self.came[seat.id]
        if room["since"] != self.came_at[seat.id]:
            raise Broken(f"{seat.id} was told since when {room['id']} is in use")
        if room["note"] and self.noted[room["id"]] < came:
            raise Broken(f"{seat.id} was shown a note that was written before it came")
        if came == len(self.written) and self.marks.setdefault(seat.stay, room["epoch"]) != room["epoch"]:
            raise Broken(f"{seat.id} was told how busy {room['id']} has been")

    def _the_revoked_are_gone(self, before: State, counts: Mapping[str, int]) -> None:
        command = self.cause[1]
        asking = {who for who, _ in self.state.devices.values()}
        if isinstance(command, (c.ReplaceLink, c.RevokeLink)) and command.seat in asking:
            raise Broken(f"another device of {command.seat} still asks with a dead link")
        for seat in self.state.seats.values():
            if seat.where != "revoked":
                continue
            if seat.connection is not None or seat.room is not None or seat.id in asking:
                raise Broken(f"{seat.id} is revoked and still there")
            if before.seats[seat.id].where == "revoked" and self.remembered.inboxes[seat.id].count > counts[seat.id]:
                raise Broken(f"{seat.id} is revoked and is still told things")

    def _what_counts_only_grows(self, before: State) -> None:
        """Or something shown long ago could pass for something shown now."""
        for seat in before.seats.values():
            if self.state.seats[seat.id].stay < seat.stay:
                raise Broken(f"the stays of {seat.id} are counted from the start again")
        for room in before.rooms.values():
            if room.id in self.state.rooms and self.state.rooms[room.id].epoch < room.epoch:
                raise Broken(f"the epochs of {room.id} are counted from the start again")

    def _a_next_session_begins_with_nobody_inside(self, before: State, events: Iterable[ev.Event]) -> None:
        if not any(isinstance(e, ev.NextSessionOpened) for e in events):
            return
        actor = self.cause[0]
        by_right = actor == OPERATOR or (actor in before.seats and before.seats[actor].role in MEDIATORS)
        if before.closed is None or not by_right or not isinstance(self.cause[1], c.NextSession):
            raise Broken(f"the next session was opened by {self.cause}")
        if self.state.number != before.number + 1 or self.state.closed is not None or self.state.paused is not None:
            raise Broken("the next session does not begin as a session begins")
        for seat in self.state.seats.values():
            wanted = "revoked" if before.seats[seat.id].where == "revoked" else "invited"
            if seat.where != wanted or (wanted == "invited" and seat.consent is not None):
                raise Broken(f"{seat.id} is {seat.where} in the next session, without having been asked")
        if {r.id: r.name for r in self.state.rooms.values()} != {r.id: r.name for r in before.rooms.values()}:
            raise Broken("the next session has other rooms")
        if set(self.state.apart) != self.apart:
            raise Broken("the next session has other separation rules")

    # --- who hears whom

    def open_links(self) -> frozenset[LinkKey]:
        return frozenset((k.speaker, k.listener, k.medium) for k in self.links())

    def right_links(self) -> frozenset[LinkKey]:
        """Who should hear whom, from what the pages have shown."""
        if self.state.paused or self.state.closed:
            return frozenset()
        return frozenset(
            (one, other, medium)
            for room in self.state.rooms.values()
            if not room.paused
            for one in room.members
            if (media := self._switched_on(self.state.seats[one]))
            for other in room.members
            if one != other and self._may_reach(room, self.state.seats[one], self.state.seats[other])
            for medium in media
        )

    def _switched_on(self, seat: Seat) -> list[str]:
        return [m for name, media in MEDIA_OF.items() if getattr(seat, name) and seat.role not in SILENT for m in media]

    def _may_reach(self, room: Room, one: Seat, other: Seat) -> bool:
        shown = self.shown.get(one.id)
        if shown is None or one.connection is None or other.connection is None:
            return False
        if one.id in room.doors or other.id in room.doors:
            return False
        inside = [self.state.seats[s] for s in room.members if s not in room.doors]
        if opposing(one, other) and not any(s.role in MEDIATORS and self._near(s) for s in inside):
            return False
        newest = max(self.came[one.id], self.came[other.id], self.resumed.get(room.id, 0))
        right_page = shown.connection == one.connection and shown.room == room.id
        return right_page and other.id in shown.members and shown.position >= newest

    def _near(self, seat: Seat) -> bool:
        gone = self.gone.get(seat.id)
        if seat.id in self.unseen:
            return False
        return gone is None or self.now - gone < self.state.policy.grace_ms or self._due_now()

    def _links_are_right(self) -> None:
        there, right = self.open_links(), self.right_links()
        if there - right:
            raise Broken(f"heard without a right to it: {sorted(there - right)}")
        if right - there and not self._due_now():
            raise Broken(f"not heard although nothing stands in the way: {sorted(right - there)}")

    # --- at the end

    def check_replay(self) -> None:
        """The log alone tells the same story."""
        again = self.replayed()
        if again.state != self.state:
            raise Broken("the log tells another state")
        for seat, box in self.remembered.inboxes.items():
            other = again.inboxes[seat]
            if (box.count, list(box.recent), box.words) != (other.count, list(other.recent), other.words):
                raise Broken(f"the log tells {seat} another story")
