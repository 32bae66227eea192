"""Whose mail a report speaks of, and how far it is to be believed.

Anybody can write to the mailbox of bounces. What only our mails hold proves that the reporter has one: the Message-ID,
which nobody else can compute, or the signed link to leave. A Message-ID cannot be turned back into its mail, so it is
computed again for all that the address has been sent.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError

from subscriptions import emails
from subscriptions.addresses import lookup_of, normalise
from subscriptions.bounces.reports import Report
from subscriptions.models import Consent, Delivery, SignUp, Subscriber

MOST_MAILS = 60  # of one address, newest first: more than a year of weekly issues

WENT_OUT = (Delivery.State.SENT, Delivery.State.UNCERTAIN)


@dataclass(frozen=True)
class Evidence:
    is_proven: bool
    delivery: Delivery | None  # None: a confirmation, or a mail of which we know no more


def lookups_of(report: Report) -> set[str]:
    """The address (as a lookup) that the report speaks of. A link names it even where the report blackens it.

    Only a link of mails to the address of today: what a link to a former one says is not about the new one.
    """
    if report.identity is not None:
        return _lookups_now(report.identity)
    try:
        return {lookup_of(normalise(report.address))}
    except ValidationError:
        return set()


def _lookups_now(identity: UUID) -> set[str]:
    sign_ups = SignUp.objects.filter(pk=identity).order_by().values_list("lookup", flat=True)
    subscribers = Subscriber.objects.filter(token_id=identity).order_by().values_list("lookup", flat=True)
    return set(sign_ups.union(subscribers))


def weigh(report: Report, lookup: str) -> Evidence | None:
    """None: it quotes a Message-ID that no mail of ours to this address had, so it is forged, or about other mail."""
    mails = _newsletters_to(lookup) | _confirmations_to(lookup)
    quoted = report.message_ids & mails.keys()
    if quoted:
        return Evidence(True, mails[min(quoted)])
    if report.message_ids and report.identity is None:
        return None
    latest = next((mail for mail in mails.values() if mail and mail.state in WENT_OUT), None)
    return Evidence(report.is_vouched_for or report.identity is not None, latest)


def _newsletters_to(lookup: str) -> dict[str, Delivery | None]:
    """By Message-ID, newest first."""
    rows = Delivery.objects.filter(subscriber__lookup=lookup).select_related("sending__issue", "subscriber")
    rows = rows.only("state", "settled_at", "bounced_at", "sending__issue__uid", "subscriber__token_id")
    return {
        emails.message_id_of(row.sending.issue.uid, row.subscriber.token_id): row
        for row in rows.order_by("-sending__started_at", "-pk")[:MOST_MAILS]
        if row.subscriber
    }


def _confirmations_to(lookup: str) -> dict[str, Delivery | None]:
    waiting = SignUp.objects.filter(lookup=lookup).order_by().values_list("pk", flat=True)
    confirmed = Consent.objects.filter(subscriber__lookup=lookup).order_by().values_list("sign_up_id", flat=True)
    return {emails.confirmation_id_of(identity): None for identity in waiting.union(confirmed)}
