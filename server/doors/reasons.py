"""A refusal in words. `Refused.reason` is for programs and never changes; this sentence is for the person.

The sentences stand here in English and go through the catalogue of the reader's language (`translate`). They say what
is so, and where it helps what to do; never whose fault it is, and never more than the reader may know.
"""

from collections.abc import Callable, Mapping

Translate = Callable[[str], str]


def N_(text: str) -> str:
    """The mark by which gettext's tools find a text that is translated later."""
    return text


SENTENCES: Mapping[str, str] = {
    "not_allowed": N_("That is not yours to do in this session."),
    "unknown_seat": N_("There is no such person in this session."),
    "unknown_room": N_("There is no such room any more."),
    "unknown_side": N_("There is no such side in this session."),
    "unknown_role": N_("There is no such role."),
    "not_in_room": N_("You are not in that room."),
    "stale_move": N_("Somebody has moved meanwhile. Look again, then decide."),
    "audience_grew": N_("Not sent. Somebody joined while you were writing."),
    "confirmation_needed": N_(
        "This brings people of opposing sides together. Look at who will hear whom, then confirm."
    ),
    "plan_changed": N_("Things have changed since you looked. Look again, then confirm."),
    "bad_key": N_("An idempotency key has 1 to 64 letters, digits, dots, dashes or underscores."),
    "key_reused": N_("This key was used for something else."),
    "kept_apart": N_("These people must be kept apart."),
    "wrong_side": N_("That does not go with this person's side."),
    "room_needed": N_("This room cannot be closed."),
    "room_paused": N_("This room is paused."),
    "text_empty": N_("There is nothing to send yet."),
    "text_too_long": N_("This is too long. Please shorten it."),
    "name_empty": N_("Please write a name."),
    "name_too_long": N_("That name is too long. Please shorten it."),
    "text_changed": N_("The mediator's text has changed. Please read it again."),
    "not_arrived": N_("Somebody has not come in yet."),
    "already_here": N_("You are here already."),
    "session_closed": N_("This session is closed."),
    "seats_full": N_("There is no place for another person in this session."),
    "sides_few": N_("A session has at least two sides."),
    "sides_many": N_("A session has at most ten sides."),
    "side_twice": N_("Two sides have the same letter."),
    "mediator_missing": N_("A session needs a mediator."),
    "no_undo": N_("This can no longer be undone."),
    "door_held": N_("The door was already held once."),
    "together_now": N_("They are in one room now. Move them apart first."),
    "unavailable": N_("The server could not save this. Nothing has happened. Please try again."),
    "unknown_request": N_("That question has been answered already."),
    "last_mediator": N_("A session needs a mediator: this is the last one."),
    "not_paused": N_("Nothing is paused here."),
    "mediator_needed": N_("This needs a mediator in the room."),
    "not_closed": N_("This session is not closed."),
    "too_late": N_("It is too late for a next session: what was kept is being destroyed."),
}
NAMED: Mapping[str, str] = {
    "audience_grew": N_("Not sent. {joined} joined while you were writing. It would now go to {audience}."),
    "kept_apart": N_("{one} and {other} must be kept apart."),
    "not_arrived": N_("{name} has not come in yet."),
    "stale_move": N_("{name} has moved meanwhile. Look again, then decide."),
    "together_now": N_("{one} and {other} are in one room now. Move them apart first."),
    "wrong_side": N_("{room} is not a room of {name}'s side."),
}
"""The same with names, where the refusal's detail has them all."""
OTHERWISE = N_("That cannot be done now.")


def sentence(reason: str, detail: Mapping[str, object] | None = None, translate: Translate = str) -> str:
    """The refusal in words: with names where `detail` has them, and never an error of its own."""
    detail = detail or {}
    words = {key: listed(value, translate) for key, value in detail.items() if value}
    named = NAMED.get(reason)
    if named is not None:
        try:
            return translate(named).format_map(words)
        except (KeyError, ValueError, IndexError, AttributeError):
            pass  # without those names, or with a catalogue's broken field: the plain sentence does
    return translate(SENTENCES.get(reason, OTHERWISE))


def listed(value: object, translate: Translate = str) -> str:
    """Names as a person lists them: "Ana, Ben and Cleo"."""
    if not isinstance(value, list | tuple):
        return str(value)
    names = [str(name) for name in value]
    if len(names) < 2:
        return "".join(names)
    return translate(N_("{names} and {last}")).format(names=", ".join(names[:-1]), last=names[-1])
