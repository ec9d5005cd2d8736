"""Roles and their rights, as one table.

Two sides have identical tools: a right belongs to a role, never to a side or a person, so equal roles are equal by
construction (and by test). The actor `OPERATOR` is a program holding the operator key; it may arrange a session, but
it has no seat, hears nothing and reads nothing.
"""

from collections.abc import Mapping

from server.board.layers import MEDIATORS, side_layer

OPERATOR = "operator"

MEDIATOR_ROLES = frozenset({"mediator", "co_mediator"})
SIDED_ROLES = frozenset({"party", "counsel", "insurer", "support_person"})
FREE_ROLES = frozenset({"expert", "interpreter", "observer"})
"""Roles that may belong to a side or to nobody."""
ROLES = MEDIATOR_ROLES | SIDED_ROLES | FREE_ROLES

ALWAYS = frozenset({"arrive", "leave", "come_back", "step_out", "answer_device"})
"""What nobody can take away, in any state. `step_out` and `leave` are the two that matter."""

TALK = frozenset({"say", "microphone", "camera", "screen", "raise_hand", "lower_hand", "hold_door"})

DRAW = frozenset(
    {
        "add_things",
        "add_file",
        "edit_card",
        "edit_mark",
        "place_things",
        "remove_things",
        "restore_things",
        "write_comment",
        "write_idea",
        "let_in",
    }
)
"""Working on the board: one's own layer, and the joint one at the table."""

BE_NOTED = frozenset({"saw_cards"})
"""Being noted as one who has seen a card, where a session notes it. Of who only looks on, nothing is noted."""

SPEAK_FOR = frozenset({"table_card", "reply_to", "withdraw_card", "put_back", "release_card", "take_back"})
"""Speaking for a side on the board: what is put on the table, answered, or may be said."""

CARRY = frozenset({"carry_release", "match_interests", "open_round", "close_round"})
"""A mediator's own work on the board."""

ARRANGE = frozenset(
    {
        "move",
        "note",
        "open_room",
        "rename_room",
        "close_room",
        "pause",
        "resume",
        "keep_apart",
        "allow_together",
        "invite",
        "rename_seat",
        "replace_link",
        "revoke_link",
        "close_session",
        "next_session",
    }
)

TAKING_PART = ALWAYS | TALK | DRAW | BE_NOTED | {"call_mediator", "cancel_call"}
MEDIATING = (
    ALWAYS | TALK | ARRANGE | DRAW | BE_NOTED | CARRY | {"cancel_call", "table_card", "withdraw_card", "put_back"}
)

RIGHTS: Mapping[str, frozenset[str]] = {
    "mediator": MEDIATING,
    "co_mediator": MEDIATING,
    "party": TAKING_PART | SPEAK_FOR,
    "counsel": TAKING_PART | SPEAK_FOR,
    "insurer": TAKING_PART,
    "expert": TAKING_PART,
    "interpreter": TAKING_PART,
    "support_person": TAKING_PART,
    "observer": ALWAYS | {"say", "raise_hand", "lower_hand", "call_mediator", "cancel_call"},
    OPERATOR: frozenset({"move", "close_session", "next_session"}),
}


def standing_group(role: str, side: str | None) -> str | None:
    """The layer of the board whose group a seat belongs to by its role and side; `None` for persons of no side."""
    if role in MEDIATOR_ROLES:
        return MEDIATORS
    return side_layer(side) if side is not None else None


def may(role: str, command: str) -> bool:
    """Whether this role has the right to this command at all."""
    return command in RIGHTS[role]
