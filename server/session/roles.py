"""Roles and their rights, as one table.

Two sides have identical tools: a right belongs to a role, never to a side or a person, so equal roles are equal by
construction (and by test). The actor `OPERATOR` is a program holding the operator key; it may arrange a session, but
it has no seat, hears nothing and reads nothing.
"""

from collections.abc import Mapping

OPERATOR = "operator"

MEDIATOR_ROLES = frozenset({"mediator", "co_mediator"})
SIDED_ROLES = frozenset({"party", "counsel", "insurer", "support_person"})
FREE_ROLES = frozenset({"expert", "interpreter", "observer"})
"""Roles that may belong to a side or to nobody."""
ROLES = MEDIATOR_ROLES | SIDED_ROLES | FREE_ROLES

ALWAYS = frozenset({"arrive", "leave", "come_back", "step_out", "answer_device"})
"""What nobody can take away, in any state. `step_out` and `leave` are the two that matter."""

TALK = frozenset({"say", "microphone", "camera", "screen", "raise_hand", "lower_hand", "hold_door"})

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
    }
)

TAKING_PART = ALWAYS | TALK | {"call_mediator", "cancel_call"}
MEDIATING = ALWAYS | TALK | ARRANGE | {"cancel_call"}

RIGHTS: Mapping[str, frozenset[str]] = {
    "mediator": MEDIATING,
    "co_mediator": MEDIATING,
    "party": TAKING_PART,
    "counsel": TAKING_PART,
    "insurer": TAKING_PART,
    "expert": TAKING_PART,
    "interpreter": TAKING_PART,
    "support_person": TAKING_PART,
    "observer": ALWAYS | {"say", "raise_hand", "lower_hand", "call_mediator", "cancel_call"},
    OPERATOR: frozenset({"move", "close_session"}),
}


def may(role: str, command: str) -> bool:
    """Whether this role has the right to this command at all."""
    return command in RIGHTS[role]
