"""The way for those whose browser does no proof of work: the same form, sent again after a minute.

A robot can wait, too, so few may go this way from one network. Many networks have many minutes: what holds then is
that a mailbox and a domain get few mails whoever asks for them (subscriptions.abuse.places).
"""

import secrets
import time
from datetime import timedelta

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions.abuse.counting import Limit, is_exceeded, is_used
from subscriptions.abuse.held import Held
from subscriptions.abuse.proof import use_up

SALT = "subscriptions.abuse.waiting"
SHORTEST = timedelta(minutes=1)
AGE = timedelta(hours=2)
FROM_A_NETWORK = Limit("waited", 3)  # in an hour; all unknown networks count as one


def ticket() -> str:
    """A ticket that says since when its holder waits."""
    return signing.dumps([time.time(), secrets.token_urlsafe(9)], salt=SALT)


def kept(shown: str | None) -> str:
    """The ticket that was shown, while it is good for something: nobody has to wait anew. Otherwise a new one."""
    return shown if shown and _since(shown) and not is_used(_name(shown)) else ticket()


def accept(shown: str, network: str) -> None:
    """Use up a ticket. Raises Held where its holder has to wait, for a while or once more."""
    since = _since(shown)
    if since is None:
        raise Held(_("The form was open for too long. Please wait a minute, then press “Subscribe” once more."))
    if (left := round(since + SHORTEST.total_seconds() - time.time())) > 0:
        sentence = ngettext(
            "Please wait %(seconds)d more second, then press “Subscribe”.",
            "Please wait %(seconds)d more seconds, then press “Subscribe”.",
            left,
        )
        raise Held(sentence % {"seconds": left})
    if is_exceeded({FROM_A_NETWORK: network}):
        raise Held(
            _(
                "Others from your network have signed up this way just now. "
                "Please try again in an hour, or allow JavaScript on this page."
            )
        )
    use_up(_name(shown), AGE)


def _since(shown: str) -> float | None:
    """When its holder began to wait; None for a ticket that is forged or has aged."""
    try:
        since, _number = signing.loads(shown, salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return None
    return float(since)


def _name(shown: str) -> str:
    return f"ticket {shown}"
