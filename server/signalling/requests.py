"""The commands as they stand on the wire, and the value of the core that each one becomes.

One class per command of PROTOCOL.md, told apart by `name`. `value()` is the only way from the wire into the core; the
actor is never part of it, so no field can forge one.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from server.doors.moves import Confirmation, MovePlan
from server.doors.wire import Id, Number, Shape, Text
from server.ids import new_id
from server.session import commands
from server.signalling.board_requests import BoardRequest


class SeatSubject(Shape):
    """One seat, in a separation rule."""

    seat: Id

    def value(self) -> commands.Subject:
        return commands.Subject("seat", self.seat)


class SideSubject(Shape):
    """A whole side, in a separation rule."""

    side: Id

    def value(self) -> commands.Subject:
        return commands.Subject("side", self.side)


Subject = SeatSubject | SideSubject


class Arrive(Shape):
    name: Literal["arrive"]
    person: Text
    version: Text
    hash: Text
    camera: bool = False

    def value(self) -> commands.Arrive:
        return commands.Arrive(self.person, self.version, self.hash, self.camera)


class Say(Shape):
    name: Literal["say"]
    room: Id
    epoch: Number
    text: Text

    def value(self) -> commands.Say:
        return commands.Say(self.room, self.epoch, self.text)


class Switch(Shape):
    """`on` discloses: it must say which audience the person was looking at. A camera may be made ready where there is
    none yet; in a room it is refused without."""

    name: Literal["microphone", "camera", "screen"]
    on: bool
    room: Id | None = None
    epoch: Number | None = None

    @model_validator(mode="after")
    def _on_names_the_audience(self) -> "Switch":
        if self.on and self.name != "camera" and (self.room is None or self.epoch is None):
            raise ValueError("on needs room and epoch")
        return self

    def value(self) -> commands.Switch:
        return commands.Switch(self.name, self.on, self.room, self.epoch)


class RaiseHand(Shape):
    name: Literal["raise_hand"]

    def value(self) -> commands.RaiseHand:
        return commands.RaiseHand()


class LowerHand(Shape):
    name: Literal["lower_hand"]
    seat: Id | None = None

    def value(self) -> commands.LowerHand:
        return commands.LowerHand(self.seat)


class CallMediator(Shape):
    name: Literal["call_mediator"]
    text: Text | None = None

    def value(self) -> commands.CallMediator:
        return commands.CallMediator(self.text or "")


class CancelCall(Shape):
    name: Literal["cancel_call"]
    seat: Id | None = None

    def value(self) -> commands.CancelCall:
        return commands.CancelCall(self.seat)


class StepOut(Shape):
    name: Literal["step_out"]

    def value(self) -> commands.StepOut:
        return commands.StepOut()


class Leave(Shape):
    name: Literal["leave"]

    def value(self) -> commands.Leave:
        return commands.Leave()


class ComeBack(Shape):
    name: Literal["come_back"]

    def value(self) -> commands.ComeBack:
        return commands.ComeBack()


class HoldDoor(Shape):
    name: Literal["hold_door"]
    seat: Id

    def value(self) -> commands.HoldDoor:
        return commands.HoldDoor(self.seat)


class AnswerDevice(Shape):
    name: Literal["answer_device"]
    request: Id
    allow: bool

    def value(self) -> commands.DeviceAnswered:
        return commands.DeviceAnswered(self.request, self.allow)


class Preview(MovePlan):
    """Asks what a move would do. Changes nothing, so it is no command of the core."""

    name: Literal["preview"]


class Move(MovePlan):
    name: Literal["move"]
    confirmation: Confirmation | None = None

    def value(self) -> commands.Move:
        return self.move(self.confirmation)


class Note(Shape):
    """`room: null` must be said: a note to everyone who waits is never sent for want of a field."""

    name: Literal["note"]
    room: Id | None
    text: Text

    def value(self) -> commands.Note:
        return commands.Note(self.room, self.text)


class OpenRoom(Shape):
    name: Literal["open_room"]
    title: Text
    exit: Id = "own"

    def value(self) -> commands.OpenRoom:
        return commands.OpenRoom(self.title, self.exit)


class RenameRoom(Shape):
    name: Literal["rename_room"]
    room: Id
    title: Text

    def value(self) -> commands.RenameRoom:
        return commands.RenameRoom(self.room, self.title)


class CloseRoom(Shape):
    name: Literal["close_room"]
    room: Id

    def value(self) -> commands.CloseRoom:
        return commands.CloseRoom(self.room)


class Pause(Shape):
    name: Literal["pause"]

    def value(self) -> commands.Pause:
        return commands.Pause()


class Resume(Shape):
    name: Literal["resume"]
    room: Id | None = None

    def value(self) -> commands.Resume:
        return commands.Resume(self.room)


class KeepApart(Shape):
    name: Literal["keep_apart"]
    one: Subject
    other: Subject

    def value(self) -> commands.KeepApart:
        return commands.KeepApart(self.one.value(), self.other.value())


class AllowTogether(Shape):
    name: Literal["allow_together"]
    one: Subject
    other: Subject

    def value(self) -> commands.AllowTogether:
        return commands.AllowTogether(self.one.value(), self.other.value())


class Invite(Shape):
    name: Literal["invite"]
    person: Text
    role: Id
    side: Id | None = None

    def value(self) -> commands.Invite:
        return commands.Invite(self.person, self.role, self.side, new_id())


class RenameSeat(Shape):
    name: Literal["rename_seat"]
    seat: Id
    person: Text

    def value(self) -> commands.RenameSeat:
        return commands.RenameSeat(self.seat, self.person)


class ReplaceLink(Shape):
    name: Literal["replace_link"]
    seat: Id

    def value(self) -> commands.ReplaceLink:
        return commands.ReplaceLink(self.seat)


class RevokeLink(Shape):
    name: Literal["revoke_link"]
    seat: Id

    def value(self) -> commands.RevokeLink:
        return commands.RevokeLink(self.seat)


class CloseSession(Shape):
    name: Literal["close_session"]

    def value(self) -> commands.CloseSession:
        return commands.CloseSession()


class NextSession(Shape):
    name: Literal["next_session"]

    def value(self) -> commands.NextSession:
        return commands.NextSession()


Request = Annotated[
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
    | AnswerDevice
    | Preview
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
    | BoardRequest
    | NextSession,
    Field(discriminator="name"),
]
