"""What can be asked of a session, as plain values. One class per command; the actor is never part of it.

Fields mean what `server/signalling/PROTOCOL.md` says. Facts that come from the machine rather than from a person
(a connection came, a deadline passed) stand at the end: they enter by the same inbox and obey the same rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from server.board import commands as b

LOBBY = "lobby"


@dataclass(frozen=True, slots=True)
class Step:
    """One seat's part of a move: from where to where. A room's id or `LOBBY`."""

    seat: str
    frm: str
    to: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One seat or one whole side, for separation rules."""

    kind: Literal["seat", "side"]
    id: str


# --- asked by people


@dataclass(frozen=True, slots=True)
class Arrive:
    """Agree to the text and wait. `camera`: the person saw their own picture and wants to be seen when let in.

    There is no such wish for the microphone: everybody arrives muted.
    """

    name: str
    version: str
    hash: str
    camera: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    room: str
    epoch: int
    text: str


@dataclass(frozen=True, slots=True)
class Switch:
    """Turn one's own microphone, camera or screen on or off. On discloses; off is never refused."""

    medium: Literal["microphone", "camera", "screen"]
    on: bool
    room: str | None = None
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class RaiseHand:
    pass


@dataclass(frozen=True, slots=True)
class LowerHand:
    seat: str | None = None


@dataclass(frozen=True, slots=True)
class CallMediator:
    text: str = ""


@dataclass(frozen=True, slots=True)
class CancelCall:
    seat: str | None = None


@dataclass(frozen=True, slots=True)
class StepOut:
    pass


@dataclass(frozen=True, slots=True)
class Leave:
    pass


@dataclass(frozen=True, slots=True)
class ComeBack:
    pass


@dataclass(frozen=True, slots=True)
class HoldDoor:
    seat: str


@dataclass(frozen=True, slots=True)
class Move:
    """Change placements, all or none. `undo` names the last move instead of spelling the steps."""

    steps: tuple[Step, ...] = ()
    undo: str | None = None
    confirmation: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    room: str | None
    text: str


@dataclass(frozen=True, slots=True)
class OpenRoom:
    title: str
    exit: str = "own"


@dataclass(frozen=True, slots=True)
class RenameRoom:
    room: str
    title: str


@dataclass(frozen=True, slots=True)
class CloseRoom:
    room: str


@dataclass(frozen=True, slots=True)
class Pause:
    pass


@dataclass(frozen=True, slots=True)
class Resume:
    room: str | None = None


@dataclass(frozen=True, slots=True)
class KeepApart:
    one: Subject
    other: Subject


@dataclass(frozen=True, slots=True)
class AllowTogether:
    one: Subject
    other: Subject


@dataclass(frozen=True, slots=True)
class Invite:
    """Add a seat. The new seat's id comes from the shell, which draws the randomness."""

    person: str
    role: str
    side: str | None
    seat: str


@dataclass(frozen=True, slots=True)
class RenameSeat:
    seat: str
    person: str


@dataclass(frozen=True, slots=True)
class ReplaceLink:
    seat: str


@dataclass(frozen=True, slots=True)
class RevokeLink:
    seat: str


@dataclass(frozen=True, slots=True)
class SawCards:
    """The page has really shown these cards to its person, each in this version."""

    cards: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CloseSession:
    pass


@dataclass(frozen=True, slots=True)
class NextSession:
    """The case goes on after it was closed: one more session, for the same people."""


# --- facts from the machine


@dataclass(frozen=True, slots=True)
class Connected:
    """A tab of this seat holds the socket now."""

    seat: str
    connection: str


@dataclass(frozen=True, slots=True)
class Disconnected:
    seat: str
    connection: str


@dataclass(frozen=True, slots=True)
class ClockStruck:
    """Time has passed; whatever is due (doors, lost seats) happens now."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The server has just loaded this session from its log: nobody is connected any more."""


@dataclass(frozen=True, slots=True)
class DeviceAsked:
    """Somebody holds this seat's link in another browser and asks to go on there."""

    seat: str
    request: str


@dataclass(frozen=True, slots=True)
class DeviceAnswered:
    request: str
    allow: bool


Command = (
    Arrive
    | Say
    | Switch
    | RaiseHand
    | LowerHand
    | CallMediator
    | CancelCall
    | StepOut
    | Leave
    | ComeBack
    | HoldDoor
    | Move
    | Note
    | OpenRoom
    | RenameRoom
    | CloseRoom
    | Pause
    | Resume
    | KeepApart
    | AllowTogether
    | Invite
    | RenameSeat
    | ReplaceLink
    | RevokeLink
    | CloseSession
    | NextSession
    | SawCards
    | DeviceAnswered
    | b.BoardCommand
)
Fact = Connected | Disconnected | ClockStruck | Recovered | DeviceAsked

NAMES: Mapping[type, str] = {
    Arrive: "arrive",
    Say: "say",
    RaiseHand: "raise_hand",
    LowerHand: "lower_hand",
    CallMediator: "call_mediator",
    CancelCall: "cancel_call",
    StepOut: "step_out",
    Leave: "leave",
    ComeBack: "come_back",
    HoldDoor: "hold_door",
    Move: "move",
    Note: "note",
    OpenRoom: "open_room",
    RenameRoom: "rename_room",
    CloseRoom: "close_room",
    Pause: "pause",
    Resume: "resume",
    KeepApart: "keep_apart",
    AllowTogether: "allow_together",
    Invite: "invite",
    RenameSeat: "rename_seat",
    ReplaceLink: "replace_link",
    RevokeLink: "revoke_link",
    CloseSession: "close_session",
    NextSession: "next_session",
    SawCards: "saw_cards",
    DeviceAnswered: "answer_device",
    b.AddThings: "add_things",
    b.AddFile: "add_file",
    b.EditCard: "edit_card",
    b.EditMark: "edit_mark",
    b.PlaceThings: "place_things",
    b.RemoveThings: "remove_things",
    b.RestoreThings: "restore_things",
    b.WriteComment: "write_comment",
    b.TableCard: "table_card",
    b.ReplyTo: "reply_to",
    b.WithdrawCard: "withdraw_card",
    b.PutBack: "put_back",
    b.ReleaseCard: "release_card",
    b.TakeBack: "take_back",
    b.CarryRelease: "carry_release",
    b.MatchInterests: "match_interests",
    b.OpenRound: "open_round",
    b.WriteIdea: "write_idea",
    b.CloseRound: "close_round",
    b.LetIn: "let_in",
}
"""The stable name of each command on the wire and in the table of rights. `Switch` is named by its medium."""


def name_of(command: Command | Fact) -> str:
    """The stable name of a command, as roles and the wire spell it."""
    if isinstance(command, Switch):
        return command.medium
    return NAMES[type(command)]
