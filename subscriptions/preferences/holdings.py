"""Everything that is held about a subscriber: shown to them in words, and given to them as a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from commentaries.models import Section
from subscriptions.abuse.mailboxes import mailbox_of
from subscriptions.addresses import lookup_of
from subscriptions.models import ConfirmationMail, Consent, Delivery, SignUp, Subscriber, Suppression


@dataclass(frozen=True)
class Holdings:
    subscriber: Subscriber
    sections: list[Section]
    consents: list[Consent]
    deliveries: list[Delivery]  # the newest first
    sign_ups: list[SignUp]  # not confirmed yet: of this address, and of new ones that were asked for
    suppression: Suppression | None
    confirmation_mails: int  # of the last 24 hours


def held_about(subscriber: Subscriber) -> Holdings:
    deliveries = subscriber.deliveries.select_related("sending__issue").defer("sending__content")
    sign_ups = SignUp.objects.filter(Q(lookup=subscriber.lookup) | Q(moves=subscriber)).order_by("asked_at")
    return Holdings(
        subscriber,
        list(subscriber.sections.all()),
        list(subscriber.consents.order_by("given_at")),
        list(deliveries.order_by("-sending__issue__week_start")),
        list(sign_ups.prefetch_related("sections")),
        Suppression.objects.filter(lookup=subscriber.lookup).first(),
        ConfirmationMail.objects.filter(lookup=lookup_of(mailbox_of(subscriber.address.reveal()))).count(),
    )


def as_json(held: Holdings) -> dict[str, Any]:
    """All of it for a file, the address and those of sign-ups in the clear; sections by their address on the site."""
    subscriber = held.subscriber
    suppression = held.suppression
    return {
        "address": subscriber.address.reveal(),
        "language": subscriber.language,
        "sections": _slugs(held.sections),
        "cadence": subscriber.cadence,
        "is_discreet": subscriber.is_discreet,
        "paused_at": subscriber.paused_at,
        "paused_until": subscriber.paused_until,
        "confirmed_at": subscriber.confirmed_at,
        "soft_bounces": subscriber.soft_bounces,
        "suppression": suppression and {"reason": suppression.reason, "since": suppression.since},
        "confirmation_mails": held.confirmation_mails,
        "consents": [_consent(consent) for consent in held.consents],
        "sign_ups": [_sign_up(sign_up) for sign_up in held.sign_ups],
        "deliveries": [_delivery(delivery) for delivery in held.deliveries],
    }


def _slugs(sections: Iterable[Section]) -> list[str] | str:
    return [section.slug for section in sections] or "all"


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "given_at": consent.given_at,
        "language": consent.language,
        "wording": consent.wording,
        "is_move": consent.is_move,
    }


def _sign_up(sign_up: SignUp) -> dict[str, Any]:
    return {
        "address": sign_up.address.reveal(),
        "language": sign_up.language,
        "sections": _slugs(sign_up.sections.all()),
        "is_move": sign_up.moves_id is not None,
        "asked_at": sign_up.asked_at,
        "sent_at": sign_up.sent_at,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "issue": delivery.sending.issue.week_start,
        "language": delivery.language,
        "state": delivery.state,
        "settled_at": delivery.settled_at,
        "attempts": delivery.attempts,
        "reply_code": delivery.reply_code,
        "cause": delivery.cause,
        "bounced_at": delivery.bounced_at,
        "complained_at": delivery.complained_at,
    }
