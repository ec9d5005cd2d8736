"""The few families of errors, named by what happens next.

ParleyError
├── Refused             the person asked for something that cannot be: tell them, in words, and go on
├── ProtocolViolation   the client broke the protocol: close its connection, the session is unharmed
├── NotFound            there is no such thing, or it is not for this person: both look the same
├── Unavailable         the machine cannot do it now (disk, database): tell the mediator, nothing has happened
│   └── OutcomeUnknown  the one case in which it may have happened: look again at what is stored
└── BrokenInstallation  found at start: say in one sentence what to do, and stop
"""


class ParleyError(Exception):
    """Root of everything that Parley raises on purpose."""


class Refused(ParleyError):
    """The rules say no. `reason` is a stable name for programs and translators; `detail` is what the sentence needs."""

    def __init__(self, reason: str, **detail: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class ProtocolViolation(ParleyError):
    """What arrived is not a message of ours. `reason` is a stable name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotFound(ParleyError):
    """There is no such thing, or it is not for the one who asked."""


class Unavailable(ParleyError):
    """The machine cannot do it now; nothing has happened."""


class OutcomeUnknown(Unavailable):
    """The machine was lost in the middle, and does not say whether it happened. Whoever holds a state must look again
    at what is stored before it goes on."""


class BrokenInstallation(ParleyError):
    """The server cannot start. The text is one sentence that says what to do."""
