"""Writing the rows of a sending: for whom the issue has something, in portions, by the database itself."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, Case, DateTimeField, Exists, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now

from subscriptions.models import Cadence, Delivery, Sending, Subscriber, Suppression
from subscriptions.turns import EVERYONE, in_turn

State = Delivery.State
PORTION = 20_000  # subscribers whose rows are written in one transaction


def readers_of(content: Mapping[str, Any]) -> QuerySet[Subscriber]:
    """Those for whom the issue has something: what variant_of() decides of one, asked of all at once."""
    rows = content["commentaries"]
    sections = {section for row in rows for section in row["chosen_by"]}
    changed = {section for row in rows if row["has_changed"] for section in row["chosen_by"]}
    choices = Subscriber.sections.through.objects.filter(subscriber=OuterRef("pk"))
    chose_all = ~Exists(choices)
    every = Q(cadence=Cadence.EVERY_ISSUE) & Q(chose_all | Exists(choices.filter(section__in=sections)))
    changes = Q(cadence=Cadence.TREND_CHANGES) & Q(Exists(choices.filter(section__in=changed)))
    if changed:
        changes |= Q(cadence=Cadence.TREND_CHANGES) & Q(chose_all)
    return Subscriber.objects.receiving().filter(every | changes)


def prepare(sending: Sending) -> int:
    """Write the rows of the next portion of readers; says how many. When there is no further one, it is noted.

    Killed at any point it goes on where it was; two workers take turns at it, and so do those who leave meanwhile.
    """
    with in_turn(EVERYONE):
        sending = Sending.objects.select_for_update().get(pk=sending.pk)
        if sending.prepared_at or not sending.is_running:
            return 0
        those = Subscriber.objects.filter(pk__gt=sending.prepared_to, confirmed_at__lte=sending.started_at)
        portion = those.order_by("pk").values("pk")[:PORTION]
        last = Subscriber.objects.filter(pk__in=portion).aggregate(pk=Max("pk"))["pk"]
        if last is None:
            Sending.objects.filter(pk=sending.pk).update(prepared_at=Now())
            _let_the_planner_know()
            return 0
        found = readers_of(sending.content).filter(
            pk__gt=sending.prepared_to, pk__lte=last, confirmed_at__lte=sending.started_at
        )
        written = _write(sending, found)
        Sending.objects.filter(pk=sending.pk).update(prepared_to=last)
        return written


def _write(sending: Sending, readers: QuerySet[Subscriber]) -> int:
    """One INSERT … SELECT: a million rows in seconds, and none of them passes through Python.

    Who moved to the address of another may have a row already. To look for each beforehand would take a sixth of the
    time, and almost never is there one.
    """
    select, parameters = _rows(sending, readers).query.sql_with_params()
    table = connection.ops.quote_name(Delivery._meta.db_table)
    insert = f"INSERT INTO {table} (sending_id, subscriber_id, language, state, settled_at) {select}"
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(insert, parameters)
        except IntegrityError:
            cursor.execute(f"{insert} ON CONFLICT (subscriber_id, sending_id) DO NOTHING", parameters)
        return int(cursor.rowcount)


def _rows(sending: Sending, readers: QuerySet[Subscriber]) -> QuerySet[Subscriber, Any]:
    suppressed = Exists(Suppression.objects.filter(lookup=OuterRef("lookup")))
    in_order = readers.order_by("pk")  # so that indexes grow at their ends
    return in_order.annotate(
        sending=Value(sending.pk, BigIntegerField()),
        state=Case(When(suppressed, then=Value(State.SUPPRESSED)), default=Value(State.PENDING)),
        settled_at=Case(When(suppressed, then=Now()), output_field=DateTimeField()),
    ).values_list("sending", "pk", "language", "state", "settled_at")


def _let_the_planner_know() -> None:
    """PostgreSQL would else take the ledger for empty until it looks by itself, and read all of it for a few rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(Delivery._meta.db_table)}")
