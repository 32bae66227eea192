"""The newsletter of a subscriber goes to another address, once whoever reads mail there has confirmed it."""

from uuid import UUID, uuid4

from subscriptions.models import Consent, Delivery, Departure, FormerLink, SignUp, Subscriber

# Of two mails of one issue, the one that is further on stays: nobody gets an issue twice.
FURTHEST_FIRST: list[str] = [
    Delivery.State.SENT,
    Delivery.State.UNCERTAIN,
    Delivery.State.SENDING,
    Delivery.State.PENDING,
    Delivery.State.FAILED,
    Delivery.State.SUPPRESSED,
    Delivery.State.CANCELLED,
]


def move(subscriber: Subscriber, sign_up: SignUp) -> Subscriber:
    """Give the subscriber the sign-up's address, in a transaction that holds both addresses.

    Their wishes stay. Whoever subscribed at the new address before becomes one with them.
    """
    if sign_up.lookup != subscriber.lookup:
        _leave_links_behind(subscriber)
        # A worker that reserved a mail has read the old address. Released, it is not marked, and reserved anew.
        subscriber.deliveries.in_state(Delivery.State.PENDING).update(claimed_until=None)
        Departure.objects.note([subscriber.lookup])
        there = Subscriber.objects.filter(lookup=sign_up.lookup).first()
        subscriber.token_id = _absorb(there, subscriber) if there else uuid4()
    subscriber.lookup, subscriber.address, subscriber.soft_bounces = sign_up.lookup, sign_up.address, 0
    subscriber.save(update_fields=["token_id", "lookup", "address", "soft_bounces"])
    subscriber.moves.all().delete()  # this one, and those asked for before it
    return subscriber


def _leave_links_behind(subscriber: Subscriber) -> None:
    identities = [subscriber.token_id, *subscriber.consents.values_list("sign_up_id", flat=True)]
    links = [FormerLink(subscriber=subscriber, identity=identity) for identity in identities]
    FormerLink.objects.bulk_create(links, ignore_conflicts=True)  # some were left behind by an earlier move


def _absorb(goes: Subscriber, stays: Subscriber) -> UUID:
    """Make two subscribers one. The answer is the token that goes on working: the one in mails to the new address."""
    _unite_deliveries(goes, stays)
    Consent.objects.filter(subscriber=goes).update(subscriber=stays)
    FormerLink.objects.filter(subscriber=goes).update(subscriber=stays)
    goes.delete()
    return goes.token_id


def _unite_deliveries(goes: Subscriber, stays: Subscriber) -> None:
    theirs = Delivery.objects.filter(subscriber__in=[goes, stays])
    rows = theirs.order_by("pk").select_for_update()
    kept: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: FURTHEST_FIRST.index(row.state)):
        kept.setdefault(row.sending_id, row.pk)
    spare = theirs.exclude(pk__in=kept.values())
    spare.call_off()
    spare.update(subscriber=None)
    theirs.update(subscriber=stays)
