"""Becoming a subscriber, and ceasing to be one: what a press of the button in our mails' links does."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from commentaries.languages import active_language
from commentaries.models import Publication
from subscriptions.models import Consent, SignUp, Subscriber
from subscriptions.turns import in_turn


def consent_wording(publication: Publication) -> str:
    """What a subscriber agrees to, in the page's language: shown above the button, kept with the consent."""
    return gettext(
        "I want to receive the newsletter “%(publication)s” by e-mail. My address is kept encrypted, is used "
        "for nothing else, and is deleted as soon as I leave, which I can do at any time."
    ) % {"publication": publication.title()}


def subscriber_by_sign_up(sign_up: UUID) -> Subscriber | None:
    """Whom this sign-up made a subscriber, while they are one."""
    return Subscriber.objects.filter(consents__sign_up_id=sign_up).first()


def confirm(sign_up_id: UUID, wording: str) -> Subscriber | None:
    """Make the sign-up's owner a subscriber, or give one their new wishes. None: there is no such sign-up.

    Pressed twice, or twice at once, it makes one subscriber and one consent, and answers the same both times.
    """
    with in_turn(SignUp.objects.filter(pk=sign_up_id).values_list("lookup", flat=True)):
        sign_up = SignUp.objects.filter(pk=sign_up_id).first()
        if sign_up is None:
            return subscriber_by_sign_up(sign_up_id)
        wishes = {"address": sign_up.address, "language": sign_up.language}
        subscriber, _created = Subscriber.objects.update_or_create(lookup=sign_up.lookup, defaults=wishes)
        subscriber.sections.set(sign_up.sections.all())
        Consent.objects.create(
            subscriber=subscriber, sign_up_id=sign_up.pk, language=active_language(), wording=wording
        )
        SignUp.objects.filter(Q(pk=sign_up.pk) | Q(lookup=sign_up.lookup, sent_at=None)).delete()
        return subscriber


def lookups_behind(identity: UUID) -> set[str]:
    """The addresses (as lookups) that a link to leave stands for; empty when they are forgotten already.

    The link in a confirmation mail carries the sign-up's id: it works before the confirmation and after it.
    """
    sign_ups = SignUp.objects.filter(pk=identity)
    subscribers = Subscriber.objects.filter(Q(token_id=identity) | Q(consents__sign_up_id=identity))
    # In this order: what is confirmed between the two questions is in one of the answers.
    return {*sign_ups.values_list("lookup", flat=True), *subscribers.values_list("lookup", flat=True)}


def forget(lookups: Iterable[str]) -> None:
    """Delete these people and whatever else they have asked for: an older link must not bring them back.

    What remains, for less than a day, is the keyed count of mails that keeps others from misusing an address.
    """
    lookups = list(lookups)
    with in_turn(lookups):
        SignUp.objects.filter(lookup__in=lookups).delete()
        Subscriber.objects.filter(lookup__in=lookups).delete()
