"""Forms that come back quicker than people type. Only the page that no cache keeps says when it was opened."""

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner

# The time is signed in whole seconds, so this is two to three of them. Browsers that fill in forms take as long.
QUICKEST = timedelta(seconds=3)


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="subscriptions.abuse.opened")


def opened_now() -> str:
    return _signer().sign("")


def is_too_quick(opened: str | None) -> bool:
    """Whether the form was opened a moment ago. One without a time of ours is judged without a clock.

    So is one that lay open for days: there is nothing to gain from it that leaving the time out does not give.
    """
    try:
        _signer().unsign(opened or "", max_age=QUICKEST)
    except BadSignature:
        return False
    return True
