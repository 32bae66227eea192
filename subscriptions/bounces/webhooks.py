"""The webhook of the provider that BOUNCE_WEBHOOK names: django-anymail checks and reads it, `taking` does the rest."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anymail.signals import AnymailTrackingEvent, tracking
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

from config.bounces import WEBHOOKS
from subscriptions.bounces.providers import report_of
from subscriptions.bounces.taking import take

Base: Any = object  # django-anymail's view, which only the provider named is worth importing


def addresses() -> list[URLPattern]:
    """The one address that the provider calls; none where no provider is named."""
    provider = settings.BOUNCE_WEBHOOK
    if not provider:
        return []
    view: Any = type("Webhook", (Discreet, import_string(WEBHOOKS[provider])), {})
    return [path(f"anymail/{provider}/tracking/", view.as_view(), name="bounce_webhook")]


class Discreet(Base):  # type: ignore[misc]  # anymail has no types
    """What is forged or malformed is answered with 400, and the log repeats nothing of it: addresses stand in it."""

    def run_validators(self, request: HttpRequest) -> None:
        with _plainly_refused():
            super().run_validators(request)

    def parse_events(self, request: HttpRequest) -> list[AnymailTrackingEvent]:
        with _plainly_refused():
            events: list[AnymailTrackingEvent] = super().parse_events(request)
            return events


@contextmanager
def _plainly_refused() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # anymail raises many kinds for what it did not expect, some with the whole body
        raise SuspiciousOperation(f"A webhook was refused ({type(error).__name__}).") from None


# Signals are nothing for what our own code does. This one is django-anymail's interface: it has no other.
@receiver(tracking)
def receive(event: AnymailTrackingEvent, esp_name: str, **_kwargs: Any) -> None:
    """Each event is a transaction of its own. An error here answers 500, and the provider calls again later."""
    report = report_of(esp_name, event)
    if report:
        take(report)
