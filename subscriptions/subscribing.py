"""Becoming a subscriber, and ceasing to be one: what a press of the button in our mails' links does."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from commentaries.languages import active_language
from commentaries.models import Publication
from subscriptions import moving
from subscriptions.models import Consent, Delivery, Departure, Headcount, SignUp, Subscriber, Suppression
from subscriptions.turns import in_turn, in_turn_of


def consent_wording(sign_up: SignUp, publication: Publication) -> str:
    """What its owner agrees to, in the page's language: shown above the button, kept with the consent."""
    words = (
        gettext(
            "I want to receive the newsletter “%(publication)s” at this address from now on. It is kept encrypted, is "
            "used for nothing else, and is deleted as soon as I leave, which I can do at any time."
        )
        if sign_up.moves_id
        else gettext(
            "I want to receive the newsletter “%(publication)s” by e-mail. My address is kept encrypted, is used "
            "for nothing else, and is deleted as soon as I leave, which I can do at any time."
        )
    )
    return words % {"publication": publication.title()}


def consent_by_sign_up(sign_up: UUID) -> Consent | None:
    """What this sign-up's owner agreed to, while they are a subscriber at the address that they agreed for."""
    given = Consent.objects.filter(sign_up_id=sign_up).exclude(subscriber__former_links__identity=sign_up)
    return given.select_related("subscriber").first()


def open_sign_up(sign_up_id: UUID) -> SignUp | None:
    """The sign-up, while it may be confirmed: of several new addresses the one that was asked for last counts."""
    sign_up = SignUp.objects.select_related("moves").filter(pk=sign_up_id).first()
    if sign_up is None or sign_up.moves is None:
        return sign_up
    # Without itself: SQLite, which compares times as texts, takes 12:00:00.000 for later than 12:00:00.
    later = sign_up.moves.moves.filter(asked_at__gt=sign_up.asked_at).exclude(pk=sign_up.pk)
    return None if later.exists() else sign_up


def confirm(sign_up_id: UUID, publication: Publication) -> Consent | None:
    """Make the sign-up's owner a subscriber, give one their new wishes, or move one. None: there is no such sign-up.

    Pressed twice, or twice at once, it makes one subscriber and one consent, and answers the same both times.
    """
    with in_turn_of(lambda: _lookups_of(sign_up_id)):
        sign_up = open_sign_up(sign_up_id)
        if sign_up is None:
            return consent_by_sign_up(sign_up_id)
        subscriber = moving.move(sign_up.moves, sign_up) if sign_up.moves else _subscribe(sign_up)
        consent = Consent.objects.create(
            subscriber=subscriber,
            sign_up_id=sign_up.pk,
            language=active_language(),
            wording=consent_wording(sign_up, publication),
            is_move=sign_up.moves is not None,
        )
        waiting = Q(lookup=sign_up.lookup, sent_at=None, moves=None)
        SignUp.objects.filter(waiting | Q(pk=sign_up.pk)).delete()
        Departure.objects.filter(lookup=sign_up.lookup).delete()
        # The link reached its owner: the mailbox is back. What somebody decided stays.
        Suppression.objects.filter(lookup=sign_up.lookup, reason=Suppression.Reason.BOUNCE).delete()
        return consent


def _lookups_of(sign_up_id: UUID) -> set[str]:
    """Its own, and that of the subscriber whom it moves."""
    rows = SignUp.objects.filter(pk=sign_up_id).values_list("lookup", "moves__lookup")
    return {lookup for row in rows for lookup in row if lookup}


def _subscribe(sign_up: SignUp) -> Subscriber:
    """Who signs up again wants it to come: a pause ends. How often and how discreetly stays as it was chosen."""
    wishes = {"address": sign_up.address, "language": sign_up.language, "paused_at": None, "paused_until": None}
    subscriber, is_new = Subscriber.objects.update_or_create(lookup=sign_up.lookup, defaults=wishes)
    subscriber.sections.set(sign_up.sections.all())
    if is_new:
        Headcount.objects.one_more()
    return subscriber


def lookups_behind(identity: UUID) -> set[str]:
    """The addresses (as lookups) that a link to leave stands for; empty when they are forgotten already.

    The link in a confirmation mail carries the sign-up's id: it works before the confirmation and after it. One
    statement: what is confirmed between two questions would be in neither of the answers.
    """
    holders = [
        SignUp.objects.filter(pk=identity),
        Subscriber.objects.filter(token_id=identity),
        Subscriber.objects.filter(consents__sign_up_id=identity),
        Subscriber.objects.filter(former_links__identity=identity),
    ]
    first, *others = [rows.order_by().values_list("lookup", flat=True) for rows in holders]
    return set(first.union(*others))


def leave(identity: UUID) -> bool:
    """Forget whom a link to leave stands for. Says whether there was anybody."""
    with in_turn_of(lambda: lookups_behind(identity)) as lookups:
        forget(lookups)
        return bool(lookups)


def forget(lookups: Iterable[str]) -> None:
    """Let these people go: an older link must not bring them back, and no list which is imported asks them again."""
    lookups = list(lookups)
    with in_turn(lookups):
        Departure.objects.note(lookups)
        Delivery.objects.note_leaving(lookups)
        erase(lookups)


def erase(lookups: Iterable[str]) -> None:
    """Delete these people and whatever else they have asked for, and call off the mails that wait for them.

    What remains, for less than a day, is the keyed count of mails that keeps others from misusing an address; and for
    good, by the address's keyed digest alone, that it is suppressed, and whether its owner left.
    """
    lookups = list(lookups)
    with in_turn(lookups):
        Delivery.objects.filter(subscriber__lookup__in=lookups).call_off()
        SignUp.objects.filter(lookup__in=lookups).delete()
        Subscriber.objects.filter(lookup__in=lookups).delete()


@contextmanager
def held(identity: UUID, *others: str) -> Iterator[Subscriber | None]:
    """The subscriber with this `token_id`, in a transaction in which nobody else changes them.

    Nor what is known of the `others`, which are lookups.
    """
    found = Subscriber.objects.filter(token_id=identity)
    with in_turn_of(lambda: {*found.values_list("lookup", flat=True), *others}):
        yield found.all().first()
