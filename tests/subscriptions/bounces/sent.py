"""What was sent to somebody, and how much time has passed since."""

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from subscriptions.models import Delivery, Sending, Subscriber
from tests.factories import make_issue

_weeks = count()


def send(subscriber: Subscriber, *, days_ago: int = 0, state: str = "sent") -> Delivery:
    """A mail of a sending of its own."""
    at = timezone.now() - timedelta(days=days_ago)
    issue = make_issue(date(2021, 1, 4) + timedelta(weeks=next(_weeks)))
    sending = Sending.objects.create(issue=issue, started_at=at, finished_at=at)
    settled_at = None if state in ("pending", "sending") else at
    return Delivery.objects.create(
        sending=sending, subscriber=subscriber, language="be", state=state, settled_at=settled_at
    )
