"""Mail about forecasts whose day has come."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commentaries import roles
from commentaries.models import Forecast, StaffMail, User
from commentaries.turns import staff_mail
from tests.commentaries.test_staff_mail import rows, wait, work
from tests.factories import make_commentary, make_forecast, make_issue, make_user

pytestmark = pytest.mark.django_db
Kind = StaffMail.Kind


@pytest.fixture
def editor() -> User:
    return make_user("editor", roles.EDITOR, email="editor@example.org")


def test_a_forecast_that_became_due_is_announced_once(editor: User) -> None:
    make_forecast(make_commentary(), due=timezone.localdate())
    work()
    assert rows() == [("editor", Kind.FORECAST_DUE, "")]
    wait()
    assert len(work()) == 1
    staff_mail.announce_due_forecasts()
    assert rows() == []


def test_a_forecast_is_announced_by_a_worker_that_was_down_for_days_but_not_out_of_the_archive(editor: User) -> None:
    commentary = make_commentary()
    make_forecast(commentary, due=timezone.localdate() - timedelta(days=60))
    staff_mail.announce_due_forecasts()
    assert rows() == []
    make_forecast(commentary, due=timezone.localdate() - timedelta(days=9))
    staff_mail.announce_due_forecasts()
    assert rows() == [("editor", Kind.FORECAST_DUE, "")]


def test_a_forecast_that_is_put_off_is_announced_again_on_its_new_day(editor: User) -> None:
    today = timezone.localdate()
    make_forecast(make_commentary(), due=today - timedelta(days=3), due_announced=today - timedelta(days=3))
    staff_mail.announce_due_forecasts()
    assert rows() == []
    Forecast.objects.update(due=today)
    staff_mail.announce_due_forecasts()
    assert rows() == [("editor", Kind.FORECAST_DUE, "")]


def test_a_forecast_of_a_draft_is_announced_when_the_draft_is_public(editor: User) -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    make_forecast(commentary, due=timezone.localdate())
    staff_mail.announce_due_forecasts()
    assert (rows(), Forecast.objects.get().due_announced) == ([], None)


def test_what_a_forecast_was_announced_for_is_no_part_of_history() -> None:
    forecast: Any = make_forecast(make_commentary(), due=date(2022, 3, 1))
    assert not hasattr(forecast.history.get(), "due_announced")
