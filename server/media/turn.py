"""A way around for browsers whose network lets no UDP through: short-lived credentials for a TURN server. Pure.

The scheme is coturn's (`use-auth-secret`; "A REST API for access to TURN services", draft-uberti-behave-turn-rest): the
username is the time at which it ends and something random, the password a MAC over it under a secret that the TURN
server has too. So the TURN server knows no accounts, and whoever reads its log learns nothing of seats or sessions.

The TURN server sees what the network between sees as well: addresses, times and encrypted packets.
"""

import base64
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LIFETIME_S = 8 * 3600
"""How long credentials are good: a long day's session, since a TURN server may look again when an allocation is
refreshed. Longer lets somebody who has left use it longer; whoever needs fresh ones gets them with the next offer."""

TRIAL_S = 60
"""How long credentials for a trial before the door are good: it is over in half of that. Longer would let somebody who
is never let in use the TURN server; it relays to our nodes alone, and these answer nothing but checks there.
"""

SHORTEST = 32  # characters of the secret. Who knows one username and its password can guess at a shorter one.

ADDRESS = re.compile(
    r"turns?:(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::[0-9]{1,5})?(?:\?transport=(?:udp|tcp))?"
)
"""RFC 7065, 3.1, as far as browsers take it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The TURN servers of this installation and the secret that is shared with them."""

    addresses: tuple[str, ...]
    secret: str = field(repr=False)

    def access(self, now_ms: int, fresh: Callable[[], str], lifetime_s: int = LIFETIME_S) -> Mapping[str, object]:
        """Credentials for one media connection, as they stand in its offer. `fresh` gives something random."""
        username = f"{now_ms // 1000 + lifetime_s}:{fresh()}"
        mac = hmac.digest(self.secret.encode(), username.encode(), "sha1")  # what the scheme says; HMAC-SHA1 holds
        return {"urls": list(self.addresses), "username": username, "credential": base64.b64encode(mac).decode()}
