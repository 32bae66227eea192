"""The statistics at the desk: counts that tell of nobody, drawn and in tables."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentaries.roles import ANALYST, EDITOR, NEWSLETTER_MANAGER, TRANSLATOR
from subscriptions import links
from subscriptions.addresses import lookup_of
from subscriptions.models import Delivery, Headcount, Sending, Subscriber
from subscriptions.statistics import drawing, figures, growth
from subscriptions.subscribing import forget
from tests.commentaries.desk import desk
from tests.factories import MONDAY, make_issue, make_sign_up, make_subscriber, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/statistics/"
State = Delivery.State


@pytest.fixture
def manager() -> Client:
    return desk(make_user("manager", NEWSLETTER_MANAGER, interface_language="en"))


def _sending(week: int = 0, **states: int) -> Sending:
    issue = make_issue(MONDAY + timedelta(weeks=week))
    sending = Sending.objects.create(issue=issue, started_at=timezone.now())
    for state, number in states.items():
        _deliver(sending, number, state=getattr(State, state.upper()))
    return sending


def _deliver(sending: Sending, number: int, **fields: object) -> None:
    rows = [Delivery(sending=sending, language="be", settled_at=timezone.now(), **fields) for _one in range(number)]
    Delivery.objects.bulk_create(rows)


def _text(client: Client) -> str:
    page = client.get(URL).content.decode()
    page = re.sub(r'<span class="narrow">[^<]*</span>', "", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_of_each_sending_it_is_said_what_became_of_the_mails(manager: Client) -> None:
    sending = _sending(sent=1200, failed=7)
    _deliver(sending, 6, state=State.SENT, bounced_at=timezone.now())
    _deliver(sending, 2, state=State.SENT, complained_at=timezone.now())
    assert "January 17 – 23, 2022 1,208 7 6 fewer than 5 0" in _text(manager)


def test_one_sending_s_mails_are_not_another_s(manager: Client) -> None:
    _sending(0, sent=10)
    _sending(1, failed=20)
    text = _text(manager)
    assert "January 24 – 30, 2022 0 20 0 0 0" in text
    assert "January 17 – 23, 2022 10 0 0 0 0" in text


@pytest.mark.parametrize(
    ("number", "exact", "rounded"),
    [
        (0, "0", "0"),
        (1, "fewer than 5", "fewer than 5"),
        (4, "fewer than 5", "fewer than 5"),
        (5, "5", "about 5"),
        (7, "7", "about 5"),
        (8, "8", "about 10"),
        (1238, "1,238", "about 1,240"),
    ],
)
def test_a_number_under_five_is_not_shown(number: int, exact: str, rounded: str) -> None:
    assert (str(figures.exact(number)), str(figures.rounded(number))) == (exact, rounded)


def test_no_sum_stands_beside_a_hidden_number(manager: Client) -> None:
    _sending(sent=100, failed=3)
    assert "103" not in _text(manager)


def test_who_leaves_within_a_week_counts_for_the_issue_they_got_last(client: Client) -> None:
    subscriber, stays = make_subscriber(), make_subscriber("other@example.org")
    earlier, later = _sending(0), _sending(1)
    for sending, days in ((earlier, 6), (later, 2)):
        when = timezone.now() - timedelta(days=days)
        for reader in (subscriber, stays):
            Delivery.objects.create(
                sending=sending, subscriber=reader, language="be", state=State.SENT, settled_at=when
            )
    client.post(f"/en/subscription/leave/{links.leave_token(subscriber.token_id)}/")
    row = Delivery.objects.exclude(left_at=None).get()
    assert (row.sending, row.subscriber) == (later, None)


@pytest.mark.parametrize(("state", "days"), [(State.SENT, 8), (State.FAILED, 1), (State.PENDING, None)])
def test_who_leaves_later_or_got_nothing_counts_for_none(state: State, days: int | None) -> None:
    when = timezone.now() - timedelta(days=days) if days else None
    Delivery.objects.create(
        sending=_sending(), subscriber=make_subscriber(), language="be", state=state, settled_at=when
    )
    forget([lookup_of("reader@example.org")])
    assert not Delivery.objects.exclude(left_at=None).exists()


# --- Growth ---


def _at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def _confirm(client: Client, address: str) -> None:
    sign_up = make_sign_up(address, sent_at=timezone.now())
    client.post(f"/en/subscription/confirm/{links.confirm_token(sign_up.pk)}/")


def test_who_confirms_is_counted_in_the_month_and_stays_counted(client: Client) -> None:
    for name in ("a", "b", "a"):  # the third changes their wishes
        _confirm(client, f"{name}@example.org")
    forget([lookup_of("a@example.org")])
    row = Headcount.objects.get()
    assert (row.month, row.confirmed) == (timezone.localdate().replace(day=1), 2)


def test_the_worker_counts_once_a_day_for_the_day_before(monkeypatch: pytest.MonkeyPatch) -> None:
    make_subscriber()
    _at(monkeypatch, date(2026, 3, 31))
    Headcount.objects.take()
    make_subscriber("b@example.org")
    Headcount.objects.take()
    assert [row.subscribers for row in Headcount.objects.all()] == [1]
    _at(monkeypatch, date(2026, 4, 1))
    Headcount.objects.take()
    _at(monkeypatch, date(2026, 4, 2))
    make_subscriber("c@example.org")
    Headcount.objects.take()
    assert [(f"{row}", row.subscribers) for row in Headcount.objects.all()] == [("2026-03", 2), ("2026-04", 3)]


def test_the_worker_takes_the_headcount() -> None:
    make_subscriber()
    call_command("worker", "--once")
    assert Headcount.objects.get().subscribers == 1


def test_counting_keeps_who_has_confirmed(client: Client) -> None:
    _confirm(client, "a@example.org")
    Headcount.objects.take()
    Headcount.objects.update(month=timezone.localdate().replace(day=1), taken_on=None)
    Headcount.objects.take()
    assert sum(row.confirmed for row in Headcount.objects.all()) == 1


def _months(*rows: tuple[str, int, int | None]) -> None:
    for month, confirmed, subscribers in rows:
        Headcount.objects.create(month=date.fromisoformat(f"{month}-01"), confirmed=confirmed, subscribers=subscribers)


def test_months_without_a_row_are_shown_as_not_counted(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _at(monkeypatch, date(2026, 3, 10))
    _months(("2025-12", 40, 38), ("2026-02", 3, 41))
    text = _text(manager)
    assert "March 2026 so far 0 0 February 2026 fewer than 5 about 40 January 2026 0 not counted" in text
    assert "December 2025 40 about 40" in text


def test_two_years_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    _at(monkeypatch, date(2026, 3, 10))
    _months(("2024-03", 40, 38), ("2024-04", 1, 2))
    assert [f"{month.start}" for month in growth.months()][::23] == ["2024-04-01", "2026-03-01"]


def test_the_drawing_shows_what_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    _at(monkeypatch, date(2026, 3, 10))
    _months(("2025-12", 40, 100), ("2026-01", 3, None), ("2026-02", 20, 52))
    months = growth.months()
    course, columns = drawing.course(months), drawing.confirmed(months)
    assert (course.top, columns.top) == ("100", "40")
    assert [(mark.y, mark.name) for mark in course.marks] == [
        (20, "December 2025: about 100"),
        (62, "February 2026: about 50"),
        (104, "March 2026: 0"),
    ]
    assert course.line == "M20.0 20.0M100.0 62.0L140.0 104.0"
    assert [mark.is_few for mark in columns.marks] == [False, True, False, False]
    assert columns.years == [(40, 2026)]


def test_the_drawing_is_said_in_words(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _at(monkeypatch, date(2026, 3, 10))
    _months(("2026-02", 40, 100))
    page = manager.get(URL).content.decode()
    assert "February 2026: about 100; March 2026: 0</desc>" in page


@pytest.mark.parametrize(("role", "status"), [(EDITOR, 200), (ANALYST, 403), (TRANSLATOR, 403)])
def test_who_sends_the_newsletter_sees_its_statistics(role: str, status: int) -> None:
    assert desk(make_user("someone", role)).get(URL).status_code == status


def test_the_number_of_statements_stays_the_same(manager: Client) -> None:
    numbers = []
    for first, many in ((0, 2), (10, 20)):
        for week in range(first, first + many):
            _sending(week, sent=1, failed=1)
            _months((f"{2020 + week // 12}-{week % 12 + 1:02}", 1, 1))
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(URL).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    assert not Subscriber.objects.exists()
