"""The proof of work that a browser does for a form (ALTCHA, version 2), made and checked here, without asking others.

PBKDF2 and not plain SHA-256: browsers do it about as fast as a robot's own program does (W3C Web Cryptography).
"""

import json
import secrets
from datetime import timedelta

from altcha import Payload, create_challenge, verify_solution
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from subscriptions.abuse.counting import is_first_use
from subscriptions.abuse.held import Held

AGE = timedelta(hours=2)
ALGORITHM = "PBKDF2/SHA-256"
COST = 5_000  # iterations a try
TRIES = 300  # at most; half of them on average
LONGEST = 2_000  # characters of a payload; ours have about 700


def challenge() -> str:
    """A challenge, as JSON, for the module in static/subscribe/."""
    made = create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.randbelow(TRIES),
        expires_at=timezone.now() + AGE,
        hmac_secret=_key(),
    )
    return json.dumps(made.to_dict())


def accept(payload: str) -> None:
    """Use up the solution of a challenge. Raises Held where it is none of ours, has aged, or was used before."""
    payload = payload[:LONGEST]
    result = verify_solution(payload, _key())
    if result.expired:
        raise Held(
            _("The form was open for so long that its calculation has aged. Please press “Subscribe” once more.")
        )
    if not result.verified:
        raise Held(_("The calculation of your browser did not come out right. Please press “Subscribe” once more."))
    # The payload can be written in many ways; its signature in one.
    signature = Payload.from_base64(payload).challenge.signature
    use_up(f"proof {signature}", AGE)


def use_up(what: str, age: timedelta) -> None:
    """Raises Held where this was used before. It is remembered for longer than it counts: clocks differ."""
    if not is_first_use(what, 2 * age):
        raise Held(
            _(
                "This form has been sent before. If you pressed the button twice, look into your mailbox; "
                "if not, please press “Subscribe” once more."
            )
        )


def _key() -> str:
    return salted_hmac("subscriptions.abuse.proof", "", algorithm="sha256").hexdigest()
