"""What a provider's event says, in our words. django-anymail gives soft and hard bounces one name; providers do not."""

import json
from collections.abc import Callable
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings

from subscriptions.bounces.reports import Kind, Report
from subscriptions.bounces.statuses import is_gone

# Whether the provider itself calls a bounce final, by its name in django-anymail.
IS_FINAL: dict[str, Callable[[dict[str, Any]], bool]] = {
    "Amazon SES": lambda told: told.get("bounce", {}).get("bounceType") == "Permanent",
    "Brevo": lambda told: told.get("event") in ("hard_bounce", "invalid_email"),
    "Mailgun": lambda told: told.get("reason") in ("bounce", "suppress-bounce"),
    "Mailjet": lambda told: told.get("hard_bounce") is True,
    "Postmark": lambda told: (
        told.get("Type") in ("HardBounce", "BadEmailAddress") or told.get("SuppressionReason") == "HardBounce"
    ),
}


def report_of(provider: str, event: AnymailTrackingEvent) -> Report | None:
    """None for what is no report: delays, deliveries, answers of robots."""
    told = event.esp_event.get("event-data") or event.esp_event  # Mailgun signs the same event anew at each attempt
    kind = _kind(provider, event, told)
    if kind is None:
        return None
    source = f"{provider} {json.dumps(told, sort_keys=True, default=str)}"
    return Report(kind, source, str(event.recipient or ""), _quoted(event.message_id), is_vouched_for=True)


def _kind(provider: str, event: AnymailTrackingEvent, told: dict[str, Any]) -> Kind | None:
    match event.event_type, event.reject_reason:
        case (EventType.COMPLAINED, _) | (EventType.REJECTED, RejectReason.SPAM):
            return Kind.COMPLAINT
        case (EventType.UNSUBSCRIBED, _) | (EventType.REJECTED, RejectReason.UNSUBSCRIBED):
            return Kind.GOODBYE
        case ((EventType.BOUNCED | EventType.REJECTED), _):
            is_final = IS_FINAL[provider](told) and is_gone(str(event.mta_response or "")) is not False
            return Kind.HARD if is_final else Kind.SOFT
    return None


def _quoted(message_id: str | None) -> frozenset[str]:
    """The Message-ID, if it is one of ours; most providers tell a number of their own instead."""
    ours = str(message_id or "").endswith(f"@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>")
    return frozenset([str(message_id)]) if ours else frozenset()
