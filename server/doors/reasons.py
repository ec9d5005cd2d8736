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
    "unknown_card": N_("That is not on the board any more."),
    "not_noted": N_("In this session it is not noted who has seen what."),
    "unknown_layer": N_("That part of the board is not open to you."),
    "table_only": N_(
        "Everyone's part of the board is written on in the joint room only. From here you can release a card."
    ),
    "text_hidden": N_("There are characters in this that nobody would see. Please type it again."),
    "amount_missing": N_("Please write an amount."),
    "amount_invalid": N_("This is not an amount in this currency. Please write digits, such as 1500.50."),
    "currency_missing": N_("Please choose a currency."),
    "currency_unknown": N_("There is no such currency."),
    "number_invalid": N_("This is not a number. Please write digits, such as 12.5."),
    "date_missing": N_("Please choose a date."),
    "date_invalid": N_("There is no such date."),
    "who_missing": N_("Please write who does it."),
    "what_missing": N_("Please write what is done."),
    "term_kind_unknown": N_("There is no such kind of term."),
    "too_many_terms": N_("That is too many terms for one card. Please make another card."),
    "terms_not_here": N_("Only proposals have terms."),
    "links_not_here": N_("Only proposals have sides, conditions and an end."),
    "too_many_links": N_("That is too many for one card."),
    "condition_not_proposal": N_("A condition is another proposal."),
    "condition_not_there": N_("This depends on a card that the others do not have. Put that one there first."),
    "member_not_free": N_(
        "This proposal cannot go into the package: it is not a draft of yours, or in another package."
    ),
    "until_past": N_("That time is over already."),
    "nothing_added": N_("There is nothing to add yet."),
    "too_many_things": N_("That is too much at once."),
    "ref_twice": N_("Two new things have the same name."),
    "layer_full": N_("This part of the board is full. Please remove something first."),
    "kind_unknown": N_("There is no such kind of card."),
    "draft_first": N_("A proposal begins on your own part of the board. Then put it on the table."),
    "words_fixed": N_("These words can no longer be changed here."),
    "card_agreed": N_("This is agreed and stays as it is."),
    "card_changed": N_("Somebody has changed this card meanwhile. Both texts are kept: look, then save again."),
    "too_many_versions": N_("This card was changed too often. Please make another one."),
    "not_yours": N_("This belongs to somebody else."),
    "place_invalid": N_("That is outside the board."),
    "too_many_points": N_("This line is too long. Please draw it in parts."),
    "points_invalid": N_("This line cannot be drawn."),
    "colour_unknown": N_("There is no such colour."),
    "round_open": N_("An idea round is going on. Answers come after it."),
    "round_closed": N_("The idea round is over."),
    "minutes_invalid": N_("A round lasts from 1 to 30 minutes."),
    "too_many_comments": N_("There are too many comments on this card."),
    "on_the_table": N_("This is on the table already."),
    "part_of_package": N_("This is part of a package. Please answer the package as a whole."),
    "package_empty": N_("There is nothing in this package yet."),
    "sides_too_few": N_("A proposal is between two sides at least."),
    "answer_unknown": N_("There is no such answer."),
    "answer_at_table": N_("This cannot be answered here."),
    "side_not_named": N_("This proposal does not ask your side."),
    "state_forbids": N_("Things have gone on meanwhile: this is no longer open."),
    "only_interests": N_("Only interests can be compared."),
    "not_released": N_("Its owner has not said that this may be told to them."),
    "already_carried": N_("This has been passed on already."),
    "release_over": N_("This is no longer released."),
    "not_comparable": N_("Two sides must each have released an interest to comparison."),
    "file_too_large": N_("This file is too large."),
    "file_empty": N_("This file is empty."),
    "file_type": N_("Only pictures (PNG, JPEG, WebP, GIF) and PDF files can be added."),
    "file_broken": N_("This file could not be read. Is it what its name says?"),
    "file_locked": N_("This PDF is locked with a password. Please save it without one."),
    "too_many_pages": N_("This PDF has too many pages."),
    "import_unknown": N_("This is not a board that was taken along from Parley."),
    "import_newer": N_("This board was taken along from a newer version of Parley."),
    "import_empty": N_("There is nothing on this board that could be brought."),
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
