"""Telling people by mail that it is their turn: rows of StaffMail, written where the turn arises.

The worker sends them (subscriptions/staff_delivery.py). A row that is announced again while a worker has it in hand is
taken out of its hand, so what came meanwhile is told too.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from commentaries import translations, turns
from commentaries.models import Comment, Commentary, Forecast, StaffMail, User
from commentaries.turns import Matter

Kind = StaffMail.Kind
STILL_NEWS = timedelta(weeks=4)  # a forecast that was due longer ago is on the first page, and in no mail


def states_of(commentary: Commentary) -> dict[str, str]:
    """The states by language, to be kept before a change and handed to `announce` after it."""
    return {language: str(row.state) for language, row in translations.states(commentary).items()}


@transaction.atomic
def announce(commentary: Commentary, states_before: dict[str, str], *, by: User | None) -> None:
    """After a change of the commentary by this person: ask those whose turn it became.

    Call it in the transaction of the change. `states_before` is empty for a new commentary. What waited before was
    announced then, and nobody is told of what they did themselves.
    """
    now = Commentary.objects.select_related("issue").prefetch_related("translations").get(pk=commentary.pk)
    before = dict.fromkeys(translations.states(now), translations.State.MISSING.value) | states_before
    fresh = turns.is_fresh(now)
    new = set(turns.matters_of_texts(now, states_of(now), fresh=fresh))
    new -= set(turns.matters_of_texts(now, before, fresh=fresh))
    if new:
        _ask_for(now, new, by)


@transaction.atomic
def announce_comment(comment: Comment) -> None:
    """Tell those whom it concerns, never its writer."""
    matter = Matter(Kind.COMMENT, comment.commentary_id, comment.language)
    _ask_for(comment.commentary, {matter}, comment.author)


@transaction.atomic
def announce_due_forecasts() -> None:
    """Tell of forecasts whose day has come, once a forecast and date, however long nobody asked.

    The forecast remembers the date in the same transaction: a worker killed here has told nobody.
    """
    today = timezone.localdate()
    new = Forecast.objects.filter(outcome=Forecast.Outcome.OPEN, due__range=(today - STILL_NEWS, today))
    new = new.filter(Q(due_announced=None) | ~Q(due_announced=F("due")))
    found = list(new.select_for_update(skip_locked=True).order_by("pk"))
    for commentary in Commentary.objects.published().filter(pk__in={row.commentary_id for row in found}):
        _ask_for(commentary, {Matter(Kind.FORECAST_DUE, commentary.pk)}, None)
        _remember(row for row in found if row.commentary_id == commentary.pk)


def _remember(forecasts: Iterable[Forecast]) -> None:
    Forecast.objects.filter(pk__in=[row.pk for row in forecasts]).update(due_announced=F("due"))


def _ask_for(commentary: Commentary, matters: set[Matter], by: User | None) -> None:
    """Write the rows; the unique constraint makes one of two that are written at once."""
    waiting = turns.people_for(commentary)
    asked = {(pk, matter) for matter in matters for pk in waiting.get(matter, ()) if by is None or pk != by.pk}
    reached = set(mailable().filter(pk__in={pk for pk, _matter in asked}).values_list("pk", flat=True))
    rows = [
        StaffMail(user_id=pk, kind=matter.kind, commentary=commentary, language=matter.language)
        for pk, matter in sorted(asked, key=lambda pair: (pair[0], pair[1].kind, pair[1].language))
        if pk in reached
    ]
    StaffMail.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "kind", "commentary", "language"],
        update_fields=["claimed_until"],
    )


def mailable() -> QuerySet[User]:
    """Those who want mail and can get it."""
    return User.objects.filter(is_active=True, is_staff=True, wants_mail=True).exclude(email="")
