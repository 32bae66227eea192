"""What became of the mails of each sending."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from subscriptions.models import Delivery, Sending
from subscriptions.statistics.figures import Figure, exact

State = Delivery.State


@dataclass(frozen=True)
class Line:
    """A sending's figures. Who left within a week of getting it counts as having left because of it."""

    sending: Sending
    sent: Figure
    failed: Figure
    bounced: Figure
    complained: Figure
    left: Figure


def started() -> QuerySet[Sending]:
    return Sending.objects.filter(started_at__isnull=False).select_related("issue").order_by("-issue__week_start")


def lines(sendings: Collection[Sending]) -> list[Line]:
    """Two statements however many there are."""
    ours = Delivery.objects.filter(sending__in=sendings).order_by()
    states = (
        ours.settled()
        .filter(state__in=[State.SENT, State.FAILED])
        .values_list("sending", "state")
        .annotate(Count("pk"))
    )
    counted = defaultdict[int, Counter[str]](Counter)
    for sending, state, number in states:
        counted[sending][state] = number
    told = ours.exclude(state=State.FAILED)  # one that its server refused at once counts as failed
    came_back = told.filter(Q(bounced_at__isnull=False) | Q(complained_at__isnull=False) | Q(left_at__isnull=False))
    answers = ("bounced", "complained", "left")
    counts = {name: Count(f"{name}_at") for name in answers}
    for sending, *numbers in came_back.values_list("sending").annotate(**counts):
        counted[sending].update(dict(zip(answers, numbers, strict=True)))
    return [_line(sending, counted[sending.pk]) for sending in sendings]


def _line(sending: Sending, counted: Counter[str]) -> Line:
    return Line(
        sending, *(exact(counted[name]) for name in (State.SENT, State.FAILED, "bounced", "complained", "left"))
    )
