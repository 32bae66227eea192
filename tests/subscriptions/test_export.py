"""The subscribers as a file: for who gives their password again, and harmless in a spreadsheet."""

import csv
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentaries.roles import NEWSLETTER_MANAGER
from subscriptions.addresses import SealedAddress
from subscriptions.lists import exporting
from subscriptions.models import SignUp, Subscriber
from tests.commentaries.desk import desk
from tests.factories import make_section, make_subscriber, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/subscriptions/subscriber/export/"
PASSWORD = {"password": "correct horse"}


@pytest.fixture
def manager() -> Client:
    return desk(make_user("manager", NEWSLETTER_MANAGER, interface_language="en"))


def _rows(response: Any) -> list[dict[str, str]]:
    return [*csv.DictReader(StringIO(response.getvalue().decode(), newline=""))]


def test_the_file_holds_each_subscriber_with_their_wishes(manager: Client) -> None:
    sections = (make_section("ports"), make_section("economy"))
    when = timezone.make_aware(datetime(2022, 1, 17, 9, 30))  # noqa: DTZ001  # made aware
    make_subscriber(sections=sections, language="ru", cadence="trend_changes", confirmed_at=when)
    make_subscriber("other@example.org")
    response = manager.post(URL, PASSWORD)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    first, second = _rows(response)
    assert first == {
        "address": "reader@example.org",
        "language": "ru",
        "sections": "economy ports",
        "cadence": "trend_changes",
        "confirmed_at": "2022-01-17T09:30:00+03:00",
    }
    assert (second["address"], second["sections"]) == ("other@example.org", "")


def test_nobody_keeps_the_file_on_the_way(manager: Client) -> None:
    make_subscriber()
    response = manager.post(URL, PASSWORD)
    assert response.streaming
    assert "no-store" in response["Cache-Control"]


def test_asking_for_the_page_hands_out_nothing(manager: Client) -> None:
    make_subscriber()
    response = manager.get(URL, PASSWORD)
    assert "Your password" in response.content.decode()
    assert "reader@" not in response.content.decode()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("password", ["", "wrong horse", " correct horse"])
def test_a_wrong_password_gets_a_sentence(manager: Client, password: str) -> None:
    make_subscriber()
    response = manager.post(URL, {"password": password})
    assert not response.streaming
    expected = "This is not your password." if password else "This field is required."
    assert expected in response.content.decode()
    assert not LogEntry.objects.exists()


def test_somebody_elses_password_does_not_count(manager: Client) -> None:
    other = make_user("other", NEWSLETTER_MANAGER)
    other.set_password("other horse")
    other.save()
    assert not manager.post(URL, {"password": "other horse"}).streaming


def test_wrong_passwords_count_as_they_do_at_the_door(manager: Client) -> None:
    for _guess in range(5):
        response = manager.post(URL, {"password": "wrong horse"})
    assert response.status_code >= 400
    assert not manager.post(URL, PASSWORD).streaming
    login = {"username": "manager", "password": "correct horse"}
    assert Client().post("/admin/login/", login).status_code >= 400


def test_it_is_logged_without_an_address(manager: Client) -> None:
    for name in ("a", "b"):
        make_subscriber(f"{name}@example.org")
    manager.post(URL, PASSWORD).getvalue()
    entry = LogEntry.objects.get()
    assert entry.change_message == "2 subscribers were exported."
    assert "example.org" not in str([*LogEntry.objects.values()])


@pytest.mark.parametrize("address", ["=cmd@example.org", "+tag@example.org", "-x@example.org"])
def test_an_address_that_looks_like_a_formula_is_guarded_and_read_again(manager: Client, address: str) -> None:
    make_subscriber(address)
    content = manager.post(URL, PASSWORD).getvalue()
    assert f"'{address},be," in content.decode()
    Subscriber.objects.all().delete()
    file = BytesIO(content)
    file.name = "subscribers.csv"
    look = manager.post("/admin/subscriptions/subscriber/import/", {"file": file, "language": "be"})
    manager.post("/admin/subscriptions/subscriber/import/", {"sealed": look.context["sealed"]})
    assert SignUp.objects.get().address.reveal() == address


def test_an_address_that_no_key_opens_leaves_the_others_whole(manager: Client) -> None:
    lost = make_subscriber("lost@example.org")
    Subscriber.objects.filter(pk=lost.pk).update(address=SealedAddress("lost"))
    make_subscriber("reader@example.org")
    assert [row["address"] for row in _rows(manager.post(URL, PASSWORD))] == ["", "reader@example.org"]


def test_the_statements_are_as_many_as_the_portions(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    section = make_section("economy")
    numbers = []
    for many in (2, 12):
        for number in range(many):
            make_subscriber(f"reader{many}.{number}@example.org", sections=(section,))
        with CaptureQueriesContext(connection) as queries:
            assert len([*exporting.exported()]) == Subscriber.objects.count() + 1
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    monkeypatch.setattr(exporting, "BATCH", 3)
    assert len(set(exporting.exported())) == 15
