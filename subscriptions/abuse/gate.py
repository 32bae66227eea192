"""What a form of the sign-up has to pass. Nothing here depends on what is known of the address in it."""

from typing import Any, NamedTuple

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from subscriptions.abuse import clock, proof, waiting
from subscriptions.abuse.counting import Counted, Limit, is_exceeded, is_reached
from subscriptions.abuse.held import Held
from subscriptions.abuse.networks import network_of

# What may come in an hour. Beyond that nobody is turned away: their browser does a proof of work.
OF_ALL = Limit("all", 300)
FROM_A_NETWORK = Limit("network", 10)


class Demand(NamedTuple):
    """What a form asks of its sender besides what they type."""

    challenge: str
    ticket: str
    goes_on: bool  # whether the form is sent by itself when the proof is done


def demand(request: HttpRequest, form: BaseForm) -> Demand | None:
    """What this form has to ask when it is shown; None at quiet times. Counts nothing."""
    is_on_guard = settings.SIGN_UP_PROOF == "auto" and is_reached(_counted(request))
    if not is_on_guard and settings.SIGN_UP_PROOF != "always":
        return None
    ticket = waiting.kept(form.data.get("ticket"))
    return Demand(proof.challenge(), ticket, goes_on=form.is_bound and not form.errors)


def lets_in(request: HttpRequest, form: BaseForm) -> bool:
    """Count the form, which is valid, and ask of it what the hour asks. One that is held back says why in its errors.

    One that only did not know what would be asked has no error: it is shown again and goes on by itself.
    """
    try:
        _examine(request, form.cleaned_data)
    except Held as held:
        if held.sentence:
            form.add_error(None, held.sentence)
        return False
    return True


def _examine(request: HttpRequest, sent: dict[str, Any]) -> None:
    if clock.is_too_quick(sent["opened"]):
        raise Held(_("That was quicker than people usually are. Please press “Subscribe” once more."))
    if not _asks_for_proof(request):
        return
    if sent["proof"]:
        proof.accept(sent["proof"])
    elif sent["ticket"]:
        waiting.accept(sent["ticket"], network_of(request))
    else:
        raise Held


def _asks_for_proof(request: HttpRequest) -> bool:
    if settings.SIGN_UP_PROOF == "auto":
        return is_exceeded(_counted(request))
    return bool(settings.SIGN_UP_PROOF == "always")


def _counted(request: HttpRequest) -> Counted:
    network = network_of(request)
    return {OF_ALL: "", FROM_A_NETWORK: network} if network else {OF_ALL: ""}
